"""How does somebody send one file that stands beside something?"""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from academy.kernel.files.fields import UploadField
from academy.kernel.files.kinds import DOCUMENTS, PICTURES
from academy.kernel.files.receiving import Incoming
from academy.kernel.forms import Form
from academy.kernel.i18n import Sentence, say


class FileForm(Form):
    """A picture, which says what one sees in it, or a document."""

    file = UploadField(_l("File"), accept=PICTURES | DOCUMENTS)
    alternative = StringField(_l("Alternative text"), [Length(max=400)])

    def validate(self, *arguments: Any, **more: Any) -> bool:
        if not super().validate(*arguments, **more):
            return False
        if self.file.found is None:
            self.file.errors = [str(say("Choose a file first."))]
        elif missing := picture_without_words(self.file.found, self.alternative.data):
            self.alternative.errors = [str(missing)]
        return not self.errors


def picture_without_words(found: Incoming, alternative: str | None) -> Sentence | None:
    """A picture says what one sees in it; a document needs no such words."""
    if alternative or found.kind not in PICTURES:
        return None
    return say("Write what one sees in the picture, for those who can't see it. Then choose the file again.")
