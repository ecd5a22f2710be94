"""How is a number written for its reader? With a comma in Italian, with a point in English, and never rounded unless asked."""

import re

from babel.numbers import get_decimal_symbol
from flask_babel import format_decimal, get_locale

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def decimal_mark() -> str:
    """The decimal mark of the reader's language."""
    return str(get_decimal_symbol(get_locale() or "en"))


def amount(value: object) -> str:
    """Every digit of it, without groups: what is typed again so means the same."""
    written = str(value)
    return written.replace(".", decimal_mark()) if _NUMBER.fullmatch(written) else written


def plain(written: str) -> str:
    """With a point, what was written with the mark of the writer's language."""
    here = decimal_mark()
    return written.replace(here, ".") if re.fullmatch(rf"\s*[+-]?\d+{re.escape(here)}\d+\s*", written) else written


def rounded(value: float, digits: int = 0) -> str:
    """12.5, or 12,5; no digit that says nothing."""
    return str(format_decimal(round(value, digits), format="#,##0." + "#" * digits))
