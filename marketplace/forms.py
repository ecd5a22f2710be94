"""What may people type?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from academy.kernel import clock
from academy.kernel.files import DOCUMENTS, PICTURES, UploadField
from academy.kernel.files.forms import picture_without_words
from academy.kernel.files.waiting import WaitingFilesField
from academy.kernel.forms import CheckboxesField, Form, MarkdownField
from academy.kernel.i18n import NATIVE_NAMES, Sentence, say
from academy.organisations.rules import region_fits
from academy.organisations.territories import country_choices, region_choices
from marketplace import rules, tongues
from marketplace.commands import Content
from marketplace.commands.agreements import Promise
from marketplace.models import Kind, Listing
from marketplace.vocabulary import (
    CONDITIONS,
    FIELDS,
    GOALS,
    NOT_FOR_US,
    OUTCOMES,
    OUTCOMES_TO_CHOOSE,
    PUBLIC_FUNCTIONS,
    RESOURCES,
    SOURCES,
    STAGES,
    TARGETS,
)

NOTHING = {"": "–"}


def _choices(labels: Mapping[Any, Sentence]) -> dict[str, str]:
    return {str(key): str(label) for key, label in labels.items()}


class ListingForm(Form):
    """A need or an offer. A draft wants a title alone; what else is missing is said when it is published."""

    organisation = SelectField(_l("In the name of"), coerce=int, validate_choice=True)
    revision = IntegerField(widget=widgets.HiddenInput(), validators=[Optional()])
    title = StringField(
        _l("What is it, in one sentence?"),
        [DataRequired(_l("Say in one sentence what it is about.")), Length(max=120)],
    )
    summary = TextAreaField(_l("In short"), [Length(max=300)], render_kw={"rows": 2})
    body = MarkdownField(_l("The whole of it"), [Length(max=10_000)], render_kw={"rows": 9})
    evidence = TextAreaField(_l("How do you know?"), [Length(max=2000)], render_kw={"rows": 3})
    tried = TextAreaField(_l("Already tried"), [Length(max=2000)], render_kw={"rows": 2})
    better = TextAreaField(_l("Better would be"), [Length(max=2000)], render_kw={"rows": 2})
    resources = CheckboxesField(_l("What do you look for?"), choices=lambda: _choices(RESOURCES))
    fields = CheckboxesField(_l("Field"), choices=lambda: _choices(FIELDS))
    goals = CheckboxesField(_l("Goals of the 2030 Agenda"), choices=lambda: _choices(GOALS))
    targets = CheckboxesField(_l("For whom?"), choices=lambda: _choices(TARGETS))
    stage = SelectField(_l("How far are you?"), choices=lambda: NOTHING | _choices(STAGES), default="")
    country = SelectField(_l("Country"), choices=lambda: NOTHING | country_choices(), default="")
    nuts2 = SelectField(_l("Region"), choices=region_choices, default="")
    municipality = StringField(_l("Municipality"), [Length(max=120)])
    remote = BooleanField(_l("It can also be done at a distance"))
    transferable = BooleanField(_l("We are glad to bring it to other places, or to help others do the same"))
    language = SelectField(_l("This text is written in"), choices=NATIVE_NAMES)
    contact_languages = CheckboxesField(_l("One can write to us in"), choices=NATIVE_NAMES)
    quantity = StringField(_l("How much?"), [Length(max=120)])
    capacity = IntegerField(_l("For how many at the same time?"), validators=[Optional()])
    conditions = RadioField(_l("Conditions"), choices=lambda: _choices(CONDITIONS), validate_choice=False)
    starts_on = DateField(_l("Possible from"), validators=[Optional()])
    ends_on = DateField(_l("Possible until"), validators=[Optional()])
    standing = BooleanField(_l("It has no end: ask us every six months whether it is still true"))
    on_behalf_of = StringField(_l("On whose behalf do you write?"), [Length(max=160)])
    public_function = SelectField(
        _l("Public function"), choices=lambda: NOTHING | _choices(PUBLIC_FUNCTIONS), default=""
    )
    source = SelectField(_l("How did it come up?"), choices=lambda: NOTHING | _choices(SOURCES), default="")
    members_only = BooleanField(_l("Show it to members alone: people who have signed in"))
    they_agree = BooleanField(_l("They know that it will be public, and want it"))
    received = WaitingFilesField(_l("Comes with it"))
    file = UploadField(_l("File"), accept=PICTURES | DOCUMENTS)
    alternative = StringField(_l("Alternative text"), [Length(max=400)])

    def __init__(self, *arguments: Any, kind: Kind, organisations: Mapping[int, str], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.kind = kind
        self.organisation.choices = {str(key): name for key, name in organisations.items()}
        if kind == Kind.OFFER:
            self.resources.label.text = _l("What can you give?")
            self.evidence.label.text = _l("What have you done before?")
            self.fields.label.text = _l("Field")

    def validate_nuts2(self, field: Field) -> None:
        verdict = region_fits(self.country.data or "", field.data or "")
        if not verdict:
            raise ValidationError(str(verdict.refusal))

    def validate_conditions(self, field: Field) -> None:
        if field.data and field.data not in CONDITIONS:  # none at all is fine for a draft
            raise ValidationError(str(say("Choose one.")))

    def validate(self, *arguments: Any, **more: Any) -> bool:
        valid = super().validate(*arguments, **more)
        valid = self._hold_file() and valid
        wrong = rules.contradictions(
            capacity=self.capacity.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            standing=self.standing.data,
        )
        return self._tell(wrong) and valid

    def _tell(self, wrong: Mapping[str, Sentence]) -> bool:
        """Put each sentence at its field; True where there is none."""
        for name, sentence in wrong.items():
            self[name].errors = [*self[name].errors, str(sentence)]
        return not wrong

    def _hold_file(self) -> bool:
        """What was chosen waits with the form from now on, also where something else is wrong."""
        if self.file.found is None:
            return True
        if missing := picture_without_words(self.file.found, self.alternative.data):
            return self._tell({"alternative": missing})
        self.received.add(self.file.found, self.alternative.data or "")
        self.alternative.data = ""
        return True

    def takes_file(self) -> bool:
        """A file was sent, and is to wait; whatever else is wrong is nobody's question yet."""
        self.validate()
        if not self.file.errors and self.file.found is None:
            self._tell({"file": say("Choose a file first.")})
        asked = {"file", "alternative", "received", "body"}  # a text that can't be read can't be shown
        for field in self:
            if field.name not in asked:
                field.errors = []
        return not self.errors

    def is_complete(self, *, today: date) -> bool:
        """Can this be public? What is missing becomes an error of its field."""
        missing = rules.gaps(_Typed(self), today=today)
        if self.on_behalf_of.data and not self.they_agree.data:
            missing["they_agree"] = say("Ask them first, and tick this when they have said yes.")
        if doubt := tongues.doubt(self.whole_text, self.language.data):
            missing["language"] = doubt
        self._tell({name: sentence for name, sentence in missing.items() if not self[name].errors})
        return not missing

    @property
    def whole_text(self) -> str:
        return f"{self.title.data or ''}.\n{self.summary.data or ''}\n{self.body.data or ''}"

    def content(self) -> Content:
        """What was typed, once it is valid."""
        need = self.kind == Kind.NEED
        return Content(
            title=" ".join((self.title.data or "").split()),
            summary=" ".join((self.summary.data or "").split()),
            body=self.body.data or "",
            body_html=self.body.written.html,
            body_version=self.body.written.version,
            evidence=self.evidence.data or "",
            tried=(self.tried.data or "") if need else "",
            better=(self.better.data or "") if need else "",
            language=self.language.data,
            goals=list(self.goals.data or []),
            fields=list(self.fields.data or []),
            targets=list(self.targets.data or []),
            resources=list(self.resources.data or []),
            stage=self.stage.data or "",
            country=self.country.data or "",
            nuts2=self.nuts2.data or "",
            municipality=self.municipality.data or "",
            remote=bool(self.remote.data),
            transferable=bool(self.transferable.data) and not need,
            contact_languages=list(self.contact_languages.data or []),
            quantity=self.quantity.data or "",
            capacity=self.capacity.data,
            conditions=self.conditions.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            standing=bool(self.standing.data),
            on_behalf_of=" ".join((self.on_behalf_of.data or "").split()),
            public_function=self.public_function.data or "",
            source=self.source.data or "",
            members_only=bool(self.members_only.data),
        )


class _Typed:
    """What stands in the form, under the names of `rules.Wording`."""

    def __init__(self, form: ListingForm) -> None:
        self._form = form
        self.kind = form.kind

    def __getattr__(self, name: str) -> Any:
        field = self._form[name]
        return field.data if isinstance(field, (CheckboxesField, DateField)) else field.data or ""


class ReasonForm(Form):
    """Why a moderator sends something back."""

    reason = TextAreaField(_l("What has to change?"), [Length(max=1000)], render_kw={"rows": 3})


class ClosingForm(Form):
    outcome = RadioField(
        _l("Why do you close it?"),
        choices=lambda: {one.value: str(OUTCOMES[one]) for one in OUTCOMES_TO_CHOOSE},
        validate_choice=False,  # the rule says what is missing
    )


class NotForUsForm(Form):
    other = HiddenField(validators=[DataRequired(), Length(max=80)])
    reason = RadioField(_l("Why not?"), choices=lambda: _choices(NOT_FOR_US), validate_choice=False)


class InterestForm(Form):
    body = MarkdownField(_l("Your message"), [Length(max=4000)], render_kw={"rows": 5})
    organisation = SelectField(_l("In the name of"), coerce=int, default=0)
    with_listing = SelectField(_l("About which of yours?"), default="")

    def __init__(self, *arguments: Any, organisations: Mapping[int, str], listings: list[Listing], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.organisation.choices = {str(key): name for key, name in organisations.items()} | {
            "0": str(say("Myself alone"))
        }
        self.with_listing.choices = NOTHING | {one.slug: one.title for one in listings}

    def validate_body(self, field: Field) -> None:
        verdict = rules.note_is_fit(field.data or "")
        if not verdict:
            raise ValidationError(str(verdict.refusal))


class MessageForm(Form):
    body = MarkdownField(_l("Your message"), [DataRequired(), Length(max=4000)], render_kw={"rows": 5})
    key = HiddenField(validators=[DataRequired(), Length(max=40)])


class ReportForm(Form):
    reason = TextAreaField(_l("What is wrong?"), [Length(max=1000)], render_kw={"rows": 3})


def _still_to_come(_form: Form, field: Field) -> None:
    if field.data < clock.now().date():
        raise ValidationError(str(say("This day is over. Choose one from today on.")))


class AgreementForm(Form):
    """Who does what by when: two lines for each side are enough to begin with."""

    purpose = StringField(_l("What do you want to reach together?"), [Length(max=300)])
    ours = StringField(_l("What we do"), [Length(max=300)])
    ours_by = DateField(_l("By when"), validators=[Optional(), _still_to_come])
    theirs = StringField(_l("What they do"), [Length(max=300)])
    theirs_by = DateField(_l("By when"), validators=[Optional(), _still_to_come])

    def promises(self, *, from_owner: bool) -> list[Promise]:
        lines = ((from_owner, self.ours, self.ours_by), (not from_owner, self.theirs, self.theirs_by))
        return [Promise(by_owner, what.data, due.data) for by_owner, what, due in lines if what.data]


class EndForm(Form):
    why = StringField(_l("Why will it not be done?"), [Length(max=300)])


class OutcomeForm(Form):
    result = TextAreaField(
        _l("What is there now that was not there before?"), [Length(max=2000)], render_kw={"rows": 3}
    )
    people = IntegerField(_l("For how many people?"), validators=[Optional(), NumberRange(min=0, max=10_000_000)])
    goals = CheckboxesField(_l("Goals of the 2030 Agenda"), choices=lambda: _choices(GOALS))
    evidence = TextAreaField(_l("How do you know?"), [Length(max=2000)], render_kw={"rows": 2})


class IntroductionForm(Form):
    need = HiddenField(validators=[DataRequired(), Length(max=80)])
    offer = HiddenField(validators=[DataRequired(), Length(max=80)])
    note = TextAreaField(
        _l("Why do you introduce them?"),
        [DataRequired(_l("Say in a sentence why they belong together.")), Length(max=1000)],
        render_kw={"rows": 2},
    )
