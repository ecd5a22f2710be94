"""What may people type?"""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import Length

from academy.kernel.files import DOCUMENTS, PICTURES, UploadField
from academy.kernel.forms import Form
from academy.kernel.i18n import say


class NoteForm(Form):
    box = IntegerField()
    text = TextAreaField()


class FileForm(Form):
    """A picture or a document that stands beside something."""

    file = UploadField(_l("File"), accept=PICTURES | DOCUMENTS)
    alternative = StringField(_l("Alternative text"), [Length(max=400)])

    def complete(self) -> bool:
        """Valid, and a picture says what one sees in it."""
        if not self.validate():
            return False
        if self.file.found is None:
            self.file.errors = [str(say("Choose a file first."))]
        elif self.file.found.kind in PICTURES and not self.alternative.data:
            self.alternative.errors = [
                str(say("Write what one sees in the picture, for those who can't see it. Then choose the file again."))
            ]
        else:
            return True
        return False
