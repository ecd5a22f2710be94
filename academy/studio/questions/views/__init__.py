"""How does a browser ask? Parse, command, answer."""

from academy.studio.questions.views import bank, figures, files, quizzes, writing
from academy.studio.questions.views.blueprint import bp

__all__ = ["bank", "bp", "figures", "files", "quizzes", "writing"]
