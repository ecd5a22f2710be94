"""How does a browser ask? Parse, command, answer."""

from academy.studio.editions.views import attendance, completion, people, running, sessions
from academy.studio.editions.views.blueprint import bp

__all__ = ["attendance", "bp", "completion", "people", "running", "sessions"]
