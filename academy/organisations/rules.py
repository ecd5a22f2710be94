"""What is allowed, what follows? Pure: no database, no request, no clock."""

from collections.abc import Iterable

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.organisations.models import Membership, MembershipRole
from academy.organisations.territories import regions

MOST_FOUNDED = 20  # by one person; nobody needs more, and nobody fills the directory

# words that are addresses under /organisations, or could become one
DESK = "desk"  # the address of those who bring others together, and write for people without an organisation
RESERVED_SLUGS = frozenset({"new", "mine", "edit", "verify", "members", "search", "all", "map", DESK})


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
