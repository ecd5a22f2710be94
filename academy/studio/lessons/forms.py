"""What may a trainer type? Everything: what is wrong with a text is said by the check beside it, and stops only its publication."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from academy.kernel.files import MEDIA, PICTURES, UploadField
from academy.kernel.forms import Form
from academy.kernel.i18n import NATIVE_NAMES, Sentence, say
from academy.kernel.web import random_key
from academy.learning.authoring.front_matter import Typed
from academy.learning.commands import Place

LICENCES = ("CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0")


class TextForm(Form):
    title = StringField(_l("Title"))
    summary = TextAreaField(_l("Summary"))
    minutes = StringField(_l("Minutes"))
    sources = TextAreaField(_l("Sources"))
    body = TextAreaField(_l("Text, in Markdown"))
    base = IntegerField(widget=HiddenInput(), default=0)
    revision = IntegerField(widget=HiddenInput(), default=0)
    hand = HiddenField(default=lambda: random_key(12))
    same = SelectMultipleField(choices=[])  # "it:2": says the same as the second Italian version

    @property
    def typed(self) -> Typed:
        texts = {name: self[name].data or "" for name in ("title", "summary", "minutes", "sources", "body")}
        return Typed(**{name: text.replace("\r\n", "\n") for name, text in texts.items()})

    @property
    def place(self) -> Place:
        return Place(self.revision.data or 0, self.base.data or 0, (self.hand.data or "")[:20])

    def write_on_from(self, revision: int, base: int) -> None:
        """What the hidden fields say from now on, whatever was sent."""
        for field, value in ((self.revision, revision), (self.base, base)):
            field.raw_data, field.data = None, value

    @property
    def same_as(self) -> dict[str, int]:
        found = {}
        for choice in self.same.data or ():
            language, _, n = choice.partition(":")
            if language in NATIVE_NAMES and n.isdecimal():
                found[language] = int(n)
        return found


class NewTextForm(Form):
    title = StringField(_l("Title"), [DataRequired(_l("Give it a title. You can change it later.")), Length(max=160)])


class FileForm(Form):
    file = UploadField(_l("File"), accept=MEDIA)
    alternative = StringField(_l("Alternative text"), validators=[Length(max=400)])
    caption = StringField(_l("Caption"), validators=[Length(max=300)])
    credit = StringField(_l("Credit"), validators=[Length(max=300)])
    licence = SelectField(_l("Licence"), choices=[SelectChoice(code, code) for code in LICENCES])

    def sentence(self) -> Sentence | None:
        """What is missing; None: nothing."""
        if self.file.found is None:
            return say("Choose a file first.")
        if self.file.found.kind in PICTURES and not self.alternative.data:
            return say("Write what one sees in the picture, for those who can't see it. Then choose the file again.")
        return None


def filled(typed: Typed, place: Place) -> TextForm:
    values: dict[str, Any] = {**vars(typed), "base": place.base, "revision": place.revision}
    return TextForm(data=values)
