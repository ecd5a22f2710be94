"""What may people type?"""

from wtforms import IntegerField, TextAreaField

from academy.kernel.forms import Form


class NoteForm(Form):
    box = IntegerField()
    text = TextAreaField()
