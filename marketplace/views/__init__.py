"""How does a browser ask? Parse, command, answer."""

from marketplace.views import contact, finding, life, writing
from marketplace.views.blueprint import bp

__all__ = ["bp", "contact", "finding", "life", "writing"]
