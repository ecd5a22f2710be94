"""Which questions does a GIFT file hold? Read line by line, so that its size doesn't matter."""

import codecs
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from academy.assessment.exchange import shaping
from academy.assessment.exchange.carried import Carried, Found, Texts, TurnedAway, Unsuitable, slug
from academy.assessment.exchange.gift.escapes import said, shielded
from academy.assessment.exchange.prose import AUTO, HTML, MARKDOWN, PLAIN, in_markdown, left_behind
from academy.assessment.exchange.shaping import Amount, Number, Rated
from academy.kernel.i18n import Sentence, say

LONGEST_LINE = 100_000
LONGEST_QUESTION = 200_000
_STYLE = re.compile(rf"\[({MARKDOWN}|{HTML}|{PLAIN}|{AUTO})\]")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
_COMMENTS = re.compile(r"(?:\n )+(?=\n|$)")  # what is left of them
_IN_COMMENT = re.compile(r"\[(id|tag|academy):((?:\\\]|[^\]])*)\]")
_UNREADABLE = re.compile(r"[\udc80-\udcff\ufffd\0]")
_ORDERING = re.compile(
    r">\s*(?P<count>\d*)\s*(?P<select>ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG)?"
    r"\s*(?:HORIZONTAL|HORI|H|VERTICAL|VERT|V)?\s*(?P<grading>[A-Z_]{2,})?(?:\s+(?:SHOW|HIDE))?(?:\s+(?:none|abc|ABCD|123|iii|IIII))?[ \t]*(?:\n|$)"
)
_ABOVE = {"top", "$course$", "$module$", "$system$", "$coursecat$"}


@dataclass
class _Block:
    """The lines between two empty ones."""

    line: int
    lines: list[str]
    fault: Sentence | None = None
    fault_line: int = 0


def read(stream: IO[bytes], language: str) -> Iterator[Carried | TurnedAway]:
    """`language`: that the texts are in; the format doesn't say."""
    category: tuple[str, ...] = ()
    with _decoded(stream) as text:
        for block in _blocks(text):
            lines = [line.strip() for line in block.lines if not line.strip().startswith("//")]
            if block.fault:
                yield TurnedAway(block.fault_line, "".join(lines[:1])[:60], block.fault)
            elif not lines or not lines[0].startswith("$CATEGORY:"):
                yield from _Question(block, language, category).read()
            elif len(lines) > 1:
                yield TurnedAway(block.line, lines[0], say("Leave an empty line after “$CATEGORY: …”."))
            else:
                category = _path(lines[0].removeprefix("$CATEGORY:"))


def _path(written: str) -> tuple[str, ...]:
    """`a/b` are two, `a//b` is one with a slash in it."""
    parts = [part.replace("\0", "/").strip() for part in written.strip().replace("//", "\0").split("/")]
    return tuple(part for part in parts if part and part not in _ABOVE)


@contextmanager
def _decoded(stream: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """UTF-8, or UTF-16 where the file begins so; every kind of line end. What can't be read becomes a lone surrogate."""
    start = stream.read(2)
    stream.seek(0)
    wide = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", "surrogateescape")
    text = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline=None)
    try:
        yield text
    finally:
        text.detach()  # the stream belongs to who opened it


def _blocks(text: io.TextIOWrapper) -> Iterator[_Block]:
    number, block, size = 0, None, 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if block is None and line.strip():
            block, size = _Block(number, []), 0
        if block is None:
            continue
        if not line.strip():
            yield block
            block = None
            continue
        size += len(line)
        if not block.fault and (fault := _fault_in(line, size)):
            block.fault, block.fault_line = fault, number
        while len(line) > LONGEST_LINE and not line.endswith("\n"):
            line = text.readline(LONGEST_LINE + 1)
        if not block.fault or not block.lines:
            block.lines.append(line[:1000] if block.fault else line.rstrip("\n"))
    if block is not None:
        yield block


def _fault_in(line: str, size: int) -> Sentence | None:
    if _UNREADABLE.search(line):
        return say("A character here can't be read. Save the file as UTF-8 text.")
    if len(line) > LONGEST_LINE or size > LONGEST_QUESTION:
        return say("The question is too long. Is an empty line missing between two questions?")
    return None


class _Question:
    def __init__(self, block: _Block, language: str, category: tuple[str, ...]) -> None:
        self._block, self._language, self._category = block, language, category
        self._found = Found({"type": "", "tags": []})
        self._key = ""
        self._own: dict[str, Any] = {}
        self._style = AUTO
        self._name = ""

    def read(self) -> Iterator[Carried | TurnedAway]:
        try:
            if not self._take_apart():
                return
        except Unsuitable as reason:
            yield TurnedAway(self._block.line + reason.line, self._name or self._start(), reason.sentence)
            return
        self._found.body |= {name: value for name, value in self._own.items() if name not in ("keys", "feedback")}
        yield Carried(
            line=self._block.line,
            key=slug(self._key) or slug(self._name),
            named=bool(slug(self._key)),
            body=self._found.body,
            category=self._category,
            notes=tuple(self._found.notes),
        )

    def _start(self) -> str:
        lines = (line.strip() for line in self._block.lines)
        return next((line for line in lines if not line.startswith("//")), "")[:60]

    def _take_apart(self) -> bool:
        lines = []
        for line in self._block.lines:
            if line.strip().startswith("//"):
                self._comment(line)
                lines.append(" ")
            else:
                lines.append(line.rstrip())
        text = shielded("\n".join(lines)).strip()
        if not text:
            return False
        text = self._named(text)
        start, end = text.find("{"), text.find("}")
        if start == -1 and end == -1:
            raise Unsuitable(
                say("A text without “{…}” asks nothing. There are no descriptions between questions here.")
            )
        if start == -1 or end < start:
            raise Unsuitable(
                say("A brace is missing: each question has one “{” and one “}”."), _line(text, max(start, end))
            )
        if more := re.search(r"[{}]", text[start + 1 : end] + " " + text[end + 1 :]):
            raise Unsuitable(
                say("There are too many braces. Write those that belong to the text as \\{ and \\}."),
                _line(text, start + 1 + more.start()),
            )
        answers, after = text[start + 1 : end].strip(), text[end + 1 :]
        stem = text[:start] + ("_____" if after.strip() else "") + after
        answers, mark, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
        prompt, self._style = self._styled(stem, self._style)
        if not prompt:
            raise Unsuitable(say("There is no question, only answers. Write it before “{”."))
        if self._name and self._name != self._key:
            self._found.body["name"] = self._name
        self._name = self._name or said(stem)[:80]
        self._found.body["prompt"] = {self._language: prompt}
        self._answers(answers.strip())
        if mark:
            shaping.feedback(self._found, general=self._text(general))
        self._take_over_own()
        return True

    def _comment(self, line: str) -> None:
        for name, value in _IN_COMMENT.findall(line):
            value = value.replace("\\]", "]").strip()
            if name == "id":
                self._key = value
            elif name == "tag" and slug(value):
                self._found.body["tags"] = [*dict.fromkeys([*self._found.body["tags"], slug(value)])]
            elif name == "academy":
                self._own = _own(value)

    def _named(self, text: str) -> str:
        if not text.startswith("::"):
            return text
        name, mark, rest = text[2:].partition("::")
        if not mark:
            return text[2:]
        self._name = " ".join(said(name).split())
        return rest.strip()

    # --- texts

    def _styled(self, text: str, style: str) -> tuple[str, str]:
        """Its words in Markdown, and what it was written in."""
        text = _COMMENTS.sub("", text).strip()
        if tag := _STYLE.match(text):
            text, style = text[tag.end() :], tag[1]
        words = said(text).strip()
        if style != MARKDOWN and (gone := left_behind(words)):
            self._found.note(gone)
        return in_markdown(words, style).strip(), style

    def _text(self, text: str) -> Texts:
        words, _style = self._styled(text, self._style)
        return {self._language: words} if words else {}

    def _plain(self, text: str) -> Texts:
        """Answers that are typed, and right sides: not Markdown, whatever the rest is written in."""
        text = text.strip()
        if tag := _STYLE.match(text):
            text = text[tag.end() :]
        words = " ".join(said(text).split())
        return {self._language: words} if words else {}

    # --- answers, in the order in which Moodle tells them apart

    def _answers(self, text: str) -> None:
        if not text:
            self._found.body["type"] = "open"
        elif text.startswith("#"):
            self._number(text[1:])
        elif text.startswith(">"):
            self._ordering(text)
        elif "~" in text:
            self._choice(text)
        elif "=" in text and "->" in text:
            self._matching(text)
        elif text.partition("#")[0].strip() in ("T", "TRUE", "F", "FALSE"):
            self._true_false(text)
        else:
            self._short_text(text)

    def _true_false(self, text: str) -> None:
        answer, *comments = text.split("#", 2)
        shaping.true_false(self._found, answer=answer.strip().startswith("T"))
        wrong, right = [*map(self._text, comments), {}, {}][:2]
        shaping.feedback(self._found, correct=right, wrong=wrong)

    def _choice(self, text: str) -> None:
        single = "=" in text
        options = []
        for part in _parts(text.replace("=", "~="), "~"):
            answer, weight = self._weighed(part.strip(), 0)
            if part.strip().startswith("="):
                answer, weight = part.strip()[1:], 100
            words, _, comment = answer.partition("#")
            texts = self._text(words)
            if not texts:
                raise Unsuitable(
                    say("An option is empty. Is there a “~” or “=” too many? In a text write \\~ and \\=.")
                )
            options.append(Rated(texts, weight, self._text(comment)))
        shaping.choice(self._found, options, single=single)

    def _matching(self, text: str) -> None:
        pairs = []
        for part in _parts(text):
            left, arrow, right = part.partition("->")
            if not arrow:
                raise Unsuitable(say("“%(part)s”: a pair is written “= left -> right”.", part=said(part).strip()[:60]))
            rights = self._plain(right)
            if not rights:
                raise Unsuitable(say("“%(part)s”: the right side is missing.", part=said(part).strip()[:60]))
            pairs.append((self._text(left), rights))
        shaping.matching(self._found, pairs)

    def _short_text(self, text: str) -> None:
        if text == "0":
            raise Unsuitable(say("“{0}” is read in different ways by different programs. Write “{=0}” or “{#0}”."))
        if text.partition("#")[0].strip().casefold() in ("true", "false", "t", "f"):
            self._found.note(
                say("“%(word)s” is an answer to be typed here. For true or false write TRUE or FALSE.", word=text[:5])
            )
        answers = []
        for part in _parts(text):
            written, weight = self._weighed(part.strip(), 100)
            words, _, comment = written.partition("#")
            texts = self._plain(words)
            if not texts:
                raise Unsuitable(say("An answer is empty. Is there an “=” too many? In a text write \\=."))
            answers.append(Rated(texts, weight, self._text(comment)))
        shaping.short_text(self._found, answers)

    def _number(self, text: str) -> None:
        text, mark, otherwise = text.partition("~")
        amounts = []
        for part in _parts(text):
            written, weight = self._weighed(part.strip(), 100)
            amount, _, comment = written.partition("#")
            answer, tolerance = _amount(said(amount).strip())
            amounts.append(Amount(answer, tolerance, weight, self._text(comment)))
        if mark:
            shaping.feedback(self._found, wrong=self._text(otherwise.partition("#")[2]))
        shaping.number(self._found, amounts)

    def _ordering(self, text: str) -> None:
        head = _ORDERING.match(text)
        if head is None:
            raise Unsuitable(
                say("Things to put in order are written “{> 3 ALL VERTICAL ABSOLUTE_POSITION”, then one on each line.")
            )
        items = [self._text(line) for line in text[head.end() :].split("\n") if line.strip()]
        if head["select"] not in (None, "ALL", "EXACT"):
            self._found.note(say("All things are asked for here, not some of them."))
        if head["grading"] not in (None, "ABSOLUTE_POSITION", "ABSOLUTE", "ABS", "ALL_OR_NOTHING"):
            self._found.note(say("Each thing in its right place counts here; other ways to count are not known."))
        if head["grading"] == "ALL_OR_NOTHING":
            self._found.body["scoring"] = "all-or-nothing"
        shaping.ordering(self._found, items)

    def _weighed(self, text: str, otherwise: int) -> tuple[str, Number]:
        found = _WEIGHT.match(text)
        return (text[found.end() :], shaping.weight_of(found[1])) if found else (text, otherwise)

    # --- what only we write

    def _take_over_own(self) -> None:
        body = self._found.body
        for name, text in self._own.get("feedback", {}).items():
            shaping.feedback(self._found, **{name: text})
        for name, keys in self._own.get("keys", {}).items():
            if isinstance(keys, list) and len(keys) == len(body.get(name, ())):
                body[name] = [{**part, "key": own} for part, own in zip(body[name], keys, strict=True)]


def _own(written: str) -> dict[str, Any]:
    """What our comment says, where it can be trusted to be ours."""
    try:
        found = json.loads(written)
    except ValueError:
        return {}
    return {name: value for name, value in found.items() if name in OWN} if isinstance(found, dict) else {}


OWN = ("lesson", "source", "mark", "unit", "scoring", "shuffle", "accents", "rubric", "example", "feedback", "keys")


def _parts(text: str, sign: str = "=") -> Sequence[str]:
    """What each sign begins."""
    parts = text.split(sign)
    return parts[1:] if not parts[0].strip() else parts


def _amount(written: str) -> tuple[Number, Number | None]:
    if ".." in written:
        low, _, high = written.partition("..")
        if not low.strip() or not high.strip():
            raise Unsuitable(say("A range has two ends: write “3..4”."))
        return shaping.between(shaping.number_of(low), shaping.number_of(high))
    answer, mark, tolerance = written.partition(":")
    return shaping.number_of(answer), shaping.number_of(tolerance) if mark else None


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, max(place, 0))
