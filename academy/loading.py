"""Is the course in the database what `modules/` says?"""

from flask import Flask


def load_course(app: Flask) -> None:
    """Import the tree where it changed."""
