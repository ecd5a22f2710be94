"""Who is where in an edition, and who was there?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.attendance.models import Presence, PresenceState
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.learning.editions.models import Edition, Enrolment, Session
from academy.learning.models import Completion

PAGE = 50  # learners


@dataclass(frozen=True)
class Line:
    """One person on an attendance sheet."""

    person: Person
    presence: Presence | None


def sheet_of(one: Session) -> list[Line]:
    """Everybody who is enrolled, and whoever was there although they are not; by name."""
    enrolled = sa.exists().where(
        Enrolment.edition_id == one.edition_id, Enrolment.person_id == Person.id, Enrolment.left_at.is_(None)
    )
    rows = session.execute(
        sa.select(Person, Presence)
        .outerjoin(Presence, (Presence.person_id == Person.id) & (Presence.about == str(one.ref)))
        .where(enrolled | Presence.id.isnot(None))
        .order_by(Person.name, Person.id)
    )
    return [Line(person, presence) for person, presence in rows]


def learners_of(
    edition: Edition, *, after: tuple[str, int] | None = None, limit: int | None = PAGE + 1
) -> list[tuple[Enrolment, Person]]:
    """By name, a page at a time. `after`: name and number of the last one on the page before."""
    wanted = (
        sa.select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.edition_id == edition.id, Enrolment.left_at.is_(None))
        .order_by(Person.name, Enrolment.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(sa.tuple_(Person.name, Enrolment.id) > sa.tuple_(*map(sa.literal, after)))
    return [(enrolment, person) for enrolment, person in session.execute(wanted)]


def done_by_module(people: Collection[int], items: Mapping[str, set[str]]) -> dict[int, dict[str, int]]:
    """For each person, how many parts of each module are done, of those that count."""
    module_of = {item: module for module, some in items.items() for item in some}
    found: dict[int, dict[str, int]] = {}
    for person_id, item in session.execute(
        sa.select(Completion.person_id, Completion.item).where(Completion.person_id.in_(people))
    ):
        if module := module_of.get(item):
            counts = found.setdefault(person_id, {})
            counts[module] = counts.get(module, 0) + 1
    return found


@dataclass(frozen=True)
class Summary:
    modules: Mapping[str, int]  # how many have completed each
    learners: int
    begun: int
    complete: int
    stopped: int
    minutes: int
    done: int
    total: int

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


def summary_of(edition: Edition, slugs: Iterable[str], *, quiet_before: datetime) -> Summary:
    """The figures of the whole edition, and who has completed each of these modules, in one statement."""
    here = sa.and_(Enrolment.edition_id == edition.id, Enrolment.left_at.is_(None))

    def counted(which: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((which, 1), else_=0)), 0)

    not_complete = Enrolment.done < Enrolment.total
    figures = sa.select(
        sa.literal(""),
        sa.func.count(),
        counted(Enrolment.done > 0),
        counted((Enrolment.total > 0) & (Enrolment.done == Enrolment.total)),
        counted(not_complete & (Enrolment.moved_at < quiet_before)),
        sa.func.coalesce(sa.func.sum(Enrolment.minutes), 0),
        sa.func.coalesce(sa.func.sum(Enrolment.done), 0),
        sa.func.coalesce(sa.func.sum(Enrolment.total), 0),
    ).where(here)
    zero = sa.literal(0)
    modules = (
        sa.select(Completion.item, sa.func.count(), zero, zero, zero, zero, zero, zero)
        .join(Enrolment, Enrolment.person_id == Completion.person_id)
        .where(here, Completion.item.in_([f"module:{slug}" for slug in slugs]))
        .group_by(Completion.item)
    )
    by_module: dict[str, int] = {}
    numbers = [0] * 7
    for item, *some in session.execute(sa.union_all(figures, modules)):
        if item:
            by_module[item.removeprefix("module:")] = some[0]
        else:
            numbers = [int(number) for number in some]
    return Summary(by_module, *numbers)


def group_of(edition: Edition, group: str, *, now: datetime, quiet_before: datetime) -> list[int]:
    """The people of one of rules.GROUPS."""
    wanted = sa.select(Enrolment.person_id).where(
        Enrolment.edition_id == edition.id, Enrolment.left_at.is_(None), Enrolment.person_id.isnot(None)
    )
    if group == "not-begun":
        wanted = wanted.where(Enrolment.done == 0)
    elif group == "stopped":
        wanted = wanted.where(Enrolment.done < Enrolment.total, Enrolment.moved_at < quiet_before)
    elif group == "complete":
        wanted = wanted.where(Enrolment.total > 0, Enrolment.done == Enrolment.total)
    elif group == "missed":
        last = (
            sa.select(sa.literal("session:") + Session.key)
            .where(Session.edition_id == edition.id, Session.ends_at < now, Session.cancelled_at.is_(None))
            .order_by(Session.ends_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        there = sa.exists().where(
            Presence.person_id == Enrolment.person_id,
            Presence.about == last,
            Presence.state == PresenceState.PRESENT,
        )
        wanted = wanted.where(last.isnot(None), ~there)
    return [person_id for person_id in session.scalars(wanted) if person_id is not None]


def attended(edition: Edition) -> dict[int, dict[str, int]]:
    """For each person, minutes by session."""
    rows = session.execute(
        sa.select(Presence.person_id, Session.key, Presence.minutes)
        .join(Session, Presence.about == sa.literal("session:") + Session.key)
        .where(
            Session.edition_id == edition.id,
            Presence.state == PresenceState.PRESENT,
            Presence.person_id.isnot(None),
        )
    )
    found: dict[int, dict[str, int]] = {}
    for person_id, key, minutes in rows:
        if person_id is not None:
            found.setdefault(person_id, {})[key] = minutes
    return found


def people_noted_at(about: Ref) -> Sequence[int]:
    """On an attendance sheet, with whatever it says of them."""
    found = session.scalars(
        sa.select(Presence.person_id).where(Presence.about == str(about), Presence.person_id.isnot(None))
    )
    return [person_id for person_id in found if person_id is not None]
