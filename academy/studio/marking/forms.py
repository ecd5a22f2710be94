"""What may a trainer type at the marking desk?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from academy.assessment.rules import LONGEST_REASON, MOST_TIME
from academy.kernel.forms import Form

_WORDS = Length(max=LONGEST_REASON)


class OverrideForm(Form):
    percent = IntegerField(_l("Per cent of the mark"), [InputRequired(), NumberRange(0, 100)])
    reason = TextAreaField(_l("Why, in words for the learner"), [DataRequired(), _WORDS], render_kw={"rows": 3})


class DecisionForm(Form):
    reason = TextAreaField(_l("Your answer to the learner"), [DataRequired(), _WORDS], render_kw={"rows": 4})


class AllowanceForm(Form):
    email = StringField(_l("E-mail address of the learner"), [DataRequired(), Length(max=254)])
    factor = IntegerField(
        _l("Per cent of the time of others"), [InputRequired(), NumberRange(100, MOST_TIME)], default=125
    )


class OutageForm(Form):
    began_at = DateTimeLocalField(_l("It began"), [InputRequired()])
    ended_at = DateTimeLocalField(_l("It ended"), [InputRequired()])
    why = StringField(_l("What happened"), [DataRequired(), Length(max=200)])

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """As the clock on the trainer's wall showed them."""
        began, ended = self.began_at.data, self.ended_at.data
        assert began is not None
        assert ended is not None  # both are required
        return began.replace(tzinfo=ZoneInfo(zone)), ended.replace(tzinfo=ZoneInfo(zone))
