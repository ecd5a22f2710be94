"""A coordinator runs a session, the room checks in with phones, and a learner sees what it counts for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import PASSWORD, Opened, Site, faults_of
from tests.browser.ways import Hand, Way

EDITION = "valdombra-autunno"


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_room_shows_a_code_and_a_phone_checks_in(opened: Opened, site: Site, language: str) -> None:
    way = Way("rooms", language=language)
    room = Hand(
        opened(f"/{language}/studio/editions/{EDITION}/sessions/new", who="coordinator", axe=True), way, site.data
    )
    title = f"A morning in {language}"
    now = datetime.now(ZoneInfo("Europe/Rome"))
    starts = max(now - timedelta(minutes=10), now.replace(hour=0, minute=0))
    ends = min(now + timedelta(hours=3), now.replace(hour=23, minute=59))
    room.write("Title", title)
    room.write("Day", starts.date().isoformat())
    room.write("Begins at", f"{starts:%H:%M}")
    room.write("Ends at", f"{ends:%H:%M}")
    modules = room.page.get_by_role("group", name=room.say("Modules"))
    modules.get_by_role("checkbox").nth(2 if language == "en" else 3).check()
    room.button("Save")
    room.sees("The session is there.")
    room.page.get_by_role("link", name=f"{room.say('Screen for the room')} {title}").click()
    letters = room.page.locator(".letters").inner_text()
    key = room.page.url.split("/")[-2]
    assert room.page.locator("svg.qr").count() == 1
    assert faults_of(room.page) == []

    phone = Hand(opened(f"/{language}/check-in/{key}/{letters.replace(' ', '')}", axe=True), way, site.data)
    phone.sees(
        "Your code is good. Sign in, and you are back here to check in: we keep the moment at which you scanned it."
    )
    phone.page.get_by_role("main").get_by_role("link", name=phone.say("Sign in"), exact=True).click()
    phone.page.get_by_label(phone.say("E-mail address")).fill("learner@example.org")
    phone.page.get_by_label(phone.say("Password")).fill(PASSWORD)
    phone.page.get_by_label(phone.say("Password")).press("Enter")
    phone.button("Yes, check me in")
    phone.sees("You are checked in")
    assert faults_of(phone.page) == []

    room.page.get_by_text("1", exact=True).first.wait_for()
    phone.go("/learn/progress")
    phone.page.get_by_text(title).first.wait_for(state="attached")

    room.go(f"/studio/editions/sessions/{key}/sheet")
    room.page.get_by_role("row", name="Nives Kranjc").get_by_text(room.say("Present")).wait_for()
    room.go(f"/studio/editions/{EDITION}/call")
    room.page.get_by_text("Ivo Petrin").wait_for()
