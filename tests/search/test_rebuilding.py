"""The index was lost, or its rules changed."""

import json

import pytest
from flask.testing import FlaskClient

from academy import cli
from academy.community import commands as community
from academy.kernel.db import transaction
from academy.kernel.web import Academy
from academy.retrieval import commands as retrieval
from marketplace.models import State
from tests.community.given_community import topic, work_done
from tests.given import Given
from tests.home.given_home import a_course
from tests.marketplace.given_marketplace import a_listing
from tests.organisations.given_organisations import an_organisation


def test_everything_public_is_found_again(
    app: Academy, client: FlaskClient, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(community, "INDEXED_AT_ONCE", 2)
    a_course(given)
    giulia = given.person("Giulia Ferrin")
    organisation = an_organisation(given, giulia)
    a_listing(given, giulia, organisation, title="A room for the zeppelin club")
    a_listing(given, giulia, organisation, state=State.DRAFT, title="A secret zeppelin in the yard")
    for number in range(5):
        topic(given, giulia, title=f"Zeppelin number {number}")
    work_done(given)
    before = client.get("/en/search?q=zeppelin").text
    with app.app_context(), transaction():
        retrieval.forget_all(by=None)
    assert "Nothing found" in client.get("/en/search?q=zeppelin").text
    done = app.test_cli_runner().invoke(cli.search_commands, ["rebuild", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"activity": 1, "lesson": 5, "listing": 1, "module": 4, "topic": 5}
    after = client.get("/en/search?q=zeppelin").text
    assert after == before
    assert "secret" not in after
    assert "Seeing a need" in client.get("/en/search?q=seeing").text
