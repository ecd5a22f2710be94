"""A question as a file: is it right, what does it say, and how is it written?

docs/authoring.md describes the format. A file without serious faults gives a body: plain values, texts by language, ready to be stored.
The same checks hold for a body that a form or another format made.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from academy.assessment.yaml_questions.checking import Check, Flaw
from academy.assessment.yaml_questions.reading import Lines, Loader, NotYaml, Place
from academy.assessment.yaml_questions.writing import quiz_written, written
from academy.kernel.i18n import Sentence

__all__ = ["Fault", "Flaw", "Place", "faults", "flaws", "parsed", "quiz_written", "read", "written"]


@dataclass(frozen=True)
class Fault:
    line: int
    sentence: Sentence
    serious: bool  # the question can't be asked like this; otherwise advice


def read(
    text: str, languages: Sequence[str], lesson_slugs: Collection[str], media: Collection[str] | None = None
) -> tuple[dict[str, Any], list[Fault]]:
    """The body, empty where it can't be asked like this, and each fault with its line and its remedy, in the order of the file. `media`:
    names of the pictures there are, if that is known."""
    try:
        lines = Lines(text)
    except NotYaml as wrong:
        return {}, [Fault(wrong.line, wrong.sentence, serious=True)]
    check = Check(languages, lesson_slugs, media, line=lines.line)
    check.repeated(lines.repeated)
    check.question(lines.value)
    found = [Fault(lines.line(flaw.place), flaw.sentence, flaw.serious) for flaw in check.found]
    body: dict[str, Any] = {}
    if isinstance(lines.value, dict) and not any(fault.serious for fault in found):
        body = lines.value
    return body, sorted(found, key=lambda fault: fault.line)


def faults(
    text: str, languages: Sequence[str], lesson_slugs: Collection[str], media: Collection[str] | None = None
) -> list[Fault]:
    return read(text, languages, lesson_slugs, media)[1]


def flaws(
    body: Mapping[str, Any],
    languages: Sequence[str],
    lesson_slugs: Collection[str],
    media: Collection[str] | None = None,
) -> list[Flaw]:
    """The same of a body that is not a file: each with the place of the value, such as `("options", 0, "text", "en")`."""
    check = Check(languages, lesson_slugs, media)
    check.question(body)
    return check.found


def parsed(text: str) -> dict[str, Any]:
    """The body. For a text that has no serious faults."""
    body: dict[str, Any] = yaml.load(text, Loader=Loader)  # noqa: S506  # a safe loader
    return body
