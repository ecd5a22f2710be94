"""What does a question say, in one language?

Texts are Markdown. They are made into HTML once, when a question is stored; here they are put together for a page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from academy.assessment import marking
from academy.assessment.marking import Body
from academy.kernel import markup
from academy.kernel.i18n import Sentence, in_language, say

BLOCK, INLINE, PLAIN = "block", "inline", "plain"
_PARAGRAPH = re.compile(r"<p>((?:(?!<p[ >]).)*)</p>\s*", re.DOTALL)
_TRUE_OR_FALSE: dict[str, Sentence] = {"true": say("True"), "false": say("False")}


@dataclass(frozen=True)
class Part:
    """An option, an item to put in its place, or the left side of a pair."""

    key: str
    text: Markup
    feedback: Markup


@dataclass(frozen=True)
class Wording:
    type: str
    language: str
    prompt: Markup  # its first paragraph
    more: Markup  # the paragraphs after it
    parts: tuple[Part, ...]
    rights: tuple[tuple[str, str], ...]  # right sides as plain text, to choose from
    unit: str
    correct: Markup
    wrong: Markup
    source: Markup


def texts_of(body: Body) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Name, texts by language, and how much room each has."""
    yield "correct", body["feedback"]["correct"], BLOCK
    yield "wrong", body["feedback"]["wrong"], BLOCK
    for part in body.get("options") or body.get("items") or ():
        yield f"text:{part['key']}", part["text"], INLINE
        if "feedback" in part:
            yield f"feedback:{part['key']}", part["feedback"], BLOCK
    for pair in body.get("pairs") or ():
        yield f"text:{pair['key']}", pair["left"], INLINE
        yield f"right:{pair['key']}", pair["right"], PLAIN
    if "unit" in body:
        yield "unit", body["unit"], PLAIN


def shown(body: Body) -> dict[str, dict[str, str]]:
    """Everything a page can show of a question, by language and name. Slow: it renders Markdown."""
    found: dict[str, dict[str, str]] = {}
    for language, prompt in body["prompt"].items():
        first, _, rest = prompt.strip().partition("\n\n")
        with in_language(language):
            labels = markup.labels()
        found[language] = {"prompt": _made(first, INLINE, labels), "more": _made(rest, BLOCK, labels)}
        found[language]["source"] = _made(body.get("source", ""), INLINE, labels)
        for name, texts, room in texts_of(body):
            if language in texts:
                found[language][name] = _made(texts[language], room, labels)
    return found


def _made(text: str, room: str, labels: markup.Labels) -> str:
    if not text:
        return ""
    html = markup.rendered(text, profile=markup.LESSON, labels=labels).html
    if room == PLAIN:
        return markup.plain(html)
    if room == INLINE:
        # what would be a list or a heading (“1989. A year”) is only meant as words
        one = _PARAGRAPH.fullmatch(html)
        return one[1] if one else str(escape(text))
    return html


def wording(
    body: Body, shown: Mapping[str, Mapping[str, str]], language: str, order: Sequence[str] | None = None
) -> Wording:
    """In the reader's language, or the first one there is. `order`: of the options, items or right sides."""
    language = language if language in shown else next(iter(shown))
    texts = shown[language]
    keys = list(order or marking.keys(body))
    return Wording(
        type=body["type"],
        language=language,
        prompt=Markup(texts["prompt"]),  # noqa: S704  # cleaned when it was stored; here and below
        more=Markup(texts["more"]),  # noqa: S704
        parts=tuple(_part(key, texts) for key in (marking.keys(body) if "pairs" in body else keys)),
        rights=tuple((key, texts[f"right:{key}"]) for key in keys) if "pairs" in body else (),
        unit=texts.get("unit", ""),
        correct=Markup(texts["correct"]),  # noqa: S704
        wrong=Markup(texts["wrong"]),  # noqa: S704
        source=Markup(texts["source"]),  # noqa: S704
    )


def _part(key: str, texts: Mapping[str, str]) -> Part:
    named = _TRUE_OR_FALSE.get(key)
    text = texts.get(f"text:{key}")
    return Part(
        key=key,
        text=escape(str(named)) if text is None and named else Markup(text or ""),  # noqa: S704
        feedback=Markup(texts.get(f"feedback:{key}", "")),  # noqa: S704
    )


def plain_prompt(shown: Mapping[str, Mapping[str, Any]], language: str) -> str:
    """For lists and titles."""
    texts: Mapping[str, str] = shown[language if language in shown else next(iter(shown))]
    return markup.plain(texts["prompt"])
