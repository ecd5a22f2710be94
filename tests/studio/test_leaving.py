"""A whole module, or its quiz, leaves the course and comes back: nobody loses what they did, and whoever comes by reads what happened."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from academy.accounts.models import Person, Role
from academy.assessment import queries as assessment
from academy.kernel import jobs
from academy.kernel.subjects import Ref
from academy.learning import queries
from academy.learning.commands import ConflictingEdits
from academy.learning.editions import commands as editions
from academy.learning.editions.rules import FIRST_RULES
from academy.learning.models import UnitKind
from academy.learning.queries import course_seen_by, module_seen_by
from tests.given import Given
from tests.learning.given_learning import course_files, done, exported, imported, lesson

DESK = "/en/studio/lessons"
NEEDS = f"{DESK}/needs"


@pytest.fixture
def trainer(given: Given) -> FlaskClient:
    imported(given)
    return given.signed_in(given.person("Tea", Role.TRAINER))


def modules(given: Given) -> list[str]:
    def standing() -> list[str]:
        course = course_seen_by(None, "en")
        return [module.row.slug for module in course.modules] if course else []

    return given.seen(standing)


def percent(given: Given, person: Person) -> int | None:
    def figure() -> int | None:
        course = course_seen_by(person, "en")
        return course.progress.percent if course else None

    return given.seen(figure)


def quiz_is_voluntary(given: Given) -> None:
    asked = replace(FIRST_RULES, counts=(UnitKind.LESSON, UnitKind.ACTIVITY))
    given.done(lambda: editions.publish_rules(asked, because="Tests", by=None))


def test_a_module_leaves_and_comes_back_and_nobody_loses_what_they_did(given: Given, trainer: FlaskClient) -> None:
    ada, bo = given.person("Ada"), given.person("Bo")
    quiz_is_voluntary(given)
    done(given, ada, "needs/seeing", "needs/asking", "needs/activity")
    done(given, bo, "needs/seeing", "money/paying")
    jobs.run_due(given.app)
    assert percent(given, ada) == 75 and percent(given, bo) == 50
    shown = trainer.get(f"{NEEDS}/out").text
    assert "1 learner completes a module or the course" in shown and "<li>Bo: the whole course</li>" in shown
    assert "2 people have done something in it, 1 has completed it." in shown
    assert modules(given) == ["needs", "money", "later"], "a look changes nothing"
    assert trainer.post(f"{NEEDS}/out").location == f"{DESK}#gone"
    jobs.run_due(given.app)
    assert modules(given) == ["money", "later"]
    assert percent(given, ada) == 0 and percent(given, bo) == 100
    page = given.signed_in(ada)
    left = page.get("/en/learn/needs")
    assert left.status_code == 200 and "no longer part of the course" in left.text
    assert "What you did in it stays yours" in left.text and "You completed this module on" in left.text
    assert "Lessons are being written" not in left.text and "Seeing (en)" in left.text
    assert "no longer part of the course" in page.get("/en/learn/needs/seeing").text
    assert page.post("/en/learn/needs/seeing/undone").status_code == 409
    assert "No longer part of the course" in page.get("/en/learn/progress").text
    visitor = given.app.test_client()
    assert "/en/learn/needs" not in visitor.get("/en/learn").text
    assert "Seeing (en)" not in visitor.get("/en/search?q=seeing").text
    back = trainer.get(f"{NEEDS}/in").text
    assert "1 learner has something new to do" in back and "<li>Bo: the whole course</li>" in back
    assert trainer.post(f"{NEEDS}/in").status_code == 303
    jobs.run_due(given.app)
    assert modules(given) == ["needs", "money", "later"]
    assert percent(given, ada) == 75 and percent(given, bo) == 50
    assert given.seen(lambda: module_seen_by(ada, "needs", "en").completed_at)
    assert "Seeing (en)" in visitor.get("/en/search?q=seeing").text


def test_only_who_writes_the_course_takes_a_module_out_and_never_the_last(given: Given, trainer: FlaskClient) -> None:
    learner = given.signed_in(given.person())
    for what in ("out", "in"):
        assert learner.get(f"{NEEDS}/{what}").status_code == 403
        assert learner.post(f"{NEEDS}/{what}").status_code == 403
    assert trainer.get(f"{DESK}/nothing/out").status_code == 404
    assert trainer.post(f"{NEEDS}/in").status_code == 409, "it is there"
    trainer.post(f"{DESK}/money/out")
    trainer.post(f"{DESK}/later/out")
    assert trainer.post(f"{DESK}/later/out").status_code == 409, "it is gone"
    refused = trainer.post(f"{NEEDS}/out")
    assert refused.status_code == 409 and "at least one" in refused.text and modules(given) == ["needs"]
    assert "at least one" in trainer.get(f"{NEEDS}/out").text


def test_what_leads_into_a_module_is_mended_first(given: Given, trainer: FlaskClient) -> None:
    files = course_files()
    files["02-money/lessons/01-paying/en.md"] = lesson("Paying", "As [asked](/en/learn/needs/asking).").encode()
    imported(given, files)
    assert "Paying" in trainer.get(f"{NEEDS}/out").text
    assert trainer.post(f"{NEEDS}/out").status_code == 409
    assert trainer.post(f"{DESK}/money/out").status_code == 303, "nothing leads there"
    assert trainer.post(f"{NEEDS}/out").status_code == 303


def test_a_module_comes_back_with_the_parts_that_it_had(given: Given, trainer: FlaskClient) -> None:
    trainer.post(f"{NEEDS}/asking/out")
    trainer.post(f"{NEEDS}/out")
    trainer.post(f"{NEEDS}/in")
    seen = given.seen(lambda: module_seen_by(None, "needs", "en"))
    assert [part.slug for part in seen.lessons] == ["seeing"] and seen.activity and seen.quiz and seen.guide


def test_a_module_that_left_stays_out_of_the_tree_and_an_import_brings_it_not_back(
    given: Given, trainer: FlaskClient
) -> None:
    before = exported(given)
    trainer.post(f"{NEEDS}/out")
    tree = exported(given)
    assert not [path for path in tree if path.startswith("01-needs")]
    assert b"modules:\n  - 02-money\n  - 03-later\n" in tree["course.yaml"]
    imported(given)
    assert modules(given) == ["money", "later"], "the tree has no news of it"
    files = course_files()
    files["01-needs/lessons/02-asking/en.md"] = lesson("Asking anew", "Other words.").encode()
    with pytest.raises(ConflictingEdits, match="02-asking"):
        imported(given, files)
    imported(given, tree)
    assert given.app.test_client().get("/media/needs/levels.en.svg").status_code == 200, "its pages are whole"
    trainer.post(f"{NEEDS}/in")
    again = exported(given)
    assert b"modules:\n  - 01-needs\n  - 02-money\n  - 03-later\n" in again.pop("course.yaml")
    assert again == {path: content for path, content in before.items() if path != "course.yaml"}, "nothing got lost"
    assert imported(given, before).published == 0 and modules(given) == ["needs", "money", "later"]
    assert exported(given) == before


def test_a_module_that_left_with_the_tree_comes_back_on_the_web_or_with_a_tree(
    given: Given, trainer: FlaskClient
) -> None:
    before = course_files()
    without = {path: content for path, content in before.items() if not path.startswith("02-money")}
    without["course.yaml"] = without["course.yaml"].replace(b"02-money, ", b"")
    imported(given, without)
    assert modules(given) == ["needs", "later"]
    assert "Money" in trainer.get(DESK).text
    trainer.post(f"{DESK}/money/in")
    assert set(modules(given)) == {"needs", "money", "later"} and "02-money/module.yaml" in exported(given)
    trainer.post(f"{DESK}/money/out")
    imported(given, before)
    assert modules(given) == ["needs", "money", "later"], "the tree brings it anew"
    assert [part.slug for part in given.seen(lambda: module_seen_by(None, "money", "en").lessons)] == ["paying"]


def quiz_stands(given: Given) -> bool:
    def stands() -> bool:
        quiz = assessment.quiz_about(Ref("module", "needs"))
        return quiz is not None and quiz.retired_at is None

    return given.seen(stands)


def test_a_quiz_leaves_and_what_has_begun_can_be_finished(given: Given, trainer: FlaskClient) -> None:
    ada = given.person("Ada")
    learner = given.signed_in(ada)
    begun = learner.post("/en/learn/needs/quiz").location
    assert "Quiz" in trainer.get(NEEDS).text
    assert "An attempt that has begun can be finished" in trainer.get(f"{NEEDS}/quiz/out").text
    assert trainer.post(f"{NEEDS}/quiz/out").status_code == 303 and not quiz_stands(given)
    assert given.seen(queries.counted_items)["needs"] == {
        "lesson:needs/seeing",
        "lesson:needs/asking",
        "activity:needs",
    }
    assert learner.get(begun).status_code == 200
    assert learner.post(f"{begun}/hand-in").status_code == 303
    start = learner.get("/en/learn/needs/quiz")
    assert start.status_code == 200 and "This quiz is no longer part of the course" in start.text
    assert "Your attempts" in start.text and ">Begin<" not in start.text and "as often as you like" not in start.text
    assert learner.post("/en/learn/needs/quiz").status_code == 409
    visitor = given.app.test_client().get("/en/learn/needs/quiz").text
    assert (
        "no longer part of the course" in visitor and "stays yours" not in visitor and "Sign in to begin" not in visitor
    )
    tree = exported(given)
    assert "01-needs/quiz.yaml" not in tree and "01-needs/questions/what-is-a-need.yaml" in tree
    imported(given)
    assert not quiz_stands(given), "the tree has no news of it"
    imported(given, tree)
    assert trainer.post(f"{NEEDS}/quiz/in").status_code == 303 and quiz_stands(given)
    assert "01-needs/quiz.yaml" in exported(given)
    assert "Quiz: 1 question" in given.app.test_client().get("/en/learn/needs").text
    assert learner.post("/en/learn/needs/quiz").status_code == 303
