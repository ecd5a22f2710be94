"""A quiz is drawn, opened, limited and counted as its rules say, and the rules of an attempt are those it began with."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from academy.accounts.models import Role
from academy.assessment import commands, drawing, queries
from academy.assessment.events import AttemptHandedIn
from academy.assessment.models import Counts
from academy.assessment.rules import Feedback, Policy, feedback_shown, makes_passed, quiz_possible, verdict_on
from academy.kernel.access import Refused
from academy.kernel.events import collecting
from tests.assessment.given_assessment import MODULE, attempts, body, learner, quiz, slots, steps, whose
from tests.given import Given

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as clock:
        yield clock


def test_a_policy_is_written_as_plain_values_and_read_again() -> None:
    policy = Policy(
        draw=4,
        pass_mark=70,
        wait=30,
        opens=BEGIN,
        closes=BEGIN + timedelta(days=1),
        counts=Counts.LAST,
        feedback=Feedback.CLOSED,
        tags=(("need", 2),),
    )
    assert Policy.of(policy.facts) == policy and quiz_possible(policy, 4)
    assert Policy(draw=1, pass_mark=70).facts == {"draw": 1, "pass_mark": 70, "attempts": 0, "wait": 0, "minutes": 0}
    assert Policy.of({"draw": 1, "pass_mark": 70, "opens": "2026-11-23T10:00+01:00"}).opens == BEGIN


@pytest.mark.parametrize(
    "settings",
    [
        {"opens": "2026-11-23T10:00"},
        {"opens": "tomorrow"},
        {"counts": "most"},
        {"feedback": "never"},
        {"order": "by heart"},
        {"tags": ["need"]},
        {"opens": "2026-11-24T10:00+01:00", "closes": "2026-11-23T10:00+01:00"},
        {"feedback": "closed"},
        {"tags": {"water": 9}},
        {"tags": {"nothing-has-this": 1}},
        {"wait": -1},
    ],
)
def test_rules_that_can_not_be_are_refused_and_nothing_is_stored(given: Given, settings: dict[str, object]) -> None:
    quiz(given, ["single", "number"])
    with pytest.raises(Refused):
        given.done(
            lambda: commands.store_quiz(
                MODULE, {"draw": 2, "pass_mark": 70, **settings}, ["single-1", "number-2"], by=None
            )
        )
    found = given.seen(lambda: queries.quiz_about(MODULE))
    assert found and found.current.n == 1


def test_so_many_of_each_tag_are_drawn_first() -> None:
    pool = {number: ["water"] if number < 3 else ["air", "water"] if number == 3 else [] for number in range(10)}
    for seed in range(40):
        chosen = drawing.drawn(pool, 5, asked={}, seed=seed, tags=[("air", 1), ("water", 2)])
        tags = Counter(tag for number in chosen for tag in pool[number])
        assert len(chosen) == 5 and tags["air"] == 1 and tags["water"] >= 3 and chosen == sorted(chosen)
    orders = {tuple(drawing.drawn(pool, 10, asked={}, seed=seed, shuffled=True)) for seed in range(10)}
    assert len(orders) > 1 and all(sorted(order) == [*range(10)] for order in orders)


def test_a_quiz_opens_and_closes_and_says_how_much_time_is_left(given: Given, clock: time_machine.Traveller) -> None:
    window = {"opens": "2026-11-23T11:00+01:00", "closes": "2026-11-23T13:00+01:00"}
    quiz(given, ["single"], minutes=90, **window)
    nives = learner(given)
    assert "The quiz opens on 23 November 2026, 11:00" in nives.client.get("/en/learn/rivers/quiz").text
    assert nives.client.post("/en/learn/rivers/quiz").status_code == 409
    clock.move_to(datetime(2026, 11, 23, 11, 30, tzinfo=UTC))
    assert "30 of 90 minutes" in nives.client.get("/en/learn/rivers/quiz").text
    assert "30 minuti su 90" in nives.client.get("/it/learn/rivers/quiz").text
    nives.begins()
    assert attempts(given)[0].deadline_at == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    clock.move_to(datetime(2026, 11, 23, 12, 5, tzinfo=UTC))
    assert nives.client.post("/en/learn/rivers/quiz").status_code == 409
    assert "The quiz closed on 23 November 2026, 13:00" in nives.client.get("/en/learn/rivers/quiz").text


def test_between_two_attempts_one_waits(given: Given, clock: time_machine.Traveller) -> None:
    quiz(given, ["single"], wait=60)
    nives = learner(given)
    nives.begins()
    nives.hands_in()
    refused = nives.client.post("/en/learn/rivers/quiz")
    assert refused.status_code == 409 and "You can try again from 23 November 2026, 11:00" in refused.text
    clock.shift(timedelta(minutes=60))
    nives.begins()
    assert len(attempts(given)) == 2


@pytest.mark.parametrize(("counts", "score"), [("best", 10_000), ("last", 0), ("first", 0)])
def test_which_attempt_counts(given: Given, counts: str, score: int) -> None:
    quiz(given, ["single"], counts=counts)
    nives = learner(given)
    with collecting(AttemptHandedIn) as ended:
        for response in (["a"], ["b"], ["c"]):
            nives.begins()
            nives.answers(1, response)
            nives.hands_in()
    person = whose(given)
    result = given.seen(lambda: queries.results_of(person, [MODULE])[MODULE])
    assert result.score == score
    assert [event.passed for event in ended] == [False, counts != "first", False]
    assert makes_passed(Policy(draw=1, pass_mark=70, counts=Counts.FIRST), number=1, passed=True)


@pytest.mark.parametrize(
    ("feedback", "points", "why"), [("at-once", True, True), ("marks", True, False), ("nothing", False, False)]
)
def test_what_is_seen_afterwards(given: Given, feedback: str, points: bool, why: bool) -> None:
    quiz(given, ["single"], feedback=feedback)
    nives = learner(given)
    nives.begins()
    nives.answers(1, ["a"])
    shown = nives.hands_in()
    assert ("0<small> of 1</small>" in shown) == points
    assert ("Look at the map again." in shown) == why and ("Right is" in shown) == why


def test_feedback_comes_when_the_quiz_has_closed_for_everybody() -> None:
    policy = Policy(draw=1, pass_mark=70, closes=BEGIN, feedback=Feedback.CLOSED)
    assert feedback_shown(policy, now=BEGIN - timedelta(seconds=1)) is Feedback.MARKS
    assert feedback_shown(policy, now=BEGIN) is Feedback.AT_ONCE


def test_passed_may_depend_on_what_is_still_to_mark() -> None:
    half = Policy(draw=2, pass_mark=50)
    assert verdict_on(half, score=10_000, max_score=20_000, to_mark=1) is True
    assert verdict_on(half, score=5_000, max_score=20_000, to_mark=1) is None
    assert verdict_on(half, score=5_000, max_score=20_000, to_mark=0) is False


def test_an_attempt_goes_on_by_the_rules_and_marks_it_began_with(given: Given) -> None:
    quiz(given, ["single"], pass_mark=100)
    nives = learner(given)
    nives.begins()
    given.done(lambda: commands.store_question("rivers", "single-1", body("single", mark=3), by=None))
    given.done(lambda: commands.store_quiz(MODULE, {"draw": 1, "pass_mark": 10, "minutes": 5}, ["single-1"], by=None))
    nives.answers(1, ["b"])
    assert "1<small> of 1</small>" in nives.hands_in() and attempts(given)[0].deadline_at is None
    nives.begins()
    assert attempts(given)[1].max_score == 30_000 and attempts(given)[1].deadline_at is not None


def test_a_trainer_tries_a_quiz_and_it_counts_nowhere(given: Given) -> None:
    quiz(given, ["single"], attempts=1)
    trainer = learner(given, "Tamás")
    assert trainer.client.post("/en/learn/rivers/quiz/preview").status_code == 403
    tamas = given.person("Tamás", Role.TRAINER)
    trainer.client = given.signed_in(tamas)
    assert "Try it as a learner" in trainer.client.get("/en/learn/rivers/quiz").text
    with collecting(AttemptHandedIn) as ended:
        for _ in range(2):
            trainer.address = trainer.client.post("/en/learn/rivers/quiz/preview").location
            assert "It counts nowhere." in trainer.page(1)
            trainer.answers(1, ["b"])
            shown = trainer.hands_in()
    assert "Right, that is so." in shown and ended == []
    assert [(attempt.number, attempt.is_preview) for attempt in attempts(given)] == [(-1, True), (-2, True)]
    assert given.seen(lambda: queries.results_of(tamas, [MODULE])) == {}
    assert given.seen(lambda: queries.open_attempts_of(tamas)) == []
    trainer.begins()
    assert (attempts(given)[-1].number, attempts(given)[-1].is_preview) == (1, False)
    assert len(slots(given)) == 1 and len(steps(given)) == 4
