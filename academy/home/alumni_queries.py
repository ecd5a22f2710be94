"""Who has finished the course or a module of it, and lets others know?

Finished modules are shown on a profile to those whom the person chose: the same people find them in these groups, and nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person, ProfileFact
from academy.accounts.queries import audiences_of
from academy.kernel.db import session
from academy.learning.models import Completion, Module
from academy.learning.queries import Said, said

COURSE = "course"  # the key of the group of those who have finished every module


@dataclass(frozen=True)
class Group:
    key: str
    items: tuple[str, ...]  # Refs as text: all that they have finished
    title: Said | None = None  # of the module; None: the whole course
    hue: int | None = None
    people: int = 0  # whom this viewer finds in it


def groups_seen_by(viewer: Person | None, language: str) -> list[Group]:
    """The course, then each module; those without anybody too, so that somebody can be the first."""
    found = _groups(language)
    if not found:
        return []
    counts = [_alumni(viewer, group).with_only_columns(sa.func.count()).scalar_subquery() for group in found]
    people = session.execute(sa.select(*counts)).one()
    return [replace(group, people=number) for group, number in zip(found, people, strict=True)]


def group_called(key: str, language: str) -> Group:
    found = next((group for group in _groups(language) if group.key == key), None)
    if found is None:
        raise NotFound
    return found


def alumni_seen_by(viewer: Person | None, group: Group, *, after: str = "", limit: int = 30) -> Sequence[Person]:
    """By the name in their address."""
    people = _alumni(viewer, group).where(Person.slug > after).order_by(Person.slug).limit(limit)
    return session.scalars(people).all()


def _groups(language: str) -> list[Group]:
    modules = session.scalars(
        sa.select(Module).where(Module.retired_at.is_(None)).order_by(Module.position, Module.id)
    ).all()
    if not modules:
        return []
    return [
        Group(COURSE, tuple(str(module.ref) for module in modules)),
        *(Group(module.slug, (str(module.ref),), said(module.title, language), module.hue) for module in modules),
    ]


def _alumni(viewer: Person | None, group: Group) -> sa.Select[Person]:
    done = [
        sa.exists().where(Completion.person_id == ProfileFact.person_id, Completion.item == item)
        for item in group.items
    ]
    return (
        sa.select(Person)
        .join(ProfileFact, ProfileFact.person_id == Person.id)
        .where(
            ProfileFact.name == "modules",
            ProfileFact.audience.in_(audiences_of(viewer)),
            Person.closed_at.is_(None),
            Person.confirmed_at.is_not(None),
            *done,
        )
    )
