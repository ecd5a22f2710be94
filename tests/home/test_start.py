"""A member opens their own page."""

from datetime import UTC, datetime, timedelta

import time_machine
from flask.testing import FlaskClient

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Person
from academy.home import rules
from academy.kernel.subjects import Ref
from tests.assessment.given_assessment import Learner, quiz, slots
from tests.community.given_community import answer, read, topic, work_done
from tests.given import Given
from tests.home.given_home import MODULES, TITLES, a_course, done_by
from tests.marketplace.given_marketplace import a_listing, an_interest, other_words
from tests.organisations.given_organisations import an_organisation

ALL_OF_MODULE_1 = (*(f"lesson:active-citizenship/{slug}" for slug in MODULES[0][2]), "activity:active-citizenship")


def test_my_page_asks_a_visitor_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/it/me").status_code == 401


def test_it_greets_by_the_clock_of_the_person(given: Given) -> None:
    nives = given.person("Nives Kranjc")
    with time_machine.travel(datetime(2026, 11, 22, 16, 30, tzinfo=UTC), tick=False):
        browser = given.signed_in(nives)  # at that time: a cookie from the future signs nobody in
        assert "Good afternoon, Nives Kranjc." in browser.get("/en/me").text
        assert "Buon pomeriggio, Nives Kranjc." in browser.get("/it/me").text
        assert "Sunday 22 November" in browser.get("/en/me").text
        move(given, nives, "Europe/Helsinki")
        assert "Good evening, Nives Kranjc." in browser.get("/en/me").text
    with time_machine.travel(datetime(2026, 11, 22, 22, 30, tzinfo=UTC), tick=False):
        assert "Lunedì 23 novembre" in browser.get("/it/me").text


def test_each_hour_has_its_greeting() -> None:
    greetings = [str(rules.greeting(hour, "N").message).split(",")[0] for hour in range(24)]
    assert [greetings[hour] for hour in (0, 4, 5, 11, 12, 17, 18, 23)] == [
        "Good evening",
        "Good evening",
        "Good morning",
        "Good morning",
        "Good afternoon",
        "Good afternoon",
        "Good evening",
        "Good evening",
    ]


def test_it_says_what_is_next(given: Given) -> None:
    a_course(given)
    nives = given.person("Nives Kranjc")
    browser = given.signed_in(nives)
    first = browser.get("/en/me").text
    assert "Read the first lesson" in first
    assert "/en/learn/active-citizenship/seeing-a-need" in first
    done_by(given, nives.id, "lesson:active-citizenship/seeing-a-need")
    second = browser.get("/en/me").text
    assert TITLES["reading-a-call"]["en"] in second
    assert "2 parts of this module are left." in second
    done_by(given, nives.id, "lesson:active-citizenship/reading-a-call")
    assert "/en/learn/active-citizenship/activity" in browser.get("/en/me").text
    done_by(given, nives.id, "activity:active-citizenship")
    in_italian_only = browser.get("/en/me").text
    assert '<span lang="it">Chi paga?</span>' in in_italian_only
    done_by(given, nives.id, "lesson:social-business/who-pays")
    assert "You have done all of it" in browser.get("/en/me").text
    assert "L’hai fatto tutto" in browser.get("/it/me").text


def test_a_quiz_that_was_begun_comes_first(given: Given) -> None:
    a_course(given)
    quiz(given, ("single", "number"), about=Ref("module", "active-citizenship"), minutes=30)
    one = Learner(given, given.signed_in(given.person("Nives Kranjc")), module="active-citizenship")
    address = one.begins()
    assert "Your questions are waiting" in one.client.get("/en/me").text
    position = next(slot.pos for slot, version in slots(given) if version.type == "number")
    assert one.answers(position, "2850").status_code == 303
    page = one.client.get("/en/me").text
    assert "You have answered 1 question, and the answer is kept." in page
    assert f'href="{address}"' in page
    assert "Hai risposto a 1 domanda" in one.client.get("/it/me").text
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        assert "Continue the quiz" not in one.client.get("/en/me").text


def test_without_a_course_there_is_still_a_page(given: Given) -> None:
    assert given.signed_in(given.person()).get("/it/me").status_code == 200


def test_progress_is_shown_for_each_module_with_its_reason(given: Given) -> None:
    a_course(given)
    nives = given.person("Nives Kranjc")
    done_by(given, nives.id, *ALL_OF_MODULE_1)
    page = given.signed_in(nives).get("/en/me").text
    assert "Why 75 %?" in page
    assert 'href="/en/learn/progress"' in page
    assert "100 %" in page
    assert "0 %" in page


def test_what_waits_is_there_once(given: Given) -> None:
    nives, tamas = given.person("Nives Kranjc"), given.person("Tamás Erdei")
    question = topic(given, nives, title="How do you count them?")
    answer(given, question, tamas)
    work_done(given)
    browser = given.signed_in(nives)
    waiting = browser.get("/en/me").text.split('id="waiting"')[1].split("</section>")[0]
    assert waiting.count("<li>") == 1
    assert "How do you count them?" in waiting
    assert read(browser, question, 2) in (200, 204, 303)
    assert "Nothing waits" in browser.get("/en/me").text


def test_listings_and_topics_are_those_of_the_person(given: Given) -> None:
    giulia, nives = given.person("Giulia Ferrin"), given.person("Nives Kranjc")
    listing = a_listing(given, giulia, an_organisation(given, giulia))
    an_interest(given, listing, nives)
    topic(given, nives, title="How do you count them?", language="it")
    hers = given.signed_in(giulia).get("/en/me").text
    assert listing.title in hers
    assert "1 person waits for your answer" in hers
    assert "How do you count them?" not in hers
    mine = given.signed_in(nives).get("/en/me").text
    assert listing.title not in mine.split('id="my-listings"')[1]
    assert 'lang="it">How do you count them?</a>' in mine


def test_my_page_takes_few_statements_however_much_there_is(given: Given) -> None:
    a_course(given)
    giulia, nives = given.person("Giulia Ferrin"), given.person("Nives Kranjc")
    organisation = an_organisation(given, giulia)
    for number in range(8):
        listing = a_listing(
            given, giulia, organisation, title=f"A room for group number {number}", body=other_words(number)
        )
        an_interest(given, listing, nives)
        answer(given, topic(given, giulia, title=f"Who has tried number {number}?"), nives)
    work_done(given)
    done_by(given, giulia.id, *ALL_OF_MODULE_1)
    browser = given.signed_in(giulia)
    browser.get("/en/me")  # what all readers share is kept from now on
    with given.statements() as said:
        assert browser.get("/en/me").status_code == 200
    assert len(said) <= 8, said


def move(given: Given, person: Person, time_zone: str) -> None:
    def change() -> None:
        found = people.person_with_id(person.id)
        assert found is not None
        accounts.change_profile(
            found, name=found.name, about="", language=found.language, time_zone=time_zone, by=found
        )

    given.done(change)
