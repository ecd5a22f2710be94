"""What can be seen, and by whom?"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.assessment import drawing, marking, receipts, rules
from academy.assessment.marking import Body, Response
from academy.assessment.models import (
    COUNTED,
    MARKS,
    Attempt,
    AttemptSlot,
    AttemptStep,
    Challenge,
    ClosedBy,
    Counts,
    Outage,
    Question,
    QuestionTag,
    QuestionVersion,
    Quiz,
    QuizQuestion,
    QuizVersion,
    State,
    StepKind,
    TimeAllowance,
)
from academy.assessment.rules import Policy
from academy.assessment.wording import Wording, wording
from academy.kernel import clock
from academy.kernel.db import Moment, session
from academy.kernel.files import StoredFile
from academy.kernel.shared import shared
from academy.kernel.subjects import Ref
from academy.settings import settings

_FILE = re.compile(r"/files/([A-Za-z0-9_-]+)/[^\s)\"\\>]+")

# --- questions and quizzes


def question_with(bank: str, key: str) -> Question | None:
    return session.scalars(
        sa.select(Question).where(Question.bank == bank, Question.key == key).options(joinedload(Question.current))
    ).first()


def sizes_of_files_in(body: Body) -> dict[str, tuple[int, int]]:
    """Width and height of the pictures that were uploaded for this question, by their addresses."""
    addresses = {found[1]: found[0] for found in _FILE.finditer(json.dumps(body, ensure_ascii=False))}
    if not addresses:
        return {}
    rows = session.scalars(sa.select(StoredFile).where(StoredFile.key.in_([*addresses])))
    return {addresses[row.key]: (row.width, row.height) for row in rows if row.width and row.height}


def question_ids(bank: str, keys: Iterable[str]) -> dict[str, int]:
    rows = session.execute(
        sa.select(Question.key, Question.id).where(Question.bank == bank, Question.key.in_(set(keys)))
    )
    return dict(rows.all())


def quiz_about(about: Ref) -> Quiz | None:
    """With its current version."""
    return session.scalars(
        sa.select(Quiz)
        .where(Quiz.about_kind == about.kind, Quiz.about_key == about.key)
        .options(joinedload(Quiz.current, innerjoin=True))
    ).first()


def quiz_seen_by(_viewer: Person | None, about: Ref) -> Quiz:
    """Everybody may read the rules of a quiz."""
    quiz = quiz_about(about)
    if quiz is None:
        raise NotFound
    return quiz


def quizzes_that_ask(question: Question) -> int:
    """How many draw from it now."""
    found = session.scalar(
        sa.select(sa.func.count())
        .select_from(QuizQuestion)
        .join(QuizVersion, QuizVersion.id == QuizQuestion.quiz_version_id)
        .join(Quiz, sa.and_(Quiz.id == QuizVersion.quiz_id, Quiz.newest == QuizVersion.n))
        .where(QuizQuestion.question_id == question.id)
    )
    return found or 0


def keys_of(version: QuizVersion) -> list[str]:
    """The questions of a quiz, by key, in its order."""
    return list(
        session.scalars(
            sa.select(Question.key)
            .join(QuizQuestion, QuizQuestion.question_id == Question.id)
            .where(QuizQuestion.quiz_version_id == version.id)
            .order_by(QuizQuestion.pos)
        )
    )


def pool_of(version: QuizVersion) -> Sequence[QuestionVersion]:
    """The newest version of every question that can be drawn, in the order of the quiz."""
    return session.scalars(
        sa.select(QuestionVersion)
        .join(Question, sa.and_(Question.id == QuestionVersion.question_id, Question.newest == QuestionVersion.n))
        .join(QuizQuestion, QuizQuestion.question_id == Question.id)
        .where(QuizQuestion.quiz_version_id == version.id)
        .order_by(QuizQuestion.pos)
    ).all()


def entries_of(version: QuizVersion) -> list[int]:
    """The questions of a quiz, by id."""
    return list(
        session.scalars(
            sa.select(QuizQuestion.question_id)
            .where(QuizQuestion.quiz_version_id == version.id)
            .order_by(QuizQuestion.pos)
        )
    )


@dataclass(frozen=True)
class PracticeQuestion:
    """A question that counts for nothing, as templates/assessment/practice.html shows it."""

    bank: str
    key: str
    body: Body
    wording: Wording


def practice_questions(bank: str, keys: Iterable[str], language: str) -> Mapping[str, PracticeQuestion]:
    """Those that exist, by key. The same order of options for everybody, so that they can be kept."""
    return _practice_questions(bank, frozenset(keys), language)


@shared
def _practice_questions(bank: str, keys: frozenset[str], language: str) -> Mapping[str, PracticeQuestion]:
    found = session.scalars(
        sa.select(Question).where(Question.bank == bank, Question.key.in_(keys)).options(joinedload(Question.current))
    )
    return {question.key: _practice(question, language) for question in found}


def _practice(question: Question, language: str) -> PracticeQuestion:
    version = question.current
    order = drawing.option_order(version.body, seed=f"{question.bank}/{question.key}")
    said = wording(version.body, version.shown, language, order)
    return PracticeQuestion(question.bank, question.key, version.body, said)


# --- attempts


def wait_for_turn(person: Person) -> None:
    """Let the starts of one person come one after the other: a lock on the row, until the end of the transaction."""
    session.execute(sa.select(Person.id).where(Person.id == person.id).with_for_update())


def attempt_in_progress(person: Person, quiz: Quiz, *, preview: bool = False) -> Attempt | None:
    return session.scalars(
        sa.select(Attempt)
        .where(
            Attempt.quiz_id == quiz.id,
            Attempt.person_id == person.id,
            Attempt.is_preview.is_(preview),
            Attempt.state == State.IN_PROGRESS,
        )
        .options(joinedload(Attempt.quiz_version, innerjoin=True))
    ).first()


@dataclass(frozen=True)
class Past:
    """What a new attempt of a person must know."""

    number: int  # the highest given, 0 before the first
    preview: int  # the lowest given to a preview, 0 before the first
    last_end: datetime | None  # of what counts
    factor: int  # of time, in per cent


def past_of(person: Person, quiz: Quiz | QuizVersion) -> Past:
    quiz_id = quiz.id if isinstance(quiz, Quiz) else quiz.quiz_id
    over = sa.func.coalesce(Attempt.submitted_at, Attempt.deadline_at)
    factor = sa.select(TimeAllowance.factor).where(TimeAllowance.person_id == person.id).scalar_subquery()
    number, preview, last_end, more = session.execute(
        sa.select(
            sa.func.max(Attempt.number),
            sa.func.min(Attempt.number),
            sa.func.max(sa.case((Attempt.is_preview, None), else_=over), type_=Moment()),
            factor,
        ).where(Attempt.quiz_id == quiz_id, Attempt.person_id == person.id)
    ).one()
    return Past(max(number or 0, 0), min(preview or 0, 0), last_end, more or 100)


def tags_of(question_ids: Collection[int]) -> dict[int, set[str]]:
    """Of the newest version of each."""
    found: dict[int, set[str]] = {}
    rows = session.execute(
        sa.select(QuestionTag.question_id, QuestionTag.tag).where(QuestionTag.question_id.in_(question_ids))
    )
    for question_id, tag in rows:
        found.setdefault(question_id, set()).add(tag)
    return found


def times_asked(person: Person, quiz: Quiz) -> dict[int, int]:
    """How often this person has been asked each question of the quiz, by the question's id."""
    rows = session.execute(
        sa.select(QuestionVersion.question_id, sa.func.count())
        .join(AttemptSlot, AttemptSlot.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .where(Attempt.quiz_id == quiz.id, Attempt.person_id == person.id, ~Attempt.is_preview)
        .group_by(QuestionVersion.question_id)
    )
    return dict(rows.all())


def attempt_of(person: Person, key: str) -> Attempt:
    """One's own, with the rules it is taken by. Anybody else's does not exist."""
    attempt = session.scalars(
        sa.select(Attempt)
        .where(Attempt.key == key, Attempt.person_id == person.id)
        .options(joinedload(Attempt.quiz_version, innerjoin=True))
    ).first()
    if attempt is None:
        raise NotFound
    return attempt


# put together once: every answer asks these
_SLOT = (
    sa.select(AttemptSlot)
    .join(AttemptSlot.attempt)
    .join(Attempt.quiz_version)
    .join(AttemptSlot.question_version)
    .where(
        Attempt.key == sa.bindparam("key"),
        Attempt.person_id == sa.bindparam("person"),
        AttemptSlot.pos == sa.bindparam("pos"),
    )
    .options(
        contains_eager(AttemptSlot.attempt).contains_eager(Attempt.quiz_version),
        contains_eager(AttemptSlot.question_version),
    )
)
_LOCKED = (
    sa.select(Attempt)
    .where(Attempt.id == sa.bindparam("attempt"))
    .with_for_update(of=Attempt)
    .options(joinedload(Attempt.quiz_version, innerjoin=True))
    .execution_options(populate_existing=True)
)


def slot_of(person: Person, key: str, pos: int) -> AttemptSlot:
    """A question of one's own attempt, with the attempt and what it asks."""
    slot = session.scalars(_SLOT, {"key": key, "person": person.id, "pos": pos}).first()
    if slot is None:
        raise NotFound
    return slot


def locked(attempt: Attempt) -> Attempt:
    """The same attempt as it is now, and nobody else's to change until the end of the transaction."""
    return session.scalars(_LOCKED, {"attempt": attempt.id}).one()


def attempt_with_id(attempt_id: int) -> Attempt | None:
    return session.scalars(
        sa.select(Attempt).where(Attempt.id == attempt_id).options(joinedload(Attempt.quiz_version, innerjoin=True))
    ).first()


def attempts_with_ids(ids: Collection[int]) -> Sequence[Attempt]:
    return session.scalars(
        sa.select(Attempt)
        .where(Attempt.id.in_(ids))
        .order_by(Attempt.id)
        .options(joinedload(Attempt.quiz_version, innerjoin=True))
    ).all()


def challenge_of(slot_id: int) -> Challenge | None:
    return session.scalars(sa.select(Challenge).where(Challenge.slot_id == slot_id)).first()


def allowance_of(person: Person) -> TimeAllowance | None:
    return session.get(TimeAllowance, person.id)


def outages_between(began_at: datetime, ended_at: datetime) -> Sequence[Outage]:
    return session.scalars(sa.select(Outage).where(Outage.began_at < ended_at, Outage.ended_at > began_at)).all()


def attempts_caught_between(began_at: datetime, ended_at: datetime) -> Sequence[Attempt]:
    """Whose time ran then: those that go on, and those that were closed by their deadline meanwhile and can go on."""
    other = aliased(Attempt)
    goes_on = sa.exists().where(
        other.quiz_id == Attempt.quiz_id,
        other.person_id == Attempt.person_id,
        other.is_preview == Attempt.is_preview,
        other.state == State.IN_PROGRESS,
    )
    return session.scalars(
        sa.select(Attempt)
        .where(Attempt.person_id.is_not(None), Attempt.started_at < ended_at, Attempt.deadline_at > began_at)
        .where(
            sa.or_(
                Attempt.state == State.IN_PROGRESS,
                sa.and_(Attempt.closed_by.in_([ClosedBy.DEADLINE, ClosedBy.SWEEPER]), ~goes_on),
            )
        )
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    ).all()


def step_named(client_uuid: str) -> AttemptStep | None:
    return session.scalars(_NAMED, {"name": client_uuid}).first()


def newest_steps(slot: AttemptSlot) -> tuple[AttemptStep | None, int]:
    """The answer that counts now, and the number of the last step of any kind."""
    steps = session.scalars(_NEWEST, {"slot": slot.id}).all()
    counted = [step for step in steps if step.kind in COUNTED]
    return (counted[-1] if counted else None), (steps[-1].seq if steps else 0)


def last_steps(attempt: Attempt) -> dict[int, int]:
    """The number of the last step of each question, by the id of its slot."""
    rows = session.execute(
        sa.select(AttemptStep.slot_id, sa.func.max(AttemptStep.seq))
        .join(AttemptSlot, AttemptSlot.id == AttemptStep.slot_id)
        .where(AttemptSlot.attempt_id == attempt.id)
        .group_by(AttemptStep.slot_id)
    )
    return dict(rows.all())


def steps_of(slot: AttemptSlot) -> Sequence[AttemptStep]:
    """The whole journal of a question, with what did not count."""
    return session.scalars(sa.select(AttemptStep).where(AttemptStep.slot_id == slot.id).order_by(AttemptStep.seq)).all()


def _last_counted(
    slot_id: int | sa.SQLColumnExpression[int], kinds: Iterable[StepKind] = COUNTED
) -> sa.ScalarSelect[int | None]:
    step = aliased(AttemptStep)
    return sa.select(sa.func.max(step.seq)).where(step.slot_id == slot_id, step.kind.in_([*kinds])).scalar_subquery()


_NAMED = sa.select(AttemptStep).where(AttemptStep.client_uuid == sa.bindparam("name"))
_OF_SLOT = sa.bindparam("slot", type_=sa.Integer)
_NEWEST = (
    sa.select(AttemptStep)
    .where(
        AttemptStep.slot_id == _OF_SLOT,
        sa.or_(
            AttemptStep.seq
            == sa.select(sa.func.max(AttemptStep.seq)).where(AttemptStep.slot_id == _OF_SLOT).scalar_subquery(),
            AttemptStep.seq == _last_counted(_OF_SLOT),
        ),
    )
    .order_by(AttemptStep.seq)
)


@dataclass(frozen=True)
class Asked:
    """A question of an attempt, what has been answered so far, and the newest mark."""

    slot: AttemptSlot
    answer: AttemptStep | None
    mark: AttemptStep | None = None

    @property
    def pos(self) -> int:
        return self.slot.pos

    @property
    def response(self) -> Response:
        return self.answer.response if self.answer else ""

    @property
    def answered(self) -> bool:
        return not marking.is_empty(self.response)

    @property
    def marked(self) -> bool:
        """A mark counts when it came after the answer."""
        return self.mark is not None and (self.answer is None or self.mark.seq > self.answer.seq)

    @property
    def version(self) -> QuestionVersion:
        """That it was marked by: the one that was asked, unless it was regraded."""
        if self.mark is not None and self.marked and self.mark.question_version is not None:
            return self.mark.question_version
        return self.slot.question_version

    @property
    def fraction(self) -> int | None:
        """In 1/10,000; None: a trainer still has to mark it."""
        if self.mark is not None and self.marked:
            return self.mark.fraction
        if not self.answered:
            return 0
        part = marking.fraction(self.slot.question_version.body, self.response)
        return None if part is None else marking.points(part)


def asked_in(attempt: Attempt, *, with_questions: bool = False) -> list[Asked]:
    """Every question of an attempt, in order, in one statement; `with_questions`, also what each says and its mark."""
    if with_questions:
        return asked_where(AttemptSlot.attempt_id == attempt.id)
    rows = (
        sa.select(AttemptSlot, AttemptStep)
        .where(AttemptSlot.attempt_id == attempt.id)
        .outerjoin(
            AttemptStep,
            sa.and_(AttemptStep.slot_id == AttemptSlot.id, AttemptStep.seq == _last_counted(AttemptSlot.id)),
        )
        .order_by(AttemptSlot.pos)
    )
    return [Asked(slot, answer) for slot, answer in session.execute(rows)]


def asked_where(*which: sa.ColumnElement[bool]) -> list[Asked]:
    """Questions of attempts with answers and marks, by attempt and place, in one statement."""
    mark = aliased(AttemptStep)
    rows = (
        sa.select(AttemptSlot, AttemptStep, mark)
        .join(AttemptSlot.question_version)
        .join(AttemptSlot.attempt)
        .where(*which)
        .outerjoin(
            AttemptStep,
            sa.and_(AttemptStep.slot_id == AttemptSlot.id, AttemptStep.seq == _last_counted(AttemptSlot.id)),
        )
        .outerjoin(mark, sa.and_(mark.slot_id == AttemptSlot.id, mark.seq == _last_counted(AttemptSlot.id, MARKS)))
        .options(
            contains_eager(AttemptSlot.question_version).joinedload(QuestionVersion.question, innerjoin=True),
            contains_eager(AttemptSlot.attempt),
            joinedload(mark.question_version),
        )
        .order_by(AttemptSlot.attempt_id, AttemptSlot.pos)
    )
    return [Asked(slot, answer, given) for slot, answer, given in session.execute(rows)]


def question_asked(slot: AttemptSlot) -> QuestionVersion:
    return session.get_one(QuestionVersion, slot.question_version_id)


@dataclass(frozen=True)
class Outcome:
    """What an attempt that is over comes to; points in 1/10,000 of a mark."""

    questions: tuple[Asked, ...]
    score: int
    max_score: int
    passed: bool | None
    to_mark: int
    submitted_at: datetime
    receipt: str


def outcome_of(attempt: Attempt) -> Outcome:
    """As it is marked; or, where the time is over and nobody has closed it yet, as it will be."""
    questions = tuple(asked_in(attempt, with_questions=True))
    fractions = [question.fraction for question in questions]
    parts = [one.slot.mark * (part or 0) // marking.WHOLE for one, part in zip(questions, fractions, strict=True)]
    score, to_mark = sum(parts), fractions.count(None)
    policy = Policy.of(attempt.quiz_version.policy)
    submitted_at = attempt.submitted_at or attempt.deadline_at or clock.now()
    return Outcome(
        questions=questions,
        score=score,
        max_score=attempt.max_score,
        passed=rules.verdict_on(policy, score=score, max_score=attempt.max_score, to_mark=to_mark),
        to_mark=to_mark,
        submitted_at=submitted_at,
        receipt=receipts.code_of(
            attempt.key,
            submitted_at,
            [(one.pos, one.slot.question_version_id, one.response) for one in questions],
            secret=settings().secret_key,
        ),
    )


def attempt_with_receipt(code: str) -> Attempt | None:
    return session.scalars(
        sa.select(Attempt).where(Attempt.receipt == code).options(joinedload(Attempt.quiz_version, innerjoin=True))
    ).first()


@dataclass(frozen=True)
class Result:
    """An attempt that is over. Of several, the one that counts: the best (passed first, then by marks), the last or the first."""

    key: str
    number: int
    score: int
    max_score: int
    passed: bool | None  # None: a trainer still has to mark some of it
    submitted_at: datetime


def results_of(person: Person | None, abouts: Iterable[Ref]) -> dict[Ref, Result]:
    """The result that counts for a person in each quiz that was handed in at least once."""
    wanted = [(ref.kind, ref.key) for ref in abouts]
    if person is None or not wanted:
        return {}
    place = (
        sa.func.row_number()
        .over(
            partition_by=Attempt.quiz_id,
            order_by=(
                sa.case(
                    (Quiz.counts == Counts.LAST, -Attempt.number),
                    (Quiz.counts == Counts.FIRST, Attempt.number),
                    else_=0,
                ),
                sa.func.coalesce(Attempt.passed, sa.false()).desc(),
                (sa.cast(Attempt.score, sa.Float) / Attempt.max_score).desc(),
                Attempt.number,
            ),
        )
        .label("place")
    )
    best = (
        sa.select(Attempt.id, place)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Attempt.person_id == person.id,
            ~Attempt.is_preview,
            Attempt.state == State.HANDED_IN,
            sa.tuple_(Attempt.about_kind, Attempt.about_key).in_(wanted),
        )
        .subquery()
    )
    rows = session.scalars(sa.select(Attempt).join(best, best.c.id == Attempt.id).where(best.c.place == 1))
    return {attempt.about: _result(attempt) for attempt in rows}


def results_in(person: Person, quiz: Quiz, *, before: int, limit: int) -> list[Result]:
    """The attempts at one quiz that are over, the newest first, those numbered below `before`."""
    overdue = Attempt.deadline_at < clock.now() - rules.GRACE  # one at most: nobody has closed it yet
    rows = session.scalars(
        sa.select(Attempt)
        .where(Attempt.quiz_id == quiz.id, Attempt.person_id == person.id, Attempt.number < before, ~Attempt.is_preview)
        .where(sa.or_(Attempt.state == State.HANDED_IN, overdue))
        .options(joinedload(Attempt.quiz_version, innerjoin=True))
        .order_by(Attempt.number.desc())
        .limit(limit)
    ).all()
    return [_result(attempt) for attempt in rows]


def _result(attempt: Attempt) -> Result:
    done = outcome_of(attempt) if attempt.state is State.IN_PROGRESS else attempt
    assert done.score is not None and done.submitted_at is not None  # it is over
    return Result(attempt.key, attempt.number, done.score, done.max_score, done.passed, done.submitted_at)


@dataclass(frozen=True)
class OpenAttempt:
    key: str
    about: Ref
    stopped_at: int  # the first question without an answer, or the last
    answered: int
    total: int
    deadline_at: datetime | None


def open_attempts_of(person: Person | None, abouts: Iterable[Ref] | None = None) -> list[OpenAttempt]:
    """What a person has begun and can go on with, the newest first; in one statement."""
    if person is None:
        return []
    wanted = (
        sa.select(Attempt)
        .where(Attempt.person_id == person.id, Attempt.state == State.IN_PROGRESS, ~Attempt.is_preview)
        .order_by(Attempt.started_at.desc())
        .limit(20)
    )
    if abouts is not None:
        wanted = wanted.where(
            sa.tuple_(Attempt.about_kind, Attempt.about_key).in_([(ref.kind, ref.key) for ref in abouts])
        )
    some = wanted.subquery()
    attempt = aliased(Attempt, some)
    rows = session.execute(
        sa.select(attempt, AttemptSlot.pos, AttemptStep)
        .join(AttemptSlot, AttemptSlot.attempt_id == attempt.id)
        .outerjoin(
            AttemptStep,
            sa.and_(AttemptStep.slot_id == AttemptSlot.id, AttemptStep.seq == _last_counted(AttemptSlot.id)),
        )
        .order_by(attempt.started_at.desc(), AttemptSlot.pos)
    )
    now = clock.now()
    found: dict[Attempt, dict[int, bool]] = {}
    for begun, pos, step in rows:
        if not rules.is_overdue(begun, now=now):
            found.setdefault(begun, {})[pos] = step is not None and not marking.is_empty(step.response)
    return [
        OpenAttempt(
            key=begun.key,
            about=begun.about,
            stopped_at=next((pos for pos, done in answers.items() if not done), len(answers)),
            answered=sum(answers.values()),
            total=len(answers),
            deadline_at=begun.deadline_at,
        )
        for begun, answers in found.items()
    ]


def open_attempt_of(person: Person | None, about: Ref | None = None) -> OpenAttempt | None:
    """The one at this quiz, or the newest anywhere: “You stopped at question 4”."""
    return next(iter(open_attempts_of(person, None if about is None else [about])), None)
