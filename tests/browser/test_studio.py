"""A trainer at the desk for lessons, in a real browser."""

import io
import re
import secrets

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Opened, Site, faults_of
from tests.browser.ways import Hand, Way

DESK = "/studio/lessons/social-business/legal-forms"
WRITERS = (Way("english"), Way("italian", language="it"), Way("without-script", script=False, width=390))


@pytest.mark.parametrize("way", WRITERS, ids=lambda way: way.name)
def test_a_trainer_writes_previews_publishes_and_translates(opened: Opened, site: Site, way: Way) -> None:
    page = opened(f"/{way.language}{DESK}/en", who="trainer", script=way.script, width=way.width)
    hand = Hand(page, way, site.data)
    body = page.locator("#body")
    words = f"Words of the {way.name} trainer."
    written = body.input_value()
    body.fill(f"{words}\n\n{written}")
    if way.script:
        expect(page.locator("#preview .prose")).to_contain_text(words)
        expect(page.locator("#saved")).to_contain_text(re.compile(r"\d\d:\d\d"))
    else:
        hand.button("Preview")
        expect(page.locator("#preview .prose")).to_contain_text(words)
    for box in page.locator("[name=same]").all():
        box.uncheck()
    hand.button("Publish")
    page.get_by_role("status").filter(has_text=re.compile("version|versione")).first.wait_for()
    page.goto(f"/{way.language}{DESK}/it")
    expect(page.locator(".blocks ins").filter(has_text=words).first).to_be_attached()
    expect(page.locator("[name=same]").first).to_be_checked()
    page.locator("#body").fill(f"Parole: {way.name}.\n\n{page.locator('#body').input_value()}")
    hand.button("Publish")
    page.get_by_role("status").filter(has_text=re.compile("version|versione")).first.wait_for()
    page.goto("/it/learn/social-business/legal-forms")
    expect(page.locator("article")).to_contain_text(f"Parole: {way.name}.")


@pytest.mark.parametrize(("language", "other"), [("en", "it"), ("it", "en")])
def test_a_trainer_begins_a_lesson_and_it_is_read_in_both_languages(
    opened: Opened, site: Site, language: str, other: str
) -> None:
    title = f"Sala {secrets.token_hex(3)}"
    page = opened(f"/{language}/studio/lessons", who="trainer", axe=True)
    hand = Hand(page, Way(language, language=language), site.data)
    hand.link("Begin a new lesson", within=page.locator("section[aria-labelledby=m-social-business]"))
    hand.write("Title", title)
    assert faults_of(page) == []
    hand.button("Begin to write")
    hand.sees("The lesson is begun. Nobody reads it before you publish it.")
    for code, words in ((language, "chairs"), (other, "sedie")):
        page.locator(f"nav.languages a[lang={code}]").click()
        page.locator("#body").wait_for()
        hand.write("Title", title)
        page.locator("#summary").fill("Twelve chairs and one table.")
        page.locator("#minutes").fill("5")
        page.locator("#sources").fill("Somebody (2020), A Book, Town.")
        page.locator("#body").fill(f"Twelve **{words}**.\n\n## What for\n\n- to sit\n- to talk\n")
        expect(page.locator("#preview .prose strong")).to_have_text(words)
        if code == language:
            _drag_a_picture_in(hand)
        hand.button("Publish")
        page.get_by_role("status").filter(has_text=re.compile("version|versione")).first.wait_for()
        if code == language:
            page.locator(f"nav.languages a[lang={other}]").click()
            expect(page.locator("main")).to_contain_text("Twelve **chairs**.")
    slug = title.lower().replace(" ", "-")
    picture = opened(f"/{language}/learn/social-business/{slug}").get_by_role("img", name="Twelve chairs")
    expect(picture).to_have_attribute("width", "40")
    for code, words in ((language, "chairs"), (other, "sedie")):
        reader = opened(f"/{code}/learn/social-business/{slug}", axe=True)
        expect(reader.locator("article strong", has_text=words)).to_be_visible()
        assert faults_of(reader) == []


def _drag_a_picture_in(hand: Hand) -> None:
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


def test_two_who_write_the_same_text_lose_no_word(opened: Opened) -> None:
    path = "/en/studio/lessons/social-business/social-economy-and-social-enterprise/en"
    one, other = opened(path, who="trainer"), opened(path, who="admin")
    other.locator("#body").fill("What the other wrote.")
    expect(other.locator("#saved")).to_contain_text("Saved")
    one.locator("#body").fill("What the one wrote.")
    expect(one.locator("#notice")).to_contain_text("Yours is kept here")
    one.get_by_role("button", name="Save draft").last.click()
    expect(one.locator("h2", has_text="has saved this text since you opened it")).to_be_visible()
    expect(one.locator("#body")).to_have_value("What the one wrote.")
    expect(one.get_by_role("region", name="What is saved now")).to_contain_text("other")


def test_a_lost_connection_loses_nothing_and_says_so(opened: Opened) -> None:
    page = opened("/en/studio/lessons/social-business/mission-drift/en", who="trainer")
    page.context.set_offline(True)
    page.locator("#body").fill("Typed in a train.")
    expect(page.locator("[data-unsaved]")).to_contain_text("No connection")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    page.reload()
    expect(page.locator("#body")).to_have_value("Typed in a train.")


def test_the_desk_has_no_faults_in_either_language(opened: Opened) -> None:
    for path in ("/en/studio", "/it/studio/lessons", f"/it{DESK}/it", f"/en{DESK}/en/history"):
        assert faults_of(opened(path, who="trainer", axe=True)) == [], path
