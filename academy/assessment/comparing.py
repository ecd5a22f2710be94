"""Do two things that were typed mean the same? Exactly or not at all: nothing is accepted for being alike."""

import re
import unicodedata
from fractions import Fraction
from itertools import product

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_QUOTES = str.maketrans(dict.fromkeys("’‘`", "'"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_AMOUNT = re.compile(r"[^\d+-]*?([+-]?) *([.,]?\d(?:[\d.,' ]*\d)?)\D*", re.ASCII)


def folded(text: str, *, accents: bool = False) -> str:
    """Without case and needless space and, unless `accents` matter, without those; nothing else is forgiven."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if not accents:
        bare = (letter for letter in unicodedata.normalize("NFD", plain) if unicodedata.category(letter) != "Mn")
        plain = "".join(bare).translate(_LETTERS)
    seen = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    return " ".join(seen.translate(_QUOTES).translate(_DASHES).split())


def exact(number: object) -> Fraction:
    """A number of a question file, as it was written there."""
    return Fraction(str(number))


def readings(text: str) -> set[Fraction]:
    """What a typed number can mean. Words around it, such as the unit, are ignored.

    A point or a comma may part thousands or decimals, as it does in the reader's country: 8.000 is eight and eight thousand.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_QUOTES)
    found = _AMOUNT.fullmatch(" ".join(plain.split()))
    if found is None:
        return set()
    sign = -1 if found[1] == "-" else 1
    meant = set()
    for thousands, decimals in product(" '.,", ".,"):
        grouped = rf"(\d*|[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+)(?:{re.escape(decimals)}(\d+))?"
        if thousands != decimals and (parts := re.fullmatch(grouped, found[2], re.ASCII)):
            whole, part = re.sub(r"\D", "", parts[1]), parts[2] or ""
            meant.add(sign * Fraction(int(whole + part), 10 ** len(part)))
    return meant
