"""What may people type?"""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Email, Length

from academy.kernel.forms import CheckboxesField, Form, MarkdownField
from academy.kernel.i18n import NATIVE_NAMES, say
from academy.organisations import rules
from academy.organisations.commands import Profile
from academy.organisations.models import Organisation, OrganisationKind
from academy.organisations.territories import country_choices, region_choices
from academy.organisations.vocabulary import KINDS


class OrganisationForm(Form):
    name = StringField(
        _l("Name of the organisation"), [DataRequired(), Length(max=160)], render_kw={"autocomplete": "organization"}
    )
    kind = SelectField(
        _l("What kind is it?"), choices=lambda: {kind.value: str(label) for kind, label in KINDS.items()}
    )
    country = SelectField(_l("Country"), choices=country_choices)
    nuts2 = SelectField(_l("Region"), choices=region_choices, default="")
    municipality = StringField(_l("Municipality"), [Length(max=120)], render_kw={"autocomplete": "address-level2"})
    body = MarkdownField(_l("What do you do?"), [Length(max=6000)], render_kw={"rows": 6})
    website = StringField(_l("Website"), [Length(max=300)], render_kw={"inputmode": "url", "autocomplete": "url"})
    languages = CheckboxesField(_l("Languages one can write to you in"), choices=NATIVE_NAMES)

    def validate_nuts2(self, field: Field) -> None:
        verdict = rules.region_fits(self.country.data, field.data or "")
        if not verdict:
            raise ValidationError(str(verdict.refusal))

    def validate_website(self, field: Field) -> None:
        if field.data and not re.fullmatch(r"(https?://)?[^\s/.@]+(\.[^\s/.@]+)+(/\S*)?", field.data):
            raise ValidationError(str(say("Write the address of a site, such as www.example.org.")))

    def validate_languages(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(str(say("Choose at least one language.")))

    def profile(self) -> Profile:
        """What was typed, once it is valid."""
        website = self.website.data or ""
        if website and "://" not in website:
            website = f"https://{website}"
        return Profile(
            name=self.name.data or "",
            kind=OrganisationKind(self.kind.data),
            country=self.country.data,
            nuts2=self.nuts2.data or "",
            municipality=self.municipality.data or "",
            body=self.body.data or "",
            body_html=self.body.written.html,
            body_version=self.body.written.version,
            website=website,
            languages=list(self.languages.data or []),
        )

    @staticmethod
    def about(organisation: Organisation) -> "OrganisationForm":
        """The form filled with what is there."""
        values: dict[str, Any] = {"kind": organisation.kind.value}
        return OrganisationForm(obj=organisation, data=values)


class InvitationForm(Form):
    email = EmailField(
        _l("E-mail address of your colleague"),
        [DataRequired(_l("Write an e-mail address.")), Length(max=320), Email()],
        render_kw={"autocomplete": "off"},
    )
