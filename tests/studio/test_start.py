"""The studio's first page: the desks of this person, and nothing for anybody else."""

import pytest
from flask.testing import FlaskClient

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.studio import desks
from academy.studio.desks import Desk, at_desk
from tests.given import Given


@pytest.fixture(autouse=True)
def _one_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "_desks", {})

    def may_enter(person: Person) -> Verdict:
        return ALLOWED if person.has(Role.TRAINER) else Verdict(say("Trainers write the lessons."))

    at_desk(Desk("carpentry", say("Carpentry"), say("Wood."), "home.start", "pen", may_enter, waiting=lambda person: 3))


def test_a_trainer_finds_their_desks_and_what_waits(given: Given) -> None:
    client = given.signed_in(given.person("Tea", Role.TRAINER))
    shown = client.get("/en/studio")
    assert shown.status_code == 200 and "Carpentry" in shown.text and "3 wait for you" in shown.text
    assert 'href="/it/studio"' in client.get("/it/me").text


def test_nobody_else_gets_in_or_sees_the_way(client: FlaskClient, given: Given) -> None:
    learner = given.signed_in(given.person())
    refused = learner.get("/en/studio")
    assert refused.status_code == 403 and "for trainers and coordinators" in refused.text
    assert "/en/studio" not in learner.get("/en/me").text
    assert client.get("/en/studio").status_code == 401
