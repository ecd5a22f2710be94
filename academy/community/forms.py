"""What may people type?"""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from academy.community import writing
from academy.community.models import FlagKind, TopicKind
from academy.community.rules import FLAG_KINDS
from academy.community.writing import Text
from academy.kernel.forms import Form
from academy.kernel.i18n import NATIVE_NAMES
from academy.kernel.markup import TooTangled
from academy.kernel.web import random_key
from academy.settings import settings


def languages() -> list[SelectChoice]:
    return [SelectChoice(code, NATIVE_NAMES[code]) for code in settings().languages]


_not_empty = DataRequired(_l("Write something first."))


class PostForm(Form):
    """Checking it renders the text: before the first statement, so that nobody waits for it."""

    body = TextAreaField(_l("Your post"), [_not_empty], render_kw={"rows": 6})
    once = HiddenField(validators=[Length(max=40)], default=lambda: random_key(20))
    text: Text

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
    title = StringField(_l("Title"), [DataRequired(_l("Give it a title.")), Length(min=5, max=150)])
    body = TextAreaField(_l("Text"), [_not_empty], render_kw={"rows": 10})
    language = SelectField(_l("In which language do you write?"), [DataRequired()], choices=languages)
    about = HiddenField(validators=[Length(max=200)])


class EditForm(PostForm):
    title = StringField(_l("Title"), [Optional(), Length(min=5, max=150)])
    body = TextAreaField(_l("Text"), [_not_empty], render_kw={"rows": 10})
    because = StringField(_l("Why do you change it?"), [Length(max=300)])
    version = IntegerField(widget=HiddenInput(), default=0)


class HidingForm(Form):
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
