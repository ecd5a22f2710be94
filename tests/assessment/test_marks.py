"""Marks by people: given, overridden, marked again, challenged; the journal keeps them all."""

import re
from typing import Any

import pytest

from academy.accounts.commands import close_account
from academy.accounts.models import Person, Role
from academy.accounts.queries import person_with_id
from academy.assessment import commands, marking, queries
from academy.assessment.events import AttemptMarked
from academy.assessment.models import AttemptSlot, ChallengeState, StepKind
from academy.assessment.queries import marks
from academy.kernel.access import Refused
from academy.kernel.events import collecting
from tests.assessment.given_assessment import MODULE, Learner, attempts, body, learner, quiz, slots, steps, whose
from tests.given import Given


def handed_in(given: Given, kinds: tuple[str, ...], responses: list[Any], **settings: Any) -> Learner:
    quiz(given, kinds, **settings)
    one = learner(given)
    one.begins()
    for pos, response in enumerate(responses, 1):
        one.answers(pos, response)
    one.hands_in()
    return one


def trainer(given: Given) -> Person:
    return given.person("Tamás", Role.TRAINER)


def slot(by: Person, pos: int, given: Given) -> AttemptSlot:
    """As the desk finds it; inside a transaction."""
    return marks.answer_seen_by(by, slots(given)[pos - 1][0].id).slot


def test_an_open_answer_waits_is_marked_by_its_rubric_and_the_learner_is_told(given: Given) -> None:
    nives = handed_in(given, ("single", "open"), [["b"], "The Drava, since it is quiet."], pass_mark=80)
    shown = nives.page()
    assert "One answer waits for a trainer" in shown and "1<small> of 2</small>" in shown
    assert (attempts(given)[0].passed, attempts(given)[0].to_mark) == (None, 1)
    tamas = trainer(given)
    number = slots(given)[1][0].id

    def mark(points: dict[str, int]) -> None:
        commands.mark_by_rubric(marks.answer_seen_by(tamas, number).slot, points, "Say more.", by=tamas)

    assert [one.asked.response for one in given.seen(lambda: marks.answers_to_mark(tamas, limit=5))] == [
        "The Drava, since it is quiet."
    ]
    for wrong in ({"place": 2, "reason": 1}, {"place": 1}, {"place": 1, "reason": -1}):
        with pytest.raises(Refused, match="Give 0 to"):
            given.done(lambda wrong=wrong: mark(wrong))  # type: ignore[misc]
    with collecting(AttemptMarked) as marked:
        given.done(lambda: mark({"place": 1, "reason": 2}))
    assert [event.passed for event in marked] == [True]
    (attempt,) = attempts(given)
    assert (attempt.score, attempt.passed, attempt.to_mark) == (17_500, True, 0)
    review = nives.page()
    assert "Say more." in review and "2 of 3" in review and "The Drava at Ptuj" in review
    assert "has been marked" in given.mail()[-1]["Subject"]
    given.done(lambda: mark({"place": 0, "reason": 0}))
    assert attempts(given)[0].passed is False and [step.kind for step in steps(given)][-2:] == [StepKind.MARK] * 2


def test_marking_still_works_when_attempts_are_used_up(given: Given) -> None:
    nives = handed_in(given, ("open",), ["An essay"], attempts=1)
    assert nives.client.post("/en/learn/rivers/quiz").status_code == 409
    tamas = trainer(given)
    given.done(lambda: commands.mark_by_rubric(slot(tamas, 1, given), {"place": 1, "reason": 3}, "", by=tamas))
    assert attempts(given)[0].score == 10_000


def test_an_open_question_without_an_answer_waits_for_nobody(given: Given) -> None:
    handed_in(given, ("open",), [""])
    assert (attempts(given)[0].passed, attempts(given)[0].to_mark, attempts(given)[0].score) == (False, 0, 0)


def test_a_mark_is_overridden_with_a_reason_and_the_old_one_stays_readable(given: Given) -> None:
    nives = handed_in(given, ("single",), [["a"]])
    tamas = trainer(given)
    with pytest.raises(Refused, match="Say why"):
        given.done(lambda: commands.override_mark(slot(tamas, 1, given), 5_000, " ", by=tamas))
    with pytest.raises(Refused, match="between nothing and the whole"):
        given.done(lambda: commands.override_mark(slot(tamas, 1, given), 10_001, "why", by=tamas))
    with pytest.raises(Refused, match="Only trainers"):
        person = whose(given)
        given.done(lambda: commands.override_mark(slot(tamas, 1, given), 10_000, "why", by=person))
    given.done(lambda: commands.override_mark(slot(tamas, 1, given), 5_000, "Half right", by=tamas))
    assert attempts(given)[0].score == 5_000 and "Half right" in nives.page()
    journal = given.seen(lambda: marks.journal_of(slots(given)[0][0].id))
    assert [(step.kind, step.fraction) for step, _name in journal][1:] == [
        (StepKind.MARK, 0),
        (StepKind.OVERRIDE, 5_000),
    ]
    assert journal[-1][1] == "Tamás"


def mend_key(given: Given) -> None:
    """Not b was right but a."""
    options = [{**option, "correct": option["key"] == "a"} for option in body("single")["options"]]
    given.done(lambda: commands.store_question("rivers", "single-1", body("single", options=options), by=None))


def test_marking_again_lists_first_then_appends_and_leaves_out_who_is_still_answering(given: Given) -> None:
    wrong = handed_in(given, ("single",), [["a"]], pass_mark=50)
    right = learner(given, "Marta")
    right.begins()
    right.answers(1, ["b"])
    right.hands_in()
    running = learner(given, "Ilse")
    running.begins()
    running.answers(1, ["a"])
    tamas = trainer(given)
    mend_key(given)
    question = given.seen(lambda: marks.question_to_mark(tamas, "rivers", "single-1"))
    plan = given.seen(lambda: marks.regrading(question))
    assert [(change.before, change.after) for change in plan.rises] == [(0, 10_000)]
    assert [(change.before, change.after) for change in plan.falls] == [(10_000, 0)] and plan.running == 1
    before = len(steps(given))
    with pytest.raises(Refused, match="Something has changed"):
        given.done(lambda: commands.regrade(marks.question_to_mark(tamas, "rivers", "single-1"), "other", by=tamas))
    assert len(steps(given)) == before

    def regrade() -> None:
        commands.regrade(marks.question_to_mark(tamas, "rivers", "single-1"), plan.fingerprint, by=tamas)

    with collecting(AttemptMarked) as marked:
        given.done(regrade)
    assert {event.passed for event in marked} == {True, False} and len(steps(given)) == before + 2
    scores = [attempt.score for attempt in attempts(given)]
    assert scores == [10_000, 0, None]
    shown = wrong.page()
    assert "Passed" in shown and "0<small> of 1</small>" in right.page()
    assert re.search(r"Right is.*?The Rhine", right.page(), re.S), "the model answer is that of the newer version"
    assert [step.fraction for step in steps(given) if step.kind is StepKind.MARK] == [0, 10_000], "as they were"
    again = given.seen(lambda: marks.regrading(question_now(tamas)))
    assert again.appended == []
    running.hands_in()
    assert attempts(given)[2].score == 0, "by the version it began with"


def question_now(tamas: Person) -> Any:
    return marks.question_to_mark(tamas, "rivers", "single-1")


def test_marking_again_keeps_what_a_trainer_set_and_leaves_what_it_can_not_read(given: Given) -> None:
    handed_in(given, ("single",), [["a"]])
    tamas = trainer(given)
    given.done(lambda: commands.override_mark(slot(tamas, 1, given), 2_500, "Good try", by=tamas))
    other = learner(given, "Marta")
    other.begins()
    other.answers(1, ["c"])
    other.hands_in()
    options = [{**option, "correct": option["key"] == "a"} for option in body("single")["options"][:2]]
    given.done(lambda: commands.store_question("rivers", "single-1", body("single", options=options), by=None))
    plan = given.seen(lambda: marks.regrading(question_now(tamas)))
    assert (plan.changes, plan.kept, plan.unfit) == ([], 1, 1)


def test_previews_are_never_marked_again_nor_queued(given: Given) -> None:
    quiz(given, ["single", "open"])
    tamas = trainer(given)
    one = Learner(given, given.signed_in(tamas))
    one.address = one.client.post("/en/learn/rivers/quiz/preview").location
    one.answers(1, ["a"])
    one.answers(2, "Words")
    one.hands_in()
    mend_key(given)
    assert given.seen(lambda: marks.regrading(question_now(tamas))).appended == []
    assert given.seen(lambda: marks.waiting_count(tamas)) == 0
    assert given.seen(lambda: marks.answers_to_mark(tamas, limit=5)) == []


def test_a_learner_challenges_a_question_and_is_told_what_came_of_it(given: Given) -> None:
    nives = handed_in(given, ("single", "number"), [["a"], "1"])
    tamas = trainer(given)
    empty = nives.client.post(f"{nives.address}/1/challenge", data={"reason": "  "})
    assert empty.status_code == 422 and "Say why, in a few words." in empty.text
    for _ in range(2):
        sent = nives.client.post(f"{nives.address}/1/challenge", data={"reason": "The <b>map</b> says otherwise."})
        assert sent.status_code == 303
    assert "A trainer looks at it" in nives.page() and "The &lt;b&gt;map" in nives.page()
    (found,) = given.seen(lambda: marks.open_challenges(tamas, limit=5))
    assert found.reason == "The <b>map</b> says otherwise." and given.seen(lambda: marks.waiting_count(tamas)) == 1
    other = learner(given, "Marta")
    assert other.client.post(f"{nives.address}/1/challenge", data={"reason": "x"}).status_code == 404

    def decide() -> None:
        commands.decide_challenge(marks.challenge_with_id(tamas, found.id), "You are right.", accept=True, by=tamas)

    given.done(decide)
    with pytest.raises(Refused, match="decided already"):
        given.done(decide)
    decided = given.seen(lambda: marks.challenge_with_id(tamas, found.id))
    assert decided.state is ChallengeState.ACCEPTED and "You are right." in nives.page()
    mail = given.mail()[-1]
    assert "challenge was accepted" in mail["Subject"] and "You are right." in mail.get_content()


def test_who_is_still_answering_hands_in_before_challenging(given: Given) -> None:
    quiz(given, ["single"])
    nives = learner(given)
    nives.begins()
    assert nives.client.post(f"{nives.address}/1/challenge", data={"reason": "Odd"}).status_code == 409


def test_a_receipt_can_be_checked_by_anybody_and_says_nothing_about_whose_it_is(given: Given) -> None:
    nives = handed_in(given, ("single", "short-text"), [["b"], "My own words"])
    text = nives.client.get(f"{nives.address}/receipt")
    assert text.content_type == "text/plain; charset=utf-8" and "Nives" in text.text
    code = attempts(given)[0].receipt
    assert code and re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){2}", code) and code in text.text and code in nives.page()
    visitor = given.app.test_client()
    checked = visitor.get("/en/receipts", query_string={"code": code.lower().replace("-", " ")}).text
    assert "This code is real." in checked and "It holds 2 answers" in checked
    assert "Nives" not in checked and "My own words" not in checked
    for odd in ("", "AAAA-AAAA-AAAA", "\0", "<b>", "x" * 500):
        assert "This code is real." not in visitor.get("/en/receipts", query_string={"code": odd}).text
    assert learner(given, "Marta").client.get(f"{nives.address}/receipt").status_code == 404


def test_who_leaves_takes_what_was_typed_and_what_was_written_about_it(given: Given) -> None:
    nives = handed_in(given, ("gaps", "open"), [{"a": "My name is Nives", "c": "black"}, "I am Nives"])
    nives.client.post(f"{nives.address}/1/challenge", data={"reason": "I, Nives, object"})
    tamas, person = trainer(given), whose(given)
    given.done(
        lambda: commands.mark_by_rubric(slot(tamas, 2, given), {"place": 1, "reason": 0}, "Dear Nives", by=tamas)
    )

    def leave() -> None:
        found = person_with_id(person.id)
        assert found is not None
        close_account(found, by=found)

    given.done(leave)
    left = steps(given)
    assert "Nives" not in repr([(step.typed, step.note, step.chosen) for step in left])
    assert [step.response for step in left if step.kind is StepKind.ANSWER] == [{"c": "black"}, ""]
    assert [step.fraction for step in left if step.kind is StepKind.MARK] == [3333, 2500]
    (found,) = given.seen(lambda: marks.open_challenges(tamas, limit=5))
    assert (found.reason, found.person_id) == ("", None)
    assert attempts(given)[0].score == 3333 + 2500
    code = attempts(given)[0].receipt
    checked = given.app.test_client().get(f"/en/receipts?code={code}").text
    assert "This code was given, but" in checked


def test_every_page_of_a_learner_takes_few_statements(given: Given) -> None:
    nives = handed_in(given, marking.TYPES, [])
    for path in ("/en/learn/rivers/quiz", nives.address, f"{nives.address}/receipt"):
        nives.client.get(path)
        with given.statements() as seen:
            assert nives.client.get(path).status_code == 200
        assert len(seen) <= 8, (path, seen)
    assert given.seen(lambda: queries.quiz_about(MODULE)) is not None
