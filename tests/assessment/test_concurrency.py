"""Many at once, and one person in a hurry."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from academy.assessment.events import AttemptHandedIn
from academy.assessment.models import State, StepKind
from academy.kernel.events import collecting
from tests.assessment.given_assessment import Learner, attempts, learner, quiz, slots, steps
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
