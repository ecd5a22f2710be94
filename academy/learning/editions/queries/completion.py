"""What does the course ask for, how far is everybody, and how is each part known?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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


def standings(items: Collection[str]) -> Iterable[tuple[int, int, str]]:
    """Of everybody who is enrolled: how many parts of the course they still have to do, and which of these items they have done, with a space
    between two. One row a person, put together by the database."""
    there = Completion.item.in_(items)
    done = (
        sa.select(Completion.person_id, sa.func.aggregate_strings(Completion.item, " ").label("written"))
        .where(there)
        .group_by(Completion.person_id)
        .subquery()
    )
    missing = sa.func.min(Enrolment.total - Enrolment.done)
    rows = session.execute(
        sa.select(Enrolment.person_id, missing, sa.func.coalesce(sa.func.max(done.c.written), ""))
        .outerjoin(done, done.c.person_id == Enrolment.person_id)
        .where(Enrolment.person_id.isnot(None), Enrolment.left_at.is_(None))
        .group_by(Enrolment.person_id)
        .order_by(Enrolment.person_id)
    )
    for person_id, left, some in rows:
        assert person_id is not None  # the statement asks for no other
        yield person_id, left, some


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


def preview_of(
    wanted: Completing | None = None, *, out: Collection[int] = (), back: Sequence[Unit] = (), most: int = 30
) -> Preview:
    """The first few of each by name, and how many there are. `wanted`: other rules, else those that hold; `out`: numbers of parts that leave
    the course; `back`: parts that come into it. Only the modules that change are looked at."""
    now = texts.all_parts()
    units = [*(unit for unit in now if unit.id not in out), *back]
    _number, asked = current_rules()
    wanted = wanted or asked
    before = _by_module(unit for unit in now if unit.required)
    after = _by_module(unit for unit in units if wanted.asks_for(unit.kind, str(unit.ref)))
    rooms_change = (wanted.attendance, wanted.share) != (asked.attendance, asked.share)
    known = set() if rooms_change else {unit.id for unit in now}
    stands_for = _by_module(unit for unit in units if unit.kind in wanted.attendance and unit.id not in known)
    modules = [
        module
        for module in dict.fromkeys([*before, *after, *stands_for])
        if module in stands_for or before.get(module) != after.get(module)
    ]
    change = rules.Change(
        {module: before.get(module, set()) for module in modules},
        {module: after.get(module, set()) for module in modules},
        sum(map(len, after.values())),
    )
    effects = _effects(change, _in_the_room(wanted, stands_for) if stands_for else {}) if modules else {}
    gaining = [person_id for person_id, changed in effects.items() if changed.gains]
    having_new = [person_id for person_id, changed in effects.items() if changed.new]
    people = {person.id: person for person in people_with_ids([*gaining[:most], *having_new[:most]])}
    return Preview(
        [(people[one], effects[one].gains) for one in gaining[:most] if one in people],
        [(people[one], effects[one].new) for one in having_new[:most] if one in people],
        len(gaining),
        len(having_new),
        sum(map(len, before.values())),
        change.parts,
    )


def _by_module(units: Iterable[Unit]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for unit in units:
        found.setdefault(unit.module.slug, set()).add(str(unit.ref))
    return found


def _in_the_room(wanted: Completing, stands_for: Mapping[str, set[str]]) -> dict[int, set[str]]:
    """What having been there would do, by person."""
    found: dict[int, set[str]] = {}
    for person_id, one, minutes in attendances():
        if wanted.stands_for(minutes, one.minutes):
            for module in one.modules:
                found.setdefault(person_id, set()).update(stands_for.get(module.slug, ()))
    return found


def _effects(change: rules.Change, in_the_room: Mapping[int, set[str]]) -> dict[int, rules.Effect]:
    """By person, of those whom it concerns. Many stand at the same point: that is worked out once."""
    items = {f"module:{module}" for module in change.after}.union(*change.before.values(), *change.after.values())
    known: dict[tuple[int, str], rules.Effect] = {}
    found: dict[int, rules.Effect] = {}
    for person_id, missing, written in standings(items):
        if person_id in in_the_room:
            changed = change.effect(missing, set(written.split()), in_the_room[person_id])
        elif (missing, written) in known:
            changed = known[missing, written]
        else:
            changed = known[missing, written] = change.effect(missing, set(written.split()), ())
        if changed:
            found[person_id] = changed
    return found


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
