"""What may an author type, and which question does that make?

The fields of a question are named by their place in it: `prompt-en`, `options-0-text-it`, `feedback-wrong-en`. Rows that are left empty fall
away; what this form has no field for stays as it was.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.assessment.exchange import shaping
from academy.assessment.exchange.carried import Body, Unsuitable, slug
from academy.kernel.forms import Form
from academy.settings import settings

PARTS = {
    "single": ("options",),
    "multiple": ("options",),
    "matching": ("pairs", "distractors"),
    "ordering": ("items",),
    "open": ("rubric",),
    "gaps": ("gaps",),
}
TEXTS = {
    "options": ("text", "feedback"),
    "pairs": ("left", "right"),
    "distractors": ("right",),
    "items": ("text",),
    "rubric": ("text",),
    "gaps": ("feedback",),
}
FEEDBACK = ("correct", "partly", "wrong", "general")
ROWS = 4  # shown at least
_INDEX = re.compile(r"([a-z]+)-(\d{1,3})-")


def body_in(form: MultiDict[str, str], kind: str, base: Mapping[str, Any]) -> Body:
    """The question that was typed. `base`: the one that is being changed."""
    said = _Said(form)
    body: Body = {
        **{name: value for name, value in base.items() if name in ("name", "also", "scoring", "shuffle", "accents")},
        "type": kind,
        "tags": [tag for tag in (slug(word) for word in re.split(r"[,\s]+", form.get("tags", ""))) if tag],
        "prompt": said.texts("prompt"),
    }
    for name in ("lesson", "source"):
        if written := said.one(name):
            body[name] = written
    if (mark := said.one("mark")) not in ("", "1"):
        body["mark"] = _number(mark)
    if feedback := {name: texts for name in FEEDBACK if (texts := said.texts(f"feedback-{name}"))}:
        body["feedback"] = feedback
    for name in PARTS.get(kind, ()):
        parts = list(_parts(said, name, base.get(name, ())))
        if parts or name not in ("distractors", "rubric"):
            body[name] = parts
    match kind:
        case "true-false":
            body["answer"] = {"true": True, "false": False}.get(said.one("answer"))
        case "short-text":
            body["accepted"] = {
                code: lines for code in settings().languages if (lines := said.lines(f"accepted-{code}"))
            }
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

    def rows(self, name: str) -> list[int]:
        found = (_INDEX.match(field) for field in self.form)
        return sorted({int(one[2]) for one in found if one and one[1] == name})


def _parts(said: _Said, name: str, before: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    known = {part["key"]: part for part in before}
    taken = {said.one(f"{name}-{row}-key") for row in said.rows(name)} | {*known}
    for row in said.rows(name):
        texts = {text: words for text in TEXTS[name] if (words := said.texts(f"{name}-{row}-{text}"))}
        answers = _gap(said, f"{name}-{row}", known.get(said.one(f"{name}-{row}-key"))) if name == "gaps" else {}
        if not texts and not answers:
            continue
        key = said.one(f"{name}-{row}-key")
        if not key:
            key = next(free for place in range(99) if (free := shaping.key(place)) not in taken)
            taken.add(key)
        part: dict[str, Any] = {"key": key, **texts, **answers}
        if name == "options":
            part["correct"] = f"{row}" in said.form.getlist("correct")
            if "weight" in known.get(key, {}):
                part["weight"] = known[key]["weight"]
        if name == "rubric":
            part["points"] = _number(said.one(f"{name}-{row}-points") or "1")
        yield part


def _gap(said: _Said, name: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Lines: what is accepted; `=` and `~` before choices, right and wrong; `#12:1` for a number. Untouched, it stays as it was."""
    if before and all(
        said.one(f"{name}-answers-{code}") == gap_in_lines(before, code) for code in settings().languages
    ):
        return {part: value for part, value in before.items() if part in ("accepted", "choices", "answer", "tolerance")}
    lines = {code: found for code in settings().languages if (found := said.lines(f"{name}-answers-{code}"))}
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


def gap_in_lines(gap: Mapping[str, Any], code: str) -> str:
    """The other way round."""
    if "answer" in gap:
        return f"#{shaping.decimal(gap['answer'])}" + (
            f":{shaping.decimal(gap['tolerance'])}" if "tolerance" in gap else ""
        )
    if "choices" in gap:
        return "\n".join(("=" if one.get("correct") else "~") + one["text"].get(code, "") for one in gap["choices"])
    return "\n".join(gap.get("accepted", {}).get(code, ()))


def _number(written: str) -> shaping.Number:
    """What is no number stays as it was typed: the check says so beside its field."""
    try:
        return shaping.number_of(written)
    except Unsuitable:
        return written


class ImportForm(Form):
    file = wtforms.FileField(_l("A file"))
    text = wtforms.TextAreaField(_l("Or paste the text"), render_kw={"rows": 10, "spellcheck": "false"})
    format = wtforms.RadioField(
        _l("What is it written in?"),
        choices=[SelectChoice("gift", "GIFT"), SelectChoice("moodle-xml", "Moodle XML")],
        default="gift",
    )
    language = wtforms.SelectField(_l("In which language are the texts?"))
    bank = wtforms.SelectField(_l("Where do the questions belong?"))


class QuizForm(Form):
    draw = wtforms.IntegerField(_l("Questions in an attempt"), [wtforms.validators.NumberRange(1, 200)])
    pass_mark = wtforms.IntegerField(_l("Passed with per cent of the marks"), [wtforms.validators.NumberRange(0, 100)])
    attempts = wtforms.IntegerField(_l("Attempts (0: as many as one likes)"), [wtforms.validators.NumberRange(0, 100)])
    minutes = wtforms.IntegerField(_l("Minutes (0: no limit)"), [wtforms.validators.NumberRange(0, 600)])
    wait = wtforms.IntegerField(_l("Minutes between attempts"), [wtforms.validators.NumberRange(0, 100_000)])
