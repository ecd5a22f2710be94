"""What do those who set up and run editions choose from, and what have they sent?"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from academy.accounts.models import Person, Role, RoleHeld
from academy.kernel.db import session
from academy.learning.editions.models import Edition, Enrolment, GroupMessage, Session, SessionTrainer
from academy.learning.editions.rules import Standing
from academy.learning.models import Module
from academy.organisations.models import Membership, Organisation

MOST_LISTED = 60


def editions_run_by(person: Person) -> list[tuple[Edition, int]]:
    """The editions of this person's organisations and those they teach in, newest first, each with how many learners it has."""
    learners = (
        sa.select(sa.func.count())
        .where(Enrolment.edition_id == Edition.id, Enrolment.left_at.is_(None))
        .correlate(Edition)
        .scalar_subquery()
    )
    wanted = sa.select(Edition, learners).options(joinedload(Edition.organisation))
    if not person.has(Role.ADMINISTRATOR):
        teaches = sa.exists().where(
            SessionTrainer.person_id == person.id,
            SessionTrainer.session_id == Session.id,
            Session.edition_id == Edition.id,
        )
        mine = sa.exists().where(
            Membership.person_id == person.id, Membership.organisation_id == Edition.organisation_id
        )
        either = teaches | Edition.self_paced if person.has(Role.TRAINER) else teaches
        wanted = wanted.where(either | mine if person.has(Role.COORDINATOR) else either)
    rows = session.execute(
        wanted.order_by(Edition.ended_at.isnot(None), Edition.starts_on.desc(), Edition.id.desc()).limit(MOST_LISTED)
    )
    return [(edition, count) for edition, count in rows]


def organisations_for(person: Person) -> Sequence[Organisation]:
    """In whose name this person may set up an edition."""
    wanted = sa.select(Organisation).order_by(Organisation.name)
    if not person.has(Role.ADMINISTRATOR):
        wanted = wanted.join(Membership, Membership.organisation_id == Organisation.id).where(
            Membership.person_id == person.id
        )
    return session.scalars(wanted.limit(500)).all()


def standing_for_new(person: Person) -> Standing:
    ids = session.scalars(sa.select(Membership.organisation_id).where(Membership.person_id == person.id))
    return Standing(person, frozenset(ids))


def slug_taken(slug: str) -> bool:
    return session.scalar(sa.select(sa.exists().where(Edition.slug == slug))) or False


def trainers_to_choose() -> Sequence[Person]:
    return session.scalars(
        sa.select(Person)
        .join(RoleHeld, RoleHeld.person_id == Person.id)
        .where(RoleHeld.role == Role.TRAINER, Person.closed_at.is_(None))
        .order_by(Person.name, Person.id)
        .limit(500)
    ).all()


def people_with_ids(ids: Collection[int]) -> Sequence[Person]:
    return session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.name)).all()


def modules_to_choose() -> Sequence[Module]:
    return session.scalars(
        sa.select(Module).where(Module.retired_at.is_(None)).order_by(Module.position).options(defer(Module.glossary))
    ).all()


def modules_with_ids(ids: Collection[int]) -> Sequence[Module]:
    return session.scalars(sa.select(Module).where(Module.id.in_(ids)).options(defer(Module.glossary))).all()


def messages_of(edition: Edition, *, limit: int = 20) -> Sequence[GroupMessage]:
    return session.scalars(
        sa.select(GroupMessage)
        .where(GroupMessage.edition_id == edition.id)
        .options(joinedload(GroupMessage.author))
        .order_by(GroupMessage.id.desc())
        .limit(limit)
    ).all()


def message_with_key(key: str) -> GroupMessage | None:
    return session.scalars(
        sa.select(GroupMessage)
        .where(GroupMessage.key == key)
        .options(joinedload(GroupMessage.author), joinedload(GroupMessage.edition))
    ).first()
