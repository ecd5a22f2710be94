"""How is a colleague asked to speak for an organisation, and how does that begin?

Nothing here tells whether an address has an account: the row, the message and the answer are the same.
"""

import sqlalchemy as sa

from academy.accounts.commands import too_many_tries
from academy.accounts.models import Person
from academy.accounts.queries import person_with_address
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.web import random_key
from academy.organisations import queries, rules
from academy.organisations.events import InvitationAccepted, InvitationWithdrawn, MemberAdded, MemberInvited
from academy.organisations.messages import send_invitation, show_invitation
from academy.organisations.models import (
    InvitationState,
    Membership,
    MembershipInvitation,
    MembershipRole,
    Organisation,
)


def invite_member(organisation: Organisation, email: str, *, by: Person) -> MembershipInvitation:
    """Ask whoever has this address to speak for the organisation."""
    email = email.lower()
    now = clock.now()
    lock_row(organisation)
    require(rules.may_manage_members(by, queries.membership_in(organisation, by), organisation))
    waiting = queries.open_invitations_of(organisation)
    for over in [one for one in waiting if one.email == email and one.ends_at <= now]:
        session.delete(over)
        session.flush()
    require(rules.may_invite(email, [one.email for one in waiting if one.ends_at > now], by=by))
    require(rules.not_too_many(too_many_tries("inviting", str(by.id), rules.INVITATIONS_PER_PERSON, by=by)))
    require(rules.not_too_many(too_many_tries("invited", email, rules.INVITATIONS_PER_ADDRESS, by=by)))
    known = person_with_address(email)
    if known is not None and known.confirmed_at is None:
        known = None  # whose address it is will be known when they confirm it
    invitation = MembershipInvitation(
        key=random_key(24),
        organisation_id=organisation.id,
        email=email,
        person_id=known.id if known else None,
        author_id=by.id,
        state=InvitationState.OPEN,
        at=now,
        ends_at=now + rules.INVITATION_LASTS,
    )
    session.add(invitation)
    session.flush()
    send_invitation(invitation, organisation, known, by=by)
    if known is not None:
        show_invitation(invitation, organisation, known)
    publish(MemberInvited(by=by.id, organisation_id=organisation.id, invitation_id=invitation.id))
    return invitation


def withdraw_invitation(invitation: MembershipInvitation, *, by: Person) -> None:
    """`invitation` with its organisation, here and below."""
    lock_row(invitation)
    mine = queries.membership_in(invitation.organisation, by)
    require(rules.may_manage_members(by, mine, invitation.organisation))
    require(rules.may_withdraw_invitation(invitation))
    if invitation.state == InvitationState.OPEN:
        invitation.state, invitation.answered_at = InvitationState.WITHDRAWN, clock.now()
        publish(InvitationWithdrawn(by=by.id, organisation_id=invitation.organisation_id, invitation_id=invitation.id))


def accept_invitation(invitation: MembershipInvitation, *, by: Person) -> None:
    """From now on they speak for the organisation. Who does so already keeps the role they have."""
    lock_row(invitation)
    now = clock.now()
    require(rules.may_accept_invitation(by, invitation, now=now))
    invitation.state, invitation.answered_at, invitation.person_id = InvitationState.ACCEPTED, now, by.id
    if queries.membership_in(invitation.organisation, by) is None:
        role = MembershipRole.MEMBER
        session.add(Membership(person_id=by.id, organisation_id=invitation.organisation_id, role=role, since=now))
        session.flush()
        publish(MemberAdded(by=by.id, organisation_id=invitation.organisation_id, person_id=by.id, role=role.value))
    publish(InvitationAccepted(by=by.id, organisation_id=invitation.organisation_id, invitation_id=invitation.id))


def meet_invitations(person: Person, *, by: Person | None) -> None:
    """Somebody has confirmed an address: what was sent there before is in their inbox too."""
    require(rules.may_pass_on(by))
    for invitation in queries.invitations_to(person.email, now=clock.now()):
        if invitation.person_id != person.id:
            invitation.person_id = person.id
            show_invitation(invitation, invitation.organisation, person)


def forget_invitations_to(email: str, *, by: Person | None) -> None:
    """Whoever had this address leaves the platform."""
    require(rules.may_pass_on(by))
    session.execute(sa.delete(MembershipInvitation).where(MembershipInvitation.email == email))


def forget_invitations_of(organisation_id: int, *, by: Person | None) -> None:
    """Nobody is left whom one could join."""
    require(rules.may_pass_on(by))
    session.execute(sa.delete(MembershipInvitation).where(MembershipInvitation.organisation_id == organisation_id))


def forget_invitations(*, by: Person | None) -> None:
    """Nobody keeps the addresses of those who did not want to."""
    require(rules.may_pass_on(by))
    over = MembershipInvitation.ends_at < clock.now() - rules.INVITATION_KEPT
    session.execute(sa.delete(MembershipInvitation).where(over))
