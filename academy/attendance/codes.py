"""Which code does the room's screen show now, and is the one on this phone it? Pure."""

import hashlib
import hmac
from datetime import datetime

PERIOD = 60  # seconds that a code is shown; it is taken for as long again
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # none that looks like another
_LENGTH = 6


def code_at(secret: str, at: datetime) -> str:
    return _code(secret, int(at.timestamp()) // PERIOD)


def is_current(secret: str, code: str, at: datetime) -> bool:
    """The code that is shown, or the one before it: a phone takes a moment."""
    step = int(at.timestamp()) // PERIOD
    typed = tidied(code)
    return any(hmac.compare_digest(_code(secret, one), typed) for one in (step, step - 1))


def tidied(code: str) -> str:
    """As somebody may type it."""
    return "".join(letter for letter in code.upper() if letter in _LETTERS)


def _code(secret: str, step: int) -> str:
    digest = hmac.digest(secret.encode(), str(step).encode(), hashlib.sha256)
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)
