"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.viewer import member, viewer
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.i18n import language, say
from academy.kernel.web import local_path, page, same_for_visitors, see, submitted, tell
from academy.organisations import commands, queries, rules
from academy.organisations.forms import InvitationForm, OrganisationForm
from academy.organisations.models import MembershipRole, Organisation
from academy.organisations.territories import Country, Tongue, place, region_name
from academy.organisations.vocabulary import KINDS, ROLES

bp = Blueprint("organisations", __name__, url_prefix="/<lang>/organisations")

MEMBERS = 50  # on a page


@bp.get("/<slug>")
@same_for_visitors(60)
def show(slug: str) -> ResponseReturnValue:
    organisation = queries.organisation_seen_by(viewer(), slug)
    membership = queries.membership_in(organisation, viewer())
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
        may_edit=rules.may_edit(viewer(), membership),
        may_see_members=rules.may_see_members(viewer(), membership),
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


@bp.get("/<slug>/members")
def members(slug: str) -> ResponseReturnValue:
    return _members_page(slug, InvitationForm())


@bp.post("/<slug>/members")
def invite(slug: str) -> ResponseReturnValue:
    person = member()
    form = submitted(InvitationForm)
    valid = form.validate()
    organisation, _mine = queries.organisation_and_membership(person, slug)
    email = form.email.data or ""
    if valid and form.carries(lambda: commands.invite_member(organisation, email, by=person)):
        tell(say("Invited. A message is on its way to %(email)s.", email=email))
        return see(url_for(".members", slug=slug, _anchor="invitations"))
    return _members_page(slug, form, status=422)


@bp.post("/<slug>/members/<person>/role")
def change_role(slug: str, person: str) -> ResponseReturnValue:
    me = member()
    organisation, _mine = queries.organisation_and_membership(me, slug)
    colleague = queries.member_called(organisation, person)
    role = MembershipRole.OWNER if request.form.get("role") == MembershipRole.OWNER else MembershipRole.MEMBER
    commands.change_member_role(organisation, colleague, role, by=me)
    if role == MembershipRole.OWNER:
        tell(say("%(name)s looks after this page now.", name=colleague.person.name))
    else:
        tell(say("%(name)s writes in its name, and no longer looks after this page.", name=colleague.person.name))
    return see(url_for(".members", slug=slug))


@bp.post("/<slug>/members/<person>/remove")
def take_out(slug: str, person: str) -> ResponseReturnValue:
    me = member()
    organisation, _mine = queries.organisation_and_membership(me, slug)
    colleague = queries.member_called(organisation, person)
    commands.take_member_out(organisation, colleague, by=me)
    tell(
        say(
            "%(name)s no longer writes in the name of %(organisation)s.",
            name=colleague.person.name,
            organisation=organisation.name,
        )
    )
    return see(url_for(".members", slug=slug))


@bp.post("/<slug>/leave")
def leave(slug: str) -> ResponseReturnValue:
    me = member()
    organisation, _mine = queries.organisation_and_membership(me, slug)
    commands.leave_organisation(organisation, by=me)
    tell(say("You no longer write in the name of %(organisation)s.", organisation=organisation.name))
    return see(url_for(".show", slug=slug))


@bp.post("/<slug>/invitations/<key>/withdraw")
def withdraw_invitation(slug: str, key: str) -> ResponseReturnValue:
    me = member()
    organisation, _mine = queries.organisation_and_membership(me, slug)
    invitation = queries.invitation_with(key)
    if invitation.organisation_id != organisation.id:
        raise NotFound
    commands.withdraw_invitation(invitation, by=me)
    tell(say("Withdrawn. The link in the message no longer works."))
    return see(url_for(".members", slug=slug, _anchor="invitations"))


@bp.get("/invitations/<key>")
def invitation(key: str) -> ResponseReturnValue:
    """What the link in the message opens, also for somebody who has no account yet."""
    person = viewer()
    found = queries.invitation_with(key)
    if person is not None and queries.membership_in(found.organisation, person):
        return see(url_for(".members", slug=found.organisation.slug))
    require(rules.invitation_stands(found, now=clock.now()))
    return page(
        "organisations/invitation.html",
        invitation=found,
        organisation=found.organisation,
        place=place(found.organisation.country, found.organisation.nuts2, found.organisation.municipality),
        kinds=KINDS,
        person=person,
        verdict=rules.may_accept_invitation(person, found, now=clock.now()),
    )


@bp.post("/invitations/<key>")
def accept_invitation(key: str) -> ResponseReturnValue:
    person = member()
    found = queries.invitation_with(key)
    commands.accept_invitation(found, by=person)
    tell(say("Welcome. You can write in the name of %(organisation)s now.", organisation=found.organisation.name))
    return see(url_for(".show", slug=found.organisation.slug))


def _members_page(slug: str, form: InvitationForm, *, status: int = 200) -> ResponseReturnValue:
    me = member()
    organisation, mine = queries.organisation_and_membership(me, slug)
    found = queries.members_by_name(organisation, after=request.args.get("after", "")[:80], limit=MEMBERS + 1)
    owners = queries.number_of_owners(organisation)
    may_manage = rules.may_manage_members(me, mine, organisation)
    return page(
        "organisations/members.html",
        status=status,
        organisation=organisation,
        members=[(one, rules.keeps_an_owner(one, owners=owners)) for one in found[:MEMBERS]],
        older=url_for(".members", slug=slug, after=found[MEMBERS - 1].person.slug) if len(found) > MEMBERS else "",
        mine=mine,
        roles=ROLES,
        form=form,
        invitations=[
            (one, rules.invitation_stands(one, now=clock.now())) for one in queries.invitations_of(organisation)
        ]
        if may_manage
        else [],
        may_manage=may_manage,
        may_leave=rules.may_leave(mine, organisation, owners=owners),
        is_desk=organisation.slug == rules.DESK,
    )


def _after() -> str:
    """Where the founder was going, such as to a need they had begun to write."""
    return local_path(request.values.get("next", ""), "")


def _likely_country() -> str:
    return {"it": "IT", "de": "DE", "hu": "HU", "sl": "SI", "sk": "SK", "pl": "PL"}.get(language(), "IT")
