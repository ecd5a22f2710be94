"""Which question does the form of an author make, and where in it is a flaw?

The fields of a question are named by their place in it: `prompt-en`, `options-0-text-it`, `feedback-wrong-en`. Rows that are left empty fall
away; a setting that is as usual is written only where the question said so before.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from werkzeug.datastructures import MultiDict

from academy.assessment.exchange import shaping
from academy.assessment.exchange.carried import Body, Unsuitable, slug
from academy.assessment.marking import ALL_OR_NOTHING
from academy.assessment.yaml_questions import Flaw, Place
from academy.kernel.amounts import amount, plain
from academy.kernel.i18n import NATIVE_NAMES, Sentence, say
from academy.settings import settings

PARTS = {
    "single": ("options",),
    "multiple": ("options",),
    "short-text": ("also",),
    "number": ("also",),
    "matching": ("pairs", "distractors"),
    "ordering": ("items",),
    "open": ("rubric",),
    "gaps": ("gaps",),
}
TEXTS = {
    "options": ("text", "feedback"),
    "also": ("feedback",),
    "pairs": ("left", "right"),
    "distractors": ("right",),
    "items": ("text",),
    "rubric": ("text",),
    "gaps": ("feedback",),
}
OPTIONAL = ("also", "distractors", "rubric")  # parts that a question may do without
SCORED = ("multiple", "matching", "ordering", "gaps")  # all or nothing is a choice
SHUFFLED = ("single", "multiple")
ACCENTED = ("short-text", "gaps")
FEEDBACK = ("correct", "partly", "wrong", "general")
ROWS = 4  # shown at least
TITLES: dict[str, Sentence] = {
    "options": say("Options"),
    "also": say("Other answers that are known"),
    "pairs": say("Pairs"),
    "distractors": say("More right sides, that belong to none"),
    "items": say("In the right order"),
    "rubric": say("What a good answer shows"),
    "gaps": say("Gaps"),
    "text": say("Text"),
    "left": say("Left side"),
    "right": say("Right side"),
    "feedback": say("What is said about it"),
    "correct": say("When it is right"),
    "partly": say("When it is partly right"),
    "wrong": say("When it is wrong"),
    "general": say("To everybody"),
    "prompt": say("Question"),
    "accepted": say("Accepted answers"),
    "answer": say("Right answer"),
    "tolerance": say("Tolerance, up or down"),
    "unit": say("Unit"),
    "weight": say("Part of the mark, in per cent"),
    "points": say("Points"),
    "example": say("Example of a good answer"),
    "lesson": say("Lesson that teaches it"),
    "tags": say("Tags"),
    "mark": say("Marks"),
    "source": say("Source"),
    "name": say("Name for lists"),
    "bank": say("Module"),
    "gift": say("One question in GIFT"),
}
_ONE_OF = {
    "options": say("Option"),
    "also": say("Answer"),
    "pairs": say("Pair"),
    "distractors": say("Right side"),
    "items": say("Line"),
    "rubric": say("Criterion"),
    "gaps": say("Gap"),
}
_LINES = {("gaps", "gaps"): ("answers",), ("also", "short-text"): ("accepted",)}
_NUMBERS = {
    ("options", ""): ("correct", "weight"),
    ("also", "short-text"): ("weight",),
    ("also", "number"): ("answer", "tolerance", "weight"),
    ("rubric", ""): ("points",),
}
_LAST = ("lesson", "tags", "mark", "source", "name", "gift")
_INDEX = re.compile(r"([a-z]+)-(\d{1,3})-")


def body_in(form: MultiDict[str, str], kind: str, base: Mapping[str, Any]) -> Body:
    """The question that was typed. `base`: the one that is being changed."""
    said = _Said(form)
    body: Body = {
        "type": kind,
        "tags": [tag for tag in (slug(word) for word in re.split(r"[,\s]+", form.get("tags", ""))) if tag],
        "prompt": said.texts("prompt"),
        **_settings(said, kind, base),
    }
    for name in ("name", "lesson", "source"):
        if written := said.one(name):
            body[name] = written
    if (mark := said.one("mark")) not in ("", "1"):
        body["mark"] = _number(mark)
    if feedback := {name: texts for name in FEEDBACK if (texts := said.texts(f"feedback-{name}"))}:
        body["feedback"] = feedback
    for name in PARTS.get(kind, ()):
        parts = list(_parts(said, name, base.get(name, ())))
        if parts or name not in OPTIONAL:
            body[name] = parts
    match kind:
        case "true-false":
            body["answer"] = {"true": True, "false": False}.get(said.one("answer"))
        case "short-text":
            body["accepted"] = said.lines_of("accepted")
        case "number":
            body["answer"] = _number(said.one("answer"))
            body |= {"tolerance": _number(said.one("tolerance"))} if said.one("tolerance") else {}
            body |= {"unit": unit} if (unit := said.texts("unit")) else {}
        case "gaps":
            body["text"] = said.texts("text")
        case "open":
            body |= {"example": example} if (example := said.texts("example")) else {}
    return body


class _Said:
    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form = form

    def one(self, name: str) -> str:
        return self.form.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()

    def texts(self, name: str) -> dict[str, str]:
        return {code: words for code in settings().languages if (words := self.one(f"{name}-{code}"))}

    def lines(self, name: str) -> list[str]:
        return [" ".join(line.split()) for line in self.one(name).split("\n") if line.strip()]

    def lines_of(self, name: str) -> dict[str, list[str]]:
        return {code: lines for code in settings().languages if (lines := self.lines(f"{name}-{code}"))}

    def rows(self, name: str) -> list[int]:
        found = (_INDEX.match(field) for field in self.form)
        return sorted({int(one[2]) for one in found if one and one[1] == name})


def _settings(said: _Said, kind: str, base: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, tuple[object, object]] = {}  # what is chosen, and what is usual
    if kind in SCORED:
        found["scoring"] = (ALL_OR_NOTHING if said.one("scoring") == ALL_OR_NOTHING else "shared", "shared")
    if kind in SHUFFLED:
        found["shuffle"] = (not said.one("fixed"), True)
    if kind in ACCENTED:
        found["accents"] = (bool(said.one("accents")), False)
    kept = {name: base[name] for name in ("scoring", "shuffle", "accents") if name in base and name not in found}
    return kept | {name: value for name, (value, usual) in found.items() if value != usual or name in base}


def _parts(said: _Said, name: str, before: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    known = {part["key"]: part for part in before}
    taken = {said.one(f"{name}-{row}-key") for row in said.rows(name)} | {*known}
    for row in said.rows(name):
        id, key = f"{name}-{row}", said.one(f"{name}-{row}-key")
        texts = {text: words for text in TEXTS[name] if (words := said.texts(f"{id}-{text}"))}
        answers = _answers(said, name, id, known.get(key))
        if not texts and not answers:
            continue
        if not key:
            key = next(free for place in range(99) if (free := shaping.key(place)) not in taken)
            taken.add(key)
        part: dict[str, Any] = {"key": key, **texts, **answers}
        correct = f"{row}" in said.form.getlist("correct")
        if name == "options" and (correct or "correct" in known.get(key, {"correct": False})):
            part["correct"] = correct
        if name in ("options", "also") and (weight := said.one(f"{id}-weight")):
            part["weight"] = _number(weight)
        if name == "rubric":
            part["points"] = _number(said.one(f"{id}-points") or "1")
        yield part


def _answers(said: _Said, name: str, id: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    if name == "gaps":
        return _gap(said, id, before)
    if name != "also":
        return {}
    if accepted := said.lines_of(f"{id}-accepted"):
        return {"accepted": accepted}
    answer, tolerance = said.one(f"{id}-answer"), said.one(f"{id}-tolerance")
    return {
        **({"answer": _number(answer)} if answer else {}),
        **({"tolerance": _number(tolerance)} if tolerance else {}),
    }


def _gap(said: _Said, id: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Lines: what is accepted; `=` and `~` before choices, right and wrong; `#12:1` for a number. Untouched, it stays as it was."""
    lines = said.lines_of(f"{id}-answers")
    if before and all(lines.get(code, []) == _lines_in(gap_in_lines(before, code)) for code in settings().languages):
        return {part: value for part, value in before.items() if part in ("accepted", "choices", "answer", "tolerance")}
    first = next(iter(lines.values()), [])
    if first and first[0].startswith("#"):
        answer, mark, tolerance = first[0][1:].partition(":")
        return {"answer": _number(answer)} | ({"tolerance": _number(tolerance)} if mark else {})
    if first and all(line[0] in "=~" for line in first):
        return {
            "choices": [
                {
                    "key": shaping.key(place),
                    "correct": line.startswith("="),
                    "text": {code: found[place][1:].strip() for code, found in lines.items() if place < len(found)},
                }
                for place, line in enumerate(first)
            ]
        }
    return {"accepted": lines} if lines else {}


def _lines_in(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def gap_in_lines(gap: Mapping[str, Any], code: str) -> str:
    """The other way round."""
    if "answer" in gap:
        return f"#{amount(gap['answer'])}" + (f":{amount(gap['tolerance'])}" if "tolerance" in gap else "")
    if "choices" in gap:
        return "\n".join(("=" if one.get("correct") else "~") + one["text"].get(code, "") for one in gap["choices"])
    return "\n".join(gap.get("accepted", {}).get(code, ()))


def _number(written: str) -> shaping.Number:
    """What is no number stays as it was typed: the check says so beside its field."""
    try:
        return shaping.number_of(plain(written))
    except Unsuitable:
        return written


# --- where a flaw is


def fields_of(body: Body, rows: Mapping[str, int], *, new: bool) -> list[str]:
    """The ids of all fields, as the page shows them."""
    kind, codes = body["type"], settings().languages
    several = [
        "prompt",
        *{"gaps": ["text"], "open": ["example"], "short-text": ["accepted"], "number": ["unit"]}.get(kind, ()),
    ]
    single = {"true-false": ["answer-true", "answer-false"], "number": ["answer", "tolerance"]}.get(kind, [])
    found = [*(["bank"] if new else []), *(f"{name}-{code}" for name in several for code in codes), *single]
    for name, count in rows.items():
        for id in (f"{name}-{row}" for row in range(count)):
            texts = [*TEXTS[name], *_LINES.get((name, kind), ())]
            found += [*(f"{id}-{text}-{code}" for text in texts for code in codes)]
            found += [f"{id}-{one}" for one in _NUMBERS.get((name, kind), _NUMBERS.get((name, ""), ()))]
    return [*found, *(f"feedback-{name}-{code}" for name in FEEDBACK for code in codes), *_LAST]


def field_of(place: Place, fields: Collection[str]) -> str:
    """The id of the field that a flaw is about: its own, or the first that belongs to it. Empty where there is none."""
    words = [str(part) for part in place]
    if words[:1] == ["gaps"] and len(words) > 2 and words[2] in ("accepted", "choices", "answer", "tolerance"):
        words = [*words[:2], "answers", *words[3:]]
    while words:
        name = "-".join(words)
        if name in fields:
            return name
        if inside := next((field for field in fields if field.startswith(f"{name}-")), ""):
            return inside
        words.pop()
    return ""


def name_of(place: Place) -> str:
    """What an author calls it: Option 2, Text (Italiano)."""
    found = []
    for part, after in zip_longest(place, place[1:]):
        if isinstance(part, int):
            continue
        if isinstance(after, int) and part in _ONE_OF:
            found.append(f"{_ONE_OF[str(part)]} {after + 1}")
        elif part in NATIVE_NAMES and found:
            found[-1] += f" ({NATIVE_NAMES[str(part)]})"
        elif part in TITLES:
            found.append(str(TITLES[str(part)]))
    return ", ".join(found)


def of_flaws(flaws: Sequence[Flaw], fields: Collection[str]) -> list[tuple[str, str, Sentence]]:
    """Field, name and sentence of each."""
    return [(field_of(flaw.place, fields), name_of(flaw.place), flaw.sentence) for flaw in flaws]
