"""The first listing of an organisation that nobody vouches for is read first."""

from academy.accounts.models import Role
from marketplace.models import Kind, State
from tests.given import Given
from tests.marketplace.given_marketplace import WORKSHOP, a_listing
from tests.marketplace.test_listings import found
from tests.organisations.given_organisations import an_organisation


def test_a_moderator_reads_it_publishes_it_and_the_next_one_is_public_at_once(given: Given) -> None:
    ada = given.person("Ada", email="ada@example.org")
    moderator = given.person("", Role.MODERATOR, email="moderator@example.org")
    organisation = an_organisation(given, ada, verified=False)
    first = a_listing(given, ada, organisation)
    assert found(given, first.id).state == State.REVIEW
    stranger = given.signed_in(given.person())
    assert stranger.get(f"/en/marketplace/{first.slug}").status_code == 404
    assert first.slug not in stranger.get("/en/marketplace?q=bicycles").text
    assert "In review" in given.signed_in(ada).get(f"/en/marketplace/{first.slug}").text
    browser = given.signed_in(moderator)
    assert first.title in browser.get("/en/marketplace/review").text
    assert "Make it public" in browser.get(f"/en/marketplace/{first.slug}").text
    assert browser.post(f"/en/marketplace/{first.slug}/approve").status_code == 303
    assert browser.post(f"/en/marketplace/{first.slug}/approve").status_code == 409
    assert stranger.get(f"/en/marketplace/{first.slug}").status_code == 200
    subjects = [(message["To"], message["Subject"]) for message in given.mail()]
    assert ("moderator@example.org", f"To be read before it is public: “{first.title}”") in subjects
    assert ("ada@example.org", f"“{first.title}” is public") in subjects
    second = a_listing(given, ada, organisation, Kind.OFFER, WORKSHOP)
    assert found(given, second.id).state == State.PUBLISHED


def test_it_is_sent_back_with_a_reason_and_comes_again(given: Given) -> None:
    ada, moderator = given.person(), given.person("", Role.MODERATOR)
    listing = a_listing(given, ada, an_organisation(given, ada, verified=False))
    browser = given.signed_in(moderator)
    assert browser.post(f"/en/marketplace/{listing.slug}/send-back", data={"reason": " "}).status_code == 422
    answer = browser.post(f"/en/marketplace/{listing.slug}/send-back", data={"reason": "Which school is it?"})
    assert answer.status_code == 303
    assert browser.get(f"/en/marketplace/{listing.slug}").status_code == 404  # a draft is no moderator's business
    author = given.signed_in(ada)
    assert "Which school is it?" in author.get(f"/en/marketplace/{listing.slug}").text
    assert any("Which school is it?" in message.get_content() for message in given.mail())
    assert author.post(f"/en/marketplace/{listing.slug}/publish").status_code == 303
    assert found(given, listing.id).state == State.REVIEW


def test_the_queue_is_for_moderators(given: Given) -> None:
    assert given.signed_in(given.person()).get("/en/marketplace/review").status_code == 403
    assert given.signed_in(given.person("", Role.ADMINISTRATOR)).get("/en/marketplace/review").status_code == 200
    moderator = given.signed_in(given.person("", Role.MODERATOR))
    assert "No post waits" in moderator.get("/en/marketplace/review").text
    assert "Nessun annuncio in attesa" in moderator.get("/it/marketplace/review").text


def test_an_organisation_that_is_verified_is_not_read_first(given: Given) -> None:
    ada = given.person()
    assert found(given, a_listing(given, ada, an_organisation(given, ada)).id).state == State.PUBLISHED
