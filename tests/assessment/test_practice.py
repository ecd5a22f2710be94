"""A practice question is answered as often as one likes, and nothing is remembered."""

import pytest
from flask.testing import FlaskClient

from academy.assessment import commands, queries
from academy.assessment.marking import right_response
from tests.assessment.given_assessment import TYPES, body, form_of, steps
from tests.given import Given

HTMX = {"HX-Request": "true", "HX-Target": "practice-q"}


def stored(given: Given, kind: str) -> None:
    given.done(lambda: commands.store_question("rivers", "q", body(kind), by=None))


@pytest.mark.parametrize("kind", TYPES)
def test_a_visitor_practises_every_type(given: Given, client: FlaskClient, kind: str) -> None:
    stored(given, kind)
    shown = client.get("/en/practice/rivers/q").text
    assert (
        f"A question of the type {kind}?" in shown and "Check my answer" in shown and "Right, that is so." not in shown
    )
    answer = client.post("/en/practice/rivers/q", data=form_of(right_response(body(kind))))
    assert answer.status_code == 200 and "Right, that is so." in answer.text
    assert steps(given) == []


def test_feedback_and_the_way_back_without_script(given: Given, client: FlaskClient) -> None:
    stored(given, "single")
    shown = client.post("/it/practice/rivers/q", data={"answer": "a", "back": "/it/learn/rivers/first"}).text
    assert "It ends in the sea. (it)" in shown and "Look at the map again. (it)" in shown
    assert 'href="/it/learn/rivers/first#practice-q"' in shown and 'value="a" checked' in shown
    away = client.post("/it/practice/rivers/q", data={"answer": "a", "back": "https://evil.example/"}).text
    assert "evil" not in away and 'href="/it/#practice-q"' in away


def test_htmx_finds_the_form_in_the_answer(given: Given, client: FlaskClient) -> None:
    stored(given, "multiple")
    shown = client.post("/en/practice/rivers/q", data={"answer": ["a", "c"]}, headers=HTMX).text
    assert 'id="practice-q"' in shown and 'hx-select="#practice-q"' in shown and "Not yet" in shown
    assert "Partly right" in client.post("/en/practice/rivers/q", data={"answer": "a"}, headers=HTMX).text


def test_nothing_and_nonsense_are_answered_with_a_sentence(given: Given, client: FlaskClient) -> None:
    stored(given, "single")
    assert "Give an answer first." in client.post("/en/practice/rivers/q").text
    odd = client.post("/en/practice/rivers/q", data={"answer": "zzz", "other": "\0"})
    assert odd.status_code == 422 and "does not belong to this question" in odd.text
    for path in ("/en/practice/rivers/none", "/en/practice/none/q", "/en/practice/rivers/q%00"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404


def test_many_practice_questions_take_one_statement_and_the_same_order_every_time(given: Given) -> None:
    for number in range(6):
        given.done(lambda number=number: commands.store_question("rivers", f"q-{number}", body("single"), by=None))  # type: ignore[misc]
    keys = [f"q-{number}" for number in range(6)]
    with given.statements() as seen:
        found = given.seen(lambda: queries.practice_questions("rivers", [*keys, "gone"], "it"))
    assert len(seen) == 1 and {*found} == {*keys}
    again = given.seen(lambda: queries.practice_questions("rivers", keys, "it"))
    assert found == again and found["q-1"].wording.language == "it"
    assert len({tuple(part.key for part in one.wording.parts) for one in found.values()}) > 1
