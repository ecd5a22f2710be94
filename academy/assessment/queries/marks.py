"""What is there to mark, what was challenged, and what would marking again change?"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.assessment import marking, queries, rules
from academy.assessment.marking import WrongShape
from academy.assessment.models import (
    Attempt,
    AttemptSlot,
    AttemptStep,
    Challenge,
    ChallengeState,
    Outage,
    Question,
    QuestionVersion,
    State,
    StepKind,
)
from academy.assessment.queries import Asked
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.subjects import Ref

_OVER = (Attempt.state == State.HANDED_IN, ~Attempt.is_preview)


# --- what waits


@dataclass(frozen=True)
class Waiting:
    """An open answer that nobody has marked yet."""

    asked: Asked
    about: Ref
    submitted_at: datetime


def answers_to_mark(viewer: Person, *, limit: int) -> list[Waiting]:
    """Those of the attempts that wait longest."""
    require(rules.may_mark(by=viewer))
    oldest = (
        sa.select(Attempt.id).where(Attempt.to_mark > 0, *_OVER).order_by(Attempt.submitted_at).limit(limit).subquery()
    )
    found = queries.asked_where(AttemptSlot.attempt_id.in_(sa.select(oldest.c.id)), QuestionVersion.type == "open")
    return [
        Waiting(one, one.slot.attempt.about, one.slot.attempt.submitted_at)
        for one in sorted(found, key=lambda one: (one.slot.attempt.submitted_at, one.pos))
        if one.fraction is None and one.slot.attempt.submitted_at is not None
    ]


def open_challenges(viewer: Person, *, limit: int) -> Sequence[Challenge]:
    require(rules.may_mark(by=viewer))
    return session.scalars(
        _challenges().where(Challenge.state == ChallengeState.OPEN).order_by(Challenge.created_at).limit(limit)
    ).all()


def waiting_count(_viewer: Person) -> int:
    """What waits at the desk, in one statement."""
    answers = sa.select(sa.func.coalesce(sa.func.sum(Attempt.to_mark), 0)).where(Attempt.to_mark > 0, *_OVER)
    challenges = sa.select(sa.func.count()).select_from(Challenge).where(Challenge.state == ChallengeState.OPEN)
    return session.scalar(sa.select(answers.scalar_subquery() + challenges.scalar_subquery())) or 0


def challenge_with_id(viewer: Person, challenge_id: int) -> Challenge:
    require(rules.may_mark(by=viewer))
    found = session.scalars(_challenges().where(Challenge.id == challenge_id)).first()
    if found is None:
        raise NotFound
    return found


def _challenges() -> sa.Select[Challenge]:
    return (
        sa.select(Challenge)
        .join(Challenge.slot)
        .join(AttemptSlot.attempt)
        .join(AttemptSlot.question_version)
        .join(QuestionVersion.question)
        .options(
            contains_eager(Challenge.slot).contains_eager(AttemptSlot.attempt),
            contains_eager(Challenge.slot)
            .contains_eager(AttemptSlot.question_version)
            .contains_eager(QuestionVersion.question),
        )
    )


def answer_seen_by(viewer: Person, slot_id: int) -> Asked:
    """One question of somebody's attempt that is over, with answer and mark."""
    require(rules.may_mark(by=viewer))
    found = queries.asked_where(AttemptSlot.id == slot_id, *_OVER)
    if not found:
        raise NotFound
    return found[0]


def attempt_of_slot(slot: AttemptSlot) -> Attempt:
    return session.scalars(
        sa.select(Attempt)
        .where(Attempt.id == slot.attempt_id)
        .options(joinedload(Attempt.quiz_version, innerjoin=True))
        .execution_options(populate_existing=True)
    ).one()


def journal_of(slot_id: int) -> list[tuple[AttemptStep, str]]:
    """Every line about a question, with the name of who wrote it."""
    rows = session.execute(
        sa.select(AttemptStep, sa.func.coalesce(Person.name, ""))
        .outerjoin(Person, Person.id == AttemptStep.actor_id)
        .where(AttemptStep.slot_id == slot_id)
        .order_by(AttemptStep.seq)
    )
    return [(step, name) for step, name in rows]


@dataclass(frozen=True)
class Facility:
    """How others did at a question; enough to see whether a challenge may be right."""

    answers: int
    whole: int  # with the whole mark


def facility_of(question_version: QuestionVersion) -> Facility:
    last = aliased(AttemptStep)
    newest = (
        sa.select(sa.func.max(last.seq))
        .where(last.slot_id == AttemptSlot.id, last.fraction.is_not(None))
        .scalar_subquery()
    )
    answers, whole = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((AttemptStep.fraction == marking.WHOLE, 1), else_=0)), 0),
        )
        .select_from(AttemptSlot)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .join(AttemptStep, sa.and_(AttemptStep.slot_id == AttemptSlot.id, AttemptStep.seq == newest))
        .where(AttemptSlot.question_version_id == question_version.id, *_OVER)
    ).one()
    return Facility(answers, whole)


@dataclass
class TalkedOver:
    """What trainer and learner said to each other about a question of an attempt."""

    notes: list[AttemptStep] = field(default_factory=list)
    challenge: Challenge | None = None


def talked_over_in(attempt: Attempt) -> dict[int, TalkedOver]:
    """By slot, in one statement."""
    found: defaultdict[int, TalkedOver] = defaultdict(TalkedOver)
    rows = session.execute(
        sa.select(AttemptSlot.id, AttemptStep, Challenge)
        .outerjoin(AttemptStep, sa.and_(AttemptStep.slot_id == AttemptSlot.id, AttemptStep.note.is_not(None)))
        .outerjoin(Challenge, Challenge.slot_id == AttemptSlot.id)
        .where(AttemptSlot.attempt_id == attempt.id)
        .order_by(AttemptStep.seq)
    )
    for slot_id, note, challenge in rows:
        said = found[slot_id]
        said.challenge = challenge
        if note is not None:
            said.notes.append(note)
    return found


def blank_notes_about(person_id: int) -> None:
    theirs = (
        sa.select(AttemptSlot.id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .where(Attempt.person_id == person_id)
    )
    session.execute(
        sa.update(AttemptStep)
        .where(AttemptStep.slot_id.in_(theirs), AttemptStep.note.is_not(None))
        .values(note=None)
        .execution_options(synchronize_session=False)
    )


# --- marking again


@dataclass(frozen=True)
class Change:
    slot: AttemptSlot
    before: int
    after: int
    last: int  # number of the last step


@dataclass(frozen=True)
class Regrading:
    """What marking every answer by the newest version would do."""

    version: QuestionVersion
    rises: list[Change] = field(default_factory=list)
    falls: list[Change] = field(default_factory=list)
    same: list[Change] = field(default_factory=list)
    kept: int = 0  # marks that a trainer set
    unfit: int = 0  # answers that the newest version can't mark
    running: int = 0

    @property
    def changes(self) -> list[Change]:
        return [*self.rises, *self.falls]

    @property
    def appended(self) -> list[Change]:
        return [*self.changes, *self.same]

    @property
    def fingerprint(self) -> str:
        facts = [(change.slot.id, change.before, change.after) for change in self.appended]
        return hashlib.sha256(repr((self.version.id, sorted(facts))).encode()).hexdigest()[:20]


def question_to_mark(viewer: Person, bank: str, key: str) -> Question:
    require(rules.may_mark(by=viewer))
    question = queries.question_with(bank, key)
    if question is None:
        raise NotFound
    return question


def regrading(question: Question, *, locked: bool = False) -> Regrading:
    """A dry run; `locked`: the attempts can't change until the end of the transaction."""
    asked = sa.select(QuestionVersion.id).where(QuestionVersion.question_id == question.id)
    if locked:
        session.execute(
            sa.select(Attempt.id)
            .join(AttemptSlot, AttemptSlot.attempt_id == Attempt.id)
            .where(AttemptSlot.question_version_id.in_(asked), *_OVER)
            .order_by(Attempt.id)
            .with_for_update(of=Attempt)
        )
    plan = Regrading(question.current, running=_running(asked))
    last = _last_steps(asked)
    for one in queries.asked_where(AttemptSlot.question_version_id.in_(asked), *_OVER):
        plan = _with(plan, one, last.get(one.slot.id, 0))
    return plan


def _with(plan: Regrading, one: Asked, last: int) -> Regrading:
    before = one.fraction
    if before is None or marking.by_hand(plan.version.body):
        return plan  # nothing a machine could say
    if one.mark is not None and one.marked and one.mark.kind is StepKind.OVERRIDE:
        return _counted(plan, kept=1)
    try:
        part = marking.fraction(plan.version.body, one.response) if one.answered else marking.NOTHING
    except WrongShape:
        return _counted(plan, unfit=1)
    assert part is not None
    change = Change(one.slot, before, marking.points(part), last)
    if change.after != change.before:
        (plan.rises if change.after > change.before else plan.falls).append(change)
    elif one.version.id != plan.version.id:
        plan.same.append(change)
    return plan


def _counted(plan: Regrading, *, kept: int = 0, unfit: int = 0) -> Regrading:
    return Regrading(
        plan.version, plan.rises, plan.falls, plan.same, plan.kept + kept, plan.unfit + unfit, plan.running
    )


def _running(asked: sa.Select[int]) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(AttemptSlot)
            .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
            .where(AttemptSlot.question_version_id.in_(asked), Attempt.state == State.IN_PROGRESS, ~Attempt.is_preview)
        )
        or 0
    )


def _last_steps(asked: sa.Select[int]) -> dict[int, int]:
    rows = session.execute(
        sa.select(AttemptStep.slot_id, sa.func.max(AttemptStep.seq))
        .join(AttemptSlot, AttemptSlot.id == AttemptStep.slot_id)
        .where(AttemptSlot.question_version_id.in_(asked))
        .group_by(AttemptStep.slot_id)
    )
    return dict(rows.all())


# --- time


def outages(viewer: Person, *, limit: int) -> Sequence[Outage]:
    require(rules.may_give_time(by=viewer))
    return session.scalars(sa.select(Outage).order_by(Outage.began_at.desc()).limit(limit)).all()
