"""How does a browser ask? Parse, command, answer."""

from academy.community.views import arranging, moderation, people, reading, spaces, topics, writing
from academy.community.views.blueprint import bp

__all__ = ["arranging", "bp", "moderation", "people", "reading", "spaces", "topics", "writing"]
