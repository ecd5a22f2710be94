"""Who needs more time has it, and time that was lost is given back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from academy.accounts.models import Role
from academy.accounts.queries import person_with_id
from academy.assessment import commands, queries
from academy.assessment.models import ClosedBy, State, StepKind
from academy.kernel import jobs
from academy.kernel.access import Refused
from academy.kernel.web import Academy
from tests.assessment.given_assessment import Learner, attempts, learner, quiz, steps
from tests.given import Given

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as clock:
        yield clock


def started(given: Given, name: str = "Nives") -> Learner:
    quiz(given, ["single", "true-false"], minutes=20)
    one = learner(given, name)
    one.begins()
    return one


def outage(given: Given, begin: int, end: int) -> int:
    return given.done(
        lambda: commands.announce_outage(BEGIN + minutes(begin), BEGIN + minutes(end), "power cut", by=None)
    ).extended


def test_who_needs_more_time_has_it_in_every_attempt_that_begins(given: Given, clock: time_machine.Traveller) -> None:
    quiz(given, ["single"], minutes=20)
    nives, trainer = given.person("Nives"), given.person("Tamás", Role.TRAINER)
    with pytest.raises(Refused, match="Only trainers and coordinators"):
        given.done(lambda: commands.allow_time(nives, 150, by=nives))
    with pytest.raises(Refused, match="100 to 400"):
        given.done(lambda: commands.allow_time(nives, 90, by=trainer))
    given.done(lambda: commands.allow_time(nives, 150, by=trainer))
    one = Learner(given, given.signed_in(nives))
    assert "You have 30 minutes" in one.client.get("/en/learn/rivers/quiz").text
    one.begins()
    other = learner(given, "Marta")
    other.begins()
    given.done(lambda: commands.allow_time(nives, 100, by=trainer))
    first, second = attempts(given)
    assert (first.deadline_at, second.deadline_at) == (BEGIN + minutes(30), BEGIN + minutes(20))
    assert first.time_factor == 150 and given.seen(lambda: queries.allowance_of(nives)) is None


def test_an_outage_gives_back_the_time_that_was_lost(given: Given, app: Academy, clock: time_machine.Traveller) -> None:
    nives = started(given)
    clock.move_to(BEGIN + minutes(15))
    assert outage(given, 5, 12) == 1
    (attempt,) = attempts(given)
    assert (attempt.deadline_at, attempt.extended) == (BEGIN + minutes(27), 420)
    assert "given back" in nives.page(1)
    clock.move_to(BEGIN + minutes(26))
    jobs.run_due(app)
    nives.answers(1, ["b"])
    assert steps(given)[0].kind is StepKind.ANSWER
    clock.move_to(BEGIN + minutes(40))
    jobs.run_due(app)
    assert (attempts(given)[0].closed_by, attempts(given)[0].submitted_at) == (ClosedBy.SWEEPER, BEGIN + minutes(27))
    assert any("more time" in message["Subject"] for message in given.mail())


def test_an_attempt_that_was_closed_meanwhile_is_open_again_and_nothing_of_it_is_lost(
    given: Given, app: Academy, clock: time_machine.Traveller
) -> None:
    nives = started(given)
    nives.answers(1, ["b"])
    clock.move_to(BEGIN + minutes(60))
    jobs.run_due(app)
    assert attempts(given)[0].state is State.HANDED_IN
    assert outage(given, 10, 50) == 1, "ten of its twenty minutes were lost"
    (attempt,) = attempts(given)
    assert (attempt.state, attempt.deadline_at) == (State.IN_PROGRESS, BEGIN + minutes(70))
    assert 'value="b" checked' in nives.page(1)
    nives.answers(2, ["false"])
    nives.hands_in()
    assert attempts(given)[0].score == 20_000
    kinds = [step.kind for step in steps(given)]
    assert kinds.count(StepKind.MARK) == 3, "those of before are still there, and count where nothing changed"


def test_only_attempts_that_overlap_are_extended_and_no_outage_twice(
    given: Given, clock: time_machine.Traveller
) -> None:
    nives = started(given)
    nives.hands_in()
    marta = started(given, "Marta")
    clock.move_to(BEGIN + minutes(10))
    assert outage(given, -30, -10) == 0 and outage(given, 2, 4) == 1
    first, second = attempts(given)
    assert first.extended == 0 and second.extended == 120 and marta.page(1)
    with pytest.raises(Refused, match="announced already"):
        outage(given, 3, 5)
    with pytest.raises(Refused, match="begins before it ends"):
        outage(given, 5, 500)
    nobody = given.seen(lambda: person_with_id(first.person_id or 0))
    assert nobody is not None
    with pytest.raises(Refused, match="Only trainers"):
        given.done(lambda: commands.announce_outage(BEGIN, BEGIN + minutes(1), "", by=nobody))
