"""Browse, narrow, search, page."""

import re
from collections import Counter

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from academy.kernel import clock, jobs
from academy.kernel.db import session
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import Academy
from academy.retrieval import index_queries
from academy.retrieval import queries as retrieval
from marketplace import commands, queries
from marketplace.models import Kind, Listing, State
from marketplace.queries import Wish
from tests.given import Given
from tests.marketplace.given_marketplace import BICYCLES, WORKSHOP, a_listing, expired, other_words
from tests.organisations.given_organisations import an_organisation


def titles(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/../marketplace/[^"]+"[^>]*>([^<]+)</a></h3>', page)


def count_of(page: str, name: str, value: str) -> int | None:
    found = re.search(rf'id="{name}-{value}".*?<span class="count num">(\d+)</span>', page)
    return int(found[1]) if found else None


def test_an_empty_market_says_how_to_begin(client: FlaskClient) -> None:
    shown = client.get("/en/marketplace").text
    assert "0 needs and offers" in shown
    assert "Write a need" in shown
    assert "Scrivi un bisogno" in client.get("/it/marketplace").text


def test_facets_narrow_the_list_and_count_what_each_choice_would_leave(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    a_listing(given, ada, organisation, title="Need of space in Slovenia")
    a_listing(given, ada, organisation, title="Need of funding in Italy", resources=["funding"], country="IT", nuts2="")
    a_listing(given, ada, organisation, Kind.OFFER, WORKSHOP, title="Offer of space in Italy", country="IT", nuts2="")
    everything = client.get("/en/marketplace").text
    assert len(titles(everything)) == 3
    assert (count_of(everything, "kind", "need"), count_of(everything, "resource", "space")) == (2, 2)
    needs = client.get("/en/marketplace?kind=need").text
    assert len(titles(needs)) == 2
    assert count_of(needs, "kind", "offer") == 1  # what choosing offers as well would add
    assert count_of(needs, "resource", "space") == 1
    narrow = client.get("/en/marketplace?kind=need&country=IT&resource=funding&resource=space").text
    assert titles(narrow) == ["Need of funding in Italy"]
    assert "1 need or offer" in narrow
    none = client.get("/en/marketplace?kind=offer&country=SI").text
    assert "Nothing fits all of this" in none
    assert len(titles(client.get("/en/marketplace?organisation=kolo").text)) == 3
    assert client.get("/en/marketplace?organisation=nobody").status_code == 404


def test_what_public_bodies_ask_for_and_what_came_up_at_a_meeting_can_be_found_apart(
    given: Given, client: FlaskClient
) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada, "Kolo")
    a_listing(given, ada, organisation, title="A town asks for space", public_function="cofog-10", source="table")
    a_listing(given, ada, organisation, title="An association asks for space", source="table")
    everything = client.get("/en/marketplace").text
    assert (count_of(everything, "function", "cofog-10"), count_of(everything, "source", "table")) == (1, 2)
    narrow = client.get("/en/marketplace?function=cofog-10&source=table").text
    assert titles(narrow) == ["A town asks for space"] and "Social protection" in narrow
    assert "Protezione sociale" in client.get("/it/marketplace?function=cofog-10").text


def test_values_that_do_not_exist_are_as_if_they_were_not_there(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    a_listing(given, ada, an_organisation(given, ada))
    for address in ("?kind=wish", "?sort=best", "?country=%27--", "?after=nowhere&kind=need", "?theme=" + "x" * 500):
        assert client.get(f"/en/marketplace{address}").status_code == 200
    assert titles(client.get("/en/marketplace?kind=wish").text) == [BICYCLES.title]


def test_words_find_a_listing_in_the_language_it_was_written_in(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    a_listing(given, ada, organisation)
    a_listing(
        given,
        ada,
        organisation,
        title="Un magazzino per le eccedenze del mercato",
        summary="Cerchiamo uno spazio asciutto per raccogliere frutta e verdura.",
        language="it",
    )
    assert titles(client.get("/en/marketplace?q=bicycle").text) == [BICYCLES.title]
    assert titles(client.get("/it/marketplace?q=magazzini").text) == ["Un magazzino per le eccedenze del mercato"]
    assert titles(client.get("/en/marketplace?q=magazzino&language=en").text) == []
    assert titles(client.get("/en/marketplace?q=xyzzy").text) == []
    for odd in ("%22", "*", "a%20OR%20(b", "%00", "'"):
        assert client.get(f"/en/marketplace?q={odd}").status_code == 200


def test_pages_follow_each_other_without_gap_or_repetition(given: Given, client: FlaskClient) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    for number in range(47):
        a_listing(
            given, ada, organisation, title=f"A place to repair bicycles, number {number:02}", body=other_words(number)
        )
    for start in ("/en/marketplace", "/en/marketplace?sort=closing", "/en/marketplace?q=bicycles"):
        seen: list[str] = []
        address = start
        for _ in range(4):
            page = client.get(address).text
            seen += titles(page)
            following = re.search(r'<a rel="next" href="([^"]+)"', page)
            if not following:
                break
            address = following[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 47, start
    assert titles(client.get("/en/marketplace").text)[0].endswith("46")
    assert titles(client.get("/en/marketplace?sort=closing").text)[0].endswith("00")


def test_a_word_that_many_have_is_narrowed_among_all_that_have_it(
    given: Given, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_queries, "CANDIDATES", 3)
    monkeypatch.setattr(index_queries, "ELSEWHERE", 3)
    ada = given.person()
    organisation = an_organisation(given, ada)
    for number in range(9):
        place = {"country": "IT", "nuts2": ""} if number == 0 else {}
        a_listing(
            given,
            ada,
            organisation,
            title=f"Bicycles in place {number}",
            body=other_words(number),
            language="en",
            **place,
        )
    everything = client.get("/en/marketplace?q=bicycles").text
    assert "9 needs and offers" in everything
    assert titles(everything) == [f"Bicycles in place {number}" for number in range(8, -1, -1)]
    assert count_of(everything, "country", "IT") == 1
    assert titles(client.get("/en/marketplace?q=bicycles&country=IT").text) == ["Bicycles in place 0"]
    monkeypatch.setattr(retrieval, "MOST", 5)
    newest = client.get("/en/marketplace?q=bicycles&sort=newest").text
    assert "5 needs and offers or more" in newest
    assert titles(newest) == [f"Bicycles in place {number}" for number in range(8, 3, -1)]
    assert "5 o più annunci" in client.get("/it/marketplace?q=bicycles").text


def test_the_list_takes_the_same_statements_whatever_its_length(app: Academy, given: Given) -> None:
    ada = given.person()
    organisation, other = an_organisation(given, ada), an_organisation(given, ada, "Other")
    browser = given.signed_in(ada)
    numbers = []
    for _ in range(2):
        for more in range(8):
            own = other_words(8 * len(numbers) + more)
            a_listing(given, ada, organisation, title=f"{BICYCLES.title} {own}"[:120], body=own)
            a_listing(given, ada, other, Kind.OFFER, WORKSHOP, title=f"{WORKSHOP.title} {own}"[:120], body=own)
        jobs.run_due(app)
        with given.statements() as seen:
            page = browser.get("/en/marketplace?q=bicycles&kind=need&kind=offer&resource=space&organisation=other").text
        assert "need" in page
        numbers.append(len(seen))
    assert numbers[1] <= numbers[0] <= 8, "\n".join(one[:150].replace("\n", " ") for one in seen)


def test_figures_newest_and_titles_tell_of_what_is_open_alone(app: Academy, given: Given) -> None:
    ada = given.person()
    organisation = an_organisation(given, ada)
    public = a_listing(given, ada, organisation)
    draft = a_listing(given, ada, organisation, title="Still being written", state=State.DRAFT)
    a_listing(given, ada, organisation, Kind.OFFER, WORKSHOP)
    assert given.seen(queries.figures) == {"open_needs": 1, "open_offers": 1, "agreed": 0}
    assert [one.kind for one in given.seen(lambda: list(queries.newest_listings(None, 5)))] == [Kind.OFFER, Kind.NEED]
    refs = [Ref("listing", public.slug), Ref("listing", draft.slug), Ref("listing", "nothing")]
    with app.test_request_context("/en/"):
        found = subjects_seen_by(None, refs)
    assert {ref.key: subject.title for ref, subject in found.items()} == {public.slug: public.title}


def test_a_wish_without_words_needs_no_search(given: Given) -> None:
    with given.statements() as seen:
        given.seen(lambda: queries.listings_found(Wish(), member=False, language="en", now=clock.now(), limit=20).total)
    assert len(seen) == 2, "what is kept as sets; where they are empty there is no page to ask for"


def test_what_is_counted_is_what_is_there_whatever_is_ticked(given: Given) -> None:
    """Sets and rows tell the same, after posts were written, changed, paused and had expired."""
    ada = given.person()
    organisation = an_organisation(given, ada)
    places = (("SI", "SI03", "Ptuj"), ("SI", "SI04", "Koper"), ("IT", "ITH5", "Modena"), ("AT", "AT31", "Linz"))
    made = []
    for number in range(12):
        country, nuts2, town = places[number % 4]
        made.append(
            a_listing(
                given,
                ada,
                organisation,
                Kind.NEED if number % 3 else Kind.OFFER,
                title=f"A place to repair bicycles, number {number:02}",
                body=other_words(number),
                country=country,
                nuts2=nuts2,
                municipality=town,
                resources=["space", "skills"][: 1 + number % 2],
                goals=[f"sdg-{1 + number % 5}"],
                state=State.PAUSED if number == 7 else State.PUBLISHED,
            )
        )
    expired(given, made[3])

    def opened() -> list[Listing]:
        return [
            one for one in session.scalars(sa.select(Listing)) if one.state == State.PUBLISHED and one.id != made[3].id
        ]

    def check() -> None:
        wishes: tuple[dict[str, tuple[str, ...]], ...] = (
            {},
            {"kind": ("need",)},
            {"resource": ("skills",), "theme": ("sdg-1", "sdg-2")},
            {"country": ("SI",), "region": ("SI04",)},
        )
        for chosen in wishes:
            found = queries.listings_found(
                queries.Wish(chosen=chosen), member=False, language="en", now=clock.now(), limit=50
            )

            def fits(one: Listing, *, but: str = "", chosen: dict[str, tuple[str, ...]] = chosen) -> bool:
                return all(set(values) & set(said(one, facet)) for facet, values in chosen.items() if facet != but)

            there = {one.id for one in opened() if fits(one)}
            assert {one.id for one in found.listings} == there
            assert found.total == len(there)
            for facet in ("kind", "resource", "theme", "country", "region"):
                counted = Counter(value for one in opened() if fits(one, but=facet) for value in said(one, facet))
                assert found.counts[facet] == counted, (chosen, facet)
        near = queries.Wish(near="SI03", town="ptuj")
        assert queries.listings_found(near, member=False, language="en", now=clock.now(), limit=50).total == 3

    given.seen(check)
    given.done(lambda: commands.count_facets_anew(by=None))
    given.seen(check)


def said(listing: Listing, facet: str) -> list[str]:
    return {
        "kind": [listing.kind.value],
        "resource": listing.resources,
        "theme": listing.themes,
        "country": [listing.country],
        "region": [listing.nuts2],
    }[facet]
