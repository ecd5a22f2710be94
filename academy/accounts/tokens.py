"""What does a link in a message carry? A signed purpose, bound to what it will change, so that it works once."""

import hashlib
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from academy.settings import settings


def token(purpose: str, **facts: Any) -> str:
    return _signer(purpose).dumps(facts)


def facts_in(purpose: str, written: str, *, lasts: timedelta) -> dict[str, Any] | None:
    """What the token says, or None where it is forged, for something else, or too old."""
    try:
        facts = _signer(purpose).loads(written, max_age=int(lasts.total_seconds()))
    except BadData:
        return None
    return facts if isinstance(facts, dict) else None


def fingerprint(*values: object) -> str:
    """Changes with the values: a link made before the change no longer fits."""
    return hashlib.sha256("\0".join(map(str, values)).encode()).hexdigest()[:16]


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt=f"academy.{purpose}")
