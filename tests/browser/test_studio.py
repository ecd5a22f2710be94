"""A trainer at the desk for lessons, in a real browser."""

import re

import pytest
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
