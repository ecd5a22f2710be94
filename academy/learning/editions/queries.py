"""What can be seen, and by whom? Editions are public once published; who learns in them is for those who run them or teach there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person, Role, RoleHeld
from academy.accounts.told import MOST, tells
from academy.assessment.models import Attempt
from academy.attendance.models import Gate, Presence, PresenceState, Seat, SeatState
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.learning import queries as texts
from academy.learning import rules as course_rules
from academy.learning.editions import rules
from academy.learning.editions.models import (
    CompletionRules,
    Edition,
    Enrolment,
    GroupMessage,
    Session,
    SessionTrainer,
)
from academy.learning.editions.rules import Completing, Standing
from academy.learning.models import Completion, CompletionEvent, Module
from academy.organisations.models import Membership, Organisation

PAGE = 50  # learners
MOST_LISTED = 60


# --- pages for everybody


def editions_seen_by(viewer: Person | None, *, past: bool = False) -> Sequence[Edition]:
    """Published ones: those one can still join, soonest first; or those that have ended, newest first."""
    wanted = sa.select(Edition).where(Edition.published_at.isnot(None)).options(joinedload(Edition.organisation))
    if past:
        wanted = wanted.where(Edition.ended_at.isnot(None)).order_by(Edition.starts_on.desc(), Edition.id.desc())
    else:
        wanted = wanted.where(Edition.ended_at.is_(None)).order_by(
            Edition.self_paced.desc(), Edition.starts_on, Edition.id
        )
    return session.scalars(wanted.limit(MOST_LISTED)).all()


@dataclass(frozen=True)
class SessionSeen:
    row: Session
    gate: Gate | None
    seat: Seat | None  # of the viewer
    presence: Presence | None  # of the viewer


@dataclass(frozen=True)
class EditionSeen:
    row: Edition
    who: Standing
    sessions: list[SessionSeen]
    gate: Gate | None
    seat: Seat | None  # of the viewer, in the edition
    enrolment: Enrolment | None  # of the viewer


def edition_seen_by(viewer: Person | None, slug: str) -> EditionSeen:
    """An edition with its sessions, and what the viewer has to do with it."""
    edition, who = edition_and_standing(viewer, slug)
    if not rules.may_see_edition(edition, who):
        raise NotFound
    sessions = sessions_of(edition)
    places = _places([edition.ref, *(one.ref for one in sessions)], viewer)
    gate, seat, _presence = places.get(edition.ref, (None, None, None))
    return EditionSeen(
        row=edition,
        who=who,
        sessions=[SessionSeen(one, *places.get(one.ref, (None, None, None))) for one in sessions],
        gate=gate,
        seat=seat,
        enrolment=enrolment_of(viewer.id, edition) if viewer else None,
    )


def _places(about: Iterable[Ref], viewer: Person | None) -> dict[Ref, tuple[Gate | None, Seat | None, Presence | None]]:
    """Gates, and what this viewer holds there, in one statement."""
    person_id = viewer.id if viewer else 0
    wanted = [str(ref) for ref in about]
    rows = session.execute(
        sa.select(Gate, Seat, Presence)
        .outerjoin(
            Seat, (Seat.gate_id == Gate.id) & (Seat.person_id == person_id) & (Seat.state != SeatState.CANCELLED)
        )
        .outerjoin(Presence, (Presence.about == Gate.about) & (Presence.person_id == person_id))
        .where(Gate.about.in_(wanted))
    )
    return {ref: (gate, seat, presence) for gate, seat, presence in rows if (ref := Ref.parsed(gate.about))}


def edition_and_standing(viewer: Person | None, slug: str) -> tuple[Edition, Standing]:
    """Whether the viewer may see it is still to be asked."""
    person_id = viewer.id if viewer else 0
    row = session.execute(
        sa.select(
            Edition,
            sa.exists().where(Membership.person_id == person_id, Membership.organisation_id == Edition.organisation_id),
            sa.exists().where(
                SessionTrainer.person_id == person_id,
                SessionTrainer.session_id == Session.id,
                Session.edition_id == Edition.id,
            ),
        )
        .where(Edition.slug == slug)
        .options(joinedload(Edition.organisation))
    ).first()
    if row is None:
        raise NotFound
    edition, belongs, teaches = row
    return edition, Standing(viewer, frozenset({edition.organisation_id} if belongs else ()), teaches=bool(teaches))


def sessions_of(edition: Edition) -> Sequence[Session]:
    """In order, with their modules and trainers."""
    return (
        session.scalars(
            sa.select(Session)
            .where(Session.edition_id == edition.id)
            .order_by(Session.starts_at, Session.id)
            .options(
                joinedload(Session.modules).options(defer(Module.glossary), defer(Module.outcomes)),
                joinedload(Session.trainers),
            )
        )
        .unique()
        .all()
    )


def session_and_standing(viewer: Person | None, key: str) -> tuple[Session, Standing]:
    """A session with its edition, modules and trainers. Whether the viewer may see it is still to be asked."""
    person_id = viewer.id if viewer else 0
    row = (
        session.execute(
            sa.select(
                Session,
                sa.exists().where(
                    Membership.person_id == person_id, Membership.organisation_id == Edition.organisation_id
                ),
            )
            .join(Session.edition)
            .where(Session.key == key)
            .options(
                contains_eager(Session.edition).joinedload(Edition.organisation),
                joinedload(Session.modules).options(defer(Module.glossary)),
                joinedload(Session.trainers),
            )
        )
        .unique()
        .first()
    )
    if row is None:
        raise NotFound
    found, belongs = row
    own = frozenset({found.edition.organisation_id} if belongs else ())
    teaches_here = any(trainer.id == person_id for trainer in found.trainers)
    return found, Standing(viewer, own, teaches=teaches_here or _teaches_in(person_id, found.edition_id))


def _teaches_in(person_id: int, edition_id: int) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    SessionTrainer.person_id == person_id,
                    SessionTrainer.session_id == Session.id,
                    Session.edition_id == edition_id,
                )
            )
        )
    )


def session_with_key(key: str) -> Session | None:
    return (
        session.scalars(
            sa.select(Session)
            .join(Session.edition)
            .where(Session.key == key)
            .options(contains_eager(Session.edition), joinedload(Session.modules).options(defer(Module.glossary)))
        )
        .unique()
        .first()
    )


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


def message_seen_by(viewer: Person, key: str) -> GroupMessage:
    """By who wrote it and to whom it was written."""
    found = session.scalars(
        sa.select(GroupMessage).where(GroupMessage.key == key).options(joinedload(GroupMessage.author))
    ).first()
    if found is None or (viewer.id != found.author_id and viewer.id not in found.people):
        raise NotFound
    return found


def edition_with_id(edition_id: int) -> Edition:
    return session.get_one(Edition, edition_id)


# --- for those who run editions


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


def self_paced() -> Edition | None:
    return session.scalars(sa.select(Edition).where(Edition.self_paced)).first()


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


def addresses(emails: Collection[str]) -> dict[str, int]:
    """Numbers of confirmed people by address."""
    rows = session.execute(
        sa.select(Person.email, Person.id).where(Person.email.in_(emails), Person.closed_at.is_(None))
    )
    return {email: person_id for email, person_id in rows}  # noqa: C416  # a Row is no pair to mypy


def enrolled_ids(edition: Edition) -> frozenset[int]:
    found = session.scalars(
        sa.select(Enrolment.person_id).where(
            Enrolment.edition_id == edition.id, Enrolment.left_at.is_(None), Enrolment.person_id.isnot(None)
        )
    )
    return frozenset(person_id for person_id in found if person_id is not None)


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


@dataclass(frozen=True)
class Learner:
    enrolment: Enrolment
    person: Person
    by_module: Mapping[str, int] = field(default_factory=dict)  # parts done


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


def summary_of(edition: Edition, *, quiet_before: datetime) -> Summary:
    """The figures of the whole edition, in one statement."""
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
        .where(here, Completion.item.in_(sa.select(sa.literal("module:") + Module.slug)))
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


def messages_of(edition: Edition, *, limit: int = 20) -> Sequence[GroupMessage]:
    return session.scalars(
        sa.select(GroupMessage)
        .where(GroupMessage.edition_id == edition.id)
        .options(joinedload(GroupMessage.author))
        .order_by(GroupMessage.id.desc())
        .limit(limit)
    ).all()


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


# --- figures


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


# --- completion


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


def preview_of(wanted: Completing, *, most: int = 30) -> Preview:
    """The first few of each by name, and how many there are."""
    units = texts.all_parts()
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
        sum(unit.required for unit in units),
        sum(len(some) for some in after.values()),
    )


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


# --- for other features


@tells("meetings")
def _meetings_attended(person: Person) -> list[Ref]:
    """For a profile, the last first."""
    abouts = session.scalars(
        sa.select(Presence.about)
        .where(
            Presence.person_id == person.id,
            Presence.state == PresenceState.PRESENT,
            Presence.about.startswith("session:"),
        )
        .order_by(Presence.noted_at.desc())
        .limit(MOST)
    )
    return [ref for about in abouts if (ref := Ref.parsed(about))]


@resolves("edition")
@resolves("session")
def _subjects(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    """In one statement; drafts are nobody's business."""
    slugs = [ref.key for ref in refs if ref.kind == "edition"]
    keys = [ref.key for ref in refs if ref.kind == "session"]
    rows = session.execute(
        sa.select(Edition.slug, Edition.title, Session.key, Session.title)
        .outerjoin(Session, (Session.edition_id == Edition.id) & Session.key.in_(keys))
        .where(
            Edition.published_at.isnot(None),
            Edition.slug.in_(slugs) | Session.key.isnot(None),
        )
    )
    found: dict[Ref, Subject] = {}
    for slug, title, key, session_title in rows:
        address = shown_address("editions.show", slug=slug) or ""
        found[Ref("edition", slug)] = Subject(title, address)
        if key:
            found[Ref("session", key)] = Subject(f"{session_title}, {title}", f"{address}#session-{key}")
    return {ref: found[ref] for ref in refs if ref in found}


def somebody_is_enrolled() -> bool:
    return session.scalar(sa.select(sa.exists().select_from(Enrolment))) or False


def people_noted_at(about: Ref) -> Sequence[int]:
    """On an attendance sheet, with whatever it says of them."""
    found = session.scalars(
        sa.select(Presence.person_id).where(Presence.about == str(about), Presence.person_id.isnot(None))
    )
    return [person_id for person_id in found if person_id is not None]


def message_with_key(key: str) -> GroupMessage | None:
    return session.scalars(
        sa.select(GroupMessage)
        .where(GroupMessage.key == key)
        .options(joinedload(GroupMessage.author), joinedload(GroupMessage.edition))
    ).first()


def completions_of(person_id: int) -> Sequence[Completion]:
    return session.scalars(sa.select(Completion).where(Completion.person_id == person_id)).all()
