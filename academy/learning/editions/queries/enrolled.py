"""Who is enrolled in what?"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.learning.editions.models import Edition, Enrolment, Invitation
from academy.learning.models import Completion


def enrolment_of(person_id: int, edition: Edition) -> Enrolment | None:
    """Of somebody who has not left."""
    return session.scalars(
        sa.select(Enrolment).where(
            Enrolment.person_id == person_id, Enrolment.edition_id == edition.id, Enrolment.left_at.is_(None)
        )
    ).first()


def any_enrolment(person_id: int, edition: Edition) -> Enrolment | None:
    """Also of somebody who had left."""
    return session.scalars(
        sa.select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.edition_id == edition.id)
    ).first()


def enrolled_anywhere(person_id: int) -> bool:
    return bool(
        session.scalar(sa.select(sa.exists().where(Enrolment.person_id == person_id, Enrolment.left_at.is_(None))))
    )


def enrolled_ids(edition: Edition) -> frozenset[int]:
    found = session.scalars(
        sa.select(Enrolment.person_id).where(
            Enrolment.edition_id == edition.id, Enrolment.left_at.is_(None), Enrolment.person_id.isnot(None)
        )
    )
    return frozenset(person_id for person_id in found if person_id is not None)


def somebody_is_enrolled() -> bool:
    return session.scalar(sa.select(sa.exists().select_from(Enrolment))) or False


def addresses(emails: Collection[str]) -> dict[str, int]:
    """Numbers of confirmed people by address."""
    rows = session.execute(
        sa.select(Person.email, Person.id).where(
            Person.email.in_(emails), Person.closed_at.is_(None), Person.confirmed_at.isnot(None)
        )
    )
    return {email: person_id for email, person_id in rows}  # noqa: C416  # a Row is no pair to mypy


def learners_after(person_id: int, limit: int) -> Sequence[int]:
    """Enrolled people by number, a stretch at a time."""
    found = session.scalars(
        sa.select(Enrolment.person_id)
        .where(Enrolment.person_id > person_id)
        .distinct()
        .order_by(Enrolment.person_id)
        .limit(limit)
    )
    return [number for number in found if number is not None]


def completions_of(person_id: int) -> Sequence[Completion]:
    return session.scalars(sa.select(Completion).where(Completion.person_id == person_id)).all()


def invited_to(edition: Edition) -> frozenset[str]:
    """Addresses that were asked to join and have not done so."""
    return frozenset(session.scalars(sa.select(Invitation.email).where(Invitation.edition_id == edition.id)))


def invitations_to(email: str) -> Sequence[Invitation]:
    return session.scalars(
        sa.select(Invitation).where(Invitation.email == email).options(joinedload(Invitation.edition))
    ).all()
