"""Does being in the room count, and can the sheet be believed?"""

import re
from datetime import timedelta

import time_machine

from academy.accounts.models import Person, Role
from academy.attendance import codes
from academy.attendance import queries as attendances
from academy.kernel import clock
from academy.learning import queries as texts
from academy.learning.editions import commands, queries
from academy.learning.editions.models import Edition, Session
from tests.given import PASSWORD, Given
from tests.learning.editions.given_editions import (
    at,
    coordinator,
    course_and_edition,
    edition,
    enrolment,
    enrols,
    session,
    worker,
)
from tests.learning.given_learning import done, imported
from tests.learning.test_progress import passes_the_quiz


def running(given: Given, *modules: str) -> tuple[Person, Edition, Session]:
    """A session that has just begun."""
    cleo, rovigo = course_and_edition(given)
    one = session(given, rovigo, cleo, *(modules or ("needs",)), starts_at=clock.now() - timedelta(minutes=5))
    return cleo, rovigo, one


def code_now(given: Given, one: Session) -> str:
    door = given.seen(lambda: attendances.door_of(one.ref))
    assert door is not None
    return codes.code_at(door.secret, clock.now())


def items(given: Given, person: Person) -> set[str]:
    return given.seen(lambda: texts.items_done_by(person.id))


def test_the_screen_shows_a_code_to_scan_and_to_type(given: Given) -> None:
    cleo, _rovigo, one = running(given)
    page = given.signed_in(cleo).get(f"/en/studio/editions/sessions/{one.key}/screen")
    code = code_now(given, one)
    assert f"{code[:3]} {code[3:]}" in page.text and 'class="qr"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert given.signed_in(given.person()).get(f"/en/studio/editions/sessions/{one.key}/screen").status_code == 403


def test_a_phone_that_is_not_signed_in_keeps_its_code_through_signing_in(given: Given) -> None:
    _cleo, rovigo, one = running(given)
    ada = given.person("Ada", email="ada@example.org")
    enrols(given, rovigo, ada)
    phone = given.app.test_client()
    scanned = phone.get(f"/en/check-in/{one.key}/{code_now(given, one)}")
    page = phone.get(scanned.location).text
    assert "Your code is good" in page
    way = re.search(r'href="(/en/sign-in\?next=[^"]+)"', page)
    assert way
    signed = phone.post(
        "/en/sign-in", data={"email": ada.email, "password": PASSWORD, "next": f"/en/check-in/{one.key}"}
    )
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        assert "Ada, are you here?" in phone.get(signed.location).text
        phone.post(f"/en/check-in/{one.key}")
        assert "You are checked in" in phone.get(f"/en/check-in/{one.key}").text
    line = given.seen(lambda: attendances.presence_of(ada.id, one.ref))
    assert line is not None and line.minutes == one.minutes, "from the moment of the scan"


def test_a_code_can_be_typed_and_yesterdays_is_refused_with_a_sentence(given: Given) -> None:
    _cleo, rovigo, one = running(given)
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    phone = given.signed_in(ada)
    code = code_now(given, one)
    assert phone.post("/en/check-in", data={"code": code.lower()}).location == f"/en/check-in/{one.key}"
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        old = phone.post("/en/check-in", data={"code": code})
        assert old.status_code == 422 and "codes change every minute" in old.text and code in old.text
        scanned = phone.get(f"/en/check-in/{one.key}/{code}")
        assert scanned.status_code == 409 and "This is over" in scanned.text
        assert "too old by now" in phone.get(f"/en/check-in/{one.key}").text
        assert phone.post(f"/en/check-in/{one.key}").status_code == 410
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=False):
        assert phone.get(f"/en/check-in/{one.key}/{code}").status_code == 410
    assert given.seen(lambda: attendances.presence_of(ada.id, one.ref)) is None


def test_nobody_checks_in_without_a_code_of_this_room(given: Given) -> None:
    cleo, rovigo, one = running(given)
    other = session(given, rovigo, cleo, "money", starts_at=clock.now())
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    phone = given.signed_in(ada)
    phone.get(f"/en/check-in/{other.key}/{code_now(given, other)}")
    assert phone.post(f"/en/check-in/{one.key}").status_code == 410
    phone.set_cookie("academy-check-in", "made.up")
    assert phone.post(f"/en/check-in/{one.key}").status_code == 410


def test_who_is_early_hears_when_and_who_is_not_enrolled_can_enrol_at_once(given: Given) -> None:
    cleo, rovigo, one = running(given)
    later = session(given, rovigo, cleo, "needs", starts_at=clock.now() + timedelta(hours=3))
    phone = given.signed_in(given.person("Ada"))
    early = phone.get(f"/en/check-in/{later.key}/ABCDEF")
    assert early.status_code == 409 and "You are early" in early.text
    phone.get(f"/en/check-in/{one.key}/{code_now(given, one)}")
    assert "Enrol and check me in" in phone.get(f"/en/check-in/{one.key}").text
    assert phone.post(f"/en/check-in/{one.key}").status_code == 403
    phone.post(f"/en/check-in/{one.key}", data={"enrol": "1"})
    assert "You are checked in" in phone.get(f"/en/check-in/{one.key}").text


def test_being_there_counts_as_the_lessons_and_the_activity_of_the_module(given: Given) -> None:
    _cleo, rovigo, one = running(given)
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    phone = given.signed_in(ada)
    phone.get(f"/en/check-in/{one.key}/{code_now(given, one)}")
    phone.post(f"/en/check-in/{one.key}")
    assert items(given, ada) == {"lesson:needs/seeing", "lesson:needs/asking", "activity:needs"}
    figure = enrolment(given, rovigo, ada)
    assert (figure.done, figure.total, figure.minutes) == (3, 5, 240)
    passes_the_quiz(given, ada)
    assert "module:needs" in items(given, ada)


def test_who_comes_for_the_last_hour_has_the_hour_but_not_the_module(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    one = session(given, rovigo, cleo, "needs", starts_at=clock.now() - timedelta(hours=3))
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    phone = given.signed_in(ada)
    phone.get(f"/en/check-in/{one.key}/{code_now(given, one)}")
    phone.post(f"/en/check-in/{one.key}")
    assert "came after the start" in phone.get(f"/en/check-in/{one.key}").text
    assert items(given, ada) == set()
    assert enrolment(given, rovigo, ada).minutes in {59, 60}


def test_the_paper_sheet_is_ticked_in_one_go_and_corrected_with_a_trace(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    tea = given.person("Tea", Role.TRAINER)
    one = session(given, rovigo, cleo, "needs", starts_at=clock.now() - timedelta(days=1), trainers=(tea,))
    ada, bo, lea = given.person("Ada"), given.person("Bo"), given.person("Lea")
    enrols(given, rovigo, ada, bo, lea)
    trainer = given.signed_in(tea)
    sheet = f"/en/studio/editions/sessions/{one.key}/sheet"
    stranger = given.person("Not enrolled")
    trainer.post(sheet, data={"there": [ada.id, bo.id, stranger.id], "close": "1"})
    worker(given)
    lines = given.seen(lambda: attendances.presences_at(one.ref))
    assert {person_id: line.state.value for person_id, line in lines.items()} == {
        ada.id: "present", bo.id: "present", lea.id: "absent",
    }  # fmt: skip
    assert "lesson:needs/seeing" in items(given, ada) and items(given, lea) == set()
    done(given, bo, "needs/seeing")
    wrong = trainer.post(f"{sheet}/{bo.id}", data={"state": "absent", "minutes": "0", "because": ""})
    assert wrong.status_code == 422 and "in a few words why" in wrong.text
    trainer.post(f"{sheet}/{bo.id}", data={"state": "absent", "minutes": "0", "because": "Wrong line"})
    worker(given)
    assert items(given, bo) == {"lesson:needs/seeing"}, "what he read himself stays"
    assert enrolment(given, rovigo, bo).minutes == 0
    page = trainer.get(sheet).text
    assert "Wrong line" in page and "Present, 4:00 → Absent, 0:00" in page and "Tea" in page


def test_a_sheet_that_is_corrected_takes_nothing_back_of_a_module_that_left_meanwhile(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    tea, ada = given.person("Tea", Role.TRAINER), given.person("Ada")
    one = session(given, rovigo, cleo, "needs", starts_at=clock.now() - timedelta(days=1), trainers=(tea,))
    enrols(given, rovigo, ada)
    trainer = given.signed_in(tea)
    sheet = f"/en/studio/editions/sessions/{one.key}/sheet"
    trainer.post(sheet, data={"there": [ada.id], "close": "1"})
    worker(given)
    earned = items(given, ada)
    assert "lesson:needs/seeing" in earned
    trainer.post("/en/studio/lessons/needs/out")
    trainer.post(f"{sheet}/{ada.id}", data={"state": "present", "minutes": "220", "because": "Came a little later"})
    worker(given)
    assert items(given, ada) == earned
    trainer.post(f"{sheet}/{ada.id}", data={"state": "absent", "minutes": "0", "because": "Wrong line"})
    worker(given)
    assert "lesson:needs/seeing" not in items(given, ada), "she was not there"


def test_a_lesson_that_counts_by_attendance_is_not_taken_back_by_hand(given: Given) -> None:
    _cleo, rovigo, one = running(given)
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    phone = given.signed_in(ada)
    phone.get(f"/en/check-in/{one.key}/{code_now(given, one)}")
    phone.post(f"/en/check-in/{one.key}")
    refused = phone.post("/en/learn/needs/seeing/undone")
    assert refused.status_code == 409 and "attendance sheet says so" in refused.text
    assert "lesson:needs/seeing" in items(given, ada)


def test_a_session_that_teaches_another_module_counts_for_that_one(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    one = session(given, rovigo, cleo, "needs", starts_at=at(2026, 11, 20, 9))
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    given.signed_in(cleo).post(f"/en/studio/editions/sessions/{one.key}/sheet", data={"there": [ada.id]})
    worker(given)
    assert "activity:needs" in items(given, ada)
    money = next(module for module in given.seen(queries.modules_to_choose) if module.slug == "money")
    form = {"title": one.title, "day": "2026-11-20", "starts": "10:00", "ends": "14:00", "modules": money.id}
    assert given.signed_in(cleo).post(f"/en/studio/editions/sessions/{one.key}/edit", data=form).status_code == 303
    worker(given)
    assert items(given, ada) == {"lesson:money/paying", "module:money"}


def test_half_online_and_half_in_the_room_is_the_whole_course(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    rovigo = edition(given, cleo)
    one = session(given, rovigo, cleo, "needs", starts_at=clock.now() - timedelta(minutes=5))
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    phone = given.signed_in(ada)
    phone.get(f"/en/check-in/{one.key}/{code_now(given, one)}")
    phone.post(f"/en/check-in/{one.key}")
    done(given, ada, "money/paying")
    passes_the_quiz(given, ada)
    figure = enrolment(given, rovigo, ada)
    assert (figure.done, figure.total) == (5, 5)
    page = phone.get("/en/learn/progress").text
    assert "Why 100 %" in page and "A morning together, Rovigo, autumn 2026" in page
    given.done(lambda: commands.mend_figures(by=None))
