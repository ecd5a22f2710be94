"""Many at once, and one person in a hurry."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import sqlalchemy as sa
import time_machine

from academy.accounts.models import Role
from academy.assessment import commands
from academy.assessment.events import AttemptHandedIn
from academy.assessment.models import AttemptSlot, QuestionVersion, State, StepKind
from academy.kernel import jobs
from academy.kernel.db import session
from academy.kernel.events import collecting
from academy.kernel.web import Academy
from tests.assessment.given_assessment import Learner, attempts, body, learner, quiz, slots, steps
from tests.given import Given


def together(*things: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment."""
    gate = Barrier(len(things))

    def one(do: Callable[[], Any]) -> Any:
        gate.wait()
        return do()

    with ThreadPoolExecutor(len(things)) as pool:
        return [*pool.map(one, things)]


def test_two_clicks_at_once_start_one_attempt(given: Given) -> None:
    quiz(given, draw=3, attempts=1)
    nives = given.person("Nives")
    windows = [given.signed_in(nives) for _ in range(4)]
    answers = together(*[lambda window=window: window.post("/en/learn/rivers/quiz") for window in windows])
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(attempts(given)) == 1 and len(slots(given)) == 3


def test_many_learners_start_and_answer_at_once_and_nothing_is_lost(given: Given) -> None:
    quiz(given)
    learners = [learner(given, f"Learner {number}") for number in range(6)]

    def takes_it(one: Learner) -> int:
        one.begins()
        for pos, response in ((1, ["b"]), (2, ["a", "b"]), (3, ["false"])):
            assert one.answers(pos, response).status_code == 303
        one.hands_in()
        return 3

    with collecting(AttemptHandedIn) as ended:
        together(*[lambda one=one: takes_it(one) for one in learners])
    assert len(ended) == 6 and [attempt.score for attempt in attempts(given)] == [30_000] * 6
    assert len([step for step in steps(given) if step.kind is StepKind.ANSWER]) == 18


def test_one_answer_sent_from_several_windows_at_once(given: Given) -> None:
    quiz(given, ["single", "multiple"])
    nives = learner(given)
    nives.begins()
    windows = [nives.opens() for _ in range(3)]
    pages = [window.hidden(1) for window in windows]
    answers = together(
        *[
            lambda window=window, page=page, key=key: window.answers(1, [key], **page)
            for window, page, key in zip(windows, pages, "abc", strict=True)
        ]
    )
    assert {answer.status_code for answer in answers} == {303}
    journal = steps(given)
    assert [step.seq for step in journal] == [1, 2, 3]
    assert [step.kind for step in journal] == [StepKind.ANSWER, StepKind.STALE, StepKind.STALE]


def test_the_same_request_many_times_at_once_is_one_step(given: Given) -> None:
    quiz(given, ["single"])
    nives = learner(given)
    nives.begins()
    hidden = nives.hidden(1)
    windows = [nives.opens() for _ in range(4)]
    answers = together(*[lambda window=window: window.answers(1, ["b"], **hidden) for window in windows])
    assert {answer.status_code for answer in answers} == {303} and len(steps(given)) == 1


def test_handing_in_twice_at_once_marks_once(given: Given) -> None:
    quiz(given, ["single"])
    nives = learner(given)
    nives.begins()
    nives.answers(1, ["b"])
    windows = [nives.opens() for _ in range(4)]
    with collecting(AttemptHandedIn) as ended:
        together(*[window.hands_in for window in windows])
    assert len(ended) == 1 and [step.kind for step in steps(given)] == [StepKind.ANSWER, StepKind.MARK]
    assert attempts(given)[0].state is State.HANDED_IN


def test_attempts_never_get_more_than_there_may_be(given: Given) -> None:
    """Two windows that hand in and begin again, over and over, with two attempts to have."""
    quiz(given, ["single"], attempts=2)
    nives = given.person("Nives")
    windows = [Learner(given, given.signed_in(nives)) for _ in range(3)]

    def goes_on(window: Learner) -> list[int]:
        codes = []
        for _ in range(4):
            begun = window.client.post("/en/learn/rivers/quiz")
            codes.append(begun.status_code)
            if begun.status_code == 303:
                window.client.post(f"{begun.location}/hand-in")
        return codes

    codes = together(*[lambda window=window: goes_on(window) for window in windows])
    assert {code for some in codes for code in some} <= {303, 409} and all(some[-1] == 409 for some in codes)
    assert [(attempt.number, attempt.state) for attempt in attempts(given)] == [
        (1, State.HANDED_IN),
        (2, State.HANDED_IN),
    ]


def test_the_sweeper_and_a_late_learner_close_an_attempt_once(given: Given, app: Academy) -> None:
    begin = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with time_machine.travel(begin, tick=False) as clock:
        quiz(given, ["single"], minutes=20)
        nives = learner(given)
        nives.begins()
        nives.answers(1, ["b"])
        clock.move_to(begin + timedelta(minutes=25))
        windows = [nives.opens() for _ in range(2)]
        with collecting(AttemptHandedIn) as ended:
            together(lambda: jobs.run_due(app), *[window.hands_in for window in windows])
    (attempt,) = attempts(given)
    assert (attempt.state, attempt.submitted_at) == (State.HANDED_IN, begin + timedelta(minutes=20))
    assert len(ended) == 1 and [step.kind for step in steps(given)] == [StepKind.ANSWER, StepKind.MARK]


def test_two_trainers_who_mark_again_at_once_append_once(given: Given) -> None:
    quiz(given, ["single"])
    for name in ("Nives", "Marta"):
        one = learner(given, name)
        one.begins()
        one.answers(1, ["a"])
        one.hands_in()
    options = [{**option, "correct": option["key"] == "a"} for option in body("single")["options"]]
    given.done(lambda: commands.store_question("rivers", "single-1", body("single", options=options), by=None))
    trainers = [given.signed_in(given.person(name, Role.TRAINER)) for name in ("Tamás", "Ilse", "Ada")]
    address = "/en/studio/marking/regrade/rivers/single-1"
    expected = trainers[0].get(address).text.partition('name="expected" value="')[2].partition('"')[0]
    answers = together(
        *[lambda trainer=trainer: trainer.post(address, data={"expected": expected}) for trainer in trainers]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    assert [step.kind for step in steps(given)].count(StepKind.REGRADE) == 2
    assert [attempt.score for attempt in attempts(given)] == [10_000, 10_000]


def test_an_edited_question_and_a_start_at_the_same_moment_agree(given: Given) -> None:
    """Whoever begins is asked the old question or the new one, and marked by the one they were asked."""
    quiz(given, ["single"])
    options = [{**option, "correct": option["key"] == "a"} for option in body("single")["options"]]
    learners = [learner(given, f"Learner {number}") for number in range(4)]

    def edits() -> None:
        given.done(lambda: commands.store_question("rivers", "single-1", body("single", options=options), by=None))

    together(edits, *[one.begins for one in learners])
    asked = {}
    for one in learners:
        one.answers(1, ["a"])
        one.hands_in()
    for attempt in attempts(given):
        (version,) = versions_of(given, attempt.id)
        asked[attempt.id] = version
        assert attempt.score == (10_000 if version == 2 else 0)
    assert len(asked) == 4 and set(asked.values()) <= {1, 2}


def versions_of(given: Given, attempt_id: int) -> list[int]:
    rows = (
        sa.select(QuestionVersion.n)
        .join(AttemptSlot, AttemptSlot.question_version_id == QuestionVersion.id)
        .where(AttemptSlot.attempt_id == attempt_id)
    )
    return given.seen(lambda: list(session.scalars(rows)))
