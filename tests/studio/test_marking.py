"""A trainer marks open answers, answers a challenge, marks again and gives time, all in pages."""

import re

import pytest
from flask.testing import FlaskClient

from academy.accounts.models import Role
from academy.assessment import commands
from academy.assessment.models import StepKind
from tests.assessment.given_assessment import Learner, attempts, body, learner, quiz, slots, steps
from tests.given import Given

DESK = "/en/studio/marking"


@pytest.fixture
def trainer(given: Given) -> FlaskClient:
    return given.signed_in(given.person("Tamás", Role.TRAINER))


def handed_in(given: Given) -> Learner:
    quiz(given, ["single", "open"])
    nives = learner(given)
    nives.begins()
    nives.answers(1, ["a"])
    nives.answers(2, "At Ptuj, <b>because</b> it is quiet.")
    nives.hands_in()
    return nives


def test_only_trainers_see_the_desk(given: Given, trainer: FlaskClient) -> None:
    nives = handed_in(given)
    slot = slots(given)[1][0].id
    for path in (DESK, f"{DESK}/answers/{slot}", f"{DESK}/regrade/rivers/single-1", f"{DESK}/time"):
        assert nives.client.get(path).status_code == 403, path
        assert given.app.test_client().get(path).status_code == 401
        trainer.get(path)
        with given.statements() as seen:
            assert trainer.get(path).status_code == 200
        assert len(seen) <= 8, (path, seen)
    assert trainer.get(f"{DESK}/answers/999999").status_code == 404
    assert trainer.get(f"{DESK}/regrade/rivers/none").status_code == 404


def test_an_open_answer_is_read_and_marked(given: Given, trainer: FlaskClient) -> None:
    nives = handed_in(given)
    shown = trainer.get(DESK).text
    address = re.findall(rf'href="({DESK}/answers/\d+)"', shown)[0]
    page = trainer.get(address).text
    assert (
        "At Ptuj, &lt;b&gt;because&lt;/b&gt; it is quiet." in page
        and "Nives" not in page.split("<main")[1].split("journal")[0]
    )
    wrong = trainer.post(f"{address}/mark", data={"points-place": "1", "points-reason": "9", "note": "Nearly"})
    assert wrong.status_code == 422 and "Give 0 to 3 points." in wrong.text and ">Nearly</textarea>" in wrong.text
    for odd in ("", "x", "-1", "1e9", "٣"):
        assert trainer.post(f"{address}/mark", data={"points-place": odd, "points-reason": "1"}).status_code == 422
    assert [step.kind for step in steps(given)].count(StepKind.MARK) == 1, "the journal is as it was"
    marked = trainer.post(f"{address}/mark", data={"points-place": "1", "points-reason": "2", "note": "Well seen"})
    assert marked.location == DESK and attempts(given)[0].score == 7_500
    assert "Well seen" in nives.page() and "Everything is marked" in trainer.get(DESK).text
    assert 'value="2"' in trainer.get(address).text


def test_a_challenge_is_accepted_and_marking_again_follows(given: Given, trainer: FlaskClient) -> None:
    nives = handed_in(given)
    nives.client.post(f"{nives.address}/1/challenge", data={"reason": "It is a."})
    address = re.findall(rf'href="({DESK}/challenges/\d+)"', trainer.get(DESK).text)[0]
    assert "It is a." in trainer.get(address).text
    assert trainer.post(address, data={"reason": "", "decision": "accept"}).status_code == 422
    options = [{**option, "correct": option["key"] == "a"} for option in body("single")["options"]]
    given.done(lambda: commands.store_question("rivers", "single-1", body("single", options=options), by=None))
    answer = trainer.post(address, data={"reason": "You are right.", "decision": "accept"})
    assert answer.location == f"{DESK}/regrade/rivers/single-1"
    listed = trainer.get(answer.location).text
    assert "One mark would rise." in listed and attempts(given)[0].score == 0
    expected = re.findall(r'name="expected" value="([^"]+)"', listed)[0]
    assert trainer.post(answer.location, data={"expected": "made up"}).status_code == 409
    trainer.post(answer.location, data={"expected": expected})
    assert attempts(given)[0].score == 10_000 and "All answers are marked" in trainer.get(answer.location).text
    assert "You are right." in nives.page() and trainer.post(address, data={"reason": "x"}).status_code == 409


def test_a_mark_is_set_by_hand_and_a_comment_is_written(given: Given, trainer: FlaskClient) -> None:
    nives = handed_in(given)
    address = f"{DESK}/answers/{slots(given)[0][0].id}"
    assert trainer.post(f"{address}/override", data={"percent": "101", "reason": "x"}).status_code == 422
    assert trainer.post(f"{address}/override", data={"percent": "50", "reason": ""}).status_code == 422
    trainer.post(f"{address}/override", data={"percent": "50", "reason": "Half of it"})
    trainer.post(f"{address}/comment", data={"reason": "Read lesson two again."})
    assert attempts(given)[0].score == 5_000
    assert "Half of it" in nives.page() and "Read lesson two again." in nives.page()
    assert "Mark set by hand" in trainer.get(address).text


def test_time_is_given_and_given_back(given: Given, trainer: FlaskClient) -> None:
    given.person("Ilse", email="ilse@example.org")
    assert (
        "Nobody here has this address."
        in trainer.post(f"{DESK}/time/allowance", data={"email": "nobody@example.org", "factor": "125"}).text
    )
    assert trainer.post(f"{DESK}/time/allowance", data={"email": "ilse@example.org", "factor": "20"}).status_code == 422
    assert (
        trainer.post(f"{DESK}/time/allowance", data={"email": "ilse@example.org", "factor": "125"}).status_code == 303
    )
    times = {"began_at": "2026-01-01T10:00", "ended_at": "2026-01-01T09:00", "why": "Power cut"}
    refused = trainer.post(f"{DESK}/time/outage", data=times)
    assert refused.status_code == 422 and "begins before it ends" in refused.text and "Power cut" in refused.text
    assert trainer.post(f"{DESK}/time/outage", data={**times, "ended_at": "2026-01-01T11:00"}).status_code == 303
    assert "Power cut" in trainer.get(f"{DESK}/time").text


def test_both_answers_of_two_windows_stand_in_the_record(given: Given, trainer: FlaskClient) -> None:
    quiz(given, ["single"])
    nives = learner(given)
    nives.begins()
    old = nives.hidden(1)
    nives.opens().answers(1, ["b"])
    nives.answers(1, ["c"], **old)
    nives.hands_in()
    shown = trainer.get(f"{DESK}/answers/{slots(given)[0][0].id}").text
    record = shown.partition('id="journal"')[2]
    assert "Drava" in record and "The Po" in record and "From another tab, older: not counted" in record
