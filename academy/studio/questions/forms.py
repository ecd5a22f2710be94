"""What may an author type into the forms of this desk? The form of a question itself is in `composing`."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.assessment.exchange.carried import Unsuitable, slug
from academy.assessment.exchange.shaping import Number, number_of
from academy.assessment.models import Counts
from academy.assessment.rules import NUMBERS, Feedback, Order, Policy
from academy.kernel.amounts import plain
from academy.kernel.forms import Form
from academy.kernel.i18n import say

_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


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


class ChangeForm(Form):
    """What many questions are given at once. Fields that stay empty change nothing."""

    question = wtforms.SelectMultipleField(_l("Questions"), validate_choice=False)
    every = wtforms.BooleanField()
    add = wtforms.StringField(_l("Add tags"))
    take = wtforms.StringField(_l("Take tags away"))
    mark = wtforms.StringField(_l("Marks"), render_kw={"inputmode": "decimal", "autocomplete": "off"})
    lesson = wtforms.SelectField(_l("Lesson that teaches it"), default="")
    asks_for_change = True  # and not only to retire them, or to bring them back
    number: Number | None = None  # of marks, once it is valid

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not self.question.data and not self.every.data:
            self.question.errors = [str(say("Tick the questions that you mean."))]
        elif self.asks_for_change and not any((self.add.data, self.take.data, self.mark.data, self.lesson.data)):
            self.add.errors = [str(say("Write what shall change."))]
        return not self.errors

    def validate_mark(self, field: wtforms.Field) -> None:
        if field.data:
            try:
                self.number = number_of(plain(field.data))
            except Unsuitable as no:
                raise wtforms.ValidationError(str(no.sentence)) from no

    @property
    def tags_to_add(self) -> list[str]:
        return _tags_in(self.add.data)

    @property
    def tags_to_take(self) -> list[str]:
        return _tags_in(self.take.data)


def _tags_in(written: str | None) -> list[str]:
    return [tag for tag in map(slug, (written or "").replace(",", " ").split()) if tag]


def _whole(least: int, most: int) -> wtforms.validators.NumberRange:
    return wtforms.validators.NumberRange(least, most)


class QuizForm(Form):
    """The rules of a quiz; the times are on the clock of whoever writes them."""

    draw = wtforms.IntegerField(_l("Questions in an attempt"), [_whole(1, 200)])
    pass_mark = wtforms.IntegerField(_l("Passed with per cent of the marks"), [_whole(1, 100)])
    attempts = wtforms.IntegerField(_l("Attempts (0: as many as one likes)"), [_whole(0, 100)])
    wait = wtforms.IntegerField(_l("Minutes between attempts"), [_whole(0, 60_000)])
    minutes = wtforms.IntegerField(_l("Minutes (0: no limit)"), [_whole(0, 600)])
    opens = wtforms.DateTimeLocalField(_l("Opens"), [wtforms.validators.Optional()], format=_MOMENTS)
    closes = wtforms.DateTimeLocalField(_l("Closes"), [wtforms.validators.Optional()], format=_MOMENTS)
    order = wtforms.RadioField(
        _l("In which order are the questions asked?"),
        choices=lambda: [
            SelectChoice(Order.LISTED.value, str(say("As they are listed below"))),
            SelectChoice(Order.SHUFFLED.value, str(say("In another order in each attempt"))),
        ],
    )
    counts = wtforms.RadioField(
        _l("Which of several attempts counts?"),
        choices=lambda: [
            SelectChoice(Counts.BEST.value, str(say("The best"))),
            SelectChoice(Counts.LAST.value, str(say("The last"))),
            SelectChoice(Counts.FIRST.value, str(say("The first"))),
        ],
    )
    feedback = wtforms.RadioField(
        _l("What does a learner see after handing in?"),
        choices=lambda: [
            SelectChoice(Feedback.AT_ONCE.value, str(say("Marks, right answers and feedback"))),
            SelectChoice(Feedback.CLOSED.value, str(say("The marks; everything when the quiz has closed"))),
            SelectChoice(Feedback.MARKS.value, str(say("The marks alone"))),
            SelectChoice(Feedback.NOTHING.value, str(say("Nothing"))),
        ],
    )
    tags = wtforms.TextAreaField(_l("Draw by tag"), render_kw={"rows": 3, "spellcheck": "false"})
    drawn: Mapping[str, int] = {}  # how many of each tag, once it is valid

    def validate_tags(self, field: wtforms.Field) -> None:
        found: dict[str, int] = {}
        for line in (line.strip() for line in (field.data or "").splitlines()):
            tag, _, number = (part.strip() for part in line.rpartition(":"))
            if line and (not number.isdecimal() or len(number) > 3 or slug(tag) != tag or tag in found):
                raise wtforms.ValidationError(
                    str(say("“%(line)s” can't be read. Write each tag once, on a line like “need: 3”.", line=line[:60]))
                )
            if line:
                found[tag] = int(number)
        self.drawn = found

    def rules(self, zone: str) -> dict[str, Any]:
        """As quiz.yaml says them."""
        moments = {name: self[name].data for name in ("opens", "closes")}
        return {
            **{field.name: field.data for field in self},
            **{name: when.replace(tzinfo=ZoneInfo(zone)) if when else None for name, when in moments.items()},
            "tags": self.drawn,
        }

    @classmethod
    def about(cls, policy: Policy, zone: str) -> "QuizForm":
        moments = {"opens": policy.opens, "closes": policy.closes}
        return cls(
            data={
                **{name: getattr(policy, name) for name in NUMBERS},
                **{name: when.astimezone(ZoneInfo(zone)) if when else None for name, when in moments.items()},
                **{name: getattr(policy, name).value for name in ("order", "counts", "feedback")},
                "tags": "\n".join(f"{tag}: {number}" for tag, number in policy.tags),
            }
        )
