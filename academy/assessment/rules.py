"""What is allowed, what follows? Pure: no database, no request, no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from academy.accounts.models import Person, Role
from academy.assessment.marking import WHOLE
from academy.assessment.models import (
    Attempt,
    AttemptSlot,
    AttemptStep,
    Challenge,
    ChallengeState,
    ClosedBy,
    Counts,
    State,
)
from academy.kernel.access import ALLOWED, Refused, Verdict
from academy.kernel.i18n import Sentence, say, say_number

GRACE = timedelta(seconds=30)  # for an answer that was on its way when the time was over
NUMBERS = ("draw", "pass_mark", "attempts", "wait", "minutes")
MOST_TIME = 400  # per cent
LONGEST_REASON = 2_000
MOST_STEPS = 500  # of one question in one attempt: far more than anybody needs


class Order(StrEnum):
    LISTED = "listed"
    SHUFFLED = "shuffled"


class Feedback(StrEnum):
    """What a learner sees of an attempt that is over."""

    AT_ONCE = "at-once"  # everything
    CLOSED = "closed"  # the marks; when the quiz has closed for everybody, everything
    MARKS = "marks"  # the marks alone
    NOTHING = "nothing"


@dataclass(frozen=True)
class Policy:
    """The rules of a quiz, as quiz.yaml says them."""

    draw: int
    pass_mark: int  # per cent of the marks
    attempts: int = 0  # 0: as many as one likes
    wait: int = 0  # minutes between the end of an attempt and the next
    minutes: int = 0  # 0: no limit
    opens: datetime | None = None
    closes: datetime | None = None
    order: Order = Order.LISTED
    counts: Counts = Counts.BEST
    feedback: Feedback = Feedback.AT_ONCE
    tags: tuple[tuple[str, int], ...] = ()  # so many of each tag are drawn first, the rest from what is left

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Policy":
        """From plain values. Raises ValueError."""
        numbers = {name: int(settings.get(name) or 0) for name in NUMBERS}
        opens, closes = (_instant(settings.get(name)) for name in ("opens", "closes"))
        return cls(
            **numbers,
            opens=opens,
            closes=closes,
            order=Order(settings.get("order") or Order.LISTED),
            counts=Counts(settings.get("counts") or Counts.BEST),
            feedback=Feedback(settings.get("feedback") or Feedback.AT_ONCE),
            tags=tuple(sorted((str(tag), int(number)) for tag, number in (settings.get("tags") or {}).items())),
        )

    @property
    def facts(self) -> dict[str, Any]:
        """Plain values, without what is as usual."""
        plain = {
            **{name: getattr(self, name) for name in NUMBERS},
            "opens": self.opens.isoformat() if self.opens else None,
            "closes": self.closes.isoformat() if self.closes else None,
            "order": self.order.value,
            "counts": self.counts.value,
            "feedback": self.feedback.value,
            "tags": dict(self.tags),
        }
        usual = {"order": Order.LISTED, "counts": Counts.BEST, "feedback": Feedback.AT_ONCE}
        return {name: value for name, value in plain.items() if name in NUMBERS or (value and value != usual.get(name))}

    def needed(self, max_score: int) -> int:
        """Points, in 1/10,000, with which an attempt is passed."""
        return -(-max_score * self.pass_mark // 100)


def _instant(written: object) -> datetime | None:
    """`2026-12-01T09:00+01:00`. Without an offset nobody could know when that is."""
    if not written:
        return None
    when = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
    if when.tzinfo is None:
        raise ValueError("no offset")
    return when.astimezone(UTC)


def may_store(*, by: Person | None) -> Verdict:
    """The platform, when it reads the course tree; trainers."""
    if by is None or by.has(Role.TRAINER, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only trainers write questions."), 403)


def may_retire(*, by: Person | None, quizzes: int, practised_in: Collection[str] = ()) -> Verdict:
    """`quizzes`: how many draw from it now; `practised_in`: titles of the lessons that ask it on the way."""
    if not may_store(by=by):
        return may_store(by=by)
    if quizzes:
        return Verdict(say("The quiz draws from this question. Take it out of the quiz first."), 409)
    if practised_in:
        return Verdict(
            say(
                "The lesson “%(lesson)s” asks this question. Take it out there first.", lesson=next(iter(practised_in))
            ),
            409,
        )
    return ALLOWED


def quiz_possible(policy: Policy, questions: int) -> Verdict:
    if not 1 <= policy.draw <= questions:
        return Verdict(
            say("The quiz draws %(draw)s questions of %(pool)s.", draw=policy.draw, pool=questions), 422, "draw"
        )
    if not 0 <= policy.pass_mark <= 100 or min(policy.attempts, policy.minutes, policy.wait) < 0:
        return Verdict(say("The rules of the quiz contradict each other."), 422)
    if policy.opens and policy.closes and policy.opens >= policy.closes:
        return Verdict(say("The quiz closes before it opens."), 422, "closes")
    if policy.feedback is Feedback.CLOSED and policy.closes is None:
        return Verdict(say("Feedback after the quiz has closed needs a time when it closes."), 422, "feedback")
    if sum(number for _tag, number in policy.tags) > policy.draw or any(number < 1 for _tag, number in policy.tags):
        return Verdict(say("The tags ask for more questions than the quiz draws."), 422, "tags")
    return ALLOWED


def tags_possible(policy: Policy, tagged: Mapping[str, int]) -> Verdict:
    """`tagged`: how many questions of the pool have each tag."""
    for tag, number in policy.tags:
        if tagged.get(tag, 0) < number:
            return Verdict(
                say(
                    "The quiz draws %(number)s questions with the tag “%(tag)s”, but has %(there)s.",
                    number=number,
                    tag=tag,
                    there=tagged.get(tag, 0),
                ),
                422,
                "tags",
            )
    return ALLOWED


def may_preview(*, by: Person | None) -> Verdict:
    if by is not None and by.has(Role.TRAINER, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only trainers try a quiz without its counting."), 403)


def may_start(
    policy: Policy, *, now: datetime, attempts: int, last_end: datetime | None = None, retired: bool = False
) -> Verdict:
    """`attempts`: how many there have been; `last_end`: when the newest of them was over."""
    if retired:
        return Verdict(
            say("This quiz is no longer part of the course. What you did in it stays yours and is kept here."), 409
        )
    if policy.opens and now < policy.opens:
        return Verdict(say("The quiz opens on %(when)s.", when=policy.opens), 409)
    if policy.closes and now >= policy.closes:
        return Verdict(say("The quiz closed on %(when)s.", when=policy.closes), 409)
    if policy.attempts and attempts >= policy.attempts:
        return Verdict(
            say_number("Your one attempt is used up.", "All your %(num)s attempts are used up.", policy.attempts),
            409,
        )
    again = last_end + timedelta(minutes=policy.wait) if last_end and policy.wait else None
    if again and now < again:
        return Verdict(say("You can try again from %(when)s.", when=again), 409)
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


def deadline(policy: Policy, started_at: datetime, *, factor: int = 100) -> datetime | None:
    """When the time is over: its own, longer for who needs more, or that of the quiz. `factor`: per cent."""
    own = started_at + timedelta(minutes=policy.minutes) * factor / 100 if policy.minutes else None
    return min((end for end in (own, policy.closes) if end), default=None)


def minutes_left(policy: Policy, *, now: datetime, factor: int = 100) -> tuple[int, int]:
    """Of who would start now: how many minutes, of how many that would be theirs."""
    whole = policy.minutes * factor // 100
    end = deadline(policy, now, factor=factor)
    return (whole, whole) if end is None else (int((end - now) / timedelta(minutes=1)), whole)


def is_overdue(attempt: Attempt, *, now: datetime) -> bool:
    """The time is over and nobody has closed it yet."""
    return attempt.state is State.IN_PROGRESS and attempt.deadline_at is not None and now > attempt.deadline_at + GRACE


def is_over(attempt: Attempt, *, now: datetime) -> bool:
    """Closed, or to be closed: nothing counts any more. The answer is the same before and after the sweeper comes."""
    return attempt.state is State.HANDED_IN or is_overdue(attempt, now=now)


def has_passed(policy: Policy, *, score: int, max_score: int) -> bool:
    return 100 * score >= policy.pass_mark * max_score


def verdict_on(policy: Policy, *, score: int, max_score: int, to_mark: int) -> bool | None:
    """Passed or not; None: that depends on what a trainer still has to mark."""
    passed = has_passed(policy, score=score, max_score=max_score)
    return None if to_mark and not passed else passed


def makes_passed(policy: Policy, *, number: int, passed: bool | None) -> bool:
    """Does this attempt make its quiz passed? Where the first one counts, no later one does."""
    return bool(passed) and (policy.counts is not Counts.FIRST or number == 1)


def feedback_shown(policy: Policy, *, now: datetime) -> Feedback:
    """What may be seen now: AT_ONCE, MARKS or NOTHING."""
    if policy.feedback is not Feedback.CLOSED:
        return policy.feedback
    return Feedback.AT_ONCE if policy.closes is not None and now >= policy.closes else Feedback.MARKS


# --- marks


def may_mark(*, by: Person | None) -> Verdict:
    if by is None or by.has(Role.TRAINER, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only trainers mark answers."), 403)


def may_change_mark(attempt: Attempt) -> Verdict:
    """Never of somebody who is still answering."""
    if attempt.state is State.IN_PROGRESS:
        return Verdict(say("This attempt is still running. It can be marked when it is handed in."), 409)
    return ALLOWED


def mark_possible(points: int) -> Verdict:
    if 0 <= points <= WHOLE:
        return ALLOWED
    return Verdict(say("A mark lies between nothing and the whole mark."), 422, "points")


def reason_given(words: str) -> Verdict:
    if not words.strip():
        return Verdict(say("Say why, in a few words."), 422, "reason")
    if len(words) > LONGEST_REASON:
        return Verdict(say("Write at most %(number)s characters.", number=LONGEST_REASON), 422, "reason")
    return ALLOWED


def may_forget(person: Person, *, by: Person | None) -> Verdict:
    """When somebody leaves, the platform does it."""
    return ALLOWED if by is None else Verdict(say("This happens when %(name)s leaves.", name=person.name), 403)


def rubric_fraction(body: Mapping[str, Any], given: Mapping[str, int]) -> Fraction:
    """Of the whole mark. Raises Refused where points are missing or too many."""
    for criterion in body["rubric"]:
        points = given.get(criterion["key"], -1)
        if not 0 <= points <= criterion["points"]:
            raise Refused(
                Verdict(say("Give 0 to %(most)s points.", most=criterion["points"]), 422, f"points-{criterion['key']}")
            )
    whole = sum(criterion["points"] for criterion in body["rubric"])
    return Fraction(sum(given[criterion["key"]] for criterion in body["rubric"]), whole)


def may_challenge(attempt: Attempt, *, by: Person) -> Verdict:
    if attempt.person_id != by.id:
        return Verdict(say("This is not your attempt."), 404)
    if attempt.state is State.IN_PROGRESS:
        return Verdict(say("Hand in first. Then you can say what is wrong with a question."), 409)
    return ALLOWED


def may_decide(challenge: Challenge, *, by: Person | None) -> Verdict:
    if not may_mark(by=by):
        return may_mark(by=by)
    if challenge.state is not ChallengeState.OPEN:
        return Verdict(say("This has been decided already."), 409)
    return ALLOWED


# --- time


def may_give_time(*, by: Person | None) -> Verdict:
    if by is None or by.has(Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only trainers and coordinators give more time."), 403)


def factor_possible(factor: int) -> Verdict:
    if 100 <= factor <= MOST_TIME:
        return ALLOWED
    return Verdict(say("The time is 100 to %(most)s per cent of that of others.", most=MOST_TIME), 422, "factor")


def outage_possible(began_at: datetime, ended_at: datetime, *, now: datetime) -> Verdict:
    if began_at < ended_at <= now:
        return ALLOWED
    return Verdict(say("An outage begins before it ends, and is over when it is announced."), 422, "ended_at")


def time_lost(attempt: Attempt, began_at: datetime, ended_at: datetime) -> timedelta:
    """How much of the outage fell into the time of an attempt."""
    assert attempt.deadline_at is not None
    end = attempt.deadline_at
    if attempt.closed_by is ClosedBy.LEARNER and attempt.submitted_at:
        end = min(end, attempt.submitted_at)
    return max(min(end, ended_at) - max(attempt.started_at, began_at), timedelta(0))


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


def verdict_in_words(policy: Policy, score: int, max_score: int, *, to_mark: int = 0) -> Sentence:
    """The headline of a review."""
    if to_mark and not has_passed(policy, score=score, max_score=max_score):
        return say("A trainer still has to mark some of it")
    if has_passed(policy, score=score, max_score=max_score):
        return say("Passed, with everything right") if score == max_score else say("Passed")
    missing = -(-(policy.pass_mark * max_score - 100 * score) // (100 * WHOLE))
    return say_number("One more point and it is passed", "%(num)s more points are needed", missing)
