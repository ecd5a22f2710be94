"""What is allowed, what follows? Pure: no database, no request, no clock."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.organisations.models import (
    InvitationState,
    Membership,
    MembershipInvitation,
    MembershipRole,
    Organisation,
)
from academy.organisations.territories import regions

MOST_FOUNDED = 20  # by one person; nobody needs more, and nobody fills the directory

MOST_INVITED = 20  # at a time, by one organisation
INVITATIONS_PER_PERSON = (20, timedelta(days=1))
INVITATIONS_PER_ADDRESS = (3, timedelta(days=1))
INVITATION_LASTS = timedelta(days=14)
INVITATION_KEPT = timedelta(days=30)  # after its time, so that its people can look up what became of it

# words that are addresses under /organisations, or could become one
DESK = "desk"  # the address of those who bring others together, and write for people without an organisation
RESERVED_SLUGS = frozenset({"new", "mine", "edit", "verify", "members", "invitations", "search", "all", "map", DESK})


def may_found(person: Person | None, *, belongs_to: int) -> Verdict:
    if person is None:
        return Verdict(say("Sign in to found an organisation."), 401)
    if belongs_to >= MOST_FOUNDED:
        return Verdict(say("You belong to %(number)s organisations already.", number=belongs_to), 409)
    return ALLOWED


def may_edit(person: Person | None, membership: Membership | None) -> Verdict:
    """Its owners; an administrator helps where they can't."""
    if person is not None and person.has(Role.ADMINISTRATOR):
        return ALLOWED
    if membership is not None and membership.role == MembershipRole.OWNER:
        return ALLOWED
    return Verdict(say("Only those who look after this page can change it."), 403)


def may_verify(person: Person | None) -> Verdict:
    if person is None or person.has(Role.MODERATOR, Role.ADMINISTRATOR):  # None: the platform itself
        return ALLOWED
    return Verdict(say("Only a moderator verifies an organisation."), 403)


def may_add_member(person: Person | None, membership: Membership | None) -> Verdict:
    return ALLOWED if person is None else may_edit(person, membership)


def may_see_members(person: Person | None, membership: Membership | None) -> bool:
    """How its people are organised is for these, and for an administrator who helps them."""
    return membership is not None or (person is not None and person.has(Role.ADMINISTRATOR))


def may_manage_members(person: Person | None, membership: Membership | None, organisation: Organisation) -> Verdict:
    """Invite, take out, hand on: its owners. Who speaks for the desk is decided by the roles."""
    if organisation.slug == DESK:
        return Verdict(say("Who belongs to the desk follows from the roles that administrators give."), 409)
    return may_edit(person, membership)


def may_invite(email: str, waiting: Collection[str], *, by: Person) -> Verdict:
    """`waiting`: addresses that are asked already."""
    if email == by.email:
        return Verdict(say("This is your own address."), 422, "email")
    if email in waiting:
        return Verdict(
            say("You have invited this address already. Withdraw that invitation to send another."), 409, "email"
        )
    if len(waiting) >= MOST_INVITED:
        return Verdict(
            say("%(number)s invitations are open. Wait for an answer, or withdraw one.", number=MOST_INVITED),
            409,
            "email",
        )
    return ALLOWED


def not_too_many(seconds: int) -> Verdict:
    """`seconds`: how long to wait."""
    if not seconds:
        return ALLOWED
    return Verdict(say("That is a lot of invitations for one day. Go on tomorrow."), 429, "email")


def invitation_stands(invitation: MembershipInvitation, *, now: datetime) -> Verdict:
    """`invitation` with its organisation, here and below."""
    name = invitation.organisation.name
    if invitation.state == InvitationState.ACCEPTED:
        return Verdict(say("This invitation has been accepted already."), 410)
    if invitation.state == InvitationState.WITHDRAWN:
        return Verdict(say("%(name)s has withdrawn this invitation.", name=name), 410)
    if invitation.ends_at <= now:
        return Verdict(say("The time of this invitation is over. Ask %(name)s for another.", name=name), 410)
    return ALLOWED


def may_accept_invitation(person: Person | None, invitation: MembershipInvitation, *, now: datetime) -> Verdict:
    """Only who has confirmed the address it was sent to."""
    if not (verdict := invitation_stands(invitation, now=now)):
        return verdict
    if person is None:
        return Verdict(say("Sign in, or join, to accept this invitation."), 401)
    if person.confirmed_at is None or person.email != invitation.email:
        return Verdict(
            say(
                "This invitation was sent to %(theirs)s, and your account has the address %(yours)s.",
                theirs=invitation.email,
                yours=person.email,
            ),
            403,
        )
    return ALLOWED


def may_withdraw_invitation(invitation: MembershipInvitation) -> Verdict:
    if invitation.state == InvitationState.ACCEPTED:
        return Verdict(say("This invitation has been accepted already."), 409)
    return ALLOWED


def keeps_an_owner(member: Membership, *, owners: int) -> Verdict:
    """May this one stop looking after the page? `owners`: how many do."""
    if member.role == MembershipRole.OWNER and owners <= 1:
        return Verdict(
            say("Somebody has to look after the page. Let another member do so first, then this is possible."), 409
        )
    return ALLOWED


def may_leave(membership: Membership | None, organisation: Organisation, *, owners: int) -> Verdict:
    if membership is None:
        return Verdict(say("You do not speak for this organisation."), 404)
    if organisation.slug == DESK:
        return Verdict(say("Who belongs to the desk follows from the roles that administrators give."), 409)
    return keeps_an_owner(membership, owners=owners)


def may_join_desk(person: Person | None) -> Verdict:
    """Coordinators of an edition know the territory; moderators and administrators the platform."""
    if person is None:
        return Verdict(say("Sign in first."), 401)
    if person.has(Role.COORDINATOR, Role.MODERATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only those who bring people together see this."), 403)


def may_leave_desk(by: Person | None) -> Verdict:
    """Whoever loses the role leaves it; nobody sends others away."""
    return may_pass_on(by)


def may_pass_on(person: Person | None) -> Verdict:
    """The platform does it when somebody leaves; nobody hands over what is not theirs."""
    return ALLOWED if person is None else Verdict(say("The platform does this itself."), 403)


def region_fits(country: str, nuts2: str) -> Verdict:
    region = regions().get(nuts2)
    if not nuts2 or (region is not None and region.country == country):
        return ALLOWED
    return Verdict(say("This region is in another country. Choose one of the country above."), 422, "nuts2")


def next_owner(remaining: Iterable[Membership]) -> Membership | None:
    """Who looks after the page when its owner has left: an owner who stays, else whoever has been there longest."""
    return min(remaining, key=lambda one: (one.role != MembershipRole.OWNER, one.since, one.person_id), default=None)
