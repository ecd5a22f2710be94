"""What may people type?"""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length

from academy.kernel.forms import Form
from academy.kernel.i18n import NATIVE_NAMES
from academy.notifications.models import Delivery, Rhythm
from academy.notifications.rules import GROUPS, LIMITS, RHYTHMS
from academy.settings import settings

DELIVERIES = (
    (Delivery.AT_ONCE, _l("At once what is meant for me")),
    (Delivery.DIGEST, _l("All of it in the digest")),
    (Delivery.NONE, _l("Not by mail")),
)


class ChoicesForm(Form):
    """How somebody wants to be told; the groups are fields of their own, made for the page."""

    rhythm = RadioField(
        _l("When do you want the digest?"),
        [DataRequired()],
        choices=lambda: [SelectChoice(rhythm, str(sentence)) for rhythm, sentence in RHYTHMS.items()],
        coerce=Rhythm,
    )
    most_a_day = SelectField(
        _l("How many messages a day at most may come at once?"),
        choices=[SelectChoice(number, str(number)) for number in LIMITS],
        coerce=int,
    )


for _group, _sentence in GROUPS.items():
    setattr(
        ChoicesForm,
        _group,
        SelectField(_l(_sentence.message), choices=[SelectChoice(*pair) for pair in DELIVERIES], coerce=Delivery),
    )


class AnnouncementForm(Form):
    """One text for each language of the site; what is empty is left out."""

    def texts(self) -> dict[str, tuple[str, str]]:
        return {
            code: (title.data or "", body.data or "") for code, title, body in self.pairs() if title.data and body.data
        }

    def pairs(self) -> Iterator[tuple[str, Field, Field]]:
        for code in settings().languages:
            yield code, self[f"title_{code}"], self[f"body_{code}"]

    def complete(self) -> bool:
        """At least one language, and each of them whole."""
        if not self.validate():
            return False
        for _code, title, body in self.pairs():
            if title.data and not body.data:
                body.errors = [str(_l("A title needs a text."))]
            if body.data and not title.data:
                title.errors = [str(_l("Give it a title."))]
        first = next(self.pairs())[1]
        if not any(title.data or body.data for _code, title, body in self.pairs()):
            first.errors = [str(_l("Write it in one language at least."))]
        return not any(field.errors for field in self)


def announcement_form() -> type[AnnouncementForm]:
    """For the languages of the site."""
    fields = {}
    for code in settings().languages:
        fields[f"title_{code}"] = StringField(f"{_l('Title')} ({NATIVE_NAMES[code]})", [Length(max=150)])
        fields[f"body_{code}"] = TextAreaField(
            f"{_l('Text')} ({NATIVE_NAMES[code]})", [Length(max=20_000)], render_kw={"rows": 8}
        )
    return type("AnnouncementForm", (AnnouncementForm,), fields)
