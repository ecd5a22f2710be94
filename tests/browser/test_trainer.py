"""One trainer does all of it: a lesson in two languages, an edition of their own organisation with two sessions, a phone at the door, and who
could do with a call. Beside them a learner, half in the room and half online, with the page that says why it is 100 %."""

import io
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Opened, Site, faults_of
from tests.browser.ways import Hand, Way

IN_THE_ROOM = ("1.", "2.", "3.", "4.")  # modules, as the list of the session numbers them
TRAINER = "ilse@example.net"  # who is a coordinator of her organisation too
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


def written_in_both(hand: Hand, opened: Opened, title: str, languages: tuple[str, str]) -> None:
    """A new lesson: begun, previewed, published and translated, and read by everybody."""
    hand.go("/studio/lessons")
    hand.link("Begin a new lesson", within=hand.page.locator("section[aria-labelledby=m-social-business]"))
    hand.write("Title", title)
    assert faults_of(hand.page) == []
    hand.button("Begin to write")
    hand.sees("It is begun. Nobody reads it before you publish it.")
    page = hand.page
    for code, words in zip(languages, ("chairs", "sedie"), strict=True):
        page.locator(f"nav.languages a[lang={code}]").click()
        page.locator("#body").wait_for()
        hand.write("Title", title)
        page.locator("#summary").fill("Twelve chairs and one table.")
        page.locator("#minutes").fill("5")
        page.locator("#sources").fill("Somebody (2020), A Book, Town.")
        page.locator("#body").fill(f"Twelve **{words}**.\n\n## What for\n\n- to sit\n- to talk\n")
        expect(page.locator("#preview .prose strong")).to_have_text(words)
        if code == hand.way.language:
            drag_a_picture_in(hand)
        hand.button("Publish")
        page.get_by_role("status").filter(has_text=re.compile("version|versione")).first.wait_for()
        if code == hand.way.language:
            page.locator(f"nav.languages a[lang={languages[1]}]").click()
            expect(page.locator("main")).to_contain_text("Twelve **chairs**.")
    slug = title.lower().replace(" ", "-")
    for code, words in zip(languages, ("chairs", "sedie"), strict=True):
        reader = opened(f"/{code}/learn/social-business/{slug}", axe=True)
        expect(reader.locator("article strong", has_text=words)).to_be_visible()
        assert faults_of(reader) == []
        if code == hand.way.language:
            expect(reader.get_by_role("img", name="Twelve chairs")).to_have_attribute("width", "40")


def moved_up(hand: Hand, title: str) -> None:
    hand.go("/studio/lessons")
    hand.link("Order and parts", within=hand.page.locator("section[aria-labelledby=m-social-business]"))
    places = hand.page.locator("#lessons li h3")
    last = places.count()
    expect(places.nth(last - 1)).to_contain_text(title)
    hand.button("Up", within=hand.page.locator("#lessons li").nth(last - 1))
    expect(places.nth(last - 2)).to_contain_text(title)
    assert faults_of(hand.page) == []


def taken_out_again(hand: Hand, title: str) -> None:
    """After a look at what it does; nobody loses by it."""
    hand.go("/studio/lessons/social-business")
    hand.link("Take it out of the course", within=hand.page.locator("#lessons li", has_text=title))
    hand.page.get_by_role("heading", name=hand.say("What this would do")).wait_for()
    assert faults_of(hand.page) == []
    hand.button("Take it out")
    hand.sees("It is no longer part of the course. What people have earned stays theirs.")
    expect(hand.page.locator("#lessons")).not_to_contain_text(title)


def drag_a_picture_in(hand: Hand) -> None:
    """Onto the text; it is not taken without words for those who can't see it."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    dragged = hand.page.evaluate_handle(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "chairs.png", { type: "image/png" }));
            return data;
        }""",
        [*made.getvalue()],
    )
    hand.page.locator("#body").dispatch_event("drop", {"dataTransfer": dragged})
    hand.button("Add to the text")
    hand.sees("Write what one sees in the picture, for those who can't see it. Then choose the file again.")
    hand.page.locator("[name=alternative]").fill("Twelve chairs")
    hand.button("Add to the text")
    expect(hand.page.locator("#body")).to_have_value(re.compile(r"!\[Twelve chairs\]\(media/chairs"))
    expect(hand.page.locator("#preview").get_by_role("img", name="Twelve chairs")).to_be_visible()


def planned(hand: Hand, title: str, language: str) -> str:
    """Sets up an edition with two sessions that are on now, and publishes it; its address."""
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


@pytest.mark.parametrize(
    ("languages", "name", "stuck"),
    [(("en", "it"), "Sabine Reuter", "Juraj Hronec"), (("it", "en"), "Paolo Deganis", "Tjaša Vidmar")],
    ids=["en", "it"],
)
def test_one_trainer_writes_runs_an_edition_and_sees_who_needs_help_and_a_learner_ends_with_all_of_it(
    opened: Opened, site: Site, languages: tuple[str, str], name: str, stuck: str
) -> None:
    language = languages[0]
    mail = f"{name.split()[0].lower()}@example.net"
    mail_of_stuck = {"Juraj Hronec": "juraj@example.net", "Tjaša Vidmar": "tjasa@example.net"}[stuck]
    way = Way("rooms", language=language)
    trainer = Hand(opened(f"/{language}/sign-in", axe=True), way, site.data)
    sign_in(trainer, TRAINER)
    lesson = f"Sala {secrets.token_hex(3)}"
    written_in_both(trainer, opened, lesson, languages)
    moved_up(trainer, lesson)
    learner = Hand(opened(f"/{language}/", axe=True), way, site.data)
    with quizzes_are_voluntary(trainer):
        title = f"The mill {secrets.token_hex(2)}"
        address = planned(trainer, title, language)
        slug = address.rsplit("/", 1)[-1]

        learner.page.goto(address)
        learner.link("Sign in to enrol")
        sign_in(learner, mail)
        learner.button("Enrol")
        learner.sees("You are enrolled. This page shows what comes when.")
        learner.sees("Paid for by an invented fund, agreement 12.")
        assert faults_of(learner.page) == []

        key, code = screen_of(trainer, slug, "The first morning")
        assert faults_of(trainer.page) == []
        phone = Hand(opened(f"/{language}/check-in/{key}/{code}", width=390, axe=True), way, site.data)
        phone.sees(
            "Your code is good. Sign in, and you are back here to check in: we keep the moment at which you scanned it."
        )
        phone.page.get_by_role("main").get_by_role("link", name=phone.say("Sign in"), exact=True).click()
        sign_in(phone, mail)
        phone.button("Yes, check me in")
        phone.sees("You are checked in")
        assert faults_of(phone.page) == []

        _key, code = screen_of(trainer, slug, "The second morning")
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

        other = Hand(opened(address), way, site.data)
        other.link("Sign in to enrol")
        sign_in(other, mail_of_stuck)
        other.button("Enrol")
        for button in ("Begin", "Try again with other questions"):
            hand_in_unanswered(other, button)

        trainer.go(f"/studio/editions/{slug}")
        expect(trainer.page.get_by_role("row", name=re.compile(name))).to_contain_text("100 %")
        assert faults_of(trainer.page) == []
        trainer.link("Who to call")
        row = trainer.page.locator("li", has_text=stuck).first
        expect(row).to_contain_text(re.compile(r"2 (times without passing|volte)"))
        assert faults_of(trainer.page) == []
        expect(trainer.page.locator("li", has_text=name)).to_have_count(0)

        taken_out_again(trainer, lesson)
        learner.go("/learn/progress")
        learner.page.get_by_role(
            "heading", level=1, name=learner.say("Why %(percent)s %%: everything is done", percent=100)
        ).wait_for()


def hand_in_unanswered(hand: Hand, button: str) -> None:
    hand.go("/learn/active-citizenship/quiz")
    hand.button(button)
    hand.page.wait_for_url(re.compile("/learn/attempts/"))
    hand.page.goto(f"{hand.page.url.partition('?')[0]}/overview")
    hand.button("Hand in")
    hand.page.locator("ol.review").wait_for()


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
