"""What becomes of a question that is here in two languages when it comes again in one of them?"""

from collections.abc import Mapping, Sequence
from typing import Any

from academy.assessment.exchange.carried import Body

_TEXTS = ("text", "left", "right", "feedback", "accepted")
_LISTS = ("options", "pairs", "distractors", "items", "also", "gaps", "rubric", "choices")


def merged(old: Body, new: Body, language: str) -> tuple[Body, bool]:
    """The new question, with the other languages of the old one where the parts are still the same.

    Second: whether all of them could be kept.
    """
    others = {code for code in old["prompt"] if code not in new["prompt"]}
    if not others:
        return new, True
    if old["type"] != new["type"] or any(not _alike(old.get(name), new.get(name)) for name in _LISTS):
        return new, False
    together = _joined(old, new, language)
    return {
        **together,
        **{name: old[name] for name in ("lesson", "source", "name") if name in old and name not in new},
    }, True


def _alike(old: Any, new: Any) -> bool:
    return (old is None) == (new is None) and (old is None or len(old) == len(new))


def _joined(old: Any, new: Any, language: str) -> Any:
    if isinstance(new, dict) and isinstance(old, dict):
        if language in new and all(_is_code(name) for name in (*old, *new)):
            return {**{code: said for code, said in old.items() if code not in new}, **new}
        return {name: _joined(old[name], value, language) if name in old else value for name, value in new.items()}
    if isinstance(new, list) and isinstance(old, list) and all(isinstance(part, dict) for part in (*old, *new)):
        return [
            _part(before, _joined(before, part, language))
            for before, part in zip(_in_order_of(new, old, language), new, strict=True)
        ]
    return new


def _part(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """With the key it had; what is not right needs no word for it, if it had none."""
    made = {**new, "key": old["key"]} if "key" in old else dict(new)
    if made.get("correct") is False and "correct" not in old:
        del made["correct"]
    return made


def _is_code(name: str) -> bool:
    return len(name) == 2 and name.islower()


def _in_order_of(new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]], language: str) -> Sequence[Any]:
    """Old parts as the new ones stand: those that say the same first, the rest in their order."""
    left = list(old)
    found: list[Any] = []
    for part in new:
        same = next(
            (one for one in left if _said(one, language) and _said(one, language) == _said(part, language)), None
        )
        found.append(same)
        if same is not None:
            left.remove(same)
    return [left.pop(0) if one is None else one for one in found]


def _said(part: Mapping[str, Any], language: str) -> list[Any]:
    return [part[name][language] for name in _TEXTS[:3] if isinstance(part.get(name), dict) and language in part[name]]
