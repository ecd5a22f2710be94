"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from dataclasses import asdict, dataclass

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session, take_turns
from academy.kernel.events import publish
from academy.kernel.slugs import free_slug, slug_of
from academy.organisations import queries, rules
from academy.organisations.events import (
    MemberAdded,
    OrganisationAbandoned,
    OrganisationChanged,
    OrganisationFounded,
    OrganisationVerified,
)
from academy.organisations.models import Membership, MembershipRole, Organisation, OrganisationKind


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What an organisation says of itself; `body_html` is `body` rendered, by the renderer of `body_version`."""

    name: str
    kind: OrganisationKind
    country: str
    nuts2: str = ""
    municipality: str = ""
    body: str = ""
    body_html: str = ""
    body_version: int = 0
    website: str = ""
    languages: list[str]


def found_organisation(profile: Profile, *, by: Person, example: bool = False) -> Organisation:
    """The founder becomes its owner."""
    require(rules.may_found(by, belongs_to=queries.number_belonged_to(by)))
    require(rules.region_fits(profile.country, profile.nuts2))
    now = clock.now()
    organisation = Organisation(
        slug=_free_slug(profile.name), created_at=now, verified_at=None, example=example, **asdict(profile)
    )
    session.add(organisation)
    session.flush()
    session.add(
        Membership(person_id=by.id, organisation_id=organisation.id, role=MembershipRole.OWNER, since=now),
    )
    publish(OrganisationFounded(by=by.id, organisation_id=organisation.id))
    return organisation


def change_organisation(organisation: Organisation, profile: Profile, *, by: Person) -> None:
    """Its address stays, whatever it is called now."""
    require(rules.may_edit(by, queries.membership_in(organisation, by)))
    require(rules.region_fits(profile.country, profile.nuts2))
    for name, value in asdict(profile).items():
        setattr(organisation, name, value)
    publish(OrganisationChanged(by=by.id, organisation_id=organisation.id))


def verify_organisation(organisation: Organisation, *, by: Person | None) -> None:
    require(rules.may_verify(by))
    if organisation.verified_at is None:
        organisation.verified_at = clock.now()
        publish(OrganisationVerified(by=by.id if by else None, organisation_id=organisation.id))


def add_member(organisation: Organisation, person: Person, role: MembershipRole, *, by: Person | None) -> Membership:
    """Let somebody speak for the organisation. Who is there already keeps the role they have."""
    require(rules.may_add_member(by, queries.membership_in(organisation, by)))
    known = queries.membership_in(organisation, person)
    if known is not None:
        return known
    membership = Membership(person_id=person.id, organisation_id=organisation.id, role=role, since=clock.now())
    session.add(membership)
    publish(
        MemberAdded(by=by.id if by else None, organisation_id=organisation.id, person_id=person.id, role=role.value)
    )
    return membership


def join_desk(*, languages: list[str], by: Person) -> Organisation:
    """Speak for the desk of those who bring others together. It is there from when the first of them needs it."""
    require(rules.may_join_desk(by))
    take_turns("desk")
    desk = queries.organisation_called(rules.DESK) or _desk(languages)
    if queries.membership_in(desk, by) is None:
        session.add(
            Membership(person_id=by.id, organisation_id=desk.id, role=MembershipRole.OWNER, since=clock.now()),
        )
        publish(MemberAdded(by=by.id, organisation_id=desk.id, person_id=by.id, role=MembershipRole.OWNER.value))
    return desk


def leave_desk(person: Person, *, by: Person | None) -> None:
    """Who no longer brings others together no longer speaks for the desk."""
    require(rules.may_leave_desk(by))
    desk = queries.organisation_called(rules.DESK)
    known = queries.membership_in(desk, person) if desk else None
    if known is not None and not rules.may_join_desk(person):
        session.delete(known)


def _desk(languages: list[str]) -> Organisation:
    now = clock.now()
    desk = Organisation(
        slug=rules.DESK, name="Broker’s desk", kind=OrganisationKind.NETWORK, country="", nuts2="", municipality="",
        body="", body_html="", body_version=0, website="", languages=languages, example=False, created_at=now, verified_at=now,
    )  # fmt: skip
    session.add(desk)
    session.flush()
    return desk


def pass_on_what_was_looked_after(person_id: int, *, by: Person | None) -> None:
    """Before somebody leaves the platform: the organisations in their care get another owner, or are nobody's."""
    require(rules.may_pass_on(by))
    for organisation_id in queries.organisations_of(person_id):
        remaining = [one for one in queries.memberships_in(organisation_id) if one.person_id != person_id]
        heir = rules.next_owner(remaining)
        if heir is not None:
            heir.role = MembershipRole.OWNER
        else:
            publish(OrganisationAbandoned(by=by.id if by else None, organisation_id=organisation_id))


def _free_slug(name: str) -> str:
    return free_slug(
        slug_of(name, otherwise="organisation"), lambda slug: slug in rules.RESERVED_SLUGS or queries.slug_taken(slug)
    )
