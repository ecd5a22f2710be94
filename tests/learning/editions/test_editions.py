"""Who sets up an edition, who follows it, and what does everybody see of it?"""

import pytest

from academy.accounts.models import Role
from academy.kernel.access import Refused
from academy.kernel.events import collecting
from academy.learning.editions import commands, queries
from academy.learning.editions.events import EditionEnded
from academy.learning.editions.rules import Standing
from tests.given import Given
from tests.learning.editions.given_editions import (
    announcement,
    coordinator,
    course_and_edition,
    edition,
    enrolment,
    enrols,
    organisation,
    session,
    worker,
)
from tests.learning.given_learning import done, imported


def test_the_online_edition_is_there_with_the_course_and_is_always_open(given: Given) -> None:
    imported(given)
    ada = given.person("Ada", language="it")
    browser = given.signed_in(ada)
    assert "at your own pace" in browser.get("/en/editions").text
    assert "secondo i tuoi tempi" in browser.get("/it/editions").text
    assert browser.post("/en/editions/online/enrol").status_code == 303
    assert "You are enrolled" in browser.get("/en/editions/online").text
    online = given.seen(queries.self_paced)
    assert online is not None
    with pytest.raises(Refused, match="always open"):
        given.done(lambda: commands.end_edition(online, who=Standing(given.person("A", Role.ADMINISTRATOR)), by=ada))


def test_whoever_does_a_part_without_an_edition_follows_the_online_one(given: Given) -> None:
    imported(given)
    ada = given.person()
    done(given, ada, "needs/seeing")
    online = given.seen(queries.self_paced)
    assert online is not None
    assert enrolment(given, online, ada).done == 1


def test_a_coordinator_sets_up_an_edition_in_the_studio(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    ponte = organisation(given, cleo)
    browser = given.signed_in(cleo)
    form = {
        "title": "Rovigo, autumn 2026", "summary": "For beginners.", "organisation": ponte.id, "mode": "blended",
        "language": "it", "country": "IT", "municipality": "Rovigo", "starts_on": "2026-10-03",
        "ends_on": "2026-12-12", "time_zone": "Europe/Rome", "seats": "20", "funding": "Paid for by an invented fund.",
    }  # fmt: skip
    wrong = browser.post("/en/studio/editions/new", data={**form, "ends_on": "2026-01-01"})
    assert wrong.status_code == 422 and "before the beginning" in wrong.text and "For beginners." in wrong.text
    made = browser.post("/en/studio/editions/new", data=form)
    assert made.location == "/en/studio/editions/rovigo-autumn-2026/sessions"
    stranger = given.app.test_client()
    assert stranger.get("/en/editions/rovigo-autumn-2026").status_code == 404, "a draft is nobody's business"
    again = browser.post("/en/studio/editions/new", data=form)
    assert again.status_code == 422 and "with this title" in again.text
    when = {"day": "2026-11-21", "starts": "09:00", "ends": "13:00", "title": "A morning", "place": "Hall"}
    none = browser.post("/en/studio/editions/rovigo-autumn-2026/sessions/new", data=when)
    assert none.status_code == 422 and "at least one module" in none.text
    module = given.seen(queries.modules_to_choose)[0]
    added = browser.post("/en/studio/editions/rovigo-autumn-2026/sessions/new", data={**when, "modules": module.id})
    assert added.status_code == 303
    browser.post("/en/studio/editions/rovigo-autumn-2026/publish")
    page = stranger.get("/en/editions/rovigo-autumn-2026").text
    for said in ("Saturday 21 November 2026, 09:00–13:00", "time of Rome", "1. Needs", "Paid for by an invented fund."):
        assert said in page
    assert "Paid for by an invented fund." in stranger.get("/en/editions").text


def test_a_trainer_without_the_role_is_told_whom_to_ask_and_with_it_remains_a_trainer(given: Given) -> None:
    imported(given)
    browser = given.signed_in(given.person("Tea", Role.TRAINER))
    desk = browser.get("/en/studio/editions").text
    assert "ask an administrator of this site for the role of coordinator" in desk and "Set up an edition" not in desk
    assert browser.get("/en/studio/editions/new").status_code == 403
    both = given.person("Ilse", Role.TRAINER, Role.COORDINATOR)
    browser = given.signed_in(both)
    desk = browser.get("/en/studio/editions").text
    assert "ask an administrator" not in desk and "Set up an edition" in desk
    assert "Found an organisation" in browser.get("/en/studio/editions/new").text
    organisation(given, both)
    assert "Found an organisation" not in browser.get("/en/studio/editions/new").text
    assert browser.get("/en/studio/lessons").status_code == 200


def test_a_partner_runs_its_own_editions_only(given: Given) -> None:
    _cleo, rovigo = course_and_edition(given)
    bea = coordinator(given, "Bea")
    organisation(given, bea, "Brücke")
    trainer = given.person("Tea", Role.TRAINER)
    admin = given.person("Ada", Role.ADMINISTRATOR)
    for other in (bea, trainer, given.person("Lea")):
        browser = given.signed_in(other)
        for page in ("", "/edit", "/sessions", "/sessions/new", "/people", "/call", "/write", "/export.csv"):
            assert browser.get(f"/en/studio/editions/{rovigo.slug}{page}").status_code == 403, page
        assert browser.post(f"/en/studio/editions/{rovigo.slug}/end").status_code == 403
    assert given.signed_in(admin).get(f"/en/studio/editions/{rovigo.slug}/edit").status_code == 200
    with pytest.raises(Refused, match="your own organisation"):
        ponte = organisation(given, given.person("Owner"), "Someone else's")
        given.done(lambda: commands.create_edition(announcement("X"), ponte, seats=None, who=Standing(bea), by=bea))


def test_who_teaches_sees_the_learners_and_keeps_the_sheet_but_announces_nothing(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    tea = given.person("Tea", Role.TRAINER)
    one = session(given, rovigo, cleo, "needs", trainers=(tea,))
    browser = given.signed_in(tea)
    assert browser.get(f"/en/studio/editions/{rovigo.slug}").status_code == 200
    assert browser.get(f"/en/studio/editions/sessions/{one.key}/sheet").status_code == 200
    assert browser.get(f"/en/studio/editions/sessions/{one.key}/screen").status_code == 200
    assert browser.get(f"/en/studio/editions/{rovigo.slug}/edit").status_code == 403
    assert browser.get(f"/en/studio/editions/sessions/{one.key}/edit").status_code == 403
    assert "Tea" in given.app.test_client().get(f"/en/editions/{rovigo.slug}").text


def test_when_all_places_are_taken_people_wait_and_move_up(given: Given) -> None:
    imported(given)
    cleo = coordinator(given)
    rovigo = edition(given, cleo, seats=1)
    ada, bo = given.person("Ada"), given.person("Bo", language="it")
    first, second = given.signed_in(ada), given.signed_in(bo)
    first.post(f"/en/editions/{rovigo.slug}/enrol")
    second.post(f"/en/editions/{rovigo.slug}/enrol")
    assert "next one to get a place" in second.get(f"/en/editions/{rovigo.slug}").text
    assert given.seen(lambda: queries.enrolled_ids(rovigo)) == {ada.id}
    first.post(f"/en/editions/{rovigo.slug}/leave")
    assert given.seen(lambda: queries.enrolled_ids(rovigo)) == {bo.id}
    assert "You are enrolled" in second.get(f"/en/editions/{rovigo.slug}").text
    (mail,) = [message for message in given.mail() if message["To"] == bo.email]
    assert "Rovigo, autumn 2026" in mail["Subject"] and "lista d’attesa" in mail.get_content()


def test_a_session_with_few_seats_keeps_them_for_those_who_ask_first(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    one = session(given, rovigo, cleo, "needs", seats=1)
    ada, bo = given.person("Ada"), given.person("Bo")
    assert given.signed_in(ada).post(f"/en/editions/sessions/{one.key}/seat").status_code == 403, "not enrolled"
    enrols(given, rovigo, ada, bo)
    for person in (ada, bo):
        given.signed_in(person).post(f"/en/editions/sessions/{one.key}/seat", data={"on": "1"})
    assert "A seat is kept for you" in given.signed_in(ada).get(f"/en/editions/{rovigo.slug}").text
    assert "On the waiting list" in given.signed_in(bo).get(f"/en/editions/{rovigo.slug}").text
    given.signed_in(ada).post(f"/en/editions/sessions/{one.key}/seat", data={"on": "0"})
    assert "A seat is kept for you" in given.signed_in(bo).get(f"/en/editions/{rovigo.slug}").text


def test_a_session_that_moves_or_is_cancelled_is_told(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    one = session(given, rovigo, cleo, "needs")
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    module = given.seen(queries.modules_to_choose)[0]
    browser = given.signed_in(cleo)
    form = {"title": one.title, "day": "2027-01-09", "starts": "09:00", "ends": "13:00", "modules": module.id}
    assert browser.post(f"/en/studio/editions/sessions/{one.key}/edit", data=form).status_code == 303
    worker(given)
    assert "another time or place" in given.mail()[-1]["Subject"]
    assert browser.post(f"/en/studio/editions/sessions/{one.key}/cancel", data={}).status_code == 422
    browser.post(f"/en/studio/editions/sessions/{one.key}/cancel", data={"because": "The roof leaks."})
    worker(given)
    assert "The roof leaks." in given.mail()[-1].get_content()
    assert "The roof leaks." in given.app.test_client().get(f"/en/editions/{rovigo.slug}").text


def test_an_edition_that_has_ended_stays_readable_and_its_people_are_alumni(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, bo = given.person("Ada"), given.person("Bo")
    enrols(given, rovigo, ada)
    done(given, ada, "needs/seeing")
    browser = given.signed_in(cleo)
    with collecting(EditionEnded) as heard:
        browser.post(f"/en/studio/editions/{rovigo.slug}/end")
        browser.post(f"/en/studio/editions/{rovigo.slug}/end")
    assert [event.people for event in heard] == [(ada.id,)]
    assert "has ended" in given.app.test_client().get(f"/en/editions/{rovigo.slug}").text
    assert rovigo.title in given.app.test_client().get("/en/editions?past=1").text
    assert rovigo.title not in given.app.test_client().get("/en/editions").text
    refused = given.signed_in(bo).post(f"/en/editions/{rovigo.slug}/enrol")
    assert refused.status_code == 409 and "has ended" in refused.text
    assert enrolment(given, rovigo, ada).done == 1
    assert "You took part" in given.signed_in(ada).get(f"/en/editions/{rovigo.slug}").text
    assert browser.get(f"/en/studio/editions/{rovigo.slug}").status_code == 200


def test_a_page_asks_the_database_little(given: Given) -> None:
    cleo, rovigo = course_and_edition(given, Role.TRAINER)
    for number in range(4):
        session(given, rovigo, cleo, "needs", "money", trainers=(cleo,), title=f"Morning {number}")
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    browser = given.signed_in(ada)
    for path in ("/en/editions", f"/en/editions/{rovigo.slug}", "/en/editions/online"):
        browser.get(path)
        with given.statements() as seen:
            assert browser.get(path).status_code == 200
        assert len(seen) <= 8, f"{path}: {len(seen)}"
