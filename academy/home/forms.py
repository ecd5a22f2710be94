"""What may people type? On the style guide only: one field of each kind."""

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from academy.kernel.forms import CheckboxesField, Form


class ExampleForm(Form):
    title = StringField(_l("Title"), [DataRequired(), Length(max=80)])
    body = TextAreaField(_l("What it is about"), [Optional()])
    country = SelectField(
        _l("Country"),
        choices=[SelectChoice("IT", "Italia"), SelectChoice("PL", "Polska"), SelectChoice("SI", "Slovenija")],
    )
    looking = CheckboxesField(
        _l("What you look for"),
        choices=[SelectChoice("space", _l("Space")), SelectChoice("time", _l("Volunteer time"))],
        default=["space"],
    )
    until = DateField(_l("Until when"), [InputRequired()])
    visibility = RadioField(
        _l("Who can see it"),
        [InputRequired()],
        choices=[SelectChoice("everybody", _l("Everybody")), SelectChoice("members", _l("Members"))],
        default="everybody",
    )
    terms = BooleanField(_l("I have read the terms"), [InputRequired()])


def example_with_errors() -> ExampleForm:
    """As it comes back when everything in it is wrong."""
    form = ExampleForm(
        MultiDict({"wrong-title": "", "wrong-until": "yesterday", "wrong-country": "IT", "wrong-visibility": "nobody"}),
        prefix="wrong",
    )
    form.validate()
    return form
