"""What is in the bank, who uses it and how does it do?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.exceptions import NotFound

from academy.assessment.exchange.carried import Body
from academy.assessment.models import (
    COUNTED,
    MARKS,
    Attempt,
    AttemptSlot,
    AttemptStep,
    KeptTallies,
    Question,
    QuestionTag,
    QuestionVersion,
    Quiz,
    QuizQuestion,
    QuizVersion,
    State,
)
from academy.assessment.queries import question_with
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address

_NEWEST = sa.and_(Question.id == QuestionVersion.question_id, Question.newest == QuestionVersion.n)
AT_ONCE = 200


@resolves("question")
def _questions(refs: list[Ref], _viewer: object) -> dict[Ref, Subject]:
    """Whoever may read may see the pictures of questions: practice is open to all, and an address can't be guessed."""
    asked = [tuple(ref.key.partition("/")[::2]) for ref in refs]
    rows = session.execute(
        sa.select(Question.bank, Question.key).where(sa.tuple_(Question.bank, Question.key).in_(asked))
    )
    there = {Ref("question", f"{bank}/{key}"): key for bank, key in rows}
    return {
        ref: Subject(
            title=key, address=shown_address("studio_questions.question", bank=ref.key.partition("/")[0], key=key) or ""
        )
        for ref, key in there.items()
    }


def banks() -> list[str]:
    return list(session.scalars(sa.select(Question.bank).distinct().order_by(Question.bank)))


def digests(bank: str) -> dict[str, str]:
    """Of the newest version of each question, by its key."""
    rows = session.execute(
        sa.select(Question.key, QuestionVersion.sha256).join(QuestionVersion, _NEWEST).where(Question.bank == bank)
    )
    return dict(rows.all())


def ids_of(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """By bank and key."""
    rows = session.execute(
        sa.select(Question.bank, Question.key, Question.id).where(sa.tuple_(Question.bank, Question.key).in_([*names]))
    )
    return {(bank, key): question_id for bank, key, question_id in rows}


def current_body(bank: str, key: str) -> Body | None:
    return session.scalars(
        sa.select(QuestionVersion.body).join(Question, _NEWEST).where(Question.bank == bank, Question.key == key)
    ).first()


def known_by_what_they_ask(bank: str) -> dict[str, str]:
    """The key of a question of the bank, by what it asks."""
    rows = session.execute(
        sa.select(Question.asks, Question.key)
        .where(Question.bank == bank, Question.asks != "", Question.retired_at.is_(None))
        .order_by(Question.id.desc())
    )
    return dict(rows.all())


def all_questions(banks: Sequence[str] = ()) -> Iterator[Question]:
    """With their newest versions, bank by bank, a few at a time."""
    place = ("", "")
    while True:
        wanted = (
            sa.select(Question)
            .join(QuestionVersion, _NEWEST)
            .where(sa.tuple_(Question.bank, Question.key) > place, Question.retired_at.is_(None))
            .options(contains_eager(Question.current))
            .order_by(Question.bank, Question.key)
            .limit(AT_ONCE)
        )
        if banks:
            wanted = wanted.where(Question.bank.in_(banks))
        found = session.scalars(wanted).all()
        yield from found
        if len(found) < AT_ONCE:
            return
        place = (found[-1].bank, found[-1].key)
        for question in found:
            session.expunge(question)


# --- how questions do


@dataclass(frozen=True)
class AnswerMarked:
    """What one learner answered to one question, and what it got."""

    question_version_id: int
    pos: int
    mark: int  # that could be had; 1/10,000
    fraction: int  # of it; 1/10,000
    chosen: list[str] | dict[str, str] | None
    typed: str | None


def first_attempts(quiz: Quiz) -> Iterator[list[AnswerMarked]]:
    """Of each learner the first attempt that is over, one after the other. What waits to be marked by a person is left out whole."""
    rows = session.execute(
        sa.select(
            AttemptSlot.attempt_id,
            AttemptSlot.pos,
            AttemptSlot.question_version_id,
            AttemptSlot.mark,
            AttemptStep.kind,
            AttemptStep.fraction,
            AttemptStep.chosen,
            AttemptStep.typed,
        )
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .outerjoin(
            AttemptStep,
            sa.and_(AttemptStep.slot_id == AttemptSlot.id, AttemptStep.kind.in_([*COUNTED, *MARKS])),
        )
        .where(*_counted_in(quiz))
        .order_by(AttemptSlot.attempt_id, AttemptSlot.pos, AttemptStep.seq)
        .execution_options(yield_per=2_000)
    )
    for _attempt, steps in groupby(rows, key=itemgetter(0)):
        yield [_marked(list(some)) for _pos, some in groupby(steps, key=itemgetter(1))]


def _marked(steps: Sequence[Any]) -> AnswerMarked:
    """The newest answer and the newest mark; what was never answered is worth nothing."""
    _attempt, pos, version, mark, *_rest = steps[0]
    fraction, chosen, typed = 0, None, None
    for *_slot, kind, part, picked, written in steps:
        if kind in COUNTED:
            chosen, typed = picked, written
        elif part is not None:
            fraction = part
    return AnswerMarked(version, pos, mark, fraction, chosen, typed)


def progress_of(quiz: Quiz) -> tuple[int, int]:
    """How many first attempts there are to add up, and all their points: what tells that figures are out of date."""
    learners, points = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Attempt.score), 0)).where(*_counted_in(quiz))
    ).one()
    return int(learners or 0), int(points or 0)


def _counted_in(quiz: Quiz) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Attempt.quiz_id == quiz.id,
        Attempt.number == 1,
        Attempt.state == State.HANDED_IN,
        ~Attempt.is_preview,
        Attempt.to_mark == 0,
    )


def kept_tallies(quiz: Quiz) -> KeptTallies | None:
    return session.get(KeptTallies, quiz.id)


def versions_with_ids(ids: Iterable[int]) -> list[QuestionVersion]:
    return list(
        session.scalars(
            sa.select(QuestionVersion)
            .where(QuestionVersion.id.in_([*ids]))
            .options(joinedload(QuestionVersion.question, innerjoin=True))
        )
    )


def quizzes() -> Sequence[tuple[Quiz, int]]:
    """All there are, with the number of learners who have handed in at least once."""
    learners = (
        sa.select(sa.func.count())
        .where(Attempt.quiz_id == Quiz.id, Attempt.number == 1, Attempt.state == State.HANDED_IN, ~Attempt.is_preview)
        .scalar_subquery()
    )
    rows = session.execute(sa.select(Quiz, learners).options(joinedload(Quiz.current)).order_by(Quiz.about_key))
    return [(quiz, number) for quiz, number in rows]


# --- the list


@dataclass(frozen=True)
class Wanted:
    """What a list of questions shows."""

    q: str = ""
    bank: str = ""
    type: str = ""
    tag: str = ""
    twins: bool = False
    retired: bool = False


@dataclass(frozen=True)
class Listed:
    question: Question
    tags: list[str]
    asked: int  # times
    quizzes: int  # that draw from it now


def listed(wanted: Wanted, *, after: tuple[str, str] | None, limit: int) -> list[Listed]:
    """In the order of banks and keys, those after a place."""
    rows = sa.select(Question).join(QuestionVersion, _NEWEST).where(*_shows(wanted))
    if after:
        rows = rows.where(sa.tuple_(Question.bank, Question.key) > after)
    found = session.scalars(
        rows.options(contains_eager(Question.current)).order_by(Question.bank, Question.key).limit(limit)
    ).all()
    ids = [question.id for question in found]
    asked, used = times_used(ids)
    return [
        Listed(
            question,
            sorted({*question.current.body.get("tags", ())}),
            asked.get(question.id, 0),
            used.get(question.id, 0),
        )
        for question in found
    ]


def names_of(wanted: Wanted, *, limit: int) -> list[tuple[str, str]]:
    """Bank and key of all that such a list shows, page after page."""
    rows = sa.select(Question.bank, Question.key).join(QuestionVersion, _NEWEST).where(*_shows(wanted))
    return [(bank, key) for bank, key in session.execute(rows.order_by(Question.bank, Question.key).limit(limit))]


def _shows(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    yield Question.retired_at.is_not(None) if wanted.retired else Question.retired_at.is_(None)
    if wanted.bank:
        yield Question.bank == wanted.bank
    if wanted.type:
        yield QuestionVersion.type == wanted.type
    if wanted.tag:
        yield Question.id.in_(sa.select(QuestionTag.question_id).where(QuestionTag.tag == wanted.tag))
    if wanted.q:
        text = sa.cast(QuestionVersion.body, sa.Text)
        pattern = wanted.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        yield sa.or_(text.ilike(f"%{pattern}%", escape="\\"), Question.key.ilike(f"%{pattern}%", escape="\\"))
    if wanted.twins:
        again = (
            sa.select(Question.asks)
            .where(Question.asks != "", Question.retired_at.is_(None))
            .group_by(Question.asks)
            .having(sa.func.count() > 1)
        )
        yield Question.asks.in_(again)


def questions_named(names: Iterable[tuple[str, str]]) -> Sequence[Question]:
    """With their newest versions, those there are, in the order of banks and keys."""
    return session.scalars(
        sa.select(Question)
        .where(sa.tuple_(Question.bank, Question.key).in_([*names]))
        .options(joinedload(Question.current))
        .order_by(Question.bank, Question.key)
    ).all()


def times_used(ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """How often each was asked, and how many quizzes draw from it now."""
    asked = (
        sa.select(sa.literal("asked"), QuestionVersion.question_id, sa.func.count())
        .join(AttemptSlot, AttemptSlot.question_version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id.in_(ids))
        .group_by(QuestionVersion.question_id)
    )
    used = (
        sa.select(sa.literal("used"), QuizQuestion.question_id, sa.func.count())
        .join(QuizVersion, QuizVersion.id == QuizQuestion.quiz_version_id)
        .join(Quiz, sa.and_(Quiz.id == QuizVersion.quiz_id, Quiz.newest == QuizVersion.n))
        .where(QuizQuestion.question_id.in_(ids))
        .group_by(QuizQuestion.question_id)
    )
    found: dict[str, dict[int, int]] = {"asked": {}, "used": {}}
    for what, question_id, times in session.execute(asked.union_all(used)):
        found[what][question_id] = times
    return found["asked"], found["used"]


def banks_and_tags() -> tuple[list[str], list[str]]:
    """What a list can be narrowed by."""
    found = sa.select(sa.literal("bank"), Question.bank).union(sa.select(sa.literal("tag"), QuestionTag.tag))
    rows = [(what, name) for what, name in session.execute(found)]
    return sorted(name for what, name in rows if what == "bank"), sorted(name for what, name in rows if what == "tag")


def question_for(bank: str, key: str) -> Question:
    found = question_with(bank, key)
    if found is None:
        raise NotFound
    return found


def versions_of(question: Question) -> Sequence[QuestionVersion]:
    """The newest first."""
    return session.scalars(
        sa.select(QuestionVersion).where(QuestionVersion.question_id == question.id).order_by(QuestionVersion.n.desc())
    ).all()


def twins_of(question: Question) -> list[tuple[str, str]]:
    """Bank and key of those that ask the same."""
    rows = session.execute(
        sa.select(Question.bank, Question.key).where(
            Question.asks == question.asks,
            Question.asks != "",
            Question.id != question.id,
            Question.retired_at.is_(None),
        )
    )
    return [(bank, key) for bank, key in rows]
