"""The clock is the server's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from academy.assessment import queries
from academy.assessment.events import AttemptHandedIn
from academy.assessment.models import ClosedBy, State, StepKind
from academy.kernel import jobs
from academy.kernel.events import collecting
from academy.kernel.web import Academy
from tests.assessment.given_assessment import MODULE, Learner, attempts, learner, quiz, steps, whose
from tests.given import Given

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEADLINE = BEGIN + timedelta(minutes=20)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as clock:
        yield clock


def started(given: Given) -> Learner:
    quiz(given, ["single", "true-false"], minutes=20, attempts=2)
    nives = learner(given)
    nives.begins()
    return nives


def test_the_deadline_is_set_at_the_start_and_shown_in_the_learners_time(
    given: Given, clock: time_machine.Traveller
) -> None:
    nives = started(given)
    assert attempts(given)[0].deadline_at == DEADLINE
    assert "Time until 23 November 2026, 10:20" in nives.page(1), "Rome is an hour ahead"


def test_an_answer_within_the_grace_counts_and_a_later_one_is_kept_as_late(
    given: Given, clock: time_machine.Traveller
) -> None:
    nives = started(given)
    first, second = nives.hidden(1), nives.hidden(2)
    clock.move_to(DEADLINE + timedelta(seconds=29))
    assert nives.answers(1, ["b"], **first).location.endswith("?q=2")
    clock.move_to(DEADLINE + timedelta(seconds=31))
    late = nives.answers(2, ["false"], automatic=True, **second)
    assert late.headers["HX-Redirect"] == nives.address
    assert [step.kind for step in steps(given)] == [StepKind.ANSWER, StepKind.LATE]
    assert "1<small> of 2</small>" in nives.page(), "the late one would have been right"


def test_handing_in_within_the_grace_ends_at_the_deadline(given: Given, clock: time_machine.Traveller) -> None:
    nives = started(given)
    clock.move_to(DEADLINE + timedelta(seconds=20))
    nives.hands_in()
    (attempt,) = attempts(given)
    assert (attempt.submitted_at, attempt.closed_by) == (DEADLINE, ClosedBy.LEARNER)


def test_nobody_comes_back_and_reading_is_the_same_before_and_after_the_sweeper(
    given: Given, app: Academy, clock: time_machine.Traveller
) -> None:
    nives = started(given)
    nives.answers(1, ["b"])
    jobs.run_due(app)
    assert attempts(given)[0].state is State.IN_PROGRESS, "not yet"
    clock.move_to(DEADLINE + timedelta(hours=3))
    person = whose(given)
    found = given.seen(lambda: queries.open_attempt_of(person, MODULE))
    before = nives.page(), nives.client.get("/en/learn/rivers/quiz").text
    assert attempts(given)[0].state is State.IN_PROGRESS and found is None
    with collecting(AttemptHandedIn) as ended:
        jobs.run_due(app)
        jobs.run_due(app)
    (attempt,) = attempts(given)
    assert (attempt.state, attempt.submitted_at, attempt.closed_by) == (State.HANDED_IN, DEADLINE, ClosedBy.SWEEPER)
    assert [(event.by, event.person_id, event.passed) for event in ended] == [(None, person.id, False)]
    assert (nives.page(), nives.client.get("/en/learn/rivers/quiz").text) == before
    assert "23 November 2026, 10:20" in before[0] and "1<small> of 2</small>" in before[0]


def test_who_comes_back_too_late_finds_it_closed_and_can_begin_again(
    given: Given, clock: time_machine.Traveller
) -> None:
    nives = started(given)
    first = nives.address
    clock.move_to(DEADLINE + timedelta(minutes=5))
    assert nives.client.get(f"{first}/overview").location == first
    assert nives.begins() != first
    old, new = attempts(given)
    assert (old.closed_by, old.submitted_at, new.number) == (ClosedBy.DEADLINE, DEADLINE, 2)
    assert new.deadline_at == DEADLINE + timedelta(minutes=25)


def test_handing_in_too_late_closes_at_the_deadline(given: Given, clock: time_machine.Traveller) -> None:
    nives = started(given)
    nives.answers(1, ["b"])
    clock.move_to(DEADLINE + timedelta(minutes=1))
    nives.hands_in()
    (attempt,) = attempts(given)
    assert (attempt.closed_by, attempt.submitted_at, attempt.score) == (ClosedBy.DEADLINE, DEADLINE, 10_000)
