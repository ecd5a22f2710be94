"""A learner takes a quiz, from the first look at the rules to the review."""

import pytest
from flask.testing import FlaskClient

from academy.assessment import commands, queries
from academy.assessment.events import AttemptHandedIn, AttemptStarted
from academy.assessment.marking import right_response
from academy.assessment.models import State
from academy.assessment.rules import Policy, may_start
from academy.kernel.events import collecting
from tests.assessment.given_assessment import (
    MODULE,
    TYPES,
    answers_everything,
    attempts,
    body,
    learner,
    quiz,
    slots,
    steps,
    whose,
)
from tests.given import Given


def test_a_visitor_reads_the_rules_and_is_asked_to_sign_in(given: Given, client: FlaskClient) -> None:
    quiz(given, draw=3, minutes=20, attempts=2)
    shown = client.get("/en/learn/rivers/quiz").text
    assert "3 questions, drawn from 8" in shown and "20 minutes" in shown and "2 attempts" in shown
    assert "70 per cent of the points" in shown and "/en/sign-in?next=/en/learn/rivers/quiz" in shown
    assert "Si supera con il 70 per cento dei punti" in client.get("/it/learn/rivers/quiz").text
    assert client.post("/en/learn/rivers/quiz").status_code == 401
    assert client.get("/en/learn/mountains/quiz").status_code == 404


def test_a_quiz_is_taken_without_script_and_passed(given: Given) -> None:
    quiz(given)
    nives = learner(given)
    with collecting(AttemptStarted) as started, collecting(AttemptHandedIn) as ended:
        nives.begins()
        first = nives.page()
        assert "Question 1 of 8" in first and "0 answers of 8" in first and "The <em>Drava</em>" in first
        for slot, version in slots(given):
            answer = nives.answers(slot.pos, right_response(version.body))
            assert answer.location.endswith(f"?q={slot.pos + 1}" if slot.pos < 8 else "/overview")
        overview = nives.client.get(f"{nives.address}/overview").text
        assert "Everything is answered" in overview
        review = nives.hands_in()
    assert "Passed, with everything right" in review and review.count("check-circle") >= 8
    assert [event.about_key for event in started] == ["rivers"]
    (event,) = ended
    assert event.passed and event.by == event.person_id == attempts(given)[0].person_id
    assert (attempts(given)[0].score, attempts(given)[0].max_score) == (80_000, 80_000)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_shows_what_was_saved_after_a_reload(given: Given, kind: str) -> None:
    quiz(given, [kind])
    nives = learner(given)
    nives.begins()
    empty = nives.page(1)
    assert "Saved" not in empty.replace("Saved yet", "") and " selected" not in empty and " checked" not in empty
    shown_names = {"matching": 'name="answer-a"', "ordering": 'name="answer-d"', "gaps": 'name="answer-c"'}
    assert shown_names.get(kind, 'name="answer"') in empty
    nives.answers(1, right_response(body(kind)))
    kept = nives.page(1)
    marks = {"multiple": " checked", "matching": " selected", "ordering": " selected", "gaps": " selected"}
    expected = {"multiple": 2, "matching": 3, "ordering": 4, "gaps": 3}.get(kind, 1)
    found = kept.count('value="Danube"') + kept.count('value="2850"') + kept.count(marks.get(kind, " checked"))
    assert found == expected and ">Saved " in kept.replace("</svg>", ">")


def test_the_review_says_what_was_right_why_and_from_where(given: Given) -> None:
    quiz(given, ["single", "multiple", "number"])
    given.done(lambda: commands.store_question("rivers", "single-1", body("single", source="Atlas, 2020"), by=None))
    nives = learner(given)
    nives.begins()
    nives.answers(1, ["a"])
    nives.answers(2, ["a"])
    review = nives.hands_in()
    assert "It ends in the sea." in review and "Look at the map again." in review and "Atlas, 2020" in review
    assert "Not yet" in review and "Partly right" in review and "No answer" in review
    assert "2850 km" in review and "0.5<small> of 3</small>" in review
    assert "2 more points are needed" in review and "Passing takes 2.1." in review
    assert "0,5<small> su 3</small>" in nives.client.get(nives.address.replace("/en/", "/it/")).text


def test_the_overview_names_what_is_missing_and_handing_in_is_still_possible(given: Given) -> None:
    quiz(given, ["single", "matching", "short-text"])
    nives = learner(given)
    nives.begins()
    nives.answers(2, {"a": "a"})
    shown = nives.client.get(f"{nives.address}/overview").text
    assert "2 questions have no answer yet" in shown and shown.count("no answer yet</span>") == 2
    assert "not complete" in shown and "Question single-1?" in shown
    assert "1 more" not in nives.hands_in()
    assert attempts(given)[0].score == 3333, "one pair of three"


def test_a_second_window_and_a_second_click_find_the_same_attempt(given: Given) -> None:
    quiz(given, draw=3)
    nives = learner(given)
    first = nives.begins()
    asked = [version.id for _slot, version in slots(given)]
    assert nives.begins() == first and len(attempts(given)) == 1
    assert [version.id for _slot, version in slots(given)] == asked
    assert nives.page(2) != "" and steps(given) == [], "looking writes nothing"


def test_where_one_stopped_is_found_again(given: Given) -> None:
    quiz(given)
    nives = learner(given)
    nives.begins()
    for pos, response in ((1, ["b"]), (2, ["a"]), (3, ["false"])):
        nives.answers(pos, response)
    shown = nives.client.get("/en/learn/rivers/quiz").text
    assert "You stopped at question 4 of 8" in shown and f'href="{nives.address}"' in shown
    assert "Question 4 of 8" in nives.page(), "without a number, the first question that is open"
    person = whose(given)
    found = given.seen(lambda: queries.open_attempt_of(person, MODULE))
    assert found is not None and (found.stopped_at, found.answered, found.total) == (4, 3, 8)
    assert given.seen(lambda: queries.open_attempt_of(person)) == found
    assert given.seen(lambda: queries.open_attempt_of(None)) is None


def test_an_attempt_is_seen_by_its_learner_alone(given: Given, client: FlaskClient) -> None:
    quiz(given)
    nives, marta = learner(given), learner(given, "Marta")
    address = nives.begins()
    hidden = nives.hidden(1)
    assert client.get(address).status_code == 401
    for path in (address, f"{address}/overview"):
        assert marta.client.get(path).status_code == 404
    assert marta.client.post(f"{address}/1", data={**hidden, "answer": "b"}).status_code == 404
    assert marta.client.post(f"{address}/hand-in").status_code == 404
    assert steps(given) == [] and attempts(given)[0].state is State.IN_PROGRESS
    assert nives.client.get(f"{address}%00").status_code == 404


def test_handing_in_twice_changes_nothing(given: Given) -> None:
    quiz(given)
    nives = learner(given)
    nives.begins()
    answers_everything(nives)
    with collecting(AttemptHandedIn) as ended:
        nives.hands_in()
        before = attempts(given)[0]
        nives.hands_in()
    assert len(ended) == 1 and len(steps(given)) == 16
    assert attempts(given)[0].submitted_at == before.submitted_at
    assert nives.client.get(f"{nives.address}/overview").location == nives.address


def test_the_next_attempt_draws_other_questions_first(given: Given) -> None:
    quiz(given, ["single"] * 6, draw=3)
    nives = learner(given)
    nives.begins()
    first = {version.id for _slot, version in slots(given)}
    nives.hands_in()
    nives.begins()
    assert first.isdisjoint(version.id for _slot, version in slots(given))
    assert attempts(given)[1].number == 2


def test_attempts_are_counted_where_they_are_limited(given: Given) -> None:
    quiz(given, ["single"], attempts=1)
    nives = learner(given)
    nives.begins()
    assert "Try again" not in nives.hands_in()
    refused = nives.client.post("/en/learn/rivers/quiz")
    assert refused.status_code == 409 and "Your one attempt is used up." in refused.text
    assert "used up" in nives.client.get("/en/learn/rivers/quiz").text
    policy = Policy(draw=1, pass_mark=70, attempts=2)
    now = attempts(given)[0].started_at
    assert may_start(policy, now=now, attempts=1) and not may_start(policy, now=now, attempts=2)
    assert may_start(Policy(draw=1, pass_mark=70), now=now, attempts=99)


def test_an_edited_question_changes_nothing_in_attempts_that_have_begun(given: Given) -> None:
    quiz(given, ["single", "number"])
    nives = learner(given)
    nives.begins()
    before = nives.page(1)
    changed = body("single", "Another question altogether?")
    changed["options"][0]["correct"], changed["options"][1]["correct"] = True, False
    given.done(lambda: commands.store_question("rivers", "single-1", changed, by=None))
    given.done(lambda: commands.store_quiz(MODULE, {"draw": 1, "pass_mark": 100}, ["number-2"], by=None))
    assert without_hidden(nives.page(1)) == without_hidden(before)
    answers_everything(nives)
    assert "Passed, with everything right" in nives.hands_in()
    marta = learner(given, "Marta")
    marta.begins()
    assert len(slots(given)) == 1, "who starts now gets the new quiz"


def without_hidden(shown: str) -> str:
    return "\n".join(line for line in shown.splitlines() if "client_uuid" not in line)


def test_work_is_one_across_languages(given: Given) -> None:
    quiz(given, ["single", "true-false"])
    nives = learner(given)
    nives.begins()
    nives.answers(1, ["b"])
    italian = nives.address.replace("/en/", "/it/")
    shown = nives.client.get(f"{italian}?q=1").text
    assert "La <em>Drava</em>" in shown and " checked" in shown and "Salvato alle" in shown
    assert "Vero" in nives.client.get(f"{italian}?q=2").text


@pytest.mark.parametrize("path", ["", "?q=3", "/overview"])
def test_a_page_of_an_attempt_takes_at_most_eight_statements(given: Given, path: str) -> None:
    quiz(given, [*TYPES, *TYPES, *TYPES])
    nives = learner(given)
    nives.begins()
    answers_everything(nives)
    with given.statements() as seen:
        assert nives.client.get(nives.address + path).status_code == 200
    assert len(seen) <= 8, seen


def test_review_and_start_page_take_at_most_eight_statements(given: Given) -> None:
    quiz(given, [*TYPES, *TYPES])
    nives = learner(given)
    for _again in range(3):
        nives.begins()
        answers_everything(nives)
        nives.hands_in()
    for path in (nives.address, "/en/learn/rivers/quiz"):
        with given.statements() as seen:
            assert nives.client.get(path).status_code == 200
        assert len(seen) <= 8, seen


def test_pages_of_an_attempt_stay_out_of_every_cache(given: Given) -> None:
    quiz(given)
    nives = learner(given)
    nives.begins()
    assert nives.client.get(nives.address).headers["Cache-Control"] == "no-store"
