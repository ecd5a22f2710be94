"""Who speaks for an organisation, who looks after it, and how does that change?"""

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import lock_row, session, take_turns
from academy.kernel.events import publish
from academy.organisations import queries, rules
from academy.organisations.commands.invitations import forget_invitations_of
from academy.organisations.events import MemberAdded, MemberLeft, MemberRoleChanged, OrganisationAbandoned
from academy.organisations.models import Membership, MembershipRole, Organisation, OrganisationKind


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


def change_member_role(organisation: Organisation, member: Membership, role: MembershipRole, *, by: Person) -> None:
    """Make a member an owner, or an owner a member again. One owner remains."""
    lock_row(organisation)
    require(rules.may_manage_members(by, queries.membership_in(organisation, by), organisation))
    if member.role == role:
        return
    require(rules.keeps_an_owner(member, owners=queries.number_of_owners(organisation)))
    member.role = role
    publish(MemberRoleChanged(by=by.id, organisation_id=organisation.id, person_id=member.person_id, role=role.value))


def take_member_out(organisation: Organisation, member: Membership, *, by: Person) -> None:
    """Somebody else speaks for the organisation no more. What they wrote in its name stays with it."""
    lock_row(organisation)
    require(rules.may_manage_members(by, queries.membership_in(organisation, by), organisation))
    require(rules.keeps_an_owner(member, owners=queries.number_of_owners(organisation)))
    _end(member, by=by)


def leave_organisation(organisation: Organisation, *, by: Person) -> None:
    lock_row(organisation)
    mine = queries.membership_in(organisation, by)
    require(rules.may_leave(mine, organisation, owners=queries.number_of_owners(organisation)))
    if mine is not None:
        _end(mine, by=by)


def _end(member: Membership, *, by: Person | None) -> None:
    session.delete(member)
    session.flush()
    publish(MemberLeft(by=by.id if by else None, organisation_id=member.organisation_id, person_id=member.person_id))


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
        _end(known, by=by)


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
    for membership in queries.memberships_of_person(person_id):
        organisation_id = membership.organisation_id
        remaining = [one for one in queries.memberships_in(organisation_id) if one.person_id != person_id]
        heir = rules.next_owner(remaining)
        session.delete(membership)
        session.flush()
        if heir is None:
            forget_invitations_of(organisation_id, by=by)
            publish(OrganisationAbandoned(by=by.id if by else None, organisation_id=organisation_id))
            continue
        publish(MemberLeft(by=by.id if by else None, organisation_id=organisation_id, person_id=person_id))
        if heir.role != MembershipRole.OWNER:
            heir.role = MembershipRole.OWNER
            publish(
                MemberRoleChanged(
                    by=None, organisation_id=organisation_id, person_id=heir.person_id, role=heir.role.value
                )
            )
