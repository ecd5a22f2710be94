"""What one makes in an activity: kept, shown to a trainer who says something of it, and begun as a need, in a real browser."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened, Site, faults_of
from tests.browser.ways import Hand, Way

LEARNERS = (Way("english"), Way("italian", language="it", width=390), Way("without-script", script=False))


@pytest.mark.parametrize("way", LEARNERS, ids=lambda way: way.name)
def test_a_need_card_is_kept_shared_and_begun_as_a_need(opened: Opened, site: Site, way: Way) -> None:
    title = f"The bus at the mill {secrets.token_hex(2)}"
    page = opened(
        f"/{way.language}/learn/active-citizenship/activity", who="learner", script=way.script, width=way.width
    )
    hand = Hand(page, way, site.data)
    hand.link("Keep what you made in your portfolio")
    body = page.locator("#body")
    assert body.input_value().count("## ") >= 7, "the lines of the need card are there already"
    body.fill(body.input_value().replace("\n\n\n", "\n\nForty pupils wait at the depot.\n\n"))
    hand.write("Title", title)
    hand.button("Keep it in my portfolio")
    hand.sees("It is in your portfolio. Only you see it, until you say otherwise.")
    piece = page.url
    trainer = opened(piece, who="trainer", axe=way.script)
    assert title not in trainer.content()
    page.locator("[name=to][value=shared]").check()
    hand.button("Show it so")
    hand.sees("Your trainers see it now.")
    trainer.reload()
    trainer.get_by_role("heading", level=1, name=title).wait_for()
    if way.script:
        assert faults_of(trainer) == []
    desk = Hand(trainer, way, site.data)
    desk.write("Your comment", "Who counted **them**?")
    desk.button("Send")
    desk.sees("Your comment is there, and the others are told.")
    page.goto(piece)
    expect(page.locator("#comments strong", has_text="them")).to_be_visible()
    trainer.goto(f"/{way.language}/studio/editions/valdombra-autunno/portfolio")
    expect(trainer.get_by_role("link", name=title)).to_be_visible()
    hand.button("Draft a need")
    page.wait_for_url(re.compile(r"/marketplace/[^/]+/edit"))
    expect(page.locator("[name=title]")).to_have_value(title)
    expect(page.locator("[name=evidence]")).to_have_value(re.compile("Forty pupils"))
    hand.go("/me")
    expect(page.get_by_role("link", name=title).first).to_be_visible()
