"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.viewer import member, viewer
from academy.kernel.access import require
from academy.kernel.i18n import language, say
from academy.kernel.web import local_path, page, same_for_visitors, see, submitted, tell
from academy.organisations import commands, queries, rules
from academy.organisations.forms import OrganisationForm
from academy.organisations.models import Organisation
from academy.organisations.territories import Country, Tongue, place, region_name
from academy.organisations.vocabulary import KINDS, ROLES

bp = Blueprint("organisations", __name__, url_prefix="/<lang>/organisations")


@bp.get("/<slug>")
@same_for_visitors(60)
def show(slug: str) -> ResponseReturnValue:
    organisation = queries.organisation_seen_by(viewer(), slug)
    return page(
        "organisations/show.html",
        organisation=organisation,
        members=queries.members_seen_by(viewer(), organisation),
        kinds=KINDS,
        roles=ROLES,
        place=place(organisation.country, organisation.nuts2, organisation.municipality),
        region=region_name(organisation.nuts2),
        country=Country(organisation.country),
        languages=[Tongue(code) for code in organisation.languages],
        may_edit=rules.may_edit(viewer(), queries.membership_in(organisation, viewer())),
        may_verify=viewer() is not None and rules.may_verify(viewer()),
    )


@bp.get("/new")
def create() -> ResponseReturnValue:
    member()
    form = OrganisationForm(data={"languages": [language()], "country": _likely_country()})
    return page("organisations/form.html", form=form, after=_after(), organisation=None)


@bp.post("/new")
def send_create() -> ResponseReturnValue:
    person = member()
    form = submitted(OrganisationForm)
    made: list[Organisation] = []
    if form.validate() and form.carries(lambda: made.append(commands.found_organisation(form.profile(), by=person))):
        tell(say("%(name)s is here. You can write in its name now.", name=made[0].name))
        return see(_after() or url_for(".show", slug=made[0].slug))
    return page("organisations/form.html", status=422, form=form, after=_after(), organisation=None)


@bp.get("/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    organisation = queries.organisation_seen_by(member(), slug)
    require(rules.may_edit(viewer(), queries.membership_in(organisation, viewer())))
    return page(
        "organisations/form.html", form=OrganisationForm.about(organisation), after="", organisation=organisation
    )


@bp.post("/<slug>/edit")
def send_edit(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(OrganisationForm)
    valid = form.validate()
    organisation = queries.organisation_seen_by(person, slug)
    require(rules.may_edit(person, queries.membership_in(organisation, person)))
    if valid and form.carries(lambda: commands.change_organisation(organisation, form.profile(), by=person)):
        tell(say("Saved."))
        return see(url_for(".show", slug=slug))
    return page("organisations/form.html", status=422, form=form, after="", organisation=organisation)


@bp.post("/<slug>/verify")
def verify(slug: str) -> ResponseReturnValue:
    person = member()
    organisation = queries.organisation_seen_by(person, slug)
    commands.verify_organisation(organisation, by=person)
    tell(say("%(name)s is marked as verified.", name=organisation.name))
    return see(local_path(request.form.get("next", ""), url_for(".show", slug=slug)))


def _after() -> str:
    """Where the founder was going, such as to a need they had begun to write."""
    return local_path(request.values.get("next", ""), "")


def _likely_country() -> str:
    return {"it": "IT", "de": "DE", "hu": "HU", "sl": "SI", "sk": "SK", "pl": "PL"}.get(language(), "IT")
