"""What can be seen, and by whom?"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.organisations.models import Membership, Organisation


def organisation_seen_by(viewer: Person | None, slug: str) -> Organisation:
    organisation = session.scalars(sa.select(Organisation).where(Organisation.slug == slug)).first()
    if organisation is None:
        raise NotFound
    return organisation


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


def memberships_in(organisation_id: int) -> Sequence[Membership]:
    return session.scalars(sa.select(Membership).where(Membership.organisation_id == organisation_id)).all()


def member_ids_of(organisation_id: int) -> list[int]:
    """Whom to tell what concerns an organisation."""
    return list(session.scalars(sa.select(Membership.person_id).where(Membership.organisation_id == organisation_id)))


def number_belonged_to(person: Person) -> int:
    return (
        session.scalar(sa.select(sa.func.count()).select_from(Membership).where(Membership.person_id == person.id)) or 0
    )


def organisations_of(person_id: int) -> list[int]:
    return list(
        session.scalars(
            sa.select(Membership.organisation_id)
            .where(Membership.person_id == person_id)
            .order_by(Membership.organisation_id)
        )
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


@resolves("organisation")
def _organisations(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    found = session.scalars(sa.select(Organisation).where(Organisation.slug.in_([ref.key for ref in refs])))
    return {
        Ref("organisation", one.slug): Subject(one.name, shown_address("organisations.show", slug=one.slug) or "")
        for one in found
    }
