"""Questions and quizzes live in versions."""

import pytest
import sqlalchemy as sa

from academy.accounts.models import Role
from academy.assessment import commands, queries
from academy.assessment.models import Question, QuestionVersion, QuizVersion
from academy.assessment.rules import Policy, may_store, quiz_possible
from academy.assessment.wording import wording
from academy.kernel import markup
from academy.kernel.access import Refused
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from tests.assessment.given_assessment import MODULE, body, both, quiz
from tests.given import Given


def versions(given: Given, model: type[QuestionVersion] | type[QuizVersion]) -> int:
    return given.seen(lambda: session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def test_storing_the_same_again_stores_nothing(given: Given) -> None:
    quiz(given, ["single", "number"])
    first = given.seen(lambda: queries.quiz_about(MODULE))
    quiz(given, ["single", "number"])
    assert versions(given, QuestionVersion) == 2 and versions(given, QuizVersion) == 1
    again = given.seen(lambda: queries.quiz_about(MODULE))
    assert first and again and first.current.id == again.current.id


def test_a_change_is_a_new_version_and_the_old_one_stays(given: Given) -> None:
    quiz(given, ["single", "number"])
    old = given.seen(lambda: queries.question_with("rivers", "single-1"))
    given.done(lambda: commands.store_question("rivers", "single-1", body("single", "Better?"), by=None))
    new = given.seen(lambda: queries.question_with("rivers", "single-1"))
    assert old and new and (old.current.n, new.current.n) == (1, 2)
    kept = given.seen(lambda: session.get_one(QuestionVersion, old.current.id))
    assert kept.body == old.current.body and kept.sha256 != new.current.sha256
    given.done(lambda: commands.store_quiz(MODULE, {"draw": 1, "pass_mark": 50}, ["number-2", "single-1"], by=None))
    found = given.seen(lambda: queries.quiz_about(MODULE))
    assert found and found.current.n == 2 and Policy.of(found.current.policy) == Policy(draw=1, pass_mark=50)


def test_the_order_of_a_quiz_is_part_of_it(given: Given) -> None:
    quiz(given, ["single", "number"])
    turned = ["number-2", "single-1"]
    stored = given.done(lambda: commands.store_quiz(MODULE, {"draw": 2, "pass_mark": 70}, turned, by=None))
    assert stored.n == 2


def test_only_trainers_and_the_platform_store(given: Given) -> None:
    trainer, learner = given.person("Tamás", Role.TRAINER), given.person("Nives")
    assert may_store(by=trainer) and may_store(by=None) and not may_store(by=learner)
    stored = given.done(lambda: commands.store_question("rivers", "q", body("single"), by=trainer))
    assert stored.author_id == trainer.id
    with pytest.raises(Refused, match="Only trainers"):
        given.done(lambda: commands.store_question("rivers", "q", body("number"), by=learner))
    with pytest.raises(Refused, match="Only trainers"):
        given.done(lambda: commands.store_quiz(MODULE, {"draw": 1}, ["q"], by=learner))


def test_an_impossible_quiz_is_refused(given: Given) -> None:
    given.done(lambda: commands.store_question("rivers", "q", body("single"), by=None))
    assert quiz_possible(Policy(draw=2, pass_mark=70), 2)
    assert not quiz_possible(Policy(draw=3, pass_mark=70), 2) and not quiz_possible(Policy(draw=0, pass_mark=70), 2)
    assert not quiz_possible(Policy(draw=1, pass_mark=101), 2)
    for settings, keys in (({"draw": 2, "pass_mark": 70}, ["q"]), ({"draw": 1, "pass_mark": 70}, ["q", "unknown"])):
        with pytest.raises(Refused):
            given.done(lambda settings=settings, keys=keys: commands.store_quiz(MODULE, settings, keys, by=None))  # type: ignore[misc]


def test_markdown_is_made_into_html_once_and_hostile_words_stay_words(given: Given) -> None:
    hostile = body(
        "single",
        prompt=both("What does **this** do?\n\n<script>alert(1)</script>\n\nIt has *more*."),
        options=[
            {"key": "a", "correct": True, "text": both("1989. The <img src=x onerror=alert(1)> wall fell")},
            {"key": "b", "text": both("- a list that is none"), "feedback": both("[see](javascript:alert(1))")},
        ],
    )
    stored = given.done(lambda: commands.store_question("rivers", "q", hostile, by=None))
    said = given.seen(lambda: wording(stored.body, stored.shown, "en"))
    assert str(said.prompt) == "What does <strong>this</strong> do?" and "<em>more</em>" in said.more
    everything = str(stored.shown)
    assert "<script" not in everything and "<img" not in everything and "javascript:" not in everything
    assert all("<li" not in part.text and "<p" not in part.text for part in said.parts)


def test_a_better_renderer_makes_the_same_version_anew(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    given.done(lambda: commands.store_question("rivers", "q", body("single"), by=None))
    given.done(lambda: session.execute(sa.update(QuestionVersion).values(markup=markup.VERSION - 1, shown={})))
    stored = given.done(lambda: commands.store_question("rivers", "q", body("single"), by=None))
    assert (stored.n, stored.markup) == (1, markup.VERSION) and "prompt" in stored.shown["en"]


def test_a_question_missing_in_a_language_is_said_in_another_and_marked(given: Given) -> None:
    question = body("single", prompt={"en": "Only English?"})
    stored = given.done(lambda: commands.store_question("rivers", "q", question, by=None))
    said = given.seen(lambda: wording(stored.body, stored.shown, "it"))
    assert said.language == "en" and said.prompt == "Only English?"


def test_two_modules_may_use_the_same_key(given: Given) -> None:
    quiz(given, ["single"])
    quiz(given, ["single"], about=Ref("module", "lakes"))
    assert given.seen(lambda: session.scalar(sa.select(sa.func.count()).select_from(Question))) == 2
