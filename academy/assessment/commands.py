"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment import drawing, marking, queries, rules
from academy.assessment.events import AttemptHandedIn, AttemptStarted, QuestionStored, QuizStored
from academy.assessment.marking import Response, WrongShape
from academy.assessment.models import (
    COUNTED,
    Attempt,
    AttemptSlot,
    AttemptStep,
    ClosedBy,
    Question,
    QuestionTag,
    QuestionVersion,
    Quiz,
    QuizQuestion,
    QuizVersion,
    State,
    StepKind,
)
from academy.assessment.rules import Policy
from academy.assessment.wording import shown
from academy.kernel import clock, jobs, markup
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.subjects import Ref
from academy.kernel.web import random_key

_CLIENT_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.\d{1,6})?")

# --- questions and quizzes


def store_question(bank: str, key: str, body: Mapping[str, Any], *, by: Person | None) -> QuestionVersion:
    """A new version, unless this very question is the current one. `body` comes from yaml_questions, without faults."""
    require(rules.may_store(by=by))
    question = queries.question_with(bank, key)
    sha256 = _sha256(body)
    if question is not None and question.current.sha256 == sha256:
        return _as_shown_now(question.current, bank)
    if question is None:
        question = Question(bank=bank, key=key, newest=0)
        session.add(question)
        session.flush()
    else:
        lock_row(question)
    question.newest += 1
    version = QuestionVersion(
        question_id=question.id,
        n=question.newest,
        type=body["type"],
        body=dict(body),
        sha256=sha256,
        shown=shown(body, _media(bank)),
        markup=markup.VERSION,
        author_id=by.id if by else None,
        created_at=clock.now(),
    )
    session.add(version)
    _tag(question, body.get("tags", ()))
    session.flush()
    publish(QuestionStored(by=by.id if by else None, bank=bank, key=key, n=version.n))
    return version


def store_quiz(
    about: Ref, settings: Mapping[str, Any], question_keys: Sequence[str], *, by: Person | None
) -> QuizVersion:
    """The quiz about a thing; its questions are in the bank of the same key. A new version, unless nothing changed."""
    require(rules.may_store(by=by))
    policy = Policy.of(settings)
    require(rules.quiz_possible(policy, len(question_keys)))
    ids = queries.question_ids(about.key, question_keys)
    if missing := [key for key in question_keys if key not in ids]:
        raise Refused(Verdict(say("There is no question “%(key)s”.", key=missing[0]), 422))
    wanted, facts = [ids[key] for key in question_keys], {**vars(policy)}
    quiz = queries.quiz_about(about)
    if quiz is not None and quiz.current.policy == facts and queries.entries_of(quiz.current) == wanted:
        return quiz.current
    if quiz is None:
        quiz = Quiz(about_kind=about.kind, about_key=about.key, newest=0)
        session.add(quiz)
        session.flush()
    else:
        lock_row(quiz)
    quiz.newest += 1
    version = QuizVersion(quiz_id=quiz.id, n=quiz.newest, policy=facts, pool=len(wanted), published_at=clock.now())
    session.add(version)
    session.flush()
    session.add_all(
        QuizQuestion(quiz_version_id=version.id, pos=pos, question_id=question_id)
        for pos, question_id in enumerate(wanted, 1)
    )
    session.flush()
    publish(QuizStored(by=by.id if by else None, about_kind=about.kind, about_key=about.key, n=version.n))
    return version


def _sha256(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _as_shown_now(version: QuestionVersion, bank: str) -> QuestionVersion:
    """The same words, made into HTML again where the renderer has changed since."""
    if version.markup != markup.VERSION:
        version.shown, version.markup = shown(version.body, _media(bank)), markup.VERSION
    return version


def _media(bank: str) -> str:
    """Where the pictures of a bank are: those of the module of the same name."""
    return f"/media/{bank}"


def _tag(question: Question, tags: Iterable[str]) -> None:
    session.execute(sa.delete(QuestionTag).where(QuestionTag.question_id == question.id))
    session.add_all(QuestionTag(question_id=question.id, tag=tag) for tag in dict.fromkeys(tags))


# --- attempts


def start_attempt(quiz: Quiz, *, by: Person) -> Attempt:
    """A new attempt, or the one that is open: a double click and a second window find the same questions."""
    queries.wait_for_turn(by)
    if attempt := queries.attempt_in_progress(by, quiz):
        if not rules.is_overdue(attempt, now=clock.now()):
            return attempt
        close_overdue_attempt(attempt, by=by, closed_by=ClosedBy.DEADLINE)
    version = quiz.current
    policy = Policy.of(version.policy)
    before = queries.number_of_attempts(by, quiz.id)
    require(rules.may_start(policy, attempts=before))
    now, seed = clock.now(), secrets.randbelow(2**31)
    attempt = Attempt(
        key=random_key(12),
        quiz_id=quiz.id,
        quiz_version=version,
        person_id=by.id,
        about_kind=quiz.about_kind,
        about_key=quiz.about_key,
        number=before + 1,
        is_preview=False,
        state=State.IN_PROGRESS,
        seed=seed,
        started_at=now,
        deadline_at=rules.deadline(policy, now),
        max_score=0,
    )
    session.add(attempt)
    session.flush()
    slots = _slots(attempt, queries.pool_of(version), policy.draw, asked=queries.times_asked(by, quiz))
    attempt.max_score = sum(slot.mark for slot in slots)
    session.add_all(slots)
    session.flush()
    if attempt.deadline_at:
        jobs.defer("assessment.close", at=attempt.deadline_at + 2 * rules.GRACE, attempt_id=attempt.id)
    publish(AttemptStarted(by=by.id, attempt_id=attempt.id, about_kind=attempt.about_kind, about_key=attempt.about_key))
    return attempt


def _slots(
    attempt: Attempt, pool: Sequence[QuestionVersion], draw: int, *, asked: Mapping[int, int]
) -> list[AttemptSlot]:
    versions = {version.question_id: version for version in pool}
    chosen = drawing.drawn([*versions], draw, asked=asked, seed=attempt.seed)
    return [
        AttemptSlot(
            attempt_id=attempt.id,
            pos=pos,
            question_version_id=versions[question_id].id,
            option_order=drawing.option_order(versions[question_id].body, seed=f"{attempt.seed}/{pos}"),
            mark=marking.mark(versions[question_id].body),
        )
        for pos, question_id in enumerate(chosen, 1)
    ]


class Kept(Enum):
    COUNTS = "counts"
    STALE = "stale"  # a newer answer from another window counts
    LATE = "late"  # the attempt was over


@dataclass(frozen=True)
class Saved:
    """What became of an answer. `at` and `seq`: of the answer that counts now; None and 0 where nothing was ever answered."""

    kept: Kept
    at: datetime | None
    seq: int


def save_answer(
    attempt: Attempt,
    slot: AttemptSlot,
    response: Response,
    client_uuid: str,
    seen_seq: int,
    *,
    by: Person,
    automatic: bool = False,
) -> Saved:
    """Add a step to the journal of a question. Nothing that arrives is thrown away, and what counts is never overwritten by what is older.

    `client_uuid` names the open page and its turn; the same again changes nothing. `seen_seq` is the newest step that this page knew of.
    Raises Refused where this can't be an answer at all; the journal is then as it was.
    """
    attempt = queries.locked(attempt)
    require(rules.may_answer(attempt, by=by))
    _require_shape(slot, response, client_uuid)
    counts, last = queries.newest_steps(slot)
    require(rules.may_add_step(attempt, slot, steps=last))
    before = queries.step_named(client_uuid)
    if before is not None and (before.slot_id != slot.id or before.actor_id != by.id):
        raise Refused(Verdict(say("This page is out of date. Load it again."), 409))
    if before is not None and before.response == response:
        return _saved(_kept(before), counts)
    if counts.response == response if counts else marking.is_empty(response):
        return _saved(Kept.COUNTS, counts)
    if before is not None:  # gone back in the browser, without a script, and answered otherwise
        client_uuid = _next_turn(counts, client_uuid)
    kind = StepKind.AUTOSAVE if automatic else StepKind.ANSWER
    if rules.is_over(attempt, now=clock.now()):
        kind = StepKind.LATE
    elif rules.is_stale(client_uuid, seen_seq, counts):
        kind = StepKind.STALE
    chosen, typed = marking.kept(slot.question_version.body, response)
    step = AttemptStep(
        slot_id=slot.id,
        seq=last + 1,
        kind=kind,
        client_uuid=client_uuid,
        chosen=chosen,
        typed=typed,
        actor_id=by.id,
        at=clock.now(),
    )
    session.add(step)
    session.flush()
    return _saved(_kept(step), step if kind in COUNTED else counts)


def _saved(kept: Kept, counts: AttemptStep | None) -> Saved:
    return Saved(kept, counts.at if counts else None, counts.seq if counts else 0)


def _require_shape(slot: AttemptSlot, response: Response, client_uuid: str) -> None:
    try:
        marking.check_shape(slot.question_version.body, response)
    except WrongShape as wrong:
        raise Refused(Verdict(wrong.sentence, 422, "answer")) from wrong
    if not _CLIENT_UUID.fullmatch(client_uuid):
        raise Refused(Verdict(say("This page is out of date. Load it again."), 422))


def _kept(step: AttemptStep) -> Kept:
    return {StepKind.STALE: Kept.STALE, StepKind.LATE: Kept.LATE}.get(step.kind, Kept.COUNTS)


def _next_turn(counts: AttemptStep | None, client_uuid: str) -> str:
    page, turn = rules.page_and_turn(client_uuid)
    newest_page, newest_turn = rules.page_and_turn(counts.client_uuid if counts and counts.client_uuid else "")
    return f"{page}.{max(turn, newest_turn if newest_page == page else 0) + 1}"


def hand_in_attempt(attempt: Attempt, *, by: Person) -> Attempt:
    """Mark it. Once: a second time changes nothing. After the deadline it is closed as if the sweeper had come."""
    attempt = queries.locked(attempt)
    require(rules.may_answer(attempt, by=by))
    now = clock.now()
    if rules.is_overdue(attempt, now=now):
        return close_overdue_attempt(attempt, by=by, closed_by=ClosedBy.DEADLINE)
    if attempt.state is State.IN_PROGRESS:
        ended = min(now, attempt.deadline_at) if attempt.deadline_at else now
        _close(attempt, submitted_at=ended, closed_by=ClosedBy.LEARNER, by=by)
    return attempt


def close_overdue_attempt(attempt: Attempt, *, by: Person | None, closed_by: ClosedBy = ClosedBy.SWEEPER) -> Attempt:
    """Its end is its deadline, whenever somebody notices. One that is not overdue is left as it is."""
    attempt = queries.locked(attempt)
    require(rules.may_answer(attempt, by=by))
    if attempt.deadline_at and rules.is_overdue(attempt, now=clock.now()):
        _close(attempt, submitted_at=attempt.deadline_at, closed_by=closed_by, by=by)
    return attempt


def _close(attempt: Attempt, *, submitted_at: datetime, closed_by: ClosedBy, by: Person | None) -> None:
    outcome = queries.outcome_of(attempt)
    now, last = clock.now(), queries.last_steps(attempt)
    session.add_all(
        AttemptStep(
            slot_id=question.slot.id,
            seq=last.get(question.slot.id, 0) + 1,
            kind=StepKind.MARK,
            fraction=question.fraction,
            at=now,
        )
        for question in outcome.questions
        if question.fraction is not None
    )
    attempt.state, attempt.submitted_at, attempt.closed_by = State.HANDED_IN, submitted_at, closed_by
    attempt.score, attempt.passed = outcome.score, outcome.passed
    session.flush()
    publish(
        AttemptHandedIn(
            by=by.id if by else None,
            attempt_id=attempt.id,
            person_id=attempt.person_id,
            about_kind=attempt.about_kind,
            about_key=attempt.about_key,
            passed=outcome.passed,
        )
    )
