"""What can be seen, and by whom?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.organisations import rules
from academy.organisations.models import (
    InvitationState,
    Membership,
    MembershipInvitation,
    MembershipRole,
    Organisation,
)


def organisation_seen_by(viewer: Person | None, slug: str) -> Organisation:
    organisation = session.scalars(sa.select(Organisation).where(Organisation.slug == slug)).first()
    if organisation is None:
        raise NotFound
    return organisation


def organisation_and_membership(viewer: Person, slug: str) -> tuple[Organisation, Membership | None]:
    """For who belongs to it, or helps those who do."""
    organisation = organisation_seen_by(viewer, slug)
    membership = membership_in(organisation, viewer)
    if not rules.may_see_members(viewer, membership):
        raise NotFound
    return organisation, membership


def members_by_name(organisation: Organisation, *, after: str = "", limit: int) -> Sequence[Membership]:
    """By the name in their address, those after one of them."""
    return session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .where(Membership.organisation_id == organisation.id, Person.closed_at.is_(None), Person.slug > after)
        .options(contains_eager(Membership.person))
        .order_by(Person.slug)
        .limit(limit)
    ).all()


def member_called(organisation: Organisation, slug: str) -> Membership:
    membership = session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .where(Membership.organisation_id == organisation.id, Person.slug == slug)
        .options(contains_eager(Membership.person))
    ).first()
    if membership is None:
        raise NotFound
    return membership


def number_of_owners(organisation: Organisation) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Membership)
            .where(Membership.organisation_id == organisation.id, Membership.role == MembershipRole.OWNER)
        )
        or 0
    )


def owner_ids_of(organisation_id: int) -> list[int]:
    """Whom to tell who comes and goes."""
    return list(
        session.scalars(
            sa.select(Membership.person_id).where(
                Membership.organisation_id == organisation_id, Membership.role == MembershipRole.OWNER
            )
        )
    )


def members_seen_by(viewer: Person | None, organisation: Organisation, *, limit: int = 50) -> Sequence[Membership]:
    """Those who have confirmed who they are, longest first."""
    return session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .where(
            Membership.organisation_id == organisation.id, Person.closed_at.is_(None), Person.confirmed_at.isnot(None)
        )
        .options(contains_eager(Membership.person))
        .order_by(Membership.since, Membership.person_id)
        .limit(limit)
    ).all()


def memberships_of(person: Person | None) -> Sequence[Membership]:
    """The organisations that a person speaks for, by name."""
    if person is None:
        return []
    return session.scalars(
        sa.select(Membership)
        .join(Membership.organisation)
        .where(Membership.person_id == person.id)
        .options(contains_eager(Membership.organisation))
        .order_by(Organisation.name, Organisation.id)
    ).all()


def membership_in(organisation: Organisation, person: Person | None) -> Membership | None:
    return session.get(Membership, (person.id, organisation.id)) if person else None


def memberships_of_person(person_id: int) -> Sequence[Membership]:
    return session.scalars(
        sa.select(Membership).where(Membership.person_id == person_id).order_by(Membership.organisation_id)
    ).all()


def memberships_in(organisation_id: int) -> Sequence[Membership]:
    return session.scalars(sa.select(Membership).where(Membership.organisation_id == organisation_id)).all()


def member_ids_of(organisation_id: int) -> list[int]:
    """Whom to tell what concerns an organisation."""
    return list(session.scalars(sa.select(Membership.person_id).where(Membership.organisation_id == organisation_id)))


def number_belonged_to(person: Person) -> int:
    return (
        session.scalar(sa.select(sa.func.count()).select_from(Membership).where(Membership.person_id == person.id)) or 0
    )


def organisations_by_name(*, limit: int = 500) -> Sequence[Organisation]:
    """To choose from."""
    return session.scalars(sa.select(Organisation).order_by(Organisation.name).limit(limit)).all()


def organisation_with_id(organisation_id: int) -> Organisation | None:
    return session.get(Organisation, organisation_id)


def organisation_called(slug: str) -> Organisation | None:
    return session.scalars(sa.select(Organisation).where(Organisation.slug == slug)).first()


def slug_taken(slug: str) -> bool:
    return session.scalar(sa.select(sa.exists().where(Organisation.slug == slug))) or False


def invitations_of(organisation: Organisation, *, limit: int = 100) -> Sequence[MembershipInvitation]:
    """Newest first, with who sent them. What is long over is forgotten."""
    return session.scalars(
        sa.select(MembershipInvitation)
        .where(MembershipInvitation.organisation_id == organisation.id)
        .options(joinedload(MembershipInvitation.author), joinedload(MembershipInvitation.organisation))
        .order_by(MembershipInvitation.at.desc(), MembershipInvitation.id.desc())
        .limit(limit)
    ).all()


def open_invitations_of(organisation: Organisation) -> Sequence[MembershipInvitation]:
    """Neither accepted nor withdrawn; some may be over their time."""
    return session.scalars(
        sa.select(MembershipInvitation).where(
            MembershipInvitation.organisation_id == organisation.id, MembershipInvitation.state == InvitationState.OPEN
        )
    ).all()


def invitations_to(email: str, *, now: datetime) -> Sequence[MembershipInvitation]:
    """Those that can be accepted, with their organisations."""
    return session.scalars(
        sa.select(MembershipInvitation)
        .where(
            MembershipInvitation.email == email,
            MembershipInvitation.state == InvitationState.OPEN,
            MembershipInvitation.ends_at > now,
        )
        .options(joinedload(MembershipInvitation.organisation))
        .order_by(MembershipInvitation.id)
    ).all()


def invitation_with(key: str) -> MembershipInvitation:
    """For whoever has the link. With its organisation and who sent it."""
    invitation = session.scalars(
        sa.select(MembershipInvitation)
        .where(MembershipInvitation.key == key)
        .options(joinedload(MembershipInvitation.organisation), joinedload(MembershipInvitation.author))
    ).first()
    if invitation is None:
        raise NotFound
    return invitation


def invitation_by_id(invitation_id: int) -> MembershipInvitation | None:
    return session.get(MembershipInvitation, invitation_id)


@resolves("membership-invitation")
def _invitations(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    """Whoever was asked sees it while it can be answered."""
    if viewer is None:
        return {}
    found = session.scalars(
        sa.select(MembershipInvitation)
        .where(
            MembershipInvitation.key.in_([ref.key for ref in refs]),
            MembershipInvitation.person_id == viewer.id,
            MembershipInvitation.state == InvitationState.OPEN,
            MembershipInvitation.ends_at > clock.now(),
        )
        .options(joinedload(MembershipInvitation.organisation))
    )
    return {
        Ref("membership-invitation", one.key): Subject(
            one.organisation.name, shown_address("organisations.invitation", key=one.key) or ""
        )
        for one in found
    }


@resolves("organisation")
def _organisations(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    found = session.scalars(sa.select(Organisation).where(Organisation.slug.in_([ref.key for ref in refs])))
    return {
        Ref("organisation", one.slug): Subject(one.name, shown_address("organisations.show", slug=one.slug) or "")
        for one in found
    }
