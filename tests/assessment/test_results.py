"""What others ask: the best result, and what is begun."""

from academy.assessment import queries
from academy.assessment.rules import Policy, has_passed, verdict_in_words
from academy.kernel.subjects import Ref
from tests.assessment.given_assessment import MODULE, answers_everything, learner, quiz, whose
from tests.given import Given

LAKES = Ref("module", "lakes")


def test_the_best_attempt_counts_whatever_comes_after(given: Given) -> None:
    quiz(given, ["single", "true-false", "multiple"])
    quiz(given, ["single"], about=LAKES)
    nives = learner(given)
    for right in (False, True, False):
        nives.begins()
        answers_everything(nives, right=right)
        nives.hands_in()
    person = whose(given)
    with given.statements() as seen:
        results = given.seen(lambda: queries.results_of(person, [MODULE, LAKES, Ref("module", "unknown")]))
    assert len(seen) == 1 and [*results] == [MODULE]
    assert (results[MODULE].number, results[MODULE].score, results[MODULE].passed) == (2, 30_000, True)
    assert given.seen(lambda: queries.results_of(None, [MODULE])) == {}
    assert given.seen(lambda: queries.results_of(person, [])) == {}


def test_what_is_begun_is_listed_in_one_statement(given: Given) -> None:
    quiz(given)
    quiz(given, ["single"], about=LAKES)
    nives = learner(given)
    nives.begins()
    nives.module = "lakes"
    nives.begins()
    person = whose(given)
    with given.statements() as seen:
        found = given.seen(lambda: queries.open_attempts_of(person))
    assert len(seen) == 1 and [one.about for one in found] == [LAKES, MODULE]
    assert [(one.stopped_at, one.total) for one in found] == [(1, 1), (1, 8)]


def test_earlier_attempts_are_shown_page_by_page(given: Given) -> None:
    quiz(given, ["single"])
    nives = learner(given)
    for _again in range(12):
        nives.begins()
        nives.hands_in()
    first = nives.client.get("/en/learn/rivers/quiz").text
    assert "Number 12" in first and "Number 3<" in first and "Number 2<" not in first and "?before=3" in first
    rest = nives.client.get("/en/learn/rivers/quiz?before=3").text
    assert "Number 2<" in rest and "Number 3<" not in rest
    for odd in ("9" * 30, "-5", "x", ""):
        assert nives.client.get(f"/en/learn/rivers/quiz?before={odd}").status_code == 200
        assert nives.client.get(f"{nives.address}?q={odd}").status_code == 200
    assert nives.client.post(f"{nives.address}/{'9' * 30}").status_code == 404


def test_passing_is_exact() -> None:
    nine = Policy(draw=9, pass_mark=70)
    assert nine.needed(90_000) == 63_000
    assert has_passed(nine, score=63_000, max_score=90_000) and not has_passed(nine, score=62_999, max_score=90_000)
    assert has_passed(Policy(draw=3, pass_mark=0), score=0, max_score=30_000)


def test_the_headline_says_how_much_is_missing() -> None:
    nine = Policy(draw=9, pass_mark=70)
    said = [verdict_in_words(nine, score, 90_000) for score in (90_000, 63_000, 62_999, 53_000, 52_999)]
    assert [sentence.message for sentence in said[:2]] == ["Passed, with everything right", "Passed"]
    assert [dict(sentence.values)["num"] for sentence in said[2:]] == [1, 1, 2]
