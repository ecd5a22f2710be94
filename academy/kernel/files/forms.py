"""How does somebody send one file that stands beside something?"""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from academy.kernel.files.fields import UploadField
from academy.kernel.files.kinds import DOCUMENTS, PICTURES
from academy.kernel.forms import Form
from academy.kernel.i18n import say


class FileForm(Form):
    """A picture, which says what one sees in it, or a document."""

    file = UploadField(_l("File"), accept=PICTURES | DOCUMENTS)
    alternative = StringField(_l("Alternative text"), [Length(max=400)])

    def validate(self, *arguments: Any, **more: Any) -> bool:
        if not super().validate(*arguments, **more):
            return False
        if self.file.found is None:
            self.file.errors = [str(say("Choose a file first."))]
        elif self.file.found.kind in PICTURES and not self.alternative.data:
            self.alternative.errors = [
                str(say("Write what one sees in the picture, for those who can't see it. Then choose the file again."))
            ]
        return not self.errors
