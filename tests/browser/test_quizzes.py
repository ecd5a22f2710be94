"""A quiz with every type of question, taken in four ways; and what a trainer does with it afterwards."""

import re

import pytest
from playwright.sync_api import Locator

from academy.app import create_app
from academy.assessment import commands, marking
from academy.kernel.db import transaction
from academy.kernel.subjects import Ref
from academy.kernel.web import Academy
from academy.settings import settings_from
from tests.assessment.given_assessment import body
from tests.browser.conftest import Begun, Opened, Site, faults_of
from tests.browser.ways import Hand, Way

MODULE = "every-type"
WORDS = {
    "single": "Which river joins the Danube?",
    "open": "Where would you take a friend, and why?",
}


def app_of(site: Site) -> Academy:
    """Another process at the same database."""
    return create_app(settings_from({"ACADEMY_DATA_DIR": str(site.data)}))


@pytest.fixture(scope="session")
def quiz(site: Site) -> str:
    """One question of each type, in the order of the quiz."""
    with app_of(site).app_context(), transaction():
        for kind in marking.TYPES:
            commands.store_question(MODULE, kind, body(kind, WORDS.get(kind, "")), by=None)
        commands.store_quiz(
            Ref("module", MODULE), {"draw": len(marking.TYPES), "pass_mark": 60}, marking.TYPES, by=None
        )
    return f"/learn/{MODULE}/quiz"


def answer_rightly(hand: Hand) -> None:
    """By what the page offers; the answers are those of tests/assessment/given_assessment.py."""
    form = hand.page.locator("form.question")
    for box in ("The Drava", "La Drava", "Drava", "Drava (it)", "Sava", "Sava (it)", "False", "Falso"):
        found = form.get_by_label(box, exact=True)
        if found.count():
            hand.tick_this(found.first)
    lists = form.locator("select")
    for number in range(lists.count()):
        fill_list(hand, lists.nth(number))
    typed = {"a": "Danube", "b": "2850", "": "2.845"}
    for name, words in typed.items():
        field = form.locator(f"input[name='answer{'-' + name if name else ''}'][type=text]")
        if field.count():
            amount = field.get_attribute("inputmode") == "decimal"
            hand.write_into(field, words if amount or name else "danubio")
    if form.locator("textarea").count():
        hand.write_into(form.locator("textarea"), "To the Drava at Ptuj, because it is quiet.")


RIGHT = {"a": "1", "b": "2", "c": "3", "d": "4"}


def fill_list(hand: Hand, field: Locator) -> None:
    """Pairs have the same key on both sides, places follow the keys, and the one gap with a list ends in the Black Sea."""
    key = (field.get_attribute("name") or "").removeprefix("answer-")
    values = field.locator("option").evaluate_all("options => options.map(option => option.value || option.text)")
    wanted = "black" if "black" in values else key if key in values else RIGHT[key]
    if hand.way.keyboard:
        text = field.locator(f"option[value='{wanted}']").first.inner_text() if wanted.isalpha() else wanted
        hand.write_into(field, text)  # a list goes to what one types
    else:
        field.select_option(wanted)


def taken(hand: Hand, quiz: str) -> None:
    hand.go(quiz)
    hand.button("Begin")
    hand.page.wait_for_url(re.compile("/learn/attempts/"))
    for number in range(1, len(marking.TYPES) + 1):
        hand.page.locator(f"nav.steps [aria-current]:text-is('{number}')").wait_for()
        answer_rightly(hand)
        with hand.page.expect_navigation():
            hand.button("Save and continue")
    hand.sees("Everything is answered")
    hand.button("Hand in")
    hand.page.locator("ol.review").wait_for()


def test_a_quiz_with_every_type_is_taken(begun: Begun, quiz: str, way: Way) -> None:
    hand = begun(
        {"mouse": "learner", "keyboard": "organisation"}.get(
            way.name, "moderator" if way.width == 390 and not way.script else "coordinator"
        )
    )
    taken(hand, quiz)
    score = hand.page.locator(".score").inner_text()
    assert score.startswith("8"), score
    hand.sees("To be marked by a trainer")
    assert hand.page.locator("ol.review > li").count() == len(marking.TYPES)
    assert hand.page.evaluate("document.documentElement.scrollWidth <= innerWidth") or not way.script


def test_a_trainer_marks_accepts_a_challenge_and_marks_again(opened: Opened, site: Site, quiz: str) -> None:
    learner = opened(f"/en{quiz}", who="admin")
    learner.get_by_role("button", name="Begin").click()
    learner.get_by_label("The Rhine").check()
    learner.get_by_role("button", name="Save and continue").click()
    attempt = learner.url.partition("?")[0]
    learner.goto(f"{attempt}?q={len(marking.TYPES)}")
    learner.get_by_label("Write your answer").fill("To Linz.")
    learner.get_by_role("button", name="Save and continue").click()
    learner.get_by_role("button", name="Hand in").click()
    first = learner.locator("#q1")
    first.get_by_text("Is something wrong with this question?").click()
    first.get_by_label("What is wrong, and why?").fill("The map shows that it is the Rhine.")
    first.get_by_role("button", name="Challenge this question").click()
    learner.get_by_text("a trainer looks at it").first.wait_for()

    trainer = opened("/en/studio", who="trainer")
    trainer.get_by_role("link", name="Marking").click()
    trainer.get_by_role("link", name=WORDS["open"]).last.click()
    for number in range(2):
        trainer.get_by_role("spinbutton").nth(number).fill("1")
    trainer.get_by_label("A few words to the learner").fill("A good beginning.")
    trainer.get_by_role("button", name="Save the mark").click()
    trainer.get_by_text("Marked. The learner is told").wait_for()

    mend(site)
    trainer.goto("/en/studio/marking")
    trainer.get_by_role("link", name=WORDS["single"]).first.click()
    trainer.get_by_label("Your answer to the learner").fill("You are right, thank you.")
    trainer.get_by_role("button", name="Accept the challenge").click()
    trainer.get_by_text("would rise").wait_for()
    trainer.get_by_role("button", name="Mark these answers again").click()
    trainer.get_by_text("All answers are marked by the newest version.").wait_for()

    learner.goto(attempt)
    learner.get_by_text("You are right, thank you.").wait_for()
    assert "Right" in first.inner_text()


def mend(site: Site) -> None:
    """The question gets another key, as an author would give it."""
    options = [{**option, "correct": option["key"] == "a"} for option in body("single")["options"]]
    with app_of(site).app_context(), transaction():
        commands.store_question(MODULE, "single", body("single", WORDS["single"], options=options), by=None)


def test_the_pages_of_marking_are_accessible(opened: Opened, quiz: str) -> None:
    assert quiz
    for path in ("/en/studio/marking", "/it/studio/marking/time", f"/en/studio/marking/regrade/{MODULE}/single"):
        page = opened(path, who="trainer", axe=True, width=390)
        page.goto(path)
        assert faults_of(page) == []
