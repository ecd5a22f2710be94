"""What proves that an attempt was handed in, when, and with which answers?

A code, made of all that with the platform's secret: nobody can invent one, and the same attempt always gives the same.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime

from academy.assessment.marking import Response

LENGTH = 12


def code_of(key: str, submitted_at: datetime, answers: Iterable[tuple[int, int, Response]], *, secret: str) -> str:
    """`answers`: position, version of the question, and what was answered."""
    what = json.dumps([key, submitted_at.isoformat(), sorted(answers, key=lambda one: one[0])], sort_keys=True)
    digest = hmac.digest(f"receipt:{secret}".encode(), what.encode(), hashlib.sha256)
    code = base64.b32encode(digest).decode()[:LENGTH]
    return "-".join(code[place : place + 4] for place in range(0, LENGTH, 4))


def as_typed(code: str) -> str:
    """The code somebody copied from a page, with or without its hyphens."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())[:LENGTH]
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))
