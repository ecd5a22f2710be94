"""From a draft to a close, as a browser sees it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Role
from academy.kernel import clock, jobs
from academy.kernel.web import Academy
from marketplace import commands, queries, rules
from marketplace.models import Kind, Listing, Outcome, State
from tests.given import Given
from tests.marketplace.given_marketplace import BICYCLES, FORM, WORKSHOP, a_listing, expired, other_words
from tests.organisations.given_organisations import a_colleague, an_organisation

SLUG = "a-place-where-teenagers-can-repair-bicycles"


def found(given: Given, listing_id: int) -> Listing:
    listing = given.seen(lambda: queries.listing_with_id(listing_id))
    assert listing is not None
    return listing


def test_a_need_is_written_published_and_read_by_everybody_in_both_languages(given: Given, client: FlaskClient) -> None:
    ada = given.person("Ada")
    organisation = an_organisation(given, ada, "Kolo")
    browser = given.signed_in(ada)
    form = browser.get("/en/marketplace/new?kind=need")
    assert "Write a need" in form.text
    assert "In the name of Kolo" in form.text
    answer = browser.post("/en/marketplace/new", data={**FORM, "organisation": organisation.id})
    assert answer.location == f"/en/marketplace/{SLUG}"
    assert "It is public." in browser.get(answer.location).text
    shown = client.get(f"/en/marketplace/{SLUG}").text
    assert "<strong>workshop</strong>" in shown
    assert "Children under 18" in shown
    assert "Ptuj, Slovenia" in shown
    assert "example.org" not in shown.replace('href="/', "")  # nobody's address
    italian = client.get(f"/it/marketplace/{SLUG}").text
    assert "Bambini e ragazzi sotto i 18 anni" in italian
    assert 'lang="en"' in italian
    assert SLUG in client.get("/it/marketplace").text


def test_whoever_has_no_organisation_is_shown_the_way_to_one_and_back(given: Given) -> None:
    browser = given.signed_in(given.person())
    shown = browser.get("/en/marketplace/new?kind=offer").text
    assert "/en/organisations/new?next=/en/marketplace/new?kind%3Doffer" in shown
    assert browser.post("/en/marketplace/new", data=FORM).status_code == 422
    assert browser.get("/en/marketplace/new?kind=wish").status_code == 404


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    for path in ("new?kind=need", "mine", "review", f"{SLUG}/edit"):
        assert client.get(f"/en/marketplace/{path}").status_code == 401
    assert client.post("/en/marketplace/new", data=FORM).status_code == 401


def test_a_draft_wants_a_title_alone_and_nobody_else_sees_it_anywhere(given: Given, client: FlaskClient) -> None:
    ada, colleague = given.person(), given.person()
    stranger, moderator = given.person(), given.person("", Role.MODERATOR)
    organisation = an_organisation(given, ada, "Kolo")
    a_colleague(given, organisation, colleague)
    browser = given.signed_in(ada)
    draft = {"kind": "need", "organisation": organisation.id, "title": "Zanzibar", "language": "en", "action": "draft"}
    assert browser.post("/en/marketplace/new", data=draft).location == "/en/marketplace/zanzibar"
    shown = browser.get("/en/marketplace/zanzibar").text
    assert "A draft, seen by you and your colleagues alone" in shown
    assert "Choose what you look for." in shown
    assert given.signed_in(colleague).get("/en/marketplace/zanzibar").status_code == 200
    for other in (client, given.signed_in(stranger), given.signed_in(moderator)):
        assert other.get("/en/marketplace/zanzibar").status_code == 404
        assert other.get("/en/marketplace/zanzibar/interest").status_code in (401, 404)
        assert "Zanzibar" not in other.get("/en/marketplace").text
        assert "Nothing fits all of this" in other.get("/en/marketplace?q=zanzibar").text
        assert "Zanzibar" not in other.get("/en/organisations/kolo").text
    assert given.signed_in(stranger).get("/en/marketplace/zanzibar/edit").status_code == 404


@pytest.mark.parametrize("state", [State.DRAFT, State.PAUSED, State.CLOSED])
def test_what_is_not_public_is_found_by_nobody_else(given: Given, client: FlaskClient, state: State) -> None:
    ada = given.person()
    listing = a_listing(given, ada, an_organisation(given, ada), state=state)
    assert client.get(f"/en/marketplace/{listing.slug}").status_code == 404
    assert listing.slug not in client.get("/en/marketplace").text
    assert listing.slug not in client.get("/en/marketplace?q=bicycles").text
    assert given.signed_in(ada).get(f"/en/marketplace/{listing.slug}").status_code == 200


def test_past_its_time_it_is_seen_by_nobody_else_even_before_the_worker_comes(
    given: Given, client: FlaskClient
) -> None:
    ada, bea = given.person(), given.person()
    listing = a_listing(given, ada, an_organisation(given, ada))
    expired(given, listing)
    for other in (client, given.signed_in(bea)):
        assert other.get(f"/en/marketplace/{listing.slug}").status_code == 404
        for address in ("/en/marketplace", "/en/marketplace?q=bicycles", "/en/marketplace?sort=closing"):
            assert listing.slug not in other.get(address).text
    assert given.signed_in(bea).post(f"/en/marketplace/{listing.slug}/interest", data={"body": "Hi"}).status_code == 404
    assert given.seen(queries.figures)["open_needs"] == 0


def test_what_is_missing_is_said_beside_each_field_and_all_that_was_typed_is_there(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    typed = {
        **FORM,
        "organisation": organisation.id,
        "title": "",
        "summary": "",
        "resources": [],
        "conditions": "",
        "municipality": "Žiče",
    }
    answer = given.signed_in(ada).post("/en/marketplace/new", data=typed)
    assert answer.status_code == 422
    assert "There are 4 things to mend" in answer.text
    for field in ("title", "summary", "resources", "conditions"):
        assert answer.text.count(f'href="#{field}"') == 1, "one sentence for one fault"
    assert 'value="Žiče"' in answer.text
    assert "About forty pupils" in answer.text
    assert given.seen(lambda: queries.number_not_closed(organisation.id)) == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("body", "[" * 4000, "brackets"),
        ("title", "x" * 121, "longer than 120"),
        ("nuts2", "ITH3", "another country"),
        ("ends_on", "2020-01-01", "It has an end that is over."),
        ("ends_on", "tomorrow", "Not a valid date"),
        ("resources", ["gold"], "is not a valid choice"),
        ("organisation", "999999", "Not a valid choice"),
        ("conditions", "barter", "Choose one."),
    ],
)
def test_bad_input_has_its_own_answer(given: Given, field: str, value: object, sentence: str) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    answer = given.signed_in(ada).post(
        "/en/marketplace/new", data={**FORM, "organisation": organisation.id, field: value}
    )
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_end_comes_after_the_beginning(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    dates = {"starts_on": "2099-03-01", "ends_on": "2099-02-01"}
    answer = given.signed_in(ada).post("/en/marketplace/new", data={**FORM, "organisation": organisation.id, **dates})
    assert "The end comes before the beginning." in answer.text


def test_hostile_text_does_nothing(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    evil = (
        "<img src=x onerror=alert(1)><script>alert(2)</script> [x](javascript:alert(3)) and some more words to be long"
    )
    answer = given.signed_in(ada).post(
        "/en/marketplace/new",
        data={**FORM, "organisation": organisation.id, "title": f"Title {evil}"[:120], "body": evil, "evidence": evil},
    )
    shown = client.get(answer.location).text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert 'href="javascript' not in shown


def test_a_preview_keeps_nothing_and_loses_nothing(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    browser = given.signed_in(ada)
    typed = {**FORM, "organisation": organisation.id, "targets": [], "action": ""}
    answer = browser.post("/en/marketplace/preview", data=typed)
    assert answer.status_code == 200
    assert "As others would see it" in answer.text
    assert "<strong>workshop</strong>" in answer.text
    assert "Choose whom it is for." in answer.text
    assert "asked for a **workshop**" in answer.text
    assert given.seen(lambda: queries.number_not_closed(organisation.id)) == 0


def test_a_need_that_is_a_solution_in_disguise_gets_a_hint_and_is_not_refused(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    browser = given.signed_in(ada)
    typed = {**FORM, "organisation": organisation.id, "title": "An app for older people", "action": "draft"}
    answer = browser.post("/en/marketplace/new", data=typed)
    assert "reads like a solution" in browser.get(answer.location).text
    assert browser.post(f"{answer.location}/publish").status_code == 303
    assert "reads like a solution" not in browser.get("/en/marketplace/new?kind=need").text
    italian = browser.post(
        "/it/marketplace/preview", data={**typed, "title": "Un’app per gli anziani", "language": "it"}
    )
    assert "soluzione" in italian.text


def test_two_colleagues_do_not_overwrite_each_other(given: Given) -> None:
    ada, bea = given.person(), given.person()
    organisation = an_organisation(given, ada)
    a_colleague(given, organisation, bea)
    listing = a_listing(given, ada, organisation)
    typed = {**FORM, "organisation": organisation.id, "revision": listing.revision, "action": "save"}
    first = given.signed_in(ada).post(
        f"/en/marketplace/{SLUG}/edit", data={**typed, "summary": "Ada was here first, with this."}
    )
    assert first.status_code == 303
    second = given.signed_in(bea).post(
        f"/en/marketplace/{SLUG}/edit", data={**typed, "summary": "Bea was here, too, a bit later."}
    )
    assert second.status_code == 422
    assert "A colleague has changed this in the meantime" in second.text
    assert "Bea was here, too" in second.text
    assert found(given, listing.id).summary.startswith("Ada")


def test_what_is_public_stays_complete(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    listing = a_listing(given, ada, organisation)
    typed = {**FORM, "organisation": organisation.id, "revision": listing.revision, "resources": [], "action": "save"}
    answer = given.signed_in(ada).post(f"/en/marketplace/{SLUG}/edit", data=typed)
    assert answer.status_code == 422
    assert "Choose what you look for." in answer.text


def test_the_address_stays_when_the_title_changes(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    listing = a_listing(given, ada, organisation)
    typed = {
        **FORM,
        "organisation": organisation.id,
        "revision": listing.revision,
        "title": "Somewhere to mend wheels",
        "action": "save",
    }
    assert given.signed_in(ada).post(f"/en/marketplace/{SLUG}/edit", data=typed).status_code == 303
    assert "Somewhere to mend wheels" in client.get(f"/en/marketplace/{SLUG}").text
    assert SLUG in client.get("/en/marketplace?q=wheels").text


def test_words_that_are_addresses_are_no_slugs(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    for title in ("Mine", "New", "How matching works", "日本語"):
        listing = a_listing(given, ada, organisation, state=State.DRAFT, title=title)
        assert listing.slug not in {"mine", "new", "how-matching-works", ""}


def test_pause_talks_renew_and_close(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    listing = a_listing(given, ada, an_organisation(given, ada))
    browser, address = given.signed_in(ada), f"/en/marketplace/{SLUG}"
    assert browser.post(f"{address}/pause").status_code == 303
    assert client.get(address).status_code == 404
    assert browser.post(f"{address}/publish").status_code == 303
    assert client.get(address).status_code == 200
    assert browser.post(f"{address}/talks").status_code == 303
    assert "In talks" in client.get(address).text
    assert SLUG not in client.get("/en/marketplace").text
    assert browser.post(f"{address}/close", data={}).status_code == 422
    assert browser.post(f"{address}/close", data={"outcome": "expired"}).status_code == 422
    assert browser.post(f"{address}/close", data={"outcome": "met-here"}).status_code == 303
    assert client.get(address).status_code == 404
    assert found(given, listing.id).outcome == Outcome.MET_HERE
    assert given.seen(queries.figures) == {"open_needs": 0, "open_offers": 0, "agreed": 1}
    assert browser.post(f"{address}/renew").status_code == 409
    assert browser.get(f"{address}/edit").status_code == 409


def test_only_its_people_change_a_listing(given: Given) -> None:
    ada, eve = given.person(), given.person("", Role.COORDINATOR)
    listing = a_listing(given, ada, an_organisation(given, ada))
    an_organisation(given, eve, "Others")
    browser = given.signed_in(eve)
    for what in ("publish", "pause", "talks", "renew", "close", "discard", "not-for-us", "edit"):
        assert browser.post(f"/en/marketplace/{SLUG}/{what}", data={"outcome": "withdrawn"}).status_code == 404
    for what in ("approve", "send-back"):
        assert browser.post(f"/en/marketplace/{SLUG}/{what}", data={"reason": "no"}).status_code == 403
    assert found(given, listing.id).state == State.PUBLISHED


def test_it_expires_its_people_are_told_and_renew_it_in_one_click(
    app: Academy, given: Given, client: FlaskClient
) -> None:
    ada = given.person("Ada", email="ada@example.org")
    listing = a_listing(given, ada, an_organisation(given, ada))
    expired(given, listing)
    given.done(lambda: commands.expire_listings() and None)
    given.done(lambda: commands.expire_listings() and None)  # the worker may come twice
    assert found(given, listing.id).outcome == Outcome.EXPIRED
    told = [message for message in given.mail() if "has expired" in message["Subject"]]
    assert len(told) == 1
    browser = given.signed_in(ada)
    assert "Renew for six months" in browser.get(given.link_in(told[0])).text
    assert browser.post(f"/en/marketplace/{SLUG}/renew").status_code == 303
    assert client.get(f"/en/marketplace/{SLUG}").status_code == 200
    assert (found(given, listing.id).expires_at or clock.now()) > clock.now()
    assert SLUG in client.get("/en/marketplace?q=bicycles").text


def test_two_weeks_and_two_days_before_its_end_its_people_are_warned_and_the_link_has_one_button(given: Given) -> None:
    ada = given.person()
    listing = a_listing(given, ada, an_organisation(given, ada))

    def warned() -> list[Any]:
        for _twice in range(2):
            given.done(lambda: commands.warn_of_expiry())
        return [message for message in given.mail() if "expires on" in message["Subject"]]

    def age(left: timedelta, since_warned: timedelta | None) -> None:
        one = queries.listing_with_id(listing.id)
        assert one is not None
        one.expires_at = clock.now() + left
        one.warned_at = clock.now() - since_warned if since_warned else None

    given.done(lambda: age(rules.WARNED_BEFORE, None))
    assert len(warned()) == 1
    given.done(lambda: age(rules.WARNED_AGAIN, timedelta(days=12)))
    told = warned()
    assert len(told) == 2
    browser = given.signed_in(ada)
    page = browser.get(given.link_in(told[-1])).text
    assert "Is it still true?" in page and page.count("Renew for six months") == 1
    assert browser.post(f"/en/marketplace/{listing.slug}/renew").status_code == 303


def test_what_names_a_day_on_which_it_ends_is_open_until_then_and_renewing_takes_the_day_out(
    given: Given, client: FlaskClient
) -> None:
    ada = given.person()
    end = clock.now().date() + timedelta(days=20)
    listing = a_listing(given, ada, an_organisation(given, ada), ends_on=end)
    assert (found(given, listing.id).expires_at or clock.now()).date() == end
    browser, page = given.signed_in(ada), f"/en/marketplace/{listing.slug}"
    typed = {**FORM, "organisation": listing.organisation_id, "action": "save"}
    later = end + timedelta(days=30)
    browser.post(f"{page}/edit", data={**typed, "revision": 1, "ends_on": later.isoformat()})
    assert (found(given, listing.id).expires_at or clock.now()).date() == later
    assert "Renewed, it no longer names one." in browser.get(f"{page}/renew").text
    browser.post(f"{page}/renew")
    known = found(given, listing.id)
    assert known.ends_on is None and known.expires_at and known.expires_at > clock.now() + timedelta(days=180)
    assert browser.post(f"{page}/edit", data={**typed, "revision": 2}).status_code == 422, "it has changed since"


def test_what_waited_for_a_moderator_until_its_end_is_over_is_not_made_public(given: Given) -> None:
    ada, mo = given.person(), given.person("Mo", Role.MODERATOR)
    organisation = an_organisation(given, ada, verified=False)
    listing = a_listing(given, ada, organisation, ends_on=clock.now().date())
    assert listing.state == State.REVIEW

    def wait() -> None:
        one = queries.listing_with_id(listing.id)
        assert one is not None
        one.ends_on = clock.now().date() - timedelta(days=1)

    given.done(wait)
    refused = given.signed_in(mo).post(f"/en/marketplace/{listing.slug}/approve")
    assert refused.status_code == 409 and "It was to end before today. Send it back" in refused.text


def test_a_draft_is_thrown_away_and_what_was_public_is_not(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    draft = a_listing(given, ada, organisation, state=State.DRAFT)
    public = a_listing(given, ada, organisation, Kind.OFFER, WORKSHOP)
    browser = given.signed_in(ada)
    assert browser.post(f"/en/marketplace/{draft.slug}/discard").status_code == 303
    assert browser.get(f"/en/marketplace/{draft.slug}").status_code == 404
    assert browser.post(f"/en/marketplace/{public.slug}/discard").status_code == 409


def test_published_twice_at_once_it_is_published_once(app: Academy, given: Given) -> None:
    ada = given.person()
    listing = a_listing(given, ada, an_organisation(given, ada), state=State.DRAFT)
    browsers = [given.signed_in(ada), given.signed_in(ada)]
    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(lambda one: one.post(f"/en/marketplace/{listing.slug}/publish").status_code, browsers)]
    assert answers == [303, 303]
    jobs.run_due(app)
    assert found(given, listing.id).state == State.PUBLISHED


def test_when_nobody_is_left_to_answer_it_is_closed(given: Given, client: FlaskClient) -> None:
    ada = given.person("Ada Lovelace")
    listing = a_listing(given, ada, an_organisation(given, ada))

    def leave() -> None:
        person = people.person_with_id(ada.id)
        assert person is not None
        accounts.close_account(person, by=person)

    given.done(leave)
    assert client.get(f"/en/marketplace/{listing.slug}").status_code == 404
    assert found(given, listing.id).outcome == Outcome.WITHDRAWN


def test_my_page_shows_mine_in_every_state_with_few_statements(given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    for number, state in enumerate((State.DRAFT, State.PUBLISHED, State.PAUSED, State.IN_TALKS, State.CLOSED) * 2):
        a_listing(given, ada, organisation, state=state, title=f"{BICYCLES.title} {number}", body=other_words(number))
    browser = given.signed_in(ada)
    with given.statements() as seen:
        shown = browser.get("/en/marketplace/mine").text
    assert len(seen) <= 8, seen
    for word in ("Draft", "Published", "Paused", "In talks", "Ended"):
        assert word in shown
    with given.statements() as seen:
        assert browser.get(f"/en/marketplace/{SLUG}-1").status_code == 200
    assert len(seen) <= 8, seen
