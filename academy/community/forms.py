"""What may people type?"""

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from academy.community import writing
from academy.community.models import Action, FlagKind, Ground, SpaceKind, TopicKind, TopicState, Visibility
from academy.community.rules import ACTIONS, FLAG_KINDS, GROUNDS, STATES, VISIBILITIES
from academy.community.writing import Text
from academy.kernel.files import PICTURES, Incoming, UploadField
from academy.kernel.files.forms import picture_without_words
from academy.kernel.forms import Form
from academy.kernel.i18n import NATIVE_NAMES
from academy.kernel.markup import TooTangled
from academy.kernel.web import random_key
from academy.settings import settings


def languages() -> list[SelectChoice]:
    return [SelectChoice(code, NATIVE_NAMES[code]) for code in settings().languages]


_not_empty = DataRequired(_l("Write something first."))
_as_long_as_a_title = Length(min=5, max=150, message=_l("A title has from 5 to 150 characters."))


PICTURE_MEGABYTES = 16


@dataclass(frozen=True)
class Picture:
    """One that came with a text, and whose address stands at the end of it."""

    found: Incoming
    key: str
    says: str


class PostForm(Form):
    """Checking it renders the text and draws the picture anew: before the first statement, so that nobody waits for it."""

    body = TextAreaField(_l("Your post"), [_not_empty], render_kw={"rows": 6})
    picture = UploadField(_l("Picture"), accept=PICTURES)
    picture_says = StringField(_l("What does it show?"), [Length(max=300)])
    once = HiddenField(validators=[Length(max=40)], default=lambda: random_key(20))
    text: Text
    sent_picture: Picture | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """A picture comes to the end of the text, also where something else is wrong: then it need not be chosen again."""
        whole: bool = super().validate(extra_validators)
        if self.picture.found is None:
            return whole
        says = self.picture_says.data or ""
        if missing := picture_without_words(self.picture.found, says):
            self.picture_says.errors = [str(missing)]
            return False
        self.sent_picture = Picture(self.picture.found, random_key(16), says)
        address = f"/files/{self.sent_picture.key}/{quote(self.picture.found.name)}"
        line = writing.picture_line(address, says)
        self.body.data = f"{self.body.data or ''}\n\n{line}".strip()
        self.picture_says.data = ""
        if self.body.validate(self, [PostForm.validate_body]):
            return not any(field.errors for field in self)
        return False

    def validate_body(self, field: TextAreaField) -> None:
        try:
            self.text = writing.written(field.data or "")
        except TooTangled as tangled:
            raise ValidationError(str(tangled.sentence)) from tangled


class ReplyForm(PostForm):
    body = TextAreaField(_l("Write to those in this topic"), [_not_empty], render_kw={"rows": 6})


class TopicForm(PostForm):
    kind = RadioField(
        _l("What is it?"),
        [DataRequired()],
        choices=[
            SelectChoice(TopicKind.QUESTION, _l("A question: one answer can be accepted")),
            SelectChoice(TopicKind.DISCUSSION, _l("A discussion: an experience, a proposal, news")),
        ],
        default=TopicKind.QUESTION.value,
    )
    space = SelectField(_l("Where does it belong?"), [DataRequired()])
    title = StringField(_l("Title"), [DataRequired(_l("Give it a title.")), _as_long_as_a_title])
    body = TextAreaField(_l("Text"), [_not_empty], render_kw={"rows": 10})
    language = SelectField(_l("In which language do you write?"), [DataRequired()], choices=languages)
    tags = StringField(_l("Tags"), [Length(max=160)])
    about = HiddenField(validators=[Length(max=200)])


class EditForm(PostForm):
    title = StringField(_l("Title"), [Optional(), _as_long_as_a_title])
    body = TextAreaField(_l("Text"), [_not_empty], render_kw={"rows": 10})
    because = StringField(_l("Why do you change it?"), [Length(max=300)])
    version = IntegerField(widget=HiddenInput(), default=0)


class HidingForm(Form):
    ground = SelectField(
        _l("Which rule does it break?"),
        choices=lambda: [SelectChoice(key, str(word)) for key, word in GROUNDS.items() if key is not Ground.NONE],
        coerce=Ground,
        default=Ground.OFF_TOPIC,
    )
    because = TextAreaField(
        _l("Why do you hide it?"),
        [DataRequired(_l("Say why: the author will read it.")), Length(max=300)],
        render_kw={"rows": 3},
    )


class FlagForm(Form):
    kind = RadioField(
        _l("What is wrong with it?"),
        [DataRequired(_l("Choose what is wrong."))],
        choices=lambda: [SelectChoice(kind, str(sentence)) for kind, sentence in FLAG_KINDS.items()],
    )
    text = TextAreaField(_l("What should a moderator know?"), [Length(max=1000)], render_kw={"rows": 3})

    def chosen(self) -> FlagKind:
        return FlagKind(self.kind.data)


class DecisionForm(Form):
    action = RadioField(
        _l("What happens to it?"),
        [DataRequired(_l("Choose what happens to it."))],
        choices=lambda: [SelectChoice(action, str(sentence)) for action, sentence in ACTIONS.items()],
        coerce=Action,
    )
    ground = SelectField(
        _l("Which rule does it break?"),
        choices=lambda: [SelectChoice(key, str(word)) for key, word in GROUNDS.items()],
        coerce=Ground,
        default=Ground.NONE,
    )
    because = TextAreaField(_l("In your own words"), [Length(max=1000)], render_kw={"rows": 4})
    version = IntegerField(widget=HiddenInput(), default=0)


class AppealForm(Form):
    text = TextAreaField(
        _l("Why do you think otherwise?"),
        [DataRequired(_l("Say why: another moderator reads it.")), Length(max=2000)],
        render_kw={"rows": 5},
    )


class AnswerForm(Form):
    upheld = RadioField(
        _l("Does the decision stand?"),
        [DataRequired(_l("Choose whether it stands."))],
        choices=[
            SelectChoice("stands", _l("It stands")),
            SelectChoice("undone", _l("It does not stand: what it did is undone")),
        ],
    )
    answer = TextAreaField(
        _l("Your answer to who objected"),
        [DataRequired(_l("Say why: who objected reads it.")), Length(max=1000)],
        render_kw={"rows": 4},
    )
    version = IntegerField(widget=HiddenInput(), default=0)


class ArrangeForm(Form):
    """What a steward sets for a topic. `posts` are numbers, such as `3, 5-7`."""

    state = RadioField(
        _l("Who may answer?"),
        [DataRequired()],
        choices=lambda: [SelectChoice(state, str(sentence)) for state, sentence in STATES.items()],
        coerce=TopicState,
    )
    space = SelectField(_l("Where does it belong?"), [DataRequired()])
    tags = StringField(_l("Tags"), [Length(max=160)])
    pinned = BooleanField(_l("First in its space"))
    posts = StringField(_l("Posts that move"), [Length(max=200)])
    title = StringField(_l("Title of the new topic"), [Optional(), _as_long_as_a_title])
    into = StringField(_l("Address of the other topic"), [Length(max=300)])

    def numbers(self) -> set[int]:
        found: set[int] = set()
        for part in (self.posts.data or "").split(","):
            first, _, last = part.strip().partition("-")
            if first.isdecimal() and (last or first).isdecimal() and len(first) < 8 and len(last) < 8:
                found |= set(range(int(first), min(int(last or first), int(first) + 500) + 1))
        return found

    def validate_posts(self, field: StringField) -> None:
        if field.data and not self.numbers():
            raise ValidationError(str(_l("Write numbers of posts, such as 3, 5-7.")))
        if field.data and not self.title.data:
            raise ValidationError(str(_l("Posts that move need a title for their new topic.")))


class SpaceForm(Form):
    visibility = RadioField(
        _l("Who reads it?"),
        [DataRequired()],
        choices=lambda: [SelectChoice(key, str(sentence)) for key, sentence in VISIBILITIES.items()],
        coerce=Visibility,
    )

    @classmethod
    def for_site(cls) -> "type[Self]":
        """With a description for each language of the site."""
        words = _l("What is it for?")
        fields = {
            f"summary_{code}": TextAreaField(
                f"{words} ({NATIVE_NAMES[code]})", [Length(max=1000)], render_kw={"rows": 3}
            )
            for code in settings().languages
        }
        return type(cls.__name__, (cls,), fields)

    def summaries(self) -> dict[str, str]:
        texts = {code: self[f"summary_{code}"].data or "" for code in settings().languages}
        return {code: text for code, text in texts.items() if text}


class OpeningForm(SpaceForm):
    """A new space: its titles, what it is, for whom."""

    kind = RadioField(
        _l("What is it?"),
        [DataRequired()],
        choices=[
            SelectChoice(SpaceKind.PRACTICE, _l("A community of practice")),
            SelectChoice(SpaceKind.ORGANISATION, _l("The space of an organisation")),
            SelectChoice(SpaceKind.GENERAL, _l("Something else")),
        ],
        coerce=SpaceKind,
        default=SpaceKind.PRACTICE,
    )
    organisation = SelectField(_l("Organisation"), default="")

    @classmethod
    def for_site(cls) -> "type[Self]":
        """With a title for each language as well, the first of them needed."""
        first, *_others = settings().languages
        words = _l("Title")
        fields = {
            f"title_{code}": StringField(
                f"{words} ({NATIVE_NAMES[code]})",
                [DataRequired(_l("Give it a title.")) if code == first else Optional(), Length(min=3, max=80)],
            )
            for code in settings().languages
        }
        return type(cls.__name__, (super().for_site(),), fields)

    def titles(self) -> dict[str, str]:
        texts = {code: self[f"title_{code}"].data or "" for code in settings().languages}
        return {code: text for code, text in texts.items() if text}

    def validate_organisation(self, field: SelectField) -> None:
        if self.kind.data is SpaceKind.ORGANISATION and not field.data:
            raise ValidationError(str(_l("Choose the organisation.")))


class SearchForm(Form):
    q = StringField(_l("Words"), [Length(max=200)])
    space = SelectField(_l("Space"), default="")
    kind = SelectField(
        _l("Kind"),
        choices=[
            SelectChoice("", _l("Everything")),
            SelectChoice(TopicKind.QUESTION, _l("Questions")),
            SelectChoice(TopicKind.DISCUSSION, _l("Discussions")),
        ],
        default="",
    )
    answered = SelectField(
        _l("Answer"),
        choices=[
            SelectChoice("", _l("Whether or not")),
            SelectChoice("accepted", _l("With an accepted answer")),
            SelectChoice("none", _l("Without an answer")),
        ],
        default="",
    )
