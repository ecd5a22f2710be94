"""Who made the pictures? What was added on the web is written behind what media.yaml says already, which stays as it is."""

from collections.abc import Iterable

import yaml

from academy.learning.models import ModuleFile


def with_credits(written: bytes, added: Iterable[ModuleFile]) -> bytes:
    """media.yaml, with an entry for each file that it does not name yet."""
    known = yaml.safe_load(written) if written.strip() else {}
    names = set(known) if isinstance(known, dict) else set()
    new = {
        stem: {"licence": file.licence, "credit": file.credit}
        for file in added
        if (stem := stem_of(file.name)) not in names
    }
    if not new:
        return written
    start = written if not written or written.endswith(b"\n") else written + b"\n"
    return start + yaml.safe_dump(new, allow_unicode=True, sort_keys=False, width=1_000_000).encode()


def credits_in(written: bytes) -> dict[str, tuple[str, str]]:
    """Who made each, and under which licence, by the first part of its name."""
    try:
        known = yaml.safe_load(written) if written.strip() else {}
    except yaml.YAMLError:
        return {}
    entries = known.items() if isinstance(known, dict) else ()
    return {
        str(stem): (str(about.get("credit", "")), str(about.get("licence", "")))
        for stem, about in entries
        if isinstance(about, dict)
    }


def stem_of(name: str) -> str:
    """`levels` of levels.svg and of levels.it.svg."""
    return name.split(".")[0]
