"""Which quizzes have the people of the demonstration taken, and how did it go?"""

from datetime import timedelta
from fractions import Fraction
from math import exp
from random import Random
from uuid import uuid4

from academy.accounts.models import Person
from academy.assessment import commands, drawing, marking, queries
from academy.assessment.models import Attempt, AttemptSlot, AttemptStep, ClosedBy, Quiz, State, StepKind
from academy.assessment.rules import Policy
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.kernel.web import random_key

# who, module, how many answers, how many of them right, and whether it was handed in
TAKEN: tuple[tuple[str, str, int, int, bool], ...] = (
    ("learner", "active-citizenship", 9, 5, True),
    ("learner", "active-citizenship", 9, 8, True),
    ("learner", "social-business", 4, 3, False),
    ("marta", "active-citizenship", 9, 9, True),
    ("giulio", "stakeholder-engagement", 8, 6, True),
    ("ilse", "stakeholder-engagement", 9, 9, True),
)


CLASS = ("active-citizenship", 64)  # as if a class had taken it and left: so there are figures to look at


def load(people: dict[str, Person]) -> None:
    """Nothing where the course is not there."""
    for who, module, answers, right, handed_in in TAKEN:
        quiz = queries.quiz_about(Ref("module", module))
        if quiz is None:
            continue
        attempt = commands.start_attempt(quiz, by=people[who])
        _answer(attempt, answers, right, by=people[who])
        if handed_in:
            commands.hand_in_attempt(attempt, by=people[who])
    module, learners = CLASS
    if quiz := queries.quiz_about(Ref("module", module)):
        _taken_by_a_class(quiz, learners)


def _taken_by_a_class(quiz: Quiz, learners: int) -> None:
    """Rows without names, as they are when people have left. Some know more than others, and some questions are harder."""
    lots = Random(quiz.about_key)  # noqa: S311  # the same in each demonstration
    pool = {
        version.question_id: version for version in queries.pool_of(quiz.current) if not marking.by_hand(version.body)
    }
    policy = Policy.of(quiz.current.policy)
    ease = {question_id: lots.gauss(0, 0.8) for question_id in pool}
    attempts: list[Attempt] = []
    slots: list[AttemptSlot] = []
    steps: list[tuple[AttemptSlot, marking.Response, marking.Body, int]] = []
    for _ in range(learners):
        skill, attempt = lots.gauss(0.5, 1.2), _handed_in(quiz, lots)
        attempts.append(attempt)
        chosen = drawing.drawn(dict.fromkeys(pool, ()), policy.draw, asked={}, seed=attempt.seed)
        for pos, question_id in enumerate(chosen, 1):
            version, right = pool[question_id], lots.random() < 1 / (1 + exp(-1.7 * (skill + ease[question_id])))
            order = drawing.option_order(version.body, seed=f"{attempt.seed}/{pos}")
            wrong = "" if version.type == "short-text" else _mistake(version.body, order)
            response = marking.right_response(version.body, "en") if right else wrong
            worth = marking.points(marking.fraction(version.body, response) or Fraction(0))
            slot = AttemptSlot(
                attempt=attempt,
                pos=pos,
                question_version_id=version.id,
                option_order=order,
                mark=marking.mark(version.body),
            )
            slots.append(slot)
            steps.append((slot, response, version.body, worth))
            attempt.max_score += slot.mark
            attempt.score = (attempt.score or 0) + slot.mark * worth // marking.WHOLE
        attempt.passed = (attempt.score or 0) >= policy.needed(attempt.max_score)
    session.add_all([*attempts, *slots])
    session.flush()
    for slot, response, body, worth in steps:
        session.add_all(_journal(slot, response, body, worth))
    session.flush()


def _handed_in(quiz: Quiz, lots: Random) -> Attempt:
    began = clock.now() - timedelta(days=lots.randint(3, 40), minutes=lots.randint(0, 600))
    return Attempt(
        key=random_key(12),
        quiz_id=quiz.id,
        quiz_version_id=quiz.current.id,
        about_kind=quiz.about_kind,
        about_key=quiz.about_key,
        number=1,
        state=State.HANDED_IN,
        closed_by=ClosedBy.LEARNER,
        seed=lots.randrange(2**31),
        started_at=began,
        submitted_at=began + timedelta(minutes=lots.randint(6, 25)),
        score=0,
        max_score=0,
    )


def _journal(slot: AttemptSlot, response: marking.Response, body: marking.Body, worth: int) -> list[AttemptStep]:
    """One answer and its mark."""
    chosen, typed = marking.kept(body, response)
    at = slot.attempt.submitted_at
    return [
        AttemptStep(slot_id=slot.id, seq=1, kind=StepKind.ANSWER, chosen=chosen, typed=typed, at=at),
        AttemptStep(slot_id=slot.id, seq=2, kind=StepKind.MARK, fraction=worth, at=at),
    ]


def _answer(attempt: Attempt, answers: int, right: int, *, by: Person) -> None:
    """The first so many questions; the rest of the answers, after so many right ones, are mistakes that people make."""
    for asked in queries.asked_in(attempt, with_questions=True)[:answers]:
        body = asked.slot.question_version.body
        response = marking.right_response(body) if asked.pos <= right else _mistake(body, asked.slot.option_order)
        commands.save_answer(attempt, asked.slot, response, str(uuid4()), 0, by=by)


def _mistake(body: marking.Body, order: list[str]) -> marking.Response:
    """Something that can be answered and is not all right."""
    key = marking.right_response(body)
    if body["type"] == "gaps" and isinstance(key, dict):
        return dict([*key.items()][1:])
    if isinstance(key, dict):
        return dict(zip(key, [*key.values()][::-1], strict=True))
    if isinstance(key, list):
        return [option for option in order if option not in key][:1] or key[:1]
    return "1" if body["type"] == "number" else "?"
