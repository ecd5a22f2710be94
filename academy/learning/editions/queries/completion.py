"""What does the course ask for, how far is everybody, and how is each part known?"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload

from academy.accounts.models import Person
from academy.assessment.models import Attempt
from academy.attendance.models import Presence, PresenceState
from academy.kernel.db import session
from academy.kernel.web import shown_address
from academy.learning import queries as texts
from academy.learning import rules as course_rules
from academy.learning.editions import rules
from academy.learning.editions.models import CompletionRules, Edition, Enrolment, Session
from academy.learning.editions.queries.running import people_with_ids
from academy.learning.editions.rules import Completing
from academy.learning.models import Completion, CompletionEvent, Module, Unit


def figures(items: Collection[str]) -> dict[str, Any]:
    """What the columns of an enrolment are, worked out anew, for a statement over `enrolments`."""
    mine = Completion.person_id == Enrolment.person_id
    done = sa.select(sa.func.count()).where(mine, Completion.item.in_(items)).correlate(Enrolment)
    moved = sa.select(sa.func.max(Completion.at)).where(mine).correlate(Enrolment)
    minutes = (
        sa.select(sa.func.coalesce(sa.func.sum(Presence.minutes), 0))
        .join(Session, Presence.about == sa.literal("session:") + Session.key)
        .where(
            Session.edition_id == Enrolment.edition_id,
            Presence.person_id == Enrolment.person_id,
            Presence.state == PresenceState.PRESENT,
        )
        .correlate(Enrolment)
    )
    return {
        "done": done.scalar_subquery(),
        "total": len(items),
        "minutes": minutes.scalar_subquery(),
        "moved_at": moved.scalar_subquery(),
    }


def wrong_figures(items: Collection[str]) -> Sequence[int]:
    """Enrolments whose figure differs from its recomputation."""
    now = figures(items)
    return session.scalars(
        sa.select(Enrolment.id).where(
            Enrolment.person_id.isnot(None),
            sa.or_(Enrolment.done != now["done"], Enrolment.total != now["total"], Enrolment.minutes != now["minutes"]),
        )
    ).all()


def current_rules() -> tuple[int, Completing]:
    """The number of the version, 0 for the first, and what it says."""
    row = session.scalars(sa.select(CompletionRules).order_by(CompletionRules.n.desc()).limit(1)).first()
    return (row.n, Completing.from_body(row.body)) if row else (0, rules.FIRST_RULES)


def rules_history() -> Sequence[tuple[CompletionRules, str]]:
    """Newest first, with the name of who published it."""
    rows = session.execute(
        sa.select(CompletionRules, sa.func.coalesce(Person.name, ""))
        .outerjoin(Person, Person.id == CompletionRules.author_id)
        .order_by(CompletionRules.n.desc())
    )
    return [(row, name) for row, name in rows]


def done_by_enrolled() -> Iterable[tuple[int, set[str]]]:
    """Everything that each enrolled person has done, one person after the other."""
    enrolled = sa.exists().where(Enrolment.person_id == Completion.person_id, Enrolment.left_at.is_(None))
    rows = session.execute(
        sa.select(Completion.person_id, Completion.item)
        .where(enrolled)
        .order_by(Completion.person_id)
        .execution_options(yield_per=5_000)
    )
    person_id, items = 0, set[str]()
    for whose, item in rows:
        if whose != person_id and items:
            yield person_id, items
            items = set()
        person_id = whose
        items.add(item)
    if items:
        yield person_id, items


def attendances() -> list[tuple[int, Session, int]]:
    """Every presence in a session: person, session with its modules, minutes."""
    presences = session.execute(
        sa.select(Presence.person_id, Presence.about, Presence.minutes).where(
            Presence.state == PresenceState.PRESENT,
            Presence.person_id.isnot(None),
            Presence.about.startswith("session:"),
        )
    ).all()
    sessions = {
        str(one.ref): one
        for one in session.scalars(
            sa.select(Session).options(joinedload(Session.modules).options(defer(Module.glossary)))
        ).unique()
    }
    return [
        (person_id, sessions[about], minutes)
        for person_id, about, minutes in presences
        if person_id and about in sessions
    ]


@dataclass(frozen=True)
class Preview:
    """Who would gain by other rules, and who would have something new to do."""

    gains: list[tuple[Person, tuple[str, ...]]]  # with the modules
    new: list[tuple[Person, tuple[str, ...]]]
    gaining: int
    having_new: int
    parts_before: int
    parts_after: int


def preview_of(wanted: Completing, *, parts: Sequence[Unit] | None = None, most: int = 30) -> Preview:
    """The first few of each by name, and how many there are. `parts`: what the course would hold; as it is now where nothing is said."""
    now = texts.all_parts()
    units = now if parts is None else parts
    after: dict[str, set[str]] = {}
    stands_for: dict[str, set[str]] = {}
    for unit in units:
        if wanted.asks_for(unit.kind, str(unit.ref)):
            after.setdefault(unit.module.slug, set()).add(str(unit.ref))
        if unit.kind in wanted.attendance:
            stands_for.setdefault(unit.module.slug, set()).add(str(unit.ref))
    in_the_room: dict[int, set[str]] = {}
    for person_id, one, minutes in attendances():
        if wanted.stands_for(minutes, one.minutes):
            for module in one.modules:
                in_the_room.setdefault(person_id, set()).update(stands_for.get(module.slug, ()))
    effects = {
        person_id: changed
        for person_id, done in chain(done_by_enrolled(), ((one, set[str]()) for one in [*in_the_room]))
        if (changed := rules.effect(after, done, in_the_room.pop(person_id, ())))
    }
    gaining = [person_id for person_id, changed in effects.items() if changed.gains]
    having_new = [person_id for person_id, changed in effects.items() if changed.new]
    people = {person.id: person for person in people_with_ids([*gaining[:most], *having_new[:most]])}
    return Preview(
        [(people[one], effects[one].gains) for one in gaining[:most] if one in people],
        [(people[one], effects[one].new) for one in having_new[:most] if one in people],
        len(gaining),
        len(having_new),
        sum(unit.required for unit in now),
        sum(len(some) for some in after.values()),
    )


@dataclass(frozen=True)
class Evidence:
    """Why a part counts: who says so, when, and where to look."""

    source: str
    at: datetime
    title: str
    address: str


def evidence_of(person: Person) -> dict[str, list[Evidence]]:
    """By part, as things stand, oldest first; in one statement."""
    key = sa.func.substr(CompletionEvent.evidence, sa.func.length("session:") + 1)
    passed = aliased(
        Attempt,
        sa.select(Attempt).where(Attempt.person_id == person.id, Attempt.passed.is_(True)).subquery(),
    )
    rows = session.execute(
        sa.select(CompletionEvent, Session, Edition.slug, Edition.title, passed.key)
        .outerjoin(Session, (CompletionEvent.source == course_rules.ATTENDANCE) & (Session.key == key))
        .outerjoin(Edition, Edition.id == Session.edition_id)
        .outerjoin(
            passed,
            (CompletionEvent.source == course_rules.QUIZ)
            & (CompletionEvent.evidence == sa.literal("attempt:") + sa.cast(passed.id, sa.String)),
        )
        .where(CompletionEvent.person_id == person.id)
        .order_by(CompletionEvent.id)
    )
    stands: dict[str, dict[course_rules.Voucher, Evidence]] = {}
    for event, one, slug, title, attempt in rows:
        vouched = stands.setdefault(event.item, {})
        voucher = (event.source, event.evidence)
        vouched.pop(voucher, None)
        if event.done:
            address = ""
            if slug:
                address = shown_address("editions.show", slug=slug) or ""
            elif attempt:
                address = shown_address("assessment.attempt", key=attempt) or ""
            said = f"{one.title}, {title}" if one else ""
            vouched[voucher] = Evidence(event.source, event.at, said, address)
    return {item: [*vouched.values()] for item, vouched in stands.items() if vouched}
