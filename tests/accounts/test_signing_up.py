"""A person comes, and comes back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from academy.accounts import rules
from academy.kernel.db import session
from academy.kernel.throttle import Throttle
from academy.kernel.web import Academy
from tests.given import PASSWORD, Given

NEW = {"name": "Ada Bianchi", "email": "ada@example.org", "password": "five blue wooden chairs"}


def test_signing_up_is_confirmed_by_the_button_behind_the_link(client: FlaskClient, given: Given) -> None:
    answer = client.post("/en/sign-up", data=NEW, follow_redirects=True)
    assert "We have written to ada@example.org" in answer.text
    (message,) = given.mail()
    assert message["To"] == "ada@example.org"
    link = given.link_in(message)
    assert "Confirm and sign in" in client.get(link).text
    assert client.get("/en/settings").status_code == 401, "looking at the link changes nothing"
    assert client.post(link).status_code == 303
    assert "ada@example.org" in client.get("/en/settings").text


def test_the_link_of_the_confirmation_signs_in_once(client: FlaskClient, given: Given) -> None:
    client.post("/en/sign-up", data=NEW)
    link = given.link_in(given.mail()[0])
    assert client.post(link).status_code == 303
    somebody = given.app.test_client()
    for answer in (
        somebody.get(link, follow_redirects=True),
        somebody.post(link, follow_redirects=True),
    ):
        assert "Your address is confirmed already." in answer.text and answer.request.path == "/en/sign-in"
    assert client.get(link).location == "/en/me", "whoever is signed in goes to their own page"


def test_the_message_is_in_the_language_of_the_page(client: FlaskClient, given: Given) -> None:
    client.post("/it/sign-up", data=NEW)
    (message,) = given.mail()
    assert message["Subject"] == "Conferma il tuo indirizzo" and "/it/confirm/" in message.get_content()


def test_a_known_address_gets_the_same_page_and_no_second_account(client: FlaskClient, given: Given) -> None:
    unknown = client.post("/en/sign-up", data=NEW)
    given.person("Bea", email="bea@example.org")
    known = client.post("/en/sign-up", data={**NEW, "email": "bea@example.org"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert [message["Subject"] for message in given.mail()] == ["Confirm your address", "You already have an account"]


def test_who_signs_up_last_with_an_unconfirmed_address_owns_the_link(client: FlaskClient, given: Given) -> None:
    client.post("/en/sign-up", data={**NEW, "name": "Somebody else", "password": "another long phrase"})
    client.post("/en/sign-up", data=NEW)
    first, second = given.mail()
    assert client.post(given.link_in(first)).status_code == 410
    assert client.post(given.link_in(second)).status_code == 303
    assert 'value="Ada Bianchi"' in client.get("/en/settings").text


def test_a_forged_link_is_gone(client: FlaskClient, given: Given) -> None:
    client.post("/en/sign-up", data=NEW)
    link = given.link_in(given.mail()[0])
    assert client.post(link[:-3] + "xyz").status_code == 410


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 10 characters"),
        ("password123", "Too many people use this password"),
        ("1234567890", "Too many people use this password"),
        ("adabianchi1", "too close to your name"),
    ],
)
def test_a_weak_password_is_refused_and_the_rest_is_kept(client: FlaskClient, password: str, sentence: str) -> None:
    answer = client.post("/en/sign-up", data={**NEW, "password": password})
    assert answer.status_code == 422 and sentence in answer.text and 'value="ada@example.org"' in answer.text


def test_empty_fields_are_named_in_italian(client: FlaskClient) -> None:
    answer = client.post("/it/sign-up", data={})
    assert answer.status_code == 422
    for sentence in ("Scrivi il tuo nome.", "Scrivi il tuo indirizzo e-mail.", "Scegli una password."):
        assert answer.text.count(sentence) >= 2, "beside the field and in the summary"


def test_signing_in_and_out(given: Given, client: FlaskClient) -> None:
    given.person("Ada", email="ada@example.org", language="it")
    answer = client.post("/en/sign-in", data={"email": "Ada@Example.org", "password": PASSWORD})
    assert answer.status_code == 303 and answer.location.startswith("/it/")
    assert client.get("/en/settings").status_code == 200
    client.post("/en/sign-out")
    assert client.get("/en/settings").status_code == 401


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    given: Given, client: FlaskClient, email: str
) -> None:
    given.person("Ada", email="ada@example.org")
    answer = client.post("/en/sign-in", data={"email": email, "password": "not the right one"})
    assert answer.status_code == 422 and "do not go together" in answer.text


def test_an_unconfirmed_address_gets_its_link_again(given: Given, client: FlaskClient) -> None:
    client.post("/en/sign-up", data=NEW)
    answer = client.post("/en/sign-in", data=NEW)
    assert answer.status_code == 422 and "Confirm your address first" in answer.text
    assert len(given.mail()) == 2


def test_after_ten_wrong_tries_even_the_right_password_waits(given: Given, client: FlaskClient, app: Academy) -> None:
    given.person("Ada", email="ada@example.org")
    tries, _per = rules.TRIES_PER_ACCOUNT
    for _ in range(tries):
        assert client.post("/en/sign-in", data={"email": "ada@example.org", "password": "wrong"}).status_code == 422
    answer = app.test_client().post("/en/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    stored = given.seen(lambda: [throttle.key for throttle in session.query(Throttle)])
    assert not any("ada" in key for key in stored), "a count does not write down whom it is about"


def test_coming_back_to_where_one_was_but_never_to_another_site(given: Given, client: FlaskClient) -> None:
    given.person("Ada", email="ada@example.org")
    asked = client.get("/en/settings")
    assert asked.status_code == 401 and "/en/sign-in?next=/en/settings" in asked.text
    form = {"email": "ada@example.org", "password": PASSWORD}
    assert client.post("/en/sign-in", data={**form, "next": "/en/settings"}).location == "/en/settings"
    client.post("/en/sign-out")
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = client.post("/en/sign-in", data={**form, "next": elsewhere})
        assert "evil" not in answer.location and "javascript" not in answer.location
        client.post("/en/sign-out")


def test_a_new_password_by_mail_ends_other_sign_ins_and_works_once(given: Given, client: FlaskClient) -> None:
    ada = given.person("Ada", email="ada@example.org")
    elsewhere = given.signed_in(ada)
    client.post("/en/forgotten-password", data={"email": "ada@example.org"})
    link = given.link_in(given.mail()[0])
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": "a quite different phrase"}).status_code == 303
    assert client.get("/en/settings").status_code == 200
    assert elsewhere.get("/en/settings").status_code == 401
    assert client.post(link, data={"password": "and one more phrase"}).status_code == 410
    assert given.mail()[-1]["Subject"] == "Your password was changed"


def test_asking_for_a_new_password_says_the_same_for_everybody(given: Given, client: FlaskClient) -> None:
    given.person("Ada", email="ada@example.org")
    known = client.post("/en/forgotten-password", data={"email": "ada@example.org"})
    unknown = client.post("/en/forgotten-password", data={"email": "nobody@example.org"})
    assert known.location == unknown.location and len(given.mail()) == 1


def test_messages_to_one_address_are_few(given: Given, client: FlaskClient) -> None:
    given.person("Ada", email="ada@example.org")
    for _ in range(10):
        client.post("/en/forgotten-password", data={"email": "ada@example.org"})
    assert len(given.mail()) == rules.MESSAGES_PER_ADDRESS[0]


def test_namesakes_join_at_the_same_moment_and_each_has_an_address_of_their_own(given: Given) -> None:
    with ThreadPoolExecutor(6) as pool:
        people = list(pool.map(lambda _: given.person("Maria Rossi"), range(6)))
    assert len({person.slug for person in people}) == 6
