"""What may people type?"""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Email, InputRequired, Length

from academy.accounts.models import Audience
from academy.accounts.rules import KNOWN, PROFILE
from academy.kernel.forms import Form
from academy.kernel.i18n import NATIVE_NAMES
from academy.settings import settings

TIME_ZONES = [*sorted(zone for zone in available_timezones() if zone.startswith("Europe/")), "UTC"]


def languages() -> list[SelectChoice]:
    return [SelectChoice(code, NATIVE_NAMES[code]) for code in settings().languages]


def audiences() -> list[SelectChoice]:
    return [
        SelectChoice(Audience.EVERYBODY, _l("Everybody")),
        SelectChoice(Audience.MEMBERS, _l("Members")),
        SelectChoice(Audience.NOBODY, _l("Nobody but me")),
    ]


_a_name = [DataRequired(_l("Write your name.")), Length(max=120)]
_the_address = _l("Write your e-mail address.")
_an_address = [
    DataRequired(_the_address),
    Length(max=320),
    Email(_l("This does not look like an e-mail address. It has the form name@example.org.")),
]


class SignUpForm(Form):
    name = StringField(_l("Your name"), _a_name, render_kw={"autocomplete": "name"})
    email = EmailField(_l("E-mail address"), _an_address, render_kw={"autocomplete": "email"})
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Choose a password."))], render_kw={"autocomplete": "new-password"}
    )


class SignInForm(Form):
    email = EmailField(
        _l("E-mail address"), [DataRequired(_the_address), Length(max=320)], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Write your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class ConnectForm(Form):
    """The password of the account here, once, to connect it with one from elsewhere."""

    password = PasswordField(
        _l("Your password here"),
        [InputRequired(_l("Write your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class ForgottenPasswordForm(Form):
    email = EmailField(_l("E-mail address"), _an_address, render_kw={"autocomplete": "email"})


class NewPasswordForm(Form):
    password = PasswordField(_l("New password"), [InputRequired()], render_kw={"autocomplete": "new-password"})


class PasswordForm(Form):
    current = PasswordField(
        _l("Current password"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(_l("New password"), [InputRequired()], render_kw={"autocomplete": "new-password"})


class AddressForm(Form):
    email = EmailField(_l("New e-mail address"), _an_address, render_kw={"autocomplete": "email"})
    current = PasswordField(
        _l("Current password"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class ProfileForm(Form):
    name = StringField(_l("Your name"), _a_name, render_kw={"autocomplete": "name"})
    about = TextAreaField(_l("About you"), [Length(max=1000)], render_kw={"rows": 4})
    language = SelectField(_l("Language of messages"), choices=languages)
    time_zone = SelectField(
        _l("Time zone"), choices=[SelectChoice(zone, zone.replace("_", " ")) for zone in TIME_ZONES]
    )


class ClosingForm(Form):
    current = PasswordField(
        _l("Current password"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    sure = BooleanField(_l("Yes, close my account for good"), [DataRequired()])


class AboutMeForm(Form):
    """What a person says of themselves; beside each part, who sees it."""

    offers = TextAreaField(_l("What I offer"), [Length(max=500)], render_kw={"rows": 3})
    offers_for = SelectField(_l("Who sees what I offer?"), choices=audiences, coerce=Audience, default=Audience.MEMBERS)
    looks_for = TextAreaField(_l("What I look for"), [Length(max=500)], render_kw={"rows": 3})
    looks_for_for = SelectField(
        _l("Who sees what I look for?"), choices=audiences, coerce=Audience, default=Audience.MEMBERS
    )
    languages = StringField(_l("Languages I speak"), [Length(max=200)])
    languages_for = SelectField(
        _l("Who sees my languages?"), choices=audiences, coerce=Audience, default=Audience.MEMBERS
    )
    region = StringField(_l("Where I am"), [Length(max=200)])
    region_for = SelectField(_l("Who sees where I am?"), choices=audiences, coerce=Audience, default=Audience.MEMBERS)

    modules_for = SelectField(
        _l("Who sees which modules I have finished?"), choices=audiences, coerce=Audience, default=Audience.NOBODY
    )
    meetings_for = SelectField(
        _l("Who sees which meetings I came to?"), choices=audiences, coerce=Audience, default=Audience.NOBODY
    )

    def facts(self) -> dict[str, tuple[str, Audience]]:
        """What is known elsewhere has no text of its own."""
        said = {name: (self[name].data or "", self[f"{name}_for"].data) for name in PROFILE}
        return said | {name: ("", self[f"{name}_for"].data) for name in KNOWN}
