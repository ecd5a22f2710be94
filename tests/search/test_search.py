"""Somebody looks for something."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from academy.accounts.models import Role
from academy.community import commands as community
from marketplace import commands as marketplace
from marketplace import queries as listings
from marketplace.models import State
from tests.community.given_community import answer, post_of, topic, work_done
from tests.community.test_spaces_and_states import private
from tests.given import Given
from tests.home.given_home import a_course
from tests.marketplace.given_marketplace import a_listing, other_words
from tests.organisations.given_organisations import an_organisation


def test_an_empty_search_says_what_can_be_found(client: FlaskClient) -> None:
    for address, words in (
        ("/en/search", "One search over lessons"),
        ("/it/search?q=%20%20", "Una sola ricerca"),
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert words in page.text


def test_lessons_listings_and_topics_are_found_together(client: FlaskClient, given: Given) -> None:
    a_course(given)
    giulia = given.person("Giulia Ferrin")
    a_listing(given, giulia, an_organisation(given, giulia), title="A pact for our courtyard")
    topic(given, giulia, title="Who signs the pact?")
    work_done(given)
    page = client.get("/en/search?q=pact").text
    assert "/en/learn/active-citizenship/seeing-a-need" in page
    assert "A pact for our courtyard" in page
    assert "Who signs the pact?" in page
    assert "<mark>pact</mark>" in page
    for kind, there, absent in (
        ("course", "Seeing a need", "Who signs the pact?"),
        ("marketplace", "A pact for our courtyard", "Seeing a need"),
        ("community", "Who signs the pact?", "A pact for our courtyard"),
    ):
        narrowed = client.get(f"/en/search?q=pact&kind={kind}").text
        assert there in narrowed
        assert absent not in narrowed


def test_the_readers_language_comes_first_and_others_say_which_they_are(client: FlaskClient, given: Given) -> None:
    a_course(given)
    nives = given.person("Nives Kranjc")
    topic(given, nives, title="Il patto di collaborazione in pratica", language="it")
    topic(given, nives, title="The patto that we signed", language="en")
    work_done(given)
    english, italian = client.get("/en/search?q=patto").text, client.get("/it/search?q=patto").text
    assert english.index("The patto that we signed") < english.index("Il patto di collaborazione in pratica")
    assert '<span lang="it">Italiano</span>' in english
    assert italian.index("Il patto di collaborazione in pratica") < italian.index("The patto that we signed")
    assert '<span lang="en">English</span>' in italian
    assert "Il patto di collaborazione in pratica" in client.get("/it/search?q=patti").text


def test_a_lesson_found_in_another_language_opens_in_it(client: FlaskClient, given: Given) -> None:
    a_course(given)
    page = client.get("/en/search?q=chi+paga").text
    assert 'href="/it/learn/social-business/who-pays"' in page


def test_when_nothing_has_all_the_words_it_says_so(client: FlaskClient, given: Given) -> None:
    a_course(given)
    assert "these have some of them" in client.get("/en/search?q=pact+submarine").text
    assert "questi ne contengono alcune" in client.get("/it/search?q=patto+sottomarino").text
    assert "some of them" not in client.get("/en/search?q=pact").text


def test_when_nothing_is_found_there_are_ways_on(client: FlaskClient, given: Given) -> None:
    a_course(given)
    page = client.get("/en/search?q=submarine&kind=community").text
    assert "Nothing found" in page
    assert 'href="/en/search?q=submarine"' in page
    assert 'href="/en/marketplace"' in page
    assert "Nessun risultato" in client.get("/it/search?q=sottomarino").text


def test_what_may_not_be_seen_is_not_found(client: FlaskClient, given: Given) -> None:
    giulia, moderator = given.person("Giulia Ferrin"), given.person("Lenka", Role.MODERATOR)
    organisation = an_organisation(given, giulia)
    a_listing(given, giulia, organisation, state=State.DRAFT, title="Secret zeppelin")
    paused = a_listing(given, giulia, organisation, title="Paused zeppelin")
    hidden = topic(given, giulia, title="Hidden zeppelin")

    def hide() -> None:
        community.hide_post(post_of(hidden, 1), because="Off topic here.", by=moderator)
        found = listings.listing_with_id(paused.id)
        assert found is not None
        marketplace.pause_listing(found, by=giulia)

    work_done(given)
    assert "Paused zeppelin" in client.get("/en/search?q=zeppelin").text
    assert "Hidden zeppelin" in client.get("/en/search?q=zeppelin").text
    given.done(hide)
    for browser in (client, given.signed_in(given.person("Nives"))):
        page = browser.get("/en/search?q=zeppelin").text
        assert "Nothing found" in page
        for title in ("Secret zeppelin", "Paused zeppelin", "Hidden zeppelin"):
            assert title not in page


def test_many_results_are_paged(client: FlaskClient, given: Given) -> None:
    nives = given.person("Nives Kranjc")
    for number in range(23):
        topic(given, nives, title=f"Bicycle number {number}")
    work_done(given)
    first = client.get("/en/search?q=bicycle").text
    assert first.count("<h2>") == 20
    assert 'rel="next" href="/en/search?q=bicycle&amp;after=20"' in first
    second = client.get("/en/search?q=bicycle&after=20").text
    assert second.count("<h2>") == 3
    assert 'rel="prev" href="/en/search?q=bicycle"' in second


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", "pact*", "* OR", "NOT", "(", "a AND b OR", "NEAR(a b)", "title:pact", "{x}:y", "-pact", "p%a_c\\t", "%",
        ";DROP TABLE people;--", "<script>alert(1)</script>", "a:b & c | !d", "\u202e\u0000\ufeff", "ł ß İ ﬀ Ⅷ",
        "😀 😀", "x" * 5000, "a " * 3000, "日本語", "' OR 1=1", "::tsquery", "\x1b[0m", "&amp;", "\ud800",
    ],
)  # fmt: skip
def test_any_text_is_a_search(client: FlaskClient, given: Given, query: str) -> None:
    a_course(given)
    for language in ("en", "it"):
        page = client.get(f"/{language}/search", query_string={"q": query.encode("utf-8", "replace")})
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_odd_addresses_are_searches_too(client: FlaskClient, given: Given) -> None:
    a_course(given)
    for rest in (
        "kind=x",
        "after=-5",
        "after=x",
        "after=" + "9" * 5000,
        "kind=course&kind=topic",
        "q=%ff%fe%00",
        "%ff=1",
    ):
        assert client.get(f"/en/search?q=pact&{rest}").status_code == 200, rest
    assert client.get("/en/search?q=%00").status_code == 200
    assert client.get("/en/search?q=%ff").status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(query=st.text(max_size=80))
def test_no_text_breaks_it(client: FlaskClient, query: str) -> None:
    assert client.get("/en/search", query_string={"q": query.encode("utf-8", "replace")}).status_code == 200


def test_a_search_takes_few_statements_whatever_is_found(given: Given) -> None:
    a_course(given)
    giulia = given.person("Giulia Ferrin")
    organisation = an_organisation(given, giulia)
    for number in range(4):
        a_listing(given, giulia, organisation, title=f"A pact about a need {number}", body=other_words(number))
        answer(given, topic(given, giulia, title=f"Pact {number}"), given.person(), body="A pact, I need it.")
    work_done(given)
    private(given, giulia)
    browser = given.signed_in(giulia)
    browser.get("/en/search?q=pact")  # what all readers share is kept from now on
    for query in ("pact", "need", "pact need submarine"):
        with given.statements() as said:
            page = browser.get("/en/search", query_string={"q": query}).text
        assert "<mark>" in page
        assert len(said) <= 8, said
