"""A trainer puts lessons into another order and takes one out of the course: nobody loses what they have earned, and the tree follows."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from academy.accounts.models import Person, Role
from academy.kernel import jobs
from academy.learning import queries
from academy.learning.commands import ConflictingEdits
from academy.learning.editions import commands as editions
from academy.learning.editions.rules import FIRST_RULES
from academy.learning.models import UnitKind
from academy.learning.queries import module_seen_by
from tests.given import Given
from tests.learning.given_learning import Files, course_files, done, exported, imported, lesson

PLAN = "/en/studio/lessons/needs"
ASKING = f"{PLAN}/asking"


@pytest.fixture
def trainer(given: Given) -> FlaskClient:
    imported(given)
    return given.signed_in(given.person("Tea", Role.TRAINER))


def order(given: Given) -> list[str]:
    return given.seen(lambda: [part.slug for part in module_seen_by(None, "needs", "en").lessons])


def whole(given: Given, person: Person) -> bool:
    return given.seen(lambda: module_seen_by(person, "needs", "en").completed_at is not None)


def quiz_is_voluntary(given: Given) -> None:
    """So that a module is whole once what is to be read is read."""
    asked = replace(FIRST_RULES, counts=(UnitKind.LESSON, UnitKind.ACTIVITY))
    given.done(lambda: editions.publish_rules(asked, because="Tests", by=None))


def test_lessons_move_up_and_down_and_no_further(given: Given, trainer: FlaskClient) -> None:
    assert order(given) == ["seeing", "asking"]
    assert trainer.post(f"{ASKING}/move", data={"to": "up"}).status_code == 303
    assert order(given) == ["asking", "seeing"]
    trainer.post(f"{ASKING}/move", data={"to": "up"})
    assert order(given) == ["asking", "seeing"]
    htmx = {"HX-Request": "true", "HX-Target": "lessons"}
    swapped = trainer.post(f"{ASKING}/move", data={"to": "down"}, headers=htmx)
    assert order(given) == ["seeing", "asking"] and "<html" not in swapped.text
    assert swapped.text.index("Seeing (en)") < swapped.text.index("Asking (en)")
    assert trainer.post(f"{PLAN}/activity/move", data={"to": "up"}).status_code == 409
    learner = given.signed_in(given.person())
    for what in ("move", "out", "in"):
        assert learner.post(f"{ASKING}/{what}").status_code == 403


def test_the_tree_goes_out_in_the_order_of_the_web_and_comes_back_as_it_is(given: Given, trainer: FlaskClient) -> None:
    trainer.post(f"{ASKING}/move", data={"to": "up"})
    tree = exported(given)
    assert {"01-needs/lessons/01-asking/en.md", "01-needs/lessons/02-seeing/it.md"} <= tree.keys()
    assert imported(given, tree).published == 0
    assert order(given) == ["asking", "seeing"] and exported(given) == tree


def moved_in_the_tree(files: Files) -> Files:
    return {path.replace("01-seeing", "03-seeing"): content for path, content in files.items()}


def test_an_import_keeps_the_order_of_the_web_unless_the_tree_has_another(given: Given, trainer: FlaskClient) -> None:
    files = course_files()
    files["01-needs/lessons/03-telling/en.md"] = lesson("Telling", "Words.").encode()
    imported(given, files)
    trainer.post(f"{PLAN}/telling/move", data={"to": "up"})
    files["01-needs/lessons/04-last/en.md"] = lesson("Last", "Words.").encode()
    imported(given, files)
    assert order(given) == ["seeing", "telling", "asking", "last"]
    with pytest.raises(ConflictingEdits, match="needs/lessons"):
        imported(given, {path.replace("01-seeing", "09-seeing"): content for path, content in files.items()})
    assert order(given) == ["seeing", "telling", "asking", "last"]


def test_a_tree_in_another_order_moves_the_lessons(given: Given, trainer: FlaskClient) -> None:
    imported(given, moved_in_the_tree(course_files()))
    assert order(given) == ["asking", "seeing"]


def test_who_gains_is_shown_before_and_what_was_earned_stays(given: Given, trainer: FlaskClient) -> None:
    ada, bo = given.person("Ada"), given.person("Bo")
    quiz_is_voluntary(given)
    done(given, ada, "needs/seeing", "needs/activity")
    done(given, bo, "needs/seeing", "needs/asking", "needs/activity")
    jobs.run_due(given.app)
    assert not whole(given, ada) and whole(given, bo)
    shown = trainer.get(f"{ASKING}/out").text
    assert "1 learner completes a module or the course" in shown and "<li>Ada: Needs</li>" in shown
    assert "1 person has done it" in shown and not whole(given, ada), "a look changes nothing"
    assert trainer.post(f"{ASKING}/out").status_code == 303
    jobs.run_due(given.app)
    assert whole(given, ada) and whole(given, bo)
    assert order(given) == ["seeing"]
    page = given.app.test_client()
    assert page.get("/en/learn/needs/asking").status_code == 200, "old links lead there"
    assert "Asking (en)" not in page.get("/en/learn/needs").text
    assert "Asking (en)" not in page.get("/en/search?q=asking").text
    back = trainer.get(f"{ASKING}/in").text
    assert "1 learner has something new to do in what they had completed" in back and "<li>Ada: Needs</li>" in back
    assert trainer.post(f"{ASKING}/in").status_code == 303
    assert order(given) == ["seeing", "asking"] and whole(given, ada) and whole(given, bo)
    assert [part.slug for part in given.seen(lambda: module_seen_by(ada, "needs", "en")).new_since] == ["asking"]
    assert given.seen(lambda: module_seen_by(bo, "needs", "en")).new_since == []


def test_what_leads_to_a_lesson_is_mended_first(given: Given, trainer: FlaskClient) -> None:
    shown = trainer.get(f"{PLAN}/seeing/out").text
    assert "What leads here" in shown and 'href="/en/studio/questions/q/needs/what-is-a-need"' in shown
    assert "Which is what is lacking?" in shown
    assert 'method="post">' not in shown[shown.index("What leads here") :].partition("</main>")[0]
    refused = trainer.post(f"{PLAN}/seeing/out")
    assert refused.status_code == 409 and "leads here" in refused.text
    assert order(given) == ["seeing", "asking"]
    files = course_files()
    files["02-money/lessons/01-paying/en.md"] = lesson("Paying", "As [asked](/en/learn/needs/asking).").encode()
    imported(given, files)
    assert "Paying" in trainer.get(f"{ASKING}/out").text
    assert trainer.post(f"{ASKING}/out").status_code == 409


def test_what_left_the_course_on_the_web_stays_out_when_the_tree_comes_in(given: Given, trainer: FlaskClient) -> None:
    trainer.post(f"{ASKING}/out")
    tree = exported(given)
    assert not [path for path in tree if "asking" in path]
    files = course_files()
    files["01-needs/lessons/03-telling/en.md"] = lesson("Telling", "Words.").encode()
    imported(given, files)
    assert order(given) == ["seeing", "telling"], "the tree has no news of it"
    files["01-needs/lessons/02-asking/en.md"] = lesson("Asking anew", "Other words.").encode()
    with pytest.raises(ConflictingEdits, match="02-asking"):
        imported(given, files)
    imported(given, exported(given))
    trainer.post(f"{ASKING}/in")
    assert order(given) == ["seeing", "telling", "asking"]
    assert imported(given, exported(given)).published == 0 and order(given) == ["seeing", "telling", "asking"]


def test_a_lesson_that_was_never_published_goes_with_its_draft_and_is_not_taken_out(
    given: Given, trainer: FlaskClient
) -> None:
    trainer.post(f"{PLAN}/new", data={"title": "Telling"})
    refused = trainer.post(f"{PLAN}/telling/out")
    assert refused.status_code == 409 and "never published" in refused.text
    assert 'Take it out of the course<span class="sr">: Telling' not in trainer.get(PLAN).text


def test_an_activity_and_a_guide_are_begun_as_a_lesson_is_and_go_out_with_the_tree(
    given: Given, trainer: FlaskClient
) -> None:
    assert "Begin the activity" not in trainer.get(PLAN).text, "there is one"
    assert trainer.post(f"{PLAN}/new?kind=activity", data={"title": "Another"}).status_code == 422
    assert trainer.get(f"{PLAN}/new?kind=quiz").status_code == 404
    plan = "/en/studio/lessons/money"
    assert "Begin the activity" in trainer.get(plan).text
    for kind, slug, title in (("activity", "activity", "A plan"), ("guide", "facilitator", "Four hours with money")):
        begun = trainer.post(f"{plan}/new?kind={kind}", data={"title": title})
        assert begun.location == f"{plan}/{slug}/en"
        page = trainer.get(begun.location).text
        base = re.search(r'name="revision"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="revision"', page)
        assert base
        fields = {
            "title": title, "summary": "What it is about.", "minutes": "20", "sources": "Somebody (2020), A Book, Town.",
            "body": "## Before\n\nChairs.", "base": "0", "revision": base[1] or base[2], "hand": "x",
        }  # fmt: skip
        assert trainer.post(f"{begun.location}/publish", data=fields).status_code == 303
    shown = given.app.test_client().get("/en/learn/money").text
    assert "A plan" in shown
    assert given.app.test_client().get("/en/learn/money/facilitator").status_code == 200
    tree = exported(given)
    assert {"02-money/activity/en.md", "02-money/facilitator/en.md"} <= tree.keys()
    assert imported(given, tree).published == 0
    assert given.seen(lambda: queries.counted_items())["money"] == {"lesson:money/paying", "activity:money"}
