"""No answer is lost, and none takes the place of a newer one."""

import re
from uuid import uuid4

import pytest
import sqlalchemy as sa

from academy.accounts.commands import close_account
from academy.accounts.queries import person_with_id
from academy.assessment import commands, queries
from academy.assessment.models import COUNTED, Attempt, AttemptStep, State, StepKind
from academy.assessment.rules import MOST_STEPS, is_stale
from academy.kernel.access import Refused
from academy.kernel.db import session
from academy.kernel.privacy import everything_about
from tests.assessment.given_assessment import (
    Learner,
    answers_everything,
    attempts,
    learner,
    quiz,
    slots,
    steps,
    whose,
)
from tests.given import Given


def started(given: Given, kinds: tuple[str, ...] = ("single", "multiple", "short-text"), **settings: int) -> Learner:
    quiz(given, kinds, **settings)
    nives = learner(given)
    nives.begins()
    return nives


def kinds(given: Given) -> list[StepKind]:
    return [step.kind for step in steps(given)]


def test_the_page_saves_by_itself_and_says_when(given: Given) -> None:
    nives = started(given)
    hidden = nives.hidden(1)
    answer = nives.answers(1, ["a"], automatic=True, **hidden)
    assert answer.status_code == 200 and "<html" not in answer.text
    assert re.search(r"Saved \d\d:\d\d:\d\d", answer.text) and 'name="seen" value="1"' in answer.text
    again = {"seen": "1", "client_uuid": f"{hidden['client_uuid']}.1"}
    nives.answers(1, ["b"], automatic=True, **again)
    assert kinds(given) == [StepKind.AUTOSAVE, StepKind.AUTOSAVE]
    assert 'value="b" checked' in nives.page(1)


def test_the_same_request_again_changes_nothing(given: Given) -> None:
    nives = started(given)
    hidden = nives.hidden(1)
    for automatic in (True, True, False, False):
        assert nives.answers(1, ["a"], automatic=automatic, **hidden).status_code in (200, 303)
    assert len(steps(given)) == 1
    nives.answers(1, ["b"])
    assert nives.answers(1, ["a"], **hidden).status_code == 303, "a repetition that comes late"
    assert [step.response for step in steps(given)] == [["a"], ["b"]], "b still counts"


def test_saving_without_an_answer_writes_nothing(given: Given) -> None:
    nives = started(given)
    assert nives.answers(1, []).location.endswith("?q=2")
    assert steps(given) == []
    nives.answers(2, ["a"])
    nives.answers(2, [])
    assert [step.response for step in steps(given)] == [["a"], []], "an answer can be taken back"
    assert "0 answers of 3" in nives.page(2)


def test_going_back_without_a_script_and_answering_otherwise_counts(given: Given) -> None:
    nives = started(given)
    hidden = nives.hidden(1)
    nives.answers(1, ["a"], **hidden)
    nives.answers(1, ["b"], **hidden)
    assert [step.response for step in steps(given)] == [["a"], ["b"]]
    assert 'value="b" checked' in nives.page(1)


def test_an_old_window_keeps_its_answer_but_the_newer_one_counts_and_both_are_told(given: Given) -> None:
    nives = started(given)
    old = nives.hidden(1)
    other = nives.opens()
    other.answers(1, ["b"])
    answer = nives.answers(1, ["c"], **old)
    assert answer.location == f"{nives.address}?q=1"
    shown = nives.client.get(answer.location).text
    assert "newer answer to this question in another window" in shown and 'value="b" checked' in shown
    assert kinds(given) == [StepKind.ANSWER, StepKind.STALE]
    journal = given.seen(lambda: [step.response for step in queries.steps_of(slots(given)[0][0])])
    assert journal == [["b"], ["c"]], "a trainer can see both"
    nives.answers(1, ["c"])
    assert 'value="c" checked' in nives.page(1), "now it is meant"


def test_an_old_window_that_saves_by_itself_is_brought_to_what_counts(given: Given) -> None:
    nives = started(given)
    old = nives.hidden(1)
    nives.opens().answers(1, ["b"])
    answer = nives.answers(1, ["c"], automatic=True, **old)
    assert answer.status_code == 200 and answer.headers["HX-Redirect"] == f"{nives.address}?q=1"
    assert "newer answer" in nives.page(1)
    assert kinds(given) == [StepKind.ANSWER, StepKind.STALE]


def test_a_page_that_never_got_its_receipt_does_not_count_as_another_window(given: Given) -> None:
    nives = started(given)
    hidden = nives.hidden(1)
    page = hidden["client_uuid"]
    nives.answers(1, ["a"], automatic=True, seen="0", client_uuid=f"{page}.1")
    nives.answers(1, ["b"], automatic=True, seen="0", client_uuid=f"{page}.2")
    assert kinds(given) == [StepKind.AUTOSAVE, StepKind.AUTOSAVE] and 'value="b" checked' in nives.page(1)
    nives.answers(1, ["c"], automatic=True, seen="0", client_uuid=f"{page}.4")
    nives.answers(1, ["b"], automatic=True, seen="0", client_uuid=f"{page}.3")
    assert 'value="c" checked' in nives.page(1), "the third was overtaken on its way"


def test_what_makes_an_answer_stale() -> None:
    one, other = str(uuid4()), str(uuid4())
    newest = AttemptStep(seq=5, client_uuid=f"{one}.3")
    assert not is_stale(other, 5, newest) and is_stale(other, 4, newest)
    assert not is_stale(f"{one}.3", 0, newest) and is_stale(f"{one}.2", 5, newest)
    assert not is_stale(other, 0, None)


@pytest.mark.parametrize(
    "data",
    [
        {"answer": "z"},
        {"answer": ["a", "b"]},
        {"answer": "The Rhine"},
        {"answer": "a" * 100_000},
        {"answer": "\0"},
    ],
)
def test_what_is_no_answer_is_refused_and_the_journal_untouched(given: Given, data: dict[str, str]) -> None:
    nives = started(given)
    answer = nives.client.post(f"{nives.address}/1", data={**nives.hidden(1), **data})
    assert answer.status_code == 422 and "does not belong to this question" in answer.text
    assert steps(given) == [] and answer.text.count("<h1") == 1, "the question again"


@pytest.mark.parametrize("automatic", [True, False])
def test_a_number_that_can_not_be_read_is_said_and_nothing_typed_is_lost(given: Given, automatic: bool) -> None:
    nives = started(given, ("number", "ordering"))
    answer = nives.answers(1, "about <b>twelve</b>", automatic=automatic)
    assert answer.status_code == 422 and "Write one number" in answer.text and steps(given) == []
    if not automatic:
        assert 'value="about &lt;b&gt;twelve&lt;/b&gt;"' in answer.text and "<title>Error: " in answer.text
    assert nives.answers(1, "2\u202f850 km").status_code == 303
    assert nives.answers(2, {"a": "9"}).status_code == 422
    assert nives.answers(2, {"z": "1"}).status_code == 422
    assert nives.answers(2, {"a": "1", "b": "1"}).status_code == 303, "two in one place: not done yet, but kept"


def test_too_long_texts_and_odd_letters(given: Given) -> None:
    nives = started(given, ("short-text",))
    assert nives.answers(1, "x" * 1001).status_code == 422
    assert nives.answers(1, "Дунай \0 \ud7ff 🛶").status_code == 303
    assert steps(given)[0].typed == "Дунай  \ud7ff 🛶"


@pytest.mark.parametrize("name", ["", "1", "x" * 48, "00000000-0000-0000-0000-00000000000g", "'; DROP TABLE--"])
def test_a_forged_name_of_a_page_is_refused(given: Given, name: str) -> None:
    nives = started(given)
    assert nives.answers(1, ["a"], client_uuid=name, seen="0").status_code == 422
    assert nives.answers(1, ["a"], client_uuid=str(uuid4()), seen="99999999999999999999").status_code == 303


def test_the_name_of_a_page_belongs_to_one_question(given: Given) -> None:
    nives = started(given)
    hidden = nives.hidden(1)
    nives.answers(1, ["a"], **hidden)
    assert nives.answers(2, ["a"], **hidden).status_code == 409
    assert len(steps(given)) == 1


def test_a_question_of_another_attempt_is_refused(given: Given) -> None:
    nives = started(given)
    marta = learner(given, "Marta")
    person, key = whose(given), nives.address.rsplit("/", 1)[1]
    marta.begins()
    she, her_key = whose(given), marta.address.rsplit("/", 1)[1]

    def try_it() -> None:
        foreign = queries.slot_of(person, key, 1)
        with pytest.raises(Refused, match="not part of this attempt"):
            commands.save_answer(queries.attempt_of(she, her_key), foreign, ["a"], str(uuid4()), 0, by=she)
        with pytest.raises(Refused, match="not your attempt"):
            commands.save_answer(foreign.attempt, foreign, ["a"], str(uuid4()), 0, by=she)

    given.seen(try_it)
    assert nives.client.post(f"{nives.address}/9", data={}).status_code == 404
    assert steps(given) == []


def test_after_handing_in_an_answer_is_kept_but_does_not_count(given: Given) -> None:
    nives = started(given)
    hidden = nives.hidden(1)
    nives.answers(1, ["a"])
    nives.hands_in()
    answer = nives.answers(1, ["b"], **{**hidden, "seen": "1"})
    assert answer.location == nives.address
    assert "It is kept, but it does not count." in nives.client.get(answer.location).text
    assert kinds(given)[-1] is StepKind.LATE and attempts(given)[0].score == 0


def test_the_journal_has_an_end(given: Given) -> None:
    nives = started(given, ("short-text",))
    slot, now = slots(given)[0][0], attempts(given)[0].started_at
    given.done(
        lambda: session.add_all(
            AttemptStep(slot_id=slot.id, seq=seq, kind=StepKind.AUTOSAVE, typed=str(seq), at=now)
            for seq in range(1, MOST_STEPS + 1)
        )
    )
    assert nives.answers(1, "one more").status_code == 429


def test_steps_are_only_added(given: Given) -> None:
    nives = started(given)
    nives.answers(1, ["a"])

    def change() -> None:
        step = session.scalars(sa.select(AttemptStep)).one()
        step.kind = StepKind.LATE
        session.flush()

    def delete() -> None:
        session.delete(session.scalars(sa.select(AttemptStep)).one())
        session.flush()

    for meddle in (change, delete):
        with pytest.raises(RuntimeError, match="only added to"):
            given.done(meddle)
    assert kinds(given) == [StepKind.ANSWER]


def test_a_learner_who_leaves_takes_name_and_words_and_leaves_the_figures(given: Given) -> None:
    nives = started(given)
    answers_everything(nives)
    nives.answers(3, "My name is Nives")
    nives.hands_in()
    person = whose(given)
    exported = given.seen(lambda: everything_about(person.id))
    assert len(exported["attempts"]) == 1 and exported["attempt_steps"][-1]["typed"] == "My name is Nives"

    def leave() -> None:
        found = person_with_id(person.id)
        assert found is not None
        close_account(found, by=found)

    given.done(leave)
    (attempt,) = attempts(given)
    assert attempt.person_id is None and attempt.score == 20_000 and attempt.state is State.HANDED_IN
    left = [step for step in steps(given) if step.kind in COUNTED]
    assert [step.chosen for step in left if step.chosen] == [["b"], ["a", "b"]]
    assert {step.typed for step in left} <= {None, ""} and {step.actor_id for step in left} == {None}
    assert given.seen(lambda: session.scalar(sa.select(sa.func.count()).select_from(Attempt))) == 1
