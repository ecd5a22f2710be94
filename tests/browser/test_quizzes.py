"""A quiz with every type of question, taken in four ways; and what a trainer does with it afterwards."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

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


def app_of(site: Site) -> Academy:
    """Another process at the same database."""
    return create_app(settings_from({"ACADEMY_DATA_DIR": str(site.data)}))


@pytest.fixture(scope="session")
def quiz(site: Site) -> str:
    """One question of each type, in the order of the quiz."""
    with app_of(site).app_context(), transaction():
        for kind in marking.TYPES:
            commands.store_question(MODULE, kind, body(kind), by=None)
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


GIFT = """\
// [id:decides-first] [tag:story]
Who decides first about a pilot? {=[markdown]The funder#So it was taught. ~The neighbours####It was taught in the last lesson.}

// [id:own-words] [tag:story]
Say in a sentence whom your project is for. {}
"""
DECIDES, WORDS_OF_ONE = "Who decides first about a pilot?", "Say in a sentence whom your project is for."


def test_a_trainer_imports_tries_and_runs_a_quiz_and_mends_what_a_learner_challenges(opened: Opened) -> None:
    """From a file to a quiz, from a challenge to marks that rise."""
    trainer = opened("/en/studio/questions", who="trainer")
    trainer.get_by_role("link", name="Import a file").click()
    trainer.get_by_label("Or paste the text").fill(GIFT)
    trainer.get_by_label("Where do the questions belong?").select_option("impact-investing")
    trainer.get_by_role("button", name="See what would come").click()
    trainer.get_by_role("cell", name=DECIDES).wait_for()
    trainer.get_by_role("button", name="Import 2 questions").click()
    trainer.get_by_text("2 questions are here now.").wait_for()
    questions_of_the_quiz(trainer, {"decides-first": True, "own-words": True}, alone=True)
    trainer.get_by_role("link", name="Look at it as a learner").click()
    trainer.get_by_role("button", name="Try it as a learner").click()
    trainer.get_by_role("heading", name=DECIDES).wait_for()
    trainer.get_by_text("It counts nowhere.").wait_for()

    learner = opened("/en/learn/impact-investing/quiz", who="admin")
    learner.get_by_role("button", name="Begin").click()
    learner.get_by_label("The neighbours").check()
    learner.get_by_role("button", name="Save and continue").click()
    learner.get_by_label("Write your answer").fill("For people who eat alone.")
    learner.get_by_role("button", name="Save and continue").click()
    learner.get_by_role("button", name="Hand in").click()
    first, review = learner.locator("#q1"), learner.url
    first.get_by_text("Is something wrong with this question?").click()
    first.get_by_label("What is wrong, and why?").fill("The lesson says: those who live there.")
    first.get_by_role("button", name="Challenge this question").click()
    learner.get_by_text("A trainer looks at it").first.wait_for()

    trainer.goto("/en/studio/marking")
    trainer.get_by_role("link", name=WORDS_OF_ONE).click()
    trainer.get_by_label("Per cent of the mark").fill("50")
    trainer.get_by_label("Why, in words for the learner").fill("A good beginning.")
    trainer.get_by_role("button", name="Set this mark").click()
    trainer.goto("/en/studio/marking")
    trainer.get_by_role("link", name=DECIDES).click()
    trainer.get_by_role("link", name="Edit the question").click()
    trainer.get_by_label("Option 2 is right").check()
    trainer.get_by_role("button", name="Preview").click()
    trainer.get_by_role("heading", name="As a learner sees it").wait_for()
    trainer.get_by_role("button", name="Save").click()
    trainer.get_by_text("Saved as version 2.").wait_for()
    trainer.goto("/en/studio/marking")
    trainer.get_by_role("link", name=DECIDES).click()
    trainer.get_by_label("Your answer to the learner").fill("You are right, thank you.")
    trainer.get_by_role("button", name="Accept the challenge").click()
    trainer.get_by_text("One mark would rise.").wait_for()
    trainer.get_by_role("button", name="Mark these answers again").click()
    trainer.get_by_text("All answers are marked by the newest version.").wait_for()

    learner.goto(review)
    expect(first).to_contain_text("You are right, thank you.")
    expect(first.get_by_text("Right", exact=True).first).to_be_visible()
    expect(learner.locator(".score")).to_contain_text("1.5")
    trainer.goto("/en/studio/questions/statistics/impact-investing")
    expect(trainer.locator("main")).to_contain_text("The first attempt of one learner.")


def questions_of_the_quiz(trainer: Page, wanted: dict[str, bool], *, alone: bool) -> None:
    """In the form of the quiz: these, and no others."""
    trainer.goto("/en/studio/questions/quiz/impact-investing")
    if alone:
        trainer.evaluate("document.querySelectorAll('[name=question]').forEach(box => { box.checked = false })")
    for key, on in wanted.items():
        trainer.locator(f"[name=question][value={key}]").set_checked(on)
    trainer.get_by_label("Questions in an attempt").fill(str(sum(wanted.values())))
    trainer.get_by_role("button", name="Save the quiz").click()
    trainer.get_by_text("The quiz is saved.").wait_for()


def test_the_desks_of_questions_and_marking_have_no_faults(opened: Opened, quiz: str) -> None:
    page = opened("/en/studio", who="trainer", axe=True)
    for path in (
        "/en/studio/questions",
        "/it/studio/questions/new/single?bank=social-business",
        "/it/studio/questions/quiz/active-citizenship",
        "/en/studio/questions/statistics/active-citizenship",
        "/en/studio/marking",
        "/it/studio/marking/time",
        f"/en/studio/marking/regrade/{MODULE}/single",
        f"/it{quiz}",
    ):
        page.goto(path)
        assert faults_of(page) == [], path
