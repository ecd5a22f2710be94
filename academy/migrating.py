"""Is the database at the newest migration, and if not, bring it there.

`flask db …` (Flask-Migrate) is the way of people; this is the way of `bin/serve` and the tests, which want no command line.
"""

import sqlalchemy as sa
from flask import Flask

from academy.kernel.db import database
from academy.kernel.health import newest_migration
from academy.settings import ROOT

FOLDER = str(ROOT / "migrations")


def is_current(app: Flask) -> bool:
    with app.app_context(), database.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest_migration())


def migrate(app: Flask) -> None:
    """Run every migration that is missing."""
    from alembic import command  # slow to import, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", FOLDER)
    with app.app_context():
        command.upgrade(config, "head")
