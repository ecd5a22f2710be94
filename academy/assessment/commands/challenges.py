"""A learner says that a question is wrong; a trainer decides."""

from academy.accounts.models import Person
from academy.assessment import queries, rules
from academy.assessment.commands.attempts import close_overdue_attempt
from academy.assessment.events import ChallengeDecided, QuestionChallenged
from academy.assessment.models import AttemptSlot, Challenge, ChallengeState, ClosedBy
from academy.kernel import clock, jobs
from academy.kernel.access import require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish


def challenge(slot: AttemptSlot, reason: str, *, by: Person) -> Challenge:
    """Once for each question of an attempt: again changes nothing."""
    attempt = close_overdue_attempt(slot.attempt, by=by, closed_by=ClosedBy.DEADLINE)
    require(rules.may_challenge(attempt, by=by))
    require(rules.reason_given(reason))
    if known := queries.challenge_of(slot.id):
        return known
    made = Challenge(
        slot_id=slot.id, person_id=by.id, reason=reason, created_at=clock.now(), state=ChallengeState.OPEN, answer=""
    )
    session.add(made)
    session.flush()
    publish(QuestionChallenged(by=by.id, challenge_id=made.id, attempt_id=attempt.id))
    return made


def decide_challenge(challenge: Challenge, answer: str, *, accept: bool, by: Person) -> None:
    """The learner is told, with what the trainer says to it. Marks change by a regrade alone."""
    lock_row(challenge)
    require(rules.may_decide(challenge, by=by))
    require(rules.reason_given(answer))
    challenge.state = ChallengeState.ACCEPTED if accept else ChallengeState.DECLINED
    challenge.answer, challenge.decided_by_id, challenge.decided_at = answer, by.id, clock.now()
    session.flush()
    publish(ChallengeDecided(by=by.id, challenge_id=challenge.id, accepted=accept))
    if challenge.person_id:
        jobs.defer(
            "assessment.tell",
            kind="assessment.accepted" if accept else "assessment.declined",
            attempt_id=challenge.slot.attempt_id,
            pos=challenge.slot.pos,
            answer=answer,
        )
