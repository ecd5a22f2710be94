"""What may people type?"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from academy.kernel.forms import Form
from academy.kernel.i18n import NATIVE_NAMES, say
from academy.workflows.noting import LONGEST_LINE, MOST_LINES, lines_in
from marketplace.models import Kind


class CameUpForm(Form):
    """What came up at a session: a line for each need or offer."""

    organisation = SelectField(_l("In the name of"), coerce=int)
    kind = RadioField(
        _l("What came up?"),
        choices=[SelectChoice(Kind.NEED.value, _l("Needs")), SelectChoice(Kind.OFFER.value, _l("Offers"))],
        default=Kind.NEED.value,
    )
    language = SelectField(_l("In which language do you write?"), choices=NATIVE_NAMES)
    lines = TextAreaField(_l("One in each line"), render_kw={"rows": 6})

    def __init__(self, *arguments: Any, organisations: Mapping[int, str], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.organisation.choices = {str(key): name for key, name in organisations.items()}

    def validate_lines(self, field: Field) -> None:
        lines = lines_in(field.data or "")
        long = next((number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), 0)
        if not lines:
            raise ValidationError(str(say("Write at least one.")))
        if len(lines) > MOST_LINES:
            raise ValidationError(
                str(say("At most %(most)s at once, and there are %(number)s.", most=MOST_LINES, number=len(lines)))
            )
        if long:
            raise ValidationError(
                str(
                    say(
                        "Number %(number)s is longer than %(most)s characters. Shorten it: there is room for the rest in its draft.",
                        number=long,
                        most=LONGEST_LINE,
                    )
                )
            )
