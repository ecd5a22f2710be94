"""What may people type?"""

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from academy.attendance.models import PresenceState
from academy.kernel.forms import CheckboxesField, Form, MarkdownField
from academy.kernel.i18n import NATIVE_NAMES, say
from academy.learning.editions import queries, rules, when
from academy.learning.editions.commands import Announcement, Meeting
from academy.learning.editions.models import Edition, Mode, Session
from academy.learning.editions.rules import COUNTABLE, Completing
from academy.learning.models import Module, UnitKind
from academy.organisations.territories import country_choices, region_choices

KINDS = {
    UnitKind.LESSON: _l("Lessons"),
    UnitKind.ACTIVITY: _l("Activities"),
    UnitKind.QUIZ: _l("Quizzes"),
}

STATES = {
    PresenceState.PRESENT: say("Present"),
    PresenceState.ABSENT: say("Absent"),
    PresenceState.EXCUSED: say("Excused"),
}


class EditionForm(Form):
    title = StringField(
        _l("Title"), [DataRequired(_l("Give it a title, such as “Rovigo, autumn 2026”.")), Length(max=160)]
    )
    summary = TextAreaField(
        _l("In two sentences: for whom, how"),
        [DataRequired(_l("Say in a sentence or two whom it is for.")), Length(max=300)],
        render_kw={"rows": 3},
    )
    organisation = SelectField(_l("Organisation in charge"), coerce=int, validate_choice=True)
    mode = SelectField(
        _l("How do people meet?"), choices=lambda: {mode.value: str(label) for mode, label in rules.MODES.items()}
    )
    language = SelectField(_l("Language"), choices=NATIVE_NAMES)
    country = SelectField(_l("Country"), choices=country_choices)
    nuts2 = SelectField(_l("Region"), choices=region_choices, default="")
    municipality = StringField(_l("Municipality"), [Length(max=120)])
    starts_on = DateField(_l("First day"), [InputRequired(_l("Say when it begins."))])
    ends_on = DateField(_l("Last day"), [Optional()])
    time_zone = SelectField(_l("Whose clock"), choices=when.zone_choices)
    seats = IntegerField(_l("Places"), [Optional(), NumberRange(1, 5000)])
    body = MarkdownField(_l("What to know: rooms, materials, what to bring"), [Length(max=6000)], render_kw={"rows": 8})
    funding = TextAreaField(_l("Funding notice"), [Length(max=600)], render_kw={"rows": 2})
    contact = StringField(_l("Whom to ask"), [Length(max=200)])

    def validate_ends_on(self, field: wtforms.Field) -> None:
        verdict = rules.period_fits(self.starts_on.data, field.data)
        if not verdict:
            raise ValidationError(str(verdict.refusal))

    def announcement(self) -> Announcement:
        """What was typed, once it is valid."""
        return Announcement(
            title=self.title.data or "",
            summary=self.summary.data or "",
            language=self.language.data,
            country=self.country.data,
            nuts2=self.nuts2.data or "",
            municipality=self.municipality.data or "",
            mode=Mode(self.mode.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            time_zone=self.time_zone.data,
            body=self.body.data or "",
            body_html=self.body.written.html,
            body_version=self.body.written.version,
            funding=self.funding.data or "",
            contact=self.contact.data or "",
        )

    @classmethod
    def about(cls, edition: Edition, seats: int | None) -> "EditionForm":
        form = cls(obj=edition)
        form.seats.data = seats
        form.mode.data = edition.mode.value
        return form


class SessionForm(Form):
    title = StringField(_l("Title"), [DataRequired(_l("Give the session a title.")), Length(max=160)])
    day = DateField(_l("Day"), [InputRequired(_l("Choose a day."))])
    starts = TimeField(_l("Begins at"), [InputRequired(_l("Say when it begins."))])
    ends = TimeField(_l("Ends at"), [InputRequired(_l("Say when it ends."))])
    place = StringField(_l("Place"), [Length(max=200)])
    link = StringField(_l("Address of the online room"), [Length(max=300)], render_kw={"inputmode": "url"})
    modules = CheckboxesField(_l("Modules"), coerce=int)
    trainers = CheckboxesField(_l("Trainers"), coerce=int)
    seats = IntegerField(_l("Seats"), [Optional(), NumberRange(1, 5000)])
    body = MarkdownField(_l("Materials and what to bring"), [Length(max=4000)], render_kw={"rows": 4})

    def validate_ends(self, field: wtforms.Field) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(str(say("The end is before the beginning.")))

    def validate_link(self, field: wtforms.Field) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(str(say("An address begins with https://.")))

    def validate_modules(self, field: wtforms.Field) -> None:
        if not field.data:
            raise ValidationError(str(say("Choose at least one module: being there counts for it.")))

    def meeting(self, zone: str) -> Meeting:
        """What was typed, once it is valid; the times on the clocks of this zone."""
        assert self.day.data and self.starts.data and self.ends.data
        return Meeting(
            title=self.title.data or "",
            starts_at=when.instant(self.day.data, self.starts.data, zone),
            ends_at=when.instant(self.day.data, self.ends.data, zone),
            place=self.place.data or "",
            link=self.link.data or "",
            seats=self.seats.data,
            body=self.body.data or "",
            body_html=self.body.written.html,
            body_version=self.body.written.version,
            modules=queries.modules_with_ids(self.modules.data or []),
            trainers=queries.people_with_ids(self.trainers.data or []),
        )

    @classmethod
    def about(cls, one: Session, zone: str) -> "SessionForm":
        starts, ends = when.local(one.starts_at, zone), when.local(one.ends_at, zone)
        return cls(
            data={
                "title": one.title,
                "day": starts.date(),
                "starts": starts.time(),
                "ends": ends.time(),
                "place": one.place,
                "link": one.link,
                "modules": [module.id for module in one.modules],
                "trainers": [trainer.id for trainer in one.trainers],
                "seats": one.seats,
                "body": one.body,
            }
        )


class CancelForm(Form):
    because = StringField(_l("Why it does not take place"), [DataRequired(_l("Say why.")), Length(max=300)])


class RosterForm(Form):
    file = FileField(_l("List of addresses (CSV)"))
    invite = BooleanField(_l("Invite those who have no account yet"))

    def validate_file(self, field: wtforms.Field) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(str(say("Choose a file.")))


class CorrectionForm(Form):
    state = RadioField(
        _l("Was this person there?"), choices=lambda: {state.value: str(label) for state, label in STATES.items()}
    )
    minutes = IntegerField(
        _l("Minutes that count"), [InputRequired(_l("Write a number of minutes.")), NumberRange(0, 24 * 60)]
    )
    because = StringField(
        _l("Why"),
        [DataRequired(_l("Say in a few words why: whoever reads the sheet later will ask.")), Length(max=300)],
    )


class MessageForm(Form):
    to = SelectField(_l("To"), choices=lambda: {key: str(label) for key, label in rules.GROUPS.items()})
    people = CheckboxesField(
        _l("To these people"), coerce=int, validate_choice=False
    )  # the command asks who is enrolled
    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=150)])
    body = MarkdownField(
        _l("Your message"), [DataRequired(_l("Write something first.")), Length(max=6000)], render_kw={"rows": 8}
    )


class RulesForm(Form):
    counts = CheckboxesField(
        _l("What counts"), choices=lambda: {kind.value: str(label) for kind, label in KINDS.items()}
    )
    attendance = CheckboxesField(
        _l("What being in the room stands for"),
        choices=lambda: {kind.value: str(label) for kind, label in KINDS.items()},
    )
    share = IntegerField(
        _l("Share of a session, in per cent, from which on it counts"), [InputRequired(), NumberRange(1, 100)]
    )
    optional = CheckboxesField(_l("Single parts that are optional"))
    because = StringField(_l("Why"), [Length(max=300)])
    seen = HiddenField()

    def wanted(self) -> Completing:
        return Completing(
            counts=tuple(kind for kind in COUNTABLE if kind.value in (self.counts.data or [])),
            optional=tuple(self.optional.data or ()),
            attendance=tuple(kind for kind in COUNTABLE if kind.value in (self.attendance.data or [])),
            share=self.share.data or 0,
        )

    @classmethod
    def about(cls, asked: Completing, **more: Any) -> "RulesForm":
        return cls(
            data={
                "counts": [kind.value for kind in asked.counts],
                "attendance": [kind.value for kind in asked.attendance],
                "share": asked.share,
                "optional": [*asked.optional],
                **more,
            }
        )


def choose(form: SessionForm, modules: list[tuple[Module, str]], trainers: list[tuple[int, str]]) -> SessionForm:
    form.modules.choices = [(module.id, f"{module.position}. {title}") for module, title in modules]
    form.trainers.choices = trainers
    return form
