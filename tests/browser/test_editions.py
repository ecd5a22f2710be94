"""An edition from its first day on: half of the course in the room, half online, and the page that says why it is 100 %."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Opened, Site, faults_of
from tests.browser.ways import Hand, Way

IN_THE_ROOM = ("1.", "2.", "3.", "4.")  # modules, as the list of the session numbers them
ONLINE = ("impact-assessment", "impact-investing", "social-innovation-policies")


@contextmanager
def quizzes_are_voluntary(hand: Hand) -> Iterator[None]:
    """So that the story need not know the right answers. The preview is looked at first, and the rules are as before afterwards."""

    def ask(*, quiz: bool, because: str) -> None:
        hand.go("/studio/editions/rules")
        box = hand.page.locator("[name=counts][value=quiz]")
        box.set_checked(quiz)
        hand.page.locator("[name=because]").fill(because)
        hand.button("Show what it would do")
        hand.page.get_by_role("heading", name=hand.say("What this would do")).wait_for()
        hand.button("Publish these rules")
        hand.sees("Published. What was earned stays; everybody's figure says the new state.")

    ask(quiz=False, because="The quizzes are a game this autumn.")
    try:
        yield
    finally:
        ask(quiz=True, because="As it was.")


def planned(hand: Hand, title: str, language: str) -> str:
    """A coordinator sets an edition up with two sessions that are on now, and publishes it; its address."""
    hand.go("/studio/editions")
    hand.link("Set up an edition")
    hand.write("Title", title)
    hand.write("In two sentences: for whom, how", "For those who live near the mill.")
    hand.choose("How do people meet?", "blended")
    hand.choose("Language", language)
    hand.choose("Country", "IT")
    now = datetime.now(ZoneInfo("Europe/Rome"))
    hand.write("First day", now.date().isoformat())
    hand.page.locator("[name=funding]").fill("Paid for by an invented fund, agreement 12.")
    hand.button("Make the draft")
    hand.sees("The edition is a draft. Add its sessions, then publish it.")
    starts = max(now - timedelta(minutes=10), now.replace(hour=0, minute=0))
    ends = min(now + timedelta(hours=3), now.replace(hour=23, minute=59))
    for name, modules in (("The first morning", IN_THE_ROOM[:2]), ("The second morning", IN_THE_ROOM[2:])):
        hand.link("Add a session")
        hand.write("Title", name)
        hand.write("Day", starts.date().isoformat())
        hand.write("Begins at", f"{starts:%H:%M}")
        hand.write("Ends at", f"{ends:%H:%M}")
        boxes = hand.page.get_by_role("group", name=hand.say("Modules"))
        for number in modules:
            boxes.get_by_label(re.compile(rf"^{re.escape(number)}")).check()
        hand.button("Save")
        hand.sees("The session is there.")
    hand.button("Publish the edition")
    hand.sees("The edition is published. Everybody sees it, and can enrol.")
    hand.link("The page that everybody sees")
    hand.page.get_by_role("heading", level=1, name=title).wait_for()
    return hand.page.url


def screen_of(hand: Hand, edition: str, session: str) -> tuple[str, str]:
    """What the room sees: the key of the session and the code of this minute."""
    hand.go(f"/studio/editions/{edition}/sessions")
    hand.page.get_by_role("link", name=f"{hand.say('Screen for the room')} {session}").click()
    expect(hand.page.locator("svg.qr")).to_have_count(1)
    letters = hand.page.locator(".letters").inner_text()
    return hand.page.url.split("/")[-2], letters.replace(" ", "")


def sign_in(hand: Hand, address: str) -> None:
    hand.write("E-mail address", address)
    hand.write("Password", PASSWORD)
    hand.page.get_by_label(hand.say("Password")).press("Enter")
    hand.page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.parametrize(("language", "name"), [("en", "Sabine Reuter"), ("it", "Paolo Deganis")])
def test_half_in_the_room_and_half_online_is_all_of_it_and_the_page_says_why(
    opened: Opened, site: Site, language: str, name: str
) -> None:
    mail = f"{name.split()[0].lower()}@example.net"
    way = Way("rooms", language=language)
    room = Hand(opened(f"/{language}/studio", who="coordinator", axe=True), way, site.data)
    trainer = Hand(opened(f"/{language}/studio", who="trainer"), way, site.data)
    learner = Hand(opened(f"/{language}/", axe=True), way, site.data)
    with quizzes_are_voluntary(trainer):
        title = f"The mill {secrets.token_hex(2)}"
        address = planned(room, title, language)
        slug = address.rsplit("/", 1)[-1]

        learner.page.goto(address)
        learner.link("Sign in to enrol")
        sign_in(learner, mail)
        learner.button("Enrol")
        learner.sees("You are enrolled. This page shows what comes when.")
        learner.sees("Paid for by an invented fund, agreement 12.")
        assert faults_of(learner.page) == []

        key, code = screen_of(room, slug, "The first morning")
        assert faults_of(room.page) == []
        phone = Hand(opened(f"/{language}/check-in/{key}/{code}", width=390, axe=True), way, site.data)
        phone.sees(
            "Your code is good. Sign in, and you are back here to check in: we keep the moment at which you scanned it."
        )
        phone.page.get_by_role("main").get_by_role("link", name=phone.say("Sign in"), exact=True).click()
        sign_in(phone, mail)
        phone.button("Yes, check me in")
        phone.sees("You are checked in")
        assert faults_of(phone.page) == []

        _key, code = screen_of(room, slug, "The second morning")
        phone.go("/check-in")
        phone.page.locator("[name=code]").fill(code)
        phone.button("Continue")
        phone.button("Yes, check me in")
        phone.sees("You are checked in")

        for module in ONLINE:
            learner.go(f"/learn/{module}")
            parts = learner.page.locator("ol.lessons h3 a").evaluate_all("links => links.map(link => link.pathname)")
            for part in (part for part in parts if not part.endswith("/quiz")):
                learner.page.goto(part)
                learner.button("Mark as done")
                learner.page.get_by_role("heading", name=learner.say("Done"), exact=True).wait_for()

        learner.go("/learn/progress")
        learner.page.get_by_role(
            "heading", level=1, name=learner.say("Why %(percent)s %%: everything is done", percent=100)
        ).wait_for()
        main = learner.page.locator("main")
        expect(main.locator("a", has_text=f"The first morning, {title}").first).to_be_attached()
        expect(main.locator("a", has_text=f"The second morning, {title}").first).to_be_attached()
        assert faults_of(learner.page) == []

        room.go(f"/studio/editions/{slug}")
        expect(room.page.get_by_role("row", name=re.compile(name))).to_contain_text("100 %")
        assert faults_of(room.page) == []


@pytest.mark.parametrize(
    ("language", "who", "reason"), [("en", "coordinator", "Has not begun"), ("it", "trainer", "Non ha cominciato")]
)
def test_who_needs_help_is_named_with_a_reason(
    opened: Opened, site: Site, language: str, who: str, reason: str
) -> None:
    page = opened(f"/{language}/studio/editions/valdombra-autunno", who=who, axe=True)
    hand = Hand(page, Way("help", language=language), site.data)
    hand.link("Who to call")
    expect(page.locator("li", has_text="Ivo Petrin").first).to_contain_text(reason)
    assert faults_of(page) == []
