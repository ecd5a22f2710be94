"""Is this the same question: in every letter, or in what it asks?"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from academy.assessment.comparing import folded


def sha256_of(body: Mapping[str, Any]) -> str:
    """Of every letter."""
    return _hash(json.dumps(body, sort_keys=True, ensure_ascii=False))


def asks(body: Mapping[str, Any]) -> str:
    """The same for two questions that ask the same in the same words, whatever their case, accents, order of options and feedback."""
    return _hash("\n".join([body["type"], _said(body["prompt"]), *sorted(map(folded, _parts(body)))]))


def _parts(body: Mapping[str, Any]) -> Iterator[str]:
    for name in ("options", "items", "pairs"):
        for part in body.get(name, ()):
            yield from (_said(part[side]) for side in ("text", "left", "right") if side in part)
    if "text" in body:
        yield _said(body["text"])
    if "answer" in body:
        yield str(body["answer"])


def _said(texts: Mapping[str, str]) -> str:
    return folded(texts.get("en") or next(iter(texts.values()), ""))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
