"""Which spaces can be seen, and by whom?"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.community import rules
from academy.community.models import Level, Space, SpaceMember, SpacePerson, Topic, Visibility
from academy.kernel.db import session
from academy.kernel.shared import shared
from academy.kernel.subjects import Ref


def space_is_open_to(viewer: Person | None) -> sa.ColumnElement[bool]:
    """May this person read what is in the space? In a statement that has the space."""
    if viewer is None:
        return Space.visibility == Visibility.PUBLIC.value
    return sa.true() if rules.sees_everything(viewer) else space_is_open_to_id(sa.literal(viewer.id))


def space_is_open_to_id(me: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The same for the number of somebody who does not moderate; 0 is a visitor."""
    belongs = sa.exists().where(SpaceMember.space_id == Space.id, SpaceMember.person_id == me)
    return sa.or_(
        Space.visibility == Visibility.PUBLIC.value,
        sa.and_(Space.visibility == Visibility.MEMBERS.value, me > 0),
        belongs,
    )


def spaces_seen_by(viewer: Person | None) -> Sequence[Space]:
    return session.scalars(sa.select(Space).where(space_is_open_to(viewer)).order_by(Space.position, Space.id)).all()


@shared
def some_are_private() -> bool:
    """Is there any space that is not for everybody with an account?"""
    return session.scalar(sa.select(sa.exists().where(Space.visibility == Visibility.PRIVATE.value))) or False


def space_seen_by(viewer: Person | None, slug: str) -> Space:
    space = session.scalars(sa.select(Space).where(Space.slug == slug, space_is_open_to(viewer))).first()
    if space is None:
        raise NotFound
    return space


def space_called(slug: str) -> Space | None:
    return session.scalars(sa.select(Space).where(Space.slug == slug)).first()


def space_about(ref: Ref) -> Space | None:
    return session.scalars(sa.select(Space).where(Space.about == str(ref))).first()


def last_position() -> int:
    return session.scalar(sa.select(sa.func.coalesce(sa.func.max(Space.position), 0))) or 0


def space_of(topic: Topic) -> Space:
    """Also where it was not loaded with the topic."""
    return session.get_one(Space, topic.space_id)


def member_of(space: Space, person_id: int) -> SpaceMember | None:
    return session.get(SpaceMember, (space.id, person_id))


def is_steward(person: Person, space_id: int) -> bool:
    member = session.get(SpaceMember, (space_id, person.id))
    return member is not None and member.steward


def stewards_of(space: Space) -> Sequence[Person]:
    return session.scalars(
        sa.select(Person)
        .join(SpaceMember, SpaceMember.person_id == Person.id)
        .where(SpaceMember.space_id == space.id, SpaceMember.steward, Person.closed_at.is_(None))
        .order_by(Person.name)
    ).all()


def people_of(space: Space, *, limit: int = 200) -> Sequence[SpaceMember]:
    return session.scalars(
        sa.select(SpaceMember)
        .join(SpaceMember.person)
        .where(SpaceMember.space_id == space.id, Person.closed_at.is_(None))
        .options(contains_eager(SpaceMember.person))
        .order_by(SpaceMember.steward.desc(), SpaceMember.since)
        .limit(limit)
    ).all()


def people_count(space: Space) -> int:
    return session.scalar(sa.select(sa.func.count()).where(SpaceMember.space_id == space.id)) or 0


def space_level_of(viewer: Person | None, space: Space) -> Level:
    found = session.get(SpacePerson, (viewer.id, space.id)) if viewer else None
    return found.level if found else Level.NORMAL
