"""How does a file of the course come apart into the fields of a form, and together again? What nobody touched stays byte for byte."""

from dataclasses import dataclass
from typing import Any

import yaml

from academy.learning.authoring.course import split_text


@dataclass(frozen=True)
class Typed:
    """A text as it is written in a form: everything as typed, right or wrong."""

    title: str = ""
    summary: str = ""
    minutes: str = ""
    sources: str = ""  # one a line
    body: str = ""


def taken_apart(written: str) -> Typed:
    pieces = split_text(written)
    if pieces is None:
        return Typed(body=written)
    front, body, _line = pieces
    try:
        fields = yaml.safe_load(front)
    except yaml.YAMLError:
        fields = None
    found: dict[str, Any] = fields if isinstance(fields, dict) else {}
    sources = found.get("sources")
    return Typed(
        title=_one_line(found.get("title")),
        summary=_one_line(found.get("summary")),
        minutes=_one_line(found.get("minutes")),
        sources="\n".join(_one_line(source) for source in sources) if isinstance(sources, list) else "",
        body=body.strip("\n"),
    )


def put_together(typed: Typed, like: str = "") -> str:
    """The file. Front matter that says the same as that of `like` is taken over as it stands there, with its comments and quotation marks."""
    body = typed.body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    before = taken_apart(like) if like else None
    if before is not None and _same_front(before, typed):
        pieces = split_text(like)
        if pieces is not None:
            if before.body == body:
                return like
            return f"---\n{pieces[0]}---\n\n{body}\n"
    minutes = typed.minutes.strip()
    fields: dict[str, object] = {
        "title": _one_line(typed.title),
        "summary": _one_line(typed.summary),
        "minutes": int(minutes) if minutes.isdecimal() else minutes,
    }
    if sources := _sources(typed):
        fields["sources"] = sources
    front = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1_000_000)
    return f"---\n{front}---\n\n{body}\n"


def _same_front(one: Typed, other: Typed) -> bool:
    return (
        _one_line(one.title) == _one_line(other.title)
        and _one_line(one.summary) == _one_line(other.summary)
        and one.minutes.strip() == other.minutes.strip()
        and _sources(one) == _sources(other)
    )


def _sources(typed: Typed) -> list[str]:
    return [line for source in typed.sources.splitlines() if (line := _one_line(source))]


def _one_line(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())
