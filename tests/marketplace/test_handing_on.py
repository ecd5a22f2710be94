"""A conversation belongs to two sides: it goes on when the person leaves who has written for one of them, as long as others remain."""

import pytest

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Person
from academy.kernel.privacy import everything_about
from academy.organisations.models import Organisation
from marketplace.models import Listing
from tests.given import Given
from tests.marketplace.given_marketplace import a_listing, an_interest
from tests.organisations.given_organisations import a_colleague, an_organisation

HANDED_ON = "The conversation stays with its people"


@pytest.fixture
def ada(given: Given) -> Person:
    return given.person("Ada Verylongname", email="ada@need.example")


@pytest.fixture
def kolo(given: Given, ada: Person) -> Organisation:
    return an_organisation(given, ada, "Kolo")


@pytest.fixture
def need(given: Given, ada: Person, kolo: Organisation) -> Listing:
    return a_listing(given, ada, kolo)


def closes_the_account(given: Given, person: Person) -> None:
    def close() -> None:
        found = people.person_with_id(person.id)
        assert found is not None
        accounts.close_account(found, by=found)

    given.done(close)


def in_contact(given: Given, ada: Person, key: str) -> str:
    """The address of a conversation that the owner's side has accepted, and in which both have written and shown their addresses."""
    address, hers = f"/en/marketplace/interest/{key}", given.signed_in(ada)
    hers.post(f"{address}/accept")
    hers.post(address, data={"body": "Come on Monday.", "key": f"{key}-1"})
    hers.post(f"{address}/address")
    hers.post(
        f"{address}/agreement",
        data={"purpose": "A repair day", "ours": "We bring tools", "theirs": "You bring bicycles"},
    )
    return address


def test_when_who_answered_for_the_owner_closes_their_account_a_colleague_goes_on(
    given: Given, ada: Person, kolo: Organisation, need: Listing
) -> None:
    bea, cem = given.person("Bea"), given.person("Cem", email="cem@other.example")
    a_colleague(given, kolo, bea)
    address = in_contact(given, ada, an_interest(given, need, cem).key)
    hers, his = given.signed_in(bea), given.signed_in(cem)
    his.post(f"{address}/address")
    assert "ada@need.example" in his.get(address).text
    assert HANDED_ON not in his.get(address).text

    closes_the_account(given, ada)
    told = next(mail for mail in given.mail() if mail["Subject"] == f"Others answer for Kolo now: “{need.title}”")
    assert told["To"] == "cem@other.example"
    for browser in (hers, his):
        shown = browser.get(address).text
        assert HANDED_ON in shown
        assert "Come on Monday." in shown
        assert "Somebody who has left" in shown
        assert "Verylongname" not in shown
        assert "ada@need.example" not in shown
        assert "gone-" not in shown, "no address that nobody reads"
    assert hers.post(address, data={"body": "I go on.", "key": "b1"}).status_code == 303
    assert his.post(f"{address}/agreement/accept").status_code == 303
    assert "I go on." in his.get(address).text
    assert hers.post(f"{address}/address").status_code == 303
    assert bea.email in his.get(address).text


def test_when_who_wrote_for_an_organisation_leaves_the_platform_its_interest_stays_open(
    given: Given, ada: Person, need: Listing
) -> None:
    cem, dan = given.person("Cem Verylongname"), given.person("Dan")
    breg = an_organisation(given, cem, "Breg")
    a_colleague(given, breg, dan)
    address = f"/en/marketplace/interest/{an_interest(given, need, cem, breg, note='We have a room.').key}"
    closes_the_account(given, cem)
    assert [mail["Subject"] for mail in given.mail() if mail["To"] == ada.email][-1].startswith(
        "Others answer for Breg"
    )
    shown = given.signed_in(ada).get(address).text
    assert "We have a room." in shown
    assert "Cem" not in shown
    assert given.signed_in(ada).post(f"{address}/accept").status_code == 303
    assert given.signed_in(dan).post(address, data={"body": "Good.", "key": "d1"}).status_code == 303


def test_who_leaves_an_organisation_leaves_its_conversations_and_can_write_as_themselves(
    given: Given, ada: Person, need: Listing
) -> None:
    cem, dan = given.person("Cem"), given.person("Dan")
    breg = an_organisation(given, dan, "Breg")
    a_colleague(given, breg, cem)
    address = in_contact(given, ada, an_interest(given, need, cem, breg).key)
    browser = given.signed_in(cem)
    browser.post(f"{address}/address")
    assert browser.post("/en/organisations/breg/leave").status_code == 303
    assert browser.get(address).status_code == 404
    assert browser.post(address, data={"body": "Hello?", "key": "c1"}).status_code == 404
    for person in (ada, dan):
        shown = given.signed_in(person).get(address).text
        assert HANDED_ON in shown
        assert cem.email not in shown, "the address that they showed is hidden again"
    assert "Others answer for Breg" in given.signed_in(ada).get("/en/inbox").text

    writing = browser.get(f"/en/marketplace/{need.slug}/interest")
    assert writing.status_code == 200
    own = browser.post(f"/en/marketplace/{need.slug}/interest", data={"body": "Now as myself.", "organisation": "0"})
    assert own.status_code == 303
    assert own.location != address
    assert "Now as myself." in given.signed_in(ada).get(own.location).text
    assert given.signed_in(dan).get(own.location).status_code == 404


def test_what_somebody_began_as_themselves_ends_with_their_account_and_the_other_side_is_told(
    given: Given, ada: Person, need: Listing
) -> None:
    cem = given.person("Cem Otherlongname")
    address = in_contact(given, ada, an_interest(given, need, cem, note="A private word.").key)
    closes_the_account(given, cem)
    told = given.mail()[-1]
    assert (told["To"], told["Subject"]) == (ada.email, f"The other side has left: “{need.title}”")
    shown = given.signed_in(ada).get(address).text
    assert "One of the two sides has ended it." in shown
    assert HANDED_ON not in shown
    for gone in ("A private word.", "Otherlongname"):
        assert gone not in shown
        assert gone not in given.seen(lambda: str(everything_about(ada.id)["notifications"]))


def test_when_the_last_of_an_organisation_leaves_the_words_of_those_before_go_too(
    given: Given, ada: Person, kolo: Organisation, need: Listing
) -> None:
    bea, cem = given.person("Bea"), given.person("Cem")
    a_colleague(given, kolo, bea)
    address = in_contact(given, ada, an_interest(given, need, cem).key)
    his = given.signed_in(cem)
    closes_the_account(given, ada)
    assert "Come on Monday." in his.get(address).text
    closes_the_account(given, bea)
    shown = his.get(address).text
    assert "One of the two sides has ended it." in shown
    assert "Come on Monday." not in shown


def test_the_page_of_a_conversation_takes_few_statements_after_somebody_has_left(
    given: Given, ada: Person, kolo: Organisation, need: Listing
) -> None:
    bea, cem = given.person("Bea"), given.person("Cem")
    a_colleague(given, kolo, bea)
    address = in_contact(given, ada, an_interest(given, need, cem).key)
    closes_the_account(given, ada)
    browser = given.signed_in(bea)
    with given.statements() as seen:
        assert browser.get(address).status_code == 200
    assert len(seen) <= 8, seen
