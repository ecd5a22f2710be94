"""Marks by people, and marking again: every mark is one more line of the journal, and none takes the place of an older one."""

from collections.abc import Mapping

from academy.accounts.models import Person
from academy.assessment import marking, queries, rules
from academy.assessment.events import AttemptMarked
from academy.assessment.models import Attempt, AttemptSlot, AttemptStep, Question, StepKind
from academy.assessment.queries import marks as found
from academy.assessment.rules import Policy
from academy.kernel import clock, jobs
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session, take_turns
from academy.kernel.events import publish
from academy.kernel.i18n import say


def mark_by_rubric(slot: AttemptSlot, given: Mapping[str, int], note: str, *, by: Person) -> None:
    """Mark an open answer: points for each criterion, and a few words to the learner. Again later: a newer mark."""
    attempt = _require_over(slot, by)
    body = slot.question_version.body
    part = rules.rubric_fraction(body, given)
    points = {criterion["key"]: str(given[criterion["key"]]) for criterion in body["rubric"]}
    _add(slot, StepKind.MARK, by=by, fraction=marking.points(part), chosen=points, note=note)
    _count_again(attempt, by=by, tell="marked")


def override_mark(slot: AttemptSlot, points: int, reason: str, *, by: Person) -> None:
    """Set another mark, in 1/10,000 of the whole one, and say why; or mark an open answer that has no rubric."""
    attempt = _require_over(slot, by)
    require(rules.mark_possible(points))
    require(rules.reason_given(reason))
    first = marking.by_hand(slot.question_version.body) and attempt.to_mark > 0
    _add(slot, StepKind.OVERRIDE, by=by, fraction=points, note=reason)
    _count_again(attempt, by=by, tell="marked" if first else "changed")


def comment(slot: AttemptSlot, words: str, *, by: Person) -> None:
    """A few words to the learner; the mark stays."""
    _require_over(slot, by)
    require(rules.reason_given(words))
    _add(slot, StepKind.COMMENT, by=by, note=words)


def regrade(question: Question, expected: str, *, by: Person) -> int:
    """Mark every answer to a question by its newest version; how many marks changed.

    `expected` is the fingerprint of the list that was looked at: if the list would be another one by now, nothing happens.
    """
    require(rules.may_mark(by=by))
    take_turns(f"regrade {question.id}")
    plan = found.regrading(question, locked=True)
    if plan.fingerprint != expected:
        raise Refused(Verdict(say("Something has changed since this list was made. Look at it again."), 409))
    now = clock.now()
    session.add_all(
        AttemptStep(
            slot_id=change.slot.id,
            seq=change.last + 1,
            kind=StepKind.REGRADE,
            fraction=change.after,
            question_version_id=plan.version.id,
            actor_id=by.id,
            at=now,
        )
        for change in plan.appended
    )
    session.flush()
    changed = {change.slot.attempt_id for change in plan.changes}
    for attempt in queries.attempts_with_ids({change.slot.attempt_id for change in plan.appended}):
        _count_again(attempt, by=by, tell="changed" if attempt.id in changed else "")
    return len(plan.changes)


def forget_words_about(person: Person, *, by: Person | None) -> None:
    """What trainers wrote about the answers of somebody who leaves."""
    require(rules.may_forget(person, by=by))
    found.blank_notes_about(person.id)


def _require_over(slot: AttemptSlot, by: Person) -> Attempt:
    require(rules.may_mark(by=by))
    attempt = queries.locked(slot.attempt)
    require(rules.may_change_mark(attempt))
    return attempt


def _add(
    slot: AttemptSlot,
    kind: StepKind,
    *,
    by: Person,
    fraction: int | None = None,
    chosen: dict[str, str] | None = None,
    note: str = "",
) -> None:
    _counts, last = queries.newest_steps(slot)
    session.add(
        AttemptStep(
            slot_id=slot.id,
            seq=last + 1,
            kind=kind,
            fraction=fraction,
            chosen=chosen,
            note=note or None,
            actor_id=by.id,
            at=clock.now(),
        )
    )
    session.flush()


def _count_again(attempt: Attempt, *, by: Person, tell: str) -> None:
    """The sum of an attempt, after a mark of it changed."""
    outcome = queries.outcome_of(attempt)
    attempt.score, attempt.passed, attempt.to_mark = outcome.score, outcome.passed, outcome.to_mark
    session.flush()
    if attempt.is_preview:
        return
    policy = Policy.of(attempt.quiz_version.policy)
    publish(
        AttemptMarked(
            by=by.id,
            attempt_id=attempt.id,
            person_id=attempt.person_id,
            about_kind=attempt.about_kind,
            about_key=attempt.about_key,
            passed=rules.makes_passed(policy, number=attempt.number, passed=outcome.passed),
        )
    )
    if tell and attempt.person_id and not outcome.to_mark:
        jobs.defer("assessment.tell", kind=f"assessment.{tell}", attempt_id=attempt.id)
