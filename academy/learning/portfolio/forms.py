"""What may people type?"""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from academy.kernel.forms import Form, MarkdownField
from academy.kernel.i18n import NATIVE_NAMES
from academy.kernel.markup import POST
from academy.learning.portfolio.commands import Result
from academy.learning.portfolio.rules import VISIBILITIES


class ItemForm(Form):
    title = StringField(_l("Title"), [DataRequired(_l("Give it a title by which you find it again.")), Length(max=160)])
    language = SelectField(_l("Language"), choices=NATIVE_NAMES)
    body = MarkdownField(
        _l("What you made"),
        [DataRequired(_l("Write something first.")), Length(max=POST.longest)],
        top=2,
        render_kw={"rows": 22},
    )
    revision = IntegerField(widget=HiddenInput(), default=0)

    def write_on_from(self, revision: int) -> None:
        """What the hidden field says from now on, whatever was sent."""
        self.revision.raw_data, self.revision.data = None, revision

    def result(self) -> Result:
        """What was typed, once it is valid."""
        return Result(
            title=self.title.data or "",
            language=self.language.data,
            body=self.body.data or "",
            body_html=self.body.written.html,
            body_version=self.body.written.version,
        )


class VisibilityForm(Form):
    to = RadioField(
        _l("Who may see it"), choices=lambda: {key.value: str(label) for key, label in VISIBILITIES.items()}
    )


class CommentForm(Form):
    body = MarkdownField(
        _l("Your comment"),
        [DataRequired(_l("Write something first.")), Length(max=5_000)],
        top=3,
        render_kw={"rows": 5},
    )


class ReportForm(Form):
    text = TextAreaField(
        _l("What is wrong with it?"),
        [DataRequired(_l("Say what is wrong, so that a moderator knows where to look.")), Length(max=1000)],
        render_kw={"rows": 4},
    )
