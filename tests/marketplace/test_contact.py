"""Two sides find each other without an address."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Role
from marketplace import commands, queries
from marketplace.models import InterestState, Kind, State
from tests.given import Given
from tests.marketplace.given_marketplace import WORKSHOP, a_listing, an_interest, expired
from tests.organisations.given_organisations import a_colleague, an_organisation


def test_the_whole_way_from_a_first_message_to_a_conversation(given: Given) -> None:
    ada = given.person("Ada", email="ada@need.example")
    bea = given.person("Bea", email="bea@offer.example", language="it")
    kolo, breg = an_organisation(given, ada, "Kolo"), an_organisation(given, bea, "Breg")
    need = a_listing(given, ada, kolo)
    offer = a_listing(given, bea, breg, Kind.OFFER, WORKSHOP)
    hers, his = given.signed_in(bea), given.signed_in(ada)

    form = hers.get(f"/en/marketplace/{need.slug}/interest?about={offer.slug}").text
    assert "Write to Kolo" in form
    sent = hers.post(
        f"/en/marketplace/{need.slug}/interest",
        data={"body": "Our room is **free**.", "organisation": breg.id, "with_listing": offer.slug},
    )
    assert sent.status_code == 303
    conversation = sent.location
    assert "They have been told" in hers.get(conversation).text
    assert hers.get(f"/en/marketplace/{need.slug}/interest").location == conversation

    told = given.mail()[-1]
    assert (told["To"], told["Subject"]) == ("ada@need.example", f"Breg would like to talk about “{need.title}”")
    assert "Our room is free." in told.get_content()
    assert "bea@offer.example" not in told.as_string()
    assert "1 waits for your answer" in his.get("/en/marketplace/mine").text
    assert "1 interested" in his.get(f"/en/marketplace/{need.slug}").text

    shown = his.get(given.link_in(told)).text
    assert "Our room is <strong>free</strong>." in shown
    assert WORKSHOP.title in shown
    assert "bea@offer.example" not in shown
    assert his.post(conversation, data={"body": "Hello", "key": "k1"}).status_code == 409  # not accepted yet
    assert his.post(f"{conversation}/accept").status_code == 303
    assert his.post(f"{conversation}/accept").status_code == 409
    accepted = given.mail()[-1]
    assert accepted["To"] == "bea@offer.example"
    assert accepted["Subject"].startswith("Sono interessati a parlarne")

    for _twice in range(2):
        assert his.post(conversation, data={"body": "When can we *come*?", "key": "k2"}).status_code == 303
    assert hers.get(conversation).text.count("<em>come</em>") == 1
    relayed = [message for message in given.mail() if "When can we come?" in message.get_content()]
    assert [message["To"] for message in relayed] == ["bea@offer.example"]
    assert "ada@need.example" not in relayed[0].as_string()
    assert hers.post(conversation, data={"body": "On Monday.", "key": "k3"}).status_code == 303
    assert "On Monday." in his.get(conversation).text
    assert "with 1 organisation or person" in given.app.test_client().get(f"/en/marketplace/{need.slug}").text


def test_a_double_click_makes_one_interest(given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    browsers = [given.signed_in(bea), given.signed_in(bea)]
    data = {"body": "We could help.", "organisation": 0, "with_listing": ""}
    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(lambda one: one.post(f"/en/marketplace/{need.slug}/interest", data=data), browsers)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(given.seen(lambda: queries.interests_about(need)[0].some)) == 1
    assert len([message for message in given.mail() if "would like to talk" in message["Subject"]]) == 1


def test_colleagues_share_one_conversation(given: Given) -> None:
    ada, bea, cem = given.person(), given.person(), given.person()
    breg = an_organisation(given, bea, "Breg")
    a_colleague(given, breg, cem)
    need = a_listing(given, ada, an_organisation(given, ada))
    key = an_interest(given, need, bea, breg).key
    browser = given.signed_in(cem)
    assert "Our conversation" in browser.get(f"/en/marketplace/{need.slug}").text
    assert browser.get(f"/en/marketplace/interest/{key}").status_code == 200
    assert an_interest(given, need, cem, breg).key == key


def test_a_conversation_is_for_its_two_sides_alone(given: Given, client: FlaskClient) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    key = an_interest(given, need, bea).key
    for other in (given.person(), given.person("", Role.MODERATOR), given.person("", Role.ADMINISTRATOR)):
        browser = given.signed_in(other)
        assert browser.get(f"/en/marketplace/interest/{key}").status_code == 404
        for what in ("", "/accept", "/decline", "/withdraw"):
            answer = browser.post(f"/en/marketplace/interest/{key}{what}", data={"body": "Hi", "key": "k"})
            assert answer.status_code == 404
        assert "interested" not in browser.get(f"/en/marketplace/{need.slug}").text
    assert client.get(f"/en/marketplace/interest/{key}").status_code == 401
    assert given.signed_in(bea).post(f"/en/marketplace/interest/{key}/accept").status_code == 403


def test_it_is_declined_and_not_sent_again_and_the_owner_sees_how_many(given: Given) -> None:
    ada, bea, cem = given.person(), given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    for person in (bea, cem):
        an_interest(given, need, person)
    key = given.seen(lambda: next(one.key for one in queries.interests_about(need)[0].some if one.person_id == bea.id))
    owner, hers = given.signed_in(ada), given.signed_in(bea)
    assert owner.post(f"/en/marketplace/interest/{key}/decline").status_code == 303
    assert "1 interested, 1 declined" in owner.get(f"/en/marketplace/{need.slug}").text
    assert any("does not fit this time" in message["Subject"] for message in given.mail())
    again = hers.post(
        f"/en/marketplace/{need.slug}/interest", data={"body": "Please", "organisation": 0, "with_listing": ""}
    )
    assert again.status_code == 409
    assert hers.post(f"/en/marketplace/interest/{key}", data={"body": "Why?", "key": "k"}).status_code == 409


def test_whoever_has_written_to_several_with_a_need_reads_how_many_said_no_and_how_many_are_silent(
    given: Given,
) -> None:
    ada = given.person()
    kolo = an_organisation(given, ada, "Kolo")
    need = a_listing(given, ada, kolo)
    browser = given.signed_in(ada)
    for number, answer in enumerate(("decline", "decline", "accept", "", "")):
        other = given.person()
        organisation = an_organisation(given, other, f"House {number}")
        offer = a_listing(given, other, organisation, Kind.OFFER, WORKSHOP, title=f"A workshop in street {number}")
        sent = {"body": "May we come?", "organisation": kolo.id, "with_listing": need.slug}
        conversation = browser.post(f"/en/marketplace/{offer.slug}/interest", data=sent).location
        if answer:
            given.signed_in(other).post(f"{conversation}/{answer}")
    page = browser.get(f"/en/marketplace/{need.slug}").text
    assert "1 in contact, 2 said no, 2 have not answered" in page
    assert (
        "House 3" in page
        and "To whom you have written" not in given.signed_in(other).get(f"/en/marketplace/{need.slug}").text
    )


def test_it_is_withdrawn_and_may_be_sent_again(given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    key = an_interest(given, need, bea).key
    hers, owner = given.signed_in(bea), given.signed_in(ada)
    assert owner.post(f"/en/marketplace/interest/{key}/withdraw").status_code == 403
    assert hers.post(f"/en/marketplace/interest/{key}/withdraw").status_code == 303
    assert owner.post(f"/en/marketplace/interest/{key}/accept").status_code == 409
    assert an_interest(given, need, bea, note="Once more.").key == key
    assert given.seen(lambda: queries.interests_about(need)[0].some[0].state) == InterestState.WAITING


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        ("", "Write a few words"),
        ("x" * 501, "At most 500 characters"),
        ("Write to bea@offer.example", "Leave addresses and telephone numbers out"),
        ("Call +386 41 123 456 please", "Leave addresses and telephone numbers out"),
        ("http://a.example http://b.example http://c.example", "Two links are enough"),
        ("[" * 400, "brackets"),
    ],
)
def test_a_first_message_that_will_not_do_is_given_back_with_all_that_was_typed(
    given: Given, note: str, sentence: str
) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    answer = given.signed_in(bea).post(
        f"/en/marketplace/{need.slug}/interest", data={"body": note, "organisation": 0, "with_listing": ""}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert note[:60] in answer.text


def test_one_does_not_write_to_oneself_nor_about_what_takes_no_messages(given: Given) -> None:
    ada, bea = given.person(), given.person()
    organisation = an_organisation(given, ada)
    need = a_listing(given, ada, organisation)
    talks = a_listing(given, ada, organisation, Kind.OFFER, WORKSHOP, state=State.IN_TALKS)
    data = {"body": "Hello there", "organisation": 0, "with_listing": ""}
    assert given.signed_in(ada).post(f"/en/marketplace/{need.slug}/interest", data=data).status_code == 409
    browser = given.signed_in(bea)
    assert browser.get(f"/en/marketplace/{talks.slug}/interest").status_code == 409
    assert browser.post(f"/en/marketplace/{talks.slug}/interest", data=data).status_code == 409
    foreign = {**data, "organisation": organisation.id}
    assert browser.post(f"/en/marketplace/{need.slug}/interest", data=foreign).status_code == 422


def test_a_conversation_goes_on_when_the_listing_is_closed(given: Given) -> None:
    ada, bea = given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    key = an_interest(given, need, bea).key
    owner, hers = given.signed_in(ada), given.signed_in(bea)
    owner.post(f"/en/marketplace/interest/{key}/accept")
    owner.post(f"/en/marketplace/{need.slug}/close", data={"outcome": "met-here"})
    assert hers.get(f"/en/marketplace/{need.slug}").status_code == 404
    assert hers.post(f"/en/marketplace/interest/{key}", data={"body": "See you.", "key": "k"}).status_code == 303
    assert "See you." in owner.get(f"/en/marketplace/interest/{key}").text


def test_when_the_listing_expires_in_the_middle_both_sides_read_so_and_the_conversation_goes_on(given: Given) -> None:
    ada, bea, cem = given.person(), given.person(), given.person()
    need = a_listing(given, ada, an_organisation(given, ada))
    key, waiting = an_interest(given, need, bea).key, an_interest(given, need, cem).key
    owner, hers = given.signed_in(ada), given.signed_in(bea)
    owner.post(f"/en/marketplace/interest/{key}/accept")
    link = f'href="/en/marketplace/{need.slug}"'
    assert link in hers.get(f"/en/marketplace/interest/{key}").text
    expired(given, need)
    before = hers.get(f"/en/marketplace/interest/{key}").text  # the worker has not been there
    given.done(lambda: commands.expire_listings() and None)
    for page in (before, hers.get(f"/en/marketplace/interest/{key}").text):
        assert "Expired" in page and "What you have begun here goes on." in page
        assert need.title in page and link not in page, "a link to what can't be read is none"
    assert hers.post(f"/en/marketplace/interest/{key}", data={"body": "Still here.", "key": "k"}).status_code == 303
    assert "Still here." in owner.get(f"/en/marketplace/interest/{key}").text
    assert "It can still be answered." in owner.get(f"/en/marketplace/interest/{waiting}").text
    assert owner.post(f"/en/marketplace/interest/{waiting}/accept").status_code == 303


def test_when_nobody_is_left_at_an_organisation_its_conversations_end_and_the_others_are_told(given: Given) -> None:
    ada, bea = given.person("Ada", email="ada@need.example"), given.person("Bea", email="bea@offer.example")
    cem = given.person("Cem", email="cem@other.example")
    kolo, breg = an_organisation(given, ada, "Kolo"), an_organisation(given, bea, "Breg")
    need, offer = a_listing(given, ada, kolo), a_listing(given, bea, breg, Kind.OFFER, WORKSHOP)
    to_them = an_interest(given, need, cem).key
    from_them = an_interest(given, offer, ada, kolo).key
    given.signed_in(ada).post(f"/en/marketplace/interest/{to_them}/accept")

    def leave() -> None:
        person = people.person_with_id(ada.id)
        assert person is not None
        accounts.close_account(person, by=person)

    given.done(leave)
    told = {mail["To"]: mail["Subject"] for mail in given.mail() if "is no longer here" in mail["Subject"]}
    assert told == {
        "cem@other.example": f"Kolo is no longer here: “{need.title}”",
        "bea@offer.example": f"Kolo is no longer here: “{offer.title}”",
    }
    for person, key in ((cem, to_them), (bea, from_them)):
        browser = given.signed_in(person)
        assert "One of the two sides has ended it." in browser.get(f"/en/marketplace/interest/{key}").text
        lost = browser.post(f"/en/marketplace/interest/{key}", data={"body": "Hello?", "key": "k"})
        assert lost.status_code == 409


def test_when_one_side_leaves_the_platform_its_words_go_with_it(given: Given) -> None:
    ada, bea = given.person(), given.person("Bea Verylongname")
    need = a_listing(given, ada, an_organisation(given, ada))
    key = an_interest(given, need, bea, note="A private word.").key

    def leave() -> None:
        person = people.person_with_id(bea.id)
        assert person is not None
        accounts.close_account(person, by=person)

    given.done(leave)
    shown = given.signed_in(ada).get(f"/en/marketplace/interest/{key}").text
    assert "A private word." not in shown
    assert "Verylongname" not in shown
    assert "Somebody who has left" in shown
