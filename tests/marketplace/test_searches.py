"""Finding what is near, hearing of what is new, reading along by a program."""

from datetime import timedelta

import feedparser
import pytest
import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel import clock, jobs
from academy.kernel.db import session
from academy.kernel.web import Academy
from academy.organisations.models import Organisation
from marketplace import commands
from marketplace.models import Kind, Listing, SavedSearch, State
from marketplace.queries import searches
from tests.given import Given
from tests.marketplace.given_marketplace import BICYCLES, WORKSHOP, a_listing, expired, other_words
from tests.organisations.given_organisations import an_organisation

EMILIA, PADOVA = "ITH5", "ITH3"


def whose(given: Given, name: str) -> tuple[Person, Organisation]:
    person = given.person()
    return person, an_organisation(given, person, name)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("near=ITH5&town=modena", "1 in the town of modena."),
        ("near=ITH5&town=Carpi", "Nothing in the town of Carpi. 2 in Emilia-Romagna."),
        ("near=ITH3", "1 in Veneto."),
        ("near=ITH1", "Nothing in Provincia Autonoma di Bolzano/Bozen. 1 in the regions around it."),
        ("near=ITC4", "Nothing in Lombardia. Nothing in the regions around it. 1 in Italy."),
        ("near=PL71", "Nothing in Łódzkie. Nothing in the regions around it. Nothing in Poland. 2 in all countries."),
    ],
)
def test_what_is_near_is_found_and_where_there_is_nothing_the_search_widens_and_says_so(
    app: Academy, given: Given, asked: str, said: str
) -> None:
    town = said.rpartition(" in ")[2]
    places = {
        "the town of modena.": ["Modena"],
        "Emilia-Romagna.": ["Modena", "Parma"],
        "all countries.": ["Modena", "Parma"],
    }
    regions = dict.fromkeys(places.get(town, []), EMILIA) or {"Padova": PADOVA}
    for name, region in regions.items():
        person, organisation = whose(given, name)
        a_listing(given, person, organisation, country="IT", nuts2=region, municipality=name)
    page = app.test_client().get(f"/en/marketplace?{asked}").text
    assert " ".join(page.split('role="status">')[1].split("</p>")[0].split()) == said


def test_a_feed_has_what_is_open_and_a_table_shows_the_same(app: Academy, given: Given) -> None:
    person, organisation = whose(given, "School")
    need = a_listing(given, person, organisation)
    draft = a_listing(given, person, organisation, title="A draft that nobody sees", state=State.DRAFT)
    over = a_listing(given, person, organisation, title="Something that is over by now")
    expired(given, over)
    client = app.test_client()
    answer = client.get("/en/marketplace/feed.atom?kind=need&theme=tso-f")
    feed = feedparser.parse(answer.data)
    assert answer.mimetype == "application/atom+xml" and not feed.bozo
    assert [entry.title for entry in feed.entries] == [BICYCLES.title]
    assert feed.entries[0].link == f"http://localhost/en/marketplace/{need.slug}"
    table = client.get("/en/marketplace?view=table&kind=need").text
    assert need.title in table and "<table" in table and draft.title not in table and over.title not in table


def test_a_saved_search_tells_of_what_is_new_once(app: Academy, given: Given) -> None:
    reader = given.person()
    browser = given.signed_in(reader)
    for _twice in range(2):
        answer = browser.post("/en/marketplace/saved", data={"kind": "offer", "country": "SI", "q": ""})
        assert answer.status_code == 303
    person, organisation = whose(given, "Workshop")
    a_listing(given, person, organisation, Kind.OFFER, WORKSHOP)
    a_listing(given, person, organisation, Kind.NEED)

    def later() -> None:
        for listing in session.query(Listing):
            assert listing.published_at is not None
            listing.published_at -= timedelta(minutes=20)
        for search in queries_searches():
            search.told_through = clock.now() - timedelta(days=1)

    given.done(later)
    for _day in range(3):
        given.done(commands.tell_what_is_new)
    told = [one for one in given.mail() if "fits your search" in one["Subject"]]
    assert len(told) == 1
    assert WORKSHOP.title in told[0].get_content() and BICYCLES.title not in told[0].get_content()
    assert "Offer, Slovenia" in browser.get("/en/marketplace/saved").text
    stranger = given.signed_in(given.person())
    key = given.seen(lambda: queries_searches()[0].key)
    assert stranger.post(f"/en/marketplace/saved/{key}/forget").status_code == 404
    assert browser.post(f"/en/marketplace/saved/{key}/forget").status_code == 303
    assert given.seen(queries_searches) == []


def test_what_is_new_is_told_although_something_older_has_more_of_the_words(
    app: Academy, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_NEWS", 1)
    reader = given.person()
    person, organisation = whose(given, "Workshop")
    a_listing(given, person, organisation, title="Bicycles, bicycles, bicycles", body=other_words(1))
    given.done(lambda: session.execute(sa.update(Listing).values(published_at=clock.now() - timedelta(days=9))))
    given.signed_in(reader).post("/en/marketplace/saved", data={"q": "bicycles"})
    summary = "A warm room for whoever repairs bicycles, three afternoons a week."
    new = a_listing(given, person, organisation, title="A room with tools", summary=summary, body=other_words(2))

    def later() -> None:
        session.execute(
            sa.update(Listing).where(Listing.id == new.id).values(published_at=clock.now() - timedelta(minutes=20))
        )
        session.execute(sa.update(SavedSearch).values(told_through=clock.now() - timedelta(days=1)))

    given.done(later)
    given.done(commands.tell_what_is_new)
    (told,) = (one for one in given.mail() if "fits your search" in one["Subject"])
    assert new.title in told.get_content()


def queries_searches() -> list[SavedSearch]:
    return session.query(SavedSearch).all()


def test_the_owner_hears_once_of_a_new_match(app: Academy, given: Given) -> None:
    ada, school = whose(given, "School")
    bea, workshop = whose(given, "Workshop")
    need = a_listing(given, ada, school)
    a_listing(given, bea, workshop, Kind.OFFER, WORKSHOP)
    jobs.run_due(app)

    def later() -> None:
        for listing in session.query(Listing):
            assert listing.published_at is not None
            listing.published_at -= timedelta(minutes=20)
            listing.told_through = clock.now() - timedelta(days=1) if listing.id == need.id else clock.now()

    given.done(later)
    for _day in range(3):
        given.done(commands.tell_what_is_new)
    told = [one for one in given.mail() if "Something new fits" in one["Subject"]]
    assert [one["To"] for one in told] == [ada.email]
