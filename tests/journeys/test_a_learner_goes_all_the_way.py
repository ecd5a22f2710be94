"""From the front page to an accepted answer, through every part of the platform, over HTTP and on both databases."""

import re

from flask.testing import FlaskClient

from academy.kernel.web import Academy
from tests.given import Given
from tests.learning.given_learning import imported


def joined(client: FlaskClient, given: Given) -> None:
    form = {"name": "Ada Bianchi", "email": "ada@example.org", "password": "five blue wooden chairs"}
    client.post("/it/sign-up", data=form)
    assert client.post(given.link_in(given.mail()[-1])).status_code == 303


def percent(client: FlaskClient, language: str) -> int:
    shown = re.search(r'class="score num">(\d+)<', client.get(f"/{language}/learn/progress").text)
    assert shown
    return int(shown[1])


def test_a_learner_goes_all_the_way(app: Academy, client: FlaskClient, given: Given) -> None:
    imported(given)
    assert client.get("/", headers={"Accept-Language": "it"}).location.endswith("/it/")
    assert client.get("/it/learn/needs/seeing").status_code == 200, "a lesson needs no account"
    joined(client, given)
    before = percent(client, "it")
    assert client.post("/it/learn/needs/seeing/done").status_code == 303
    assert before < percent(client, "it") <= 100
    assert percent(client, "it") == percent(client, "en"), "one progress in two languages"

    began = client.post("/it/learn/needs/quiz")
    assert client.post("/it/learn/needs/quiz").location == began.location, "a double click begins one attempt"
    key = began.location.rpartition("/")[2].partition("?")[0]
    page = client.get(f"/it/learn/attempts/{key}").text
    uuid = re.search(r'name="client_uuid" value="([^"]+)"', page)
    value = re.search(r'name="answer" value="([^"]+)"', page)
    assert uuid
    assert value
    form = {"answer": value[1], "client_uuid": uuid[1], "seen": "0"}
    assert client.post(f"/it/learn/attempts/{key}/1", data=form).status_code == 303
    assert client.post(f"/it/learn/attempts/{key}/hand-in").status_code == 303
    assert client.get(f"/it/learn/attempts/{key}").status_code == 200
    assert app.test_client().get(f"/it/learn/attempts/{key}").status_code == 401, "nobody else's"

    asking = {
        "space": "needs",
        "kind": "question",
        "title": "Quante sedie servono a un tavolo?",
        "body": "Siamo in **dodici**.",
        "language": "it",
        "once": "a-form-of-ada",
    }
    topic = client.post("/it/community/new", data=asking).location.partition("#")[0]
    assert client.post("/it/community/new", data=asking).location.partition("#")[0] == topic, "sent twice, one topic"
    helping = given.signed_in(given.person("Bea Verdi"))
    number = re.search(r"/t/([a-z0-9]+)-", topic)
    assert number
    helping.post(
        f"/en/community/t/{number[1]}/reply", data={"body": "Una più di quante pensi.", "once": "a-form-of-bea"}
    )
    message = given.mail()[-1]
    assert message["To"] == "ada@example.org"
    assert "Una più di quante pensi." in message.get_content()
    assert "/it/" in message.get_content(), "in her language, though it was written on an English page"
    assert client.post(f"/it/community/t/{number[1]}/2/accept").status_code == 303
    assert "Risposta accettata" in client.get(topic).text
    assert "Quante sedie" in client.get("/it/search?q=sedia").text
