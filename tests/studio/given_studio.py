"""A trainer at the desk for lessons, as a browser without script is."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.given import Given
from tests.learning.given_learning import imported

SEEING = "/en/studio/lessons/needs/seeing"


class Desk:
    """One page of the editor: it remembers the fields that were printed, as a browser does."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address
        self.fields: dict[str, str | list[str]] = {}
        self.open()

    def open(self) -> TestResponse:
        shown = self.client.get(self.address)
        assert shown.status_code == 200, shown.text
        self.fields = fields_in(shown.text)
        return shown

    def post(self, what: str, **changed: str | list[str]) -> TestResponse:
        self.fields |= changed
        answer = self.client.post(f"{self.address}/{what}", data=self.fields)
        if 'id="writing"' in answer.text:
            self.fields = fields_in(answer.text)
        return answer

    def save(self, **changed: str | list[str]) -> TestResponse:
        return self.post("draft", **changed)

    def publish(self, **changed: str | list[str]) -> TestResponse:
        return self.post("publish", **changed)


def fields_in(html: str) -> dict[str, str | list[str]]:
    """What a browser would send from the form of the editor."""
    form = html[html.index('id="writing"') :]
    found: dict[str, str | list[str]] = {"same": []}
    for name in ("title", "minutes", "base", "revision", "hand"):
        tag = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', form)
        assert tag, name
        value = re.search(r'value="([^"]*)"', tag[0])
        found[name] = unescape(value[1]) if value else ""
    for name in ("summary", "sources", "body"):
        area = re.search(rf'<textarea[^>]*\bname="{name}"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL)
        assert area, name
        found[name] = unescape(area[1])
    found["same"] = re.findall(r'name="same" value="([^"]+)" checked', form)
    return found


def desk(given: Given, client: FlaskClient, language: str = "en") -> Desk:
    return Desk(client, f"{SEEING}/{language}")


def course(given: Given) -> None:
    imported(given)
