"""Do needs and offers that came up at a session become drafts that say so, with what is known of it?"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from academy.kernel import clock
from academy.kernel.db import session as database
from academy.workflows.noting import lines_in
from marketplace.models import Kind, Listing, State
from tests.given import Given
from tests.learning.editions.given_editions import course_and_edition, enrols, organisation, session

TYPED = {"kind": "need", "language": "en"}


def drafts(given: Given) -> list[Listing]:
    return given.seen(lambda: list(database.scalars(sa.select(Listing).order_by(Listing.id))))


def test_a_trainer_writes_down_what_came_up_and_each_line_is_a_draft_with_what_is_known(
    given: Given, client: FlaskClient
) -> None:
    cleo, rovigo = course_and_edition(given)
    tina = given.person("Tina")
    hers = organisation(given, tina, "Officina")
    held = session(
        given,
        rovigo,
        cleo,
        "needs",
        starts_at=clock.now() - timedelta(hours=2),
        trainers=(tina,),
        title="Round the table",
    )
    browser = given.signed_in(tina)
    address = f"/en/editions/sessions/{held.key}/came-up"
    assert address in browser.get(f"/en/editions/{rovigo.slug}").text
    assert address not in client.get(f"/en/editions/{rovigo.slug}").text
    assert browser.get(address).status_code == 200
    lines = "- Older people do not know when the doctor comes\r\n\r\n2nd: a room for the choir\r\n"
    answer = browser.post(address, data={**TYPED, "organisation": hers.id, "lines": lines})
    assert answer.headers["Location"] == "/en/marketplace/mine"
    first, second = drafts(given)
    assert first.title == "Older people do not know when the doctor comes"
    assert (first.kind, first.state, first.source) == (Kind.NEED, State.DRAFT, "table")
    assert (first.country, first.municipality, first.language) == ("IT", "Rovigo", "en")
    assert (
        first.contact_languages == ["en", "it"]
        and "older-people" in first.targets
        and "tso-c" in first.fields
        and first.goals == []
    )
    assert second.origin == f"session:{held.key}"
    assert "Round the table" in browser.get(f"/en/marketplace/{second.slug}").text
    browser.post(address, data={**TYPED, "organisation": hers.id, "lines": lines})
    assert len(drafts(given)) == 2, "sent twice they are the same drafts"


def test_one_line_leads_straight_to_its_draft_in_the_language_of_the_reader(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada = given.person("Ada")
    ponte = organisation(given, ada, "Kolo")
    enrols(given, rovigo, ada)
    held = session(given, rovigo, cleo, starts_at=clock.now() - timedelta(hours=2))
    browser = given.signed_in(ada)
    typed = {"kind": "offer", "language": "it", "organisation": ponte.id, "lines": "Una stanza per il coro"}
    answer = browser.post(f"/it/editions/sessions/{held.key}/came-up", data=typed)
    assert answer.headers["Location"].endswith("/edit")
    assert "Una stanza per il coro" in browser.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("  \n \n", "Write at least one."),
        ("A room\n" + "b" * 121, "Number 2 is longer than 120 characters."),
        ("\n".join(f"Room {number}" for number in range(21)), "At most 20 at once, and there are 21."),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_lost(given: Given, lines: str, sentence: str) -> None:
    cleo, rovigo = course_and_edition(given)
    held = session(given, rovigo, cleo, starts_at=clock.now() - timedelta(hours=2))
    typed = {**TYPED, "organisation": rovigo.organisation_id, "lines": lines}
    answer = given.signed_in(cleo).post(f"/en/editions/sessions/{held.key}/came-up", data=typed)
    assert answer.status_code == 422 and sentence in answer.text and lines.split("\n")[-1].strip() in answer.text
    assert drafts(given) == []


def test_only_those_who_were_there_write_it_down_and_only_once_it_has_begun(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, stranger = given.person("Ada"), given.person("Stranger")
    enrols(given, rovigo, ada)
    hers = organisation(given, stranger, "Elsewhere")
    past = session(given, rovigo, cleo, starts_at=clock.now() - timedelta(hours=2))
    coming = session(given, rovigo, cleo)
    typed = {**TYPED, "organisation": hers.id, "lines": "A room for the choir"}
    for key, person, status in ((past.key, stranger, 404), (coming.key, ada, 409), (past.key, ada, 422)):
        answer = given.signed_in(person).post(f"/en/editions/sessions/{key}/came-up", data=typed)
        assert answer.status_code == status, answer.text
    assert "also an informal group" in given.signed_in(ada).get(f"/en/editions/sessions/{past.key}/came-up").text
    assert drafts(given) == []


def test_signs_that_lists_begin_with_are_not_part_of_a_line() -> None:
    assert lines_in("- A room\r\n\u2022  A   bus\n\n* A room\nA room") == ["A room", "A bus"]
