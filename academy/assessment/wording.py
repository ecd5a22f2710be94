"""What does a question say, in one language?

Texts are Markdown. They are made into HTML once, when a question is stored; here they are put together for a page. What a question does not
say in the reader's language it says in the first one it has.
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
GAP = re.compile(r"\[\[([a-z0-9-]+)\]\]")
LESSON = re.compile(r"\]\(lesson:([a-z0-9-]*)\)")  # a link to a lesson of the module
_PARAGRAPH = re.compile(r"<p>((?:(?!<p[ >]).)*)</p>\s*", re.DOTALL)
_PICTURE = re.compile(r'<figure class="figure">(<img [^>]*>)(?:<figcaption>.*</figcaption>)?</figure>\s*', re.DOTALL)
_TRUE_OR_FALSE: dict[str, Sentence] = {"true": say("True"), "false": say("False")}
_FEEDBACK = ("general", "correct", "partly", "wrong")


Sizes = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Part:
    """An option, an item to put in its place, the left side of a pair, or a typed answer that is known."""

    key: str
    text: Markup
    feedback: Markup


@dataclass(frozen=True)
class Gap:
    """A place in a text, to be filled in: from `choices`, or by typing."""

    key: str
    number: int  # from 1, in the order of the text
    choices: tuple[tuple[str, str], ...]
    amount: bool  # a number
    feedback: Markup


@dataclass(frozen=True)
class Criterion:
    """What the answer to an open question is marked by."""

    key: str
    text: Markup
    points: int


@dataclass(frozen=True)
class Wording:
    type: str
    language: str
    prompt: Markup  # its first paragraph
    more: Markup  # the paragraphs after it
    parts: tuple[Part, ...]
    rights: tuple[tuple[str, str], ...]  # right sides as plain text, to choose from
    pieces: tuple[Markup | Gap, ...]  # of a text with gaps
    rubric: tuple[Criterion, ...]
    example: Markup  # of a good answer to an open question
    unit: str
    general: Markup
    correct: Markup
    partly: Markup
    wrong: Markup
    source: Markup

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Gap))


def texts_of(body: Body) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Name, texts by language, and how much room each has."""
    feedback = body.get("feedback", {})
    yield from ((name, feedback[name], BLOCK) for name in _FEEDBACK if name in feedback)
    for part in (*body.get("options", ()), *body.get("items", ())):
        yield f"text:{part['key']}", part["text"], INLINE
        yield from _feedback_of(part)
    for pair in body.get("pairs", ()):
        yield f"text:{pair['key']}", pair["left"], INLINE
    for side in (*body.get("pairs", ()), *body.get("distractors", ())):
        yield f"right:{side['key']}", side["right"], PLAIN
    for variant in body.get("also", ()):
        yield from _feedback_of(variant)
    for gap in body.get("gaps", ()):
        yield from _feedback_of(gap)
        yield from (
            (f"choice:{gap['key']}:{choice['key']}", choice["text"], PLAIN) for choice in gap.get("choices", ())
        )
    yield from ((f"text:{criterion['key']}", criterion["text"], INLINE) for criterion in body.get("rubric", ()))
    yield from (
        (name, body[name], room)
        for name, room in (("text", BLOCK), ("example", BLOCK), ("unit", PLAIN))
        if name in body
    )


def _feedback_of(part: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str], str]]:
    if "feedback" in part:
        yield f"feedback:{part['key']}", part["feedback"], BLOCK


def shown(body: Body, media: str = "", sizes: Sizes | None = None) -> dict[str, dict[str, str]]:
    """Everything a page can show of a question, by language and name. Slow: it renders Markdown.

    `media`: the address of its bank's pictures, `/media/<module>`. `sizes`: width and height of pictures, by the address that the text gives.
    """
    found: dict[str, dict[str, str]] = {}
    for language, prompt in body["prompt"].items():
        first, _, rest = prompt.strip().partition("\n\n")
        with in_language(language):
            labels = markup.labels()
        texts = [("prompt", first, INLINE), ("more", rest, BLOCK), ("source", body.get("source", ""), INLINE)]
        texts += [(name, in_or_first(said, language), room) for name, said, room in texts_of(body)]
        lessons = media.replace("/media/", f"/{language}/learn/", 1)
        found[language] = {
            name: _made(LESSON.sub(rf"]({lessons}/\1)", text), room, labels, media, sizes) for name, text, room in texts
        }
    return found


def in_or_first(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _made(text: str, room: str, labels: markup.Labels, media: str, sizes: Sizes | None) -> str:
    if not text:
        return ""
    html = markup.rendered(text, profile=markup.LESSON, labels=labels, media=media, sizes=sizes).html
    if room == PLAIN:
        return markup.plain(html)
    if room == INLINE:
        # what would be a list or a heading (“1989. A year”) is only meant as words
        one = _PARAGRAPH.fullmatch(html) or _PICTURE.fullmatch(html)
        return one[1] if one else str(escape(text))
    return html


def wording(
    body: Body, shown: Mapping[str, Mapping[str, str]], language: str, order: Sequence[str] | None = None
) -> Wording:
    """In the reader's language, or the first one there is. `order`: of the options, items or right sides."""
    language = language if language in shown else next(iter(shown))
    texts = shown[language]

    def said(name: str) -> Markup:
        return Markup(texts.get(name, ""))  # noqa: S704  # cleaned when it was stored

    matching = body["type"] == "matching"
    keys = list(order or marking.shuffled(body) or marking.keys(body))
    others = [variant["key"] for variant in body.get("also", ())]
    return Wording(
        type=body["type"],
        language=language,
        prompt=said("prompt"),
        more=said("more"),
        parts=tuple(_part(key, said) for key in (marking.keys(body) if matching else keys or others)),
        rights=tuple((key, texts[f"right:{key}"]) for key in keys) if matching else (),
        pieces=tuple(_pieces(body, texts)) if body["type"] == "gaps" else (),
        rubric=tuple(
            Criterion(one["key"], said(f"text:{one['key']}"), one["points"]) for one in body.get("rubric", ())
        ),
        example=said("example"),
        unit=texts.get("unit", ""),
        general=said("general"),
        correct=said("correct"),
        partly=said("partly"),
        wrong=said("wrong"),
        source=said("source"),
    )


def _part(key: str, said: Any) -> Part:
    named = _TRUE_OR_FALSE.get(key)
    return Part(
        key=key,
        text=said(f"text:{key}") or (escape(str(named)) if named else Markup()),
        feedback=said(f"feedback:{key}"),
    )


def _pieces(body: Body, texts: Mapping[str, str]) -> Iterator[Markup | Gap]:
    gaps = {gap["key"]: gap for gap in body["gaps"]}
    number = 0
    for place, piece in enumerate(GAP.split(texts["text"])):
        if place % 2 == 0:
            yield Markup(piece)  # noqa: S704  # cleaned when it was stored
            continue
        number, gap = number + 1, gaps[piece]
        choices = [(choice["key"], texts[f"choice:{piece}:{choice['key']}"]) for choice in gap.get("choices", ())]
        yield Gap(
            key=piece,
            number=number,
            choices=tuple(sorted(choices, key=lambda choice: choice[1].casefold())),
            amount="answer" in gap,
            feedback=Markup(texts.get(f"feedback:{piece}", "")),  # noqa: S704
        )


def plain_prompt(shown: Mapping[str, Mapping[str, Any]], language: str) -> str:
    """For lists and titles."""
    texts: Mapping[str, str] = shown[language if language in shown else next(iter(shown))]
    return markup.plain(texts["prompt"])
