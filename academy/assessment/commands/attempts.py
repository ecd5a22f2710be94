"""Attempts: begun once, answered step by step, handed in or closed at their deadline."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from academy.accounts.models import Person
from academy.assessment import drawing, marking, queries, rules
from academy.assessment.events import AttemptHandedIn, AttemptStarted
from academy.assessment.marking import Response, WrongShape
from academy.assessment.models import (
    COUNTED,
    Attempt,
    AttemptSlot,
    AttemptStep,
    ClosedBy,
    QuestionVersion,
    Quiz,
    State,
    StepKind,
)
from academy.assessment.rules import Order, Policy
from academy.kernel import clock, jobs
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.web import random_key

_CLIENT_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.\d{1,6})?")


def start_attempt(quiz: Quiz, *, by: Person, preview: bool = False) -> Attempt:
    """A new attempt, or the one that is open: a double click and a second window find the same questions.

    A preview is a trainer's own try. It asks no rule of the quiz and counts nowhere.
    """
    queries.wait_for_turn(by)
    if attempt := queries.attempt_in_progress(by, quiz, preview=preview):
        if not rules.is_overdue(attempt, now=clock.now()):
            return attempt
        close_overdue_attempt(attempt, by=by, closed_by=ClosedBy.DEADLINE)
    policy = Policy.of(quiz.current.policy)
    now, past = clock.now(), queries.past_of(by, quiz)
    if preview:
        require(rules.may_preview(by=by))
    else:
        retired = quiz.retired_at is not None
        require(rules.may_start(policy, now=now, attempts=past.number, last_end=past.last_end, retired=retired))
    attempt = Attempt(
        key=random_key(12),
        quiz_id=quiz.id,
        quiz_version=quiz.current,
        person_id=by.id,
        about_kind=quiz.about_kind,
        about_key=quiz.about_key,
        number=past.preview - 1 if preview else past.number + 1,
        is_preview=preview,
        state=State.IN_PROGRESS,
        seed=secrets.randbelow(2**31),
        started_at=now,
        time_factor=past.factor,
        deadline_at=None if preview else rules.deadline(policy, now, factor=past.factor),
        max_score=0,
    )
    session.add(attempt)
    session.flush()
    slots = _slots(attempt, policy, quiz, by)
    attempt.max_score = sum(slot.mark for slot in slots)
    session.add_all(slots)
    session.flush()
    if attempt.deadline_at:
        jobs.defer("assessment.close", at=attempt.deadline_at + 2 * rules.GRACE, attempt_id=attempt.id)
    if not preview:
        publish(
            AttemptStarted(by=by.id, attempt_id=attempt.id, about_kind=attempt.about_kind, about_key=attempt.about_key)
        )
    return attempt


def _slots(attempt: Attempt, policy: Policy, quiz: Quiz, by: Person) -> list[AttemptSlot]:
    versions = {version.question_id: version for version in queries.pool_of(quiz.current)}
    chosen = drawing.drawn(
        {question_id: version.body.get("tags", ()) for question_id, version in versions.items()},
        policy.draw,
        asked=queries.times_asked(by, quiz),
        seed=attempt.seed,
        tags=policy.tags,
        shuffled=policy.order is Order.SHUFFLED,
    )
    return [_slot(attempt, pos, versions[question_id]) for pos, question_id in enumerate(chosen, 1)]


def _slot(attempt: Attempt, pos: int, version: QuestionVersion) -> AttemptSlot:
    return AttemptSlot(
        attempt_id=attempt.id,
        pos=pos,
        question_version_id=version.id,
        option_order=drawing.option_order(version.body, seed=f"{attempt.seed}/{pos}"),
        mark=marking.mark(version.body),
    )


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
    attempt.state, attempt.submitted_at, attempt.closed_by = State.HANDED_IN, submitted_at, closed_by
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
        if question.fraction is not None and not question.marked
    )
    attempt.score, attempt.passed, attempt.to_mark = outcome.score, outcome.passed, outcome.to_mark
    attempt.receipt = outcome.receipt
    session.flush()
    if attempt.is_preview:
        return
    policy = Policy.of(attempt.quiz_version.policy)
    publish(
        AttemptHandedIn(
            by=by.id if by else None,
            attempt_id=attempt.id,
            person_id=attempt.person_id,
            about_kind=attempt.about_kind,
            about_key=attempt.about_key,
            passed=rules.makes_passed(policy, number=attempt.number, passed=outcome.passed),
        )
    )
