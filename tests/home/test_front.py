"""A visitor comes to the door."""

import re

from flask.testing import FlaskClient

from tests.community.given_community import answer, topic
from tests.given import Given
from tests.home.given_home import a_course, done_by
from tests.marketplace.given_marketplace import a_listing, other_words
from tests.organisations.given_organisations import an_organisation


def test_the_root_leads_to_the_language_of_the_browser(client: FlaskClient) -> None:
    for wanted, address in (
        ("it-IT,it;q=0.9,en;q=0.5", "/it/"),
        ("en-GB", "/en/"),
        ("hu", "/en/"),
        ("", "/en/"),
        (";;q=x,,*", "/en/"),
    ):
        response = client.get("/", headers={"Accept-Language": wanted})
        assert (response.status_code, response.location) == (302, address)
        assert "Accept-Language" in response.headers["Vary"]


def test_an_empty_house_says_what_will_be_there(client: FlaskClient) -> None:
    for language, sentence in (("en", "We have just begun"), ("it", "Abbiamo appena cominciato")):
        page = client.get(f"/{language}/")
        assert page.status_code == 200
        assert sentence in page.text
    assert client.get("/xx/").status_code == 404


def test_a_visitor_can_begin_at_once(client: FlaskClient, given: Given) -> None:
    a_course(given)
    author = given.person("Giulia Ferrin")
    a_listing(given, author, an_organisation(given, author, name="Sottoportico"))
    topic(given, author, title="How do you count them?")
    for language, words in (
        (
            "en",
            (
                "Active Citizenship",
                "2 lessons · a need card",
                "What is missing from this need?",
                "How do you count them?",
            ),
        ),
        ("it", ("Cittadinanza attiva", "2 lezioni · una scheda del bisogno", "Che cosa manca a questo bisogno?")),
    ):
        page = client.get(f"/{language}/").text
        for word in (*words, "A place where teenagers can repair bicycles", "Sottoportico"):
            assert word in page
        assert f"/{language}/learn/active-citizenship/seeing-a-need" in page


def test_the_question_on_the_front_page_is_answered_without_an_account(client: FlaskClient, given: Given) -> None:
    a_course(given)
    page = client.get("/en/").text
    form = re.search(r'<form class="practice".*?</form>', page, re.DOTALL)
    assert form
    action = re.search(r'action="([^"]+)"', form[0])
    field = re.search(r'<input[^>]*type="radio"[^>]*name="([^"]+)"', form[0]) or re.search(
        r'<input[^>]*name="([^"]+)"[^>]*type="radio"', form[0]
    )
    assert action
    assert field
    answer_page = client.post(action[1], data={field[1]: "b", "back": "/en/"})
    assert "Right." in answer_page.text


def test_a_member_is_shown_the_way_to_their_own_page(given: Given) -> None:
    a_course(given)
    page = given.signed_in(given.person("Nives Kranjc")).get("/en/").text
    assert 'href="/en/me"' in page
    assert "What is missing from this need?" not in page


def test_figures_come_from_records_and_small_ones_are_no_boast(client: FlaskClient, given: Given) -> None:
    people = [given.person() for _ in range(5)]
    for person in people:
        done_by(given, person.id, "lesson:active-citizenship/seeing-a-need")
    done_by(given, people[0].id, "module:active-citizenship")
    page = client.get("/en/").text
    told, table = page.split('id="figures"')[1].split("<details")
    assert "<b>5</b> people have begun the course." in told
    assert "finished" not in told
    assert "<b>1</b> has finished at least one module." in table
    assert "<b>0</b> needs are open." in table
    assert "<b>5</b> persone hanno cominciato il corso." in client.get("/it/").text


def test_the_front_page_takes_few_statements_however_much_there_is(client: FlaskClient, given: Given) -> None:
    a_course(given)
    author = given.person("Giulia Ferrin")
    organisation = an_organisation(given, author)
    signed_in = given.signed_in(author)
    for number in range(6):
        a_listing(given, author, organisation, title=f"A room for group number {number}", body=other_words(number))
        answer(given, topic(given, author, title=f"Who has tried number {number}?"), given.person())
    with given.statements() as of_visitor:
        client.get("/en/")
    with given.statements() as kept:
        client.get("/en/")
    with given.statements() as of_member:
        signed_in.get("/en/")
    assert len(of_visitor) <= 8, of_visitor
    assert kept == []
    assert len(of_member) <= 8, of_member
