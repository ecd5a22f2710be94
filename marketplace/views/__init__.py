"""How does a browser ask? Parse, command, answer."""

from marketplace.views import agreements, broker, contact, finding, life, outcomes, writing
from marketplace.views.blueprint import bp

__all__ = ["agreements", "bp", "broker", "contact", "finding", "life", "outcomes", "writing"]
