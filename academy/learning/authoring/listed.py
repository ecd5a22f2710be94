"""Which modules does course.yaml list? What else it says stays as it was written."""

import re
from collections.abc import Sequence

import yaml

COURSE = "course.yaml"
_LIST = re.compile(rb"^modules:.*\n(?:(?:[ \t].*|-.*|)\n)*", re.MULTILINE)


def with_modules(written: bytes, folders: Sequence[str]) -> bytes:
    """course.yaml, with these modules in this order."""
    known = yaml.safe_load(written)
    if isinstance(known, dict) and known.get("modules") == list(folders):
        return written
    lines = "".join(f"  - {folder}\n" for folder in folders).encode()
    start = written if written.endswith(b"\n") else written + b"\n"
    return _LIST.sub(lambda _found: b"modules:\n" + lines, start, count=1)
