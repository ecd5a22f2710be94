"""What is allowed, what follows? Pure: no database, no request, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from academy.accounts.models import Person, Role
from academy.assessment.marking import WHOLE
from academy.assessment.models import Attempt, AttemptSlot, AttemptStep, State
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say, say_number

GRACE = timedelta(seconds=30)  # for an answer that was on its way when the time was over
MOST_STEPS = 500  # of one question in one attempt: far more than anybody needs


@dataclass(frozen=True)
class Policy:
    """The rules of a quiz, as quiz.yaml says them."""

    draw: int
    pass_mark: int  # per cent of the marks
    attempts: int = 0  # 0: as many as one likes
    minutes: int = 0  # 0: no limit

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Policy":
        return cls(**{name: int(settings.get(name, 0)) for name in ("draw", "pass_mark", "attempts", "minutes")})

    def needed(self, max_score: int) -> int:
        """Points, in 1/10,000, with which an attempt is passed."""
        return -(-max_score * self.pass_mark // 100)


def may_store(*, by: Person | None) -> Verdict:
    """The platform, when it reads the course tree; trainers."""
    if by is None or by.has(Role.TRAINER, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only trainers write questions."), 403)


def quiz_possible(policy: Policy, questions: int) -> Verdict:
    if not 1 <= policy.draw <= questions:
        return Verdict(say("The quiz draws %(draw)s questions of %(pool)s.", draw=policy.draw, pool=questions), 422)
    if not 0 <= policy.pass_mark <= 100 or policy.attempts < 0 or policy.minutes < 0:
        return Verdict(say("The rules of the quiz contradict each other."), 422)
    return ALLOWED


def may_start(policy: Policy, *, attempts: int) -> Verdict:
    """`attempts`: how many there have been."""
    if policy.attempts and attempts >= policy.attempts:
        return Verdict(
            say_number("Your one attempt is used up.", "All your %(num)s attempts are used up.", policy.attempts),
            409,
        )
    return ALLOWED


def may_answer(attempt: Attempt, *, by: Person | None) -> Verdict:
    """Its own learner; the platform, for an attempt that nobody closes."""
    if by is None or attempt.person_id == by.id:
        return ALLOWED
    return Verdict(say("This is not your attempt."), 404)


def may_add_step(attempt: Attempt, slot: AttemptSlot, *, steps: int) -> Verdict:
    if slot.attempt_id != attempt.id:
        return Verdict(say("This question is not part of this attempt."), 422)
    if steps >= MOST_STEPS:
        return Verdict(say("This answer was changed too often. What was saved last counts."), 429)
    return ALLOWED


def deadline(policy: Policy, started_at: datetime) -> datetime | None:
    return started_at + timedelta(minutes=policy.minutes) if policy.minutes else None


def is_overdue(attempt: Attempt, *, now: datetime) -> bool:
    """The time is over and nobody has closed it yet."""
    return attempt.state is State.IN_PROGRESS and attempt.deadline_at is not None and now > attempt.deadline_at + GRACE


def is_over(attempt: Attempt, *, now: datetime) -> bool:
    """Closed, or to be closed: nothing counts any more. The answer is the same before and after the sweeper comes."""
    return attempt.state is State.HANDED_IN or is_overdue(attempt, now=now)


def has_passed(policy: Policy, *, score: int, max_score: int) -> bool:
    return 100 * score >= policy.pass_mark * max_score


def page_and_turn(client_uuid: str) -> tuple[str, int]:
    """`…-….3`: the third time that this open page saves."""
    page, _, turn = client_uuid.partition(".")
    return page, int(turn or 0)


def is_stale(client_uuid: str, seen_seq: int, newest: AttemptStep | None) -> bool:
    """Does this answer come from a page that could not know of the newest one?

    Another window that has not seen it yet, or an earlier turn of the same page that was overtaken on the way.
    """
    if newest is None or newest.client_uuid is None:
        return False
    page, turn = page_and_turn(client_uuid)
    its_page, its_turn = page_and_turn(newest.client_uuid)
    return turn < its_turn if page == its_page else newest.seq > seen_seq


def verdict_in_words(policy: Policy, *, score: int, max_score: int) -> Sentence:
    """The headline of a review."""
    if has_passed(policy, score=score, max_score=max_score):
        return say("Passed, with everything right") if score == max_score else say("Passed")
    missing = -(-(policy.pass_mark * max_score - 100 * score) // (100 * WHOLE))
    return say_number("One more point and it is passed", "%(num)s more points are needed", missing)
