"""How are a question and a quiz written as files? In the order of docs/authoring.md; reading it again gives the same body."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

ORDER = (
    *("type", "name", "lesson", "tags", "mark", "prompt", "text"),
    *("scoring", "shuffle", "accents", "options", "answer", "tolerance", "unit", "accepted", "also"),
    *("pairs", "distractors", "items", "gaps", "rubric", "example", "feedback", "source"),
)
QUIZ_ORDER = (
    "draw",
    "tags",
    "pass_mark",
    "attempts",
    "wait",
    "minutes",
    "opens",
    "closes",
    "order",
    "counts",
    "feedback",
)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def written(body: Mapping[str, Any]) -> str:
    return _as_yaml({name: body[name] for name in ORDER if name in body})


def quiz_written(rules: Mapping[str, Any], keys: Sequence[str]) -> str:
    """`rules`: what is said of the quiz, as rules.Policy gives it; a wait of nothing is not said."""
    said = {name: rules[name] for name in QUIZ_ORDER if name in rules and (name != "wait" or rules[name])}
    return _as_yaml({**said, "questions": [*keys]})


def _as_yaml(values: Mapping[str, Any]) -> str:
    return str(yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110))
