"""How is a question written as a file? In the order of docs/authoring.md; reading it again gives the same body."""

from collections.abc import Mapping
from typing import Any

import yaml

ORDER = (
    *("type", "name", "lesson", "tags", "mark", "prompt", "text"),
    *("scoring", "shuffle", "accents", "options", "answer", "tolerance", "unit", "accepted", "also"),
    *("pairs", "distractors", "items", "gaps", "rubric", "example", "feedback", "source"),
)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def written(body: Mapping[str, Any]) -> str:
    in_order = {name: body[name] for name in ORDER if name in body}
    return str(yaml.dump(in_order, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110))
