"""Does whoever runs an edition see who is where, and who could do with a call?"""

import csv
import io
import re
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from academy.accounts.models import Person, Role
from academy.kernel import clock, sheets
from academy.kernel.db import session as database
from academy.learning.editions.models import Enrolment
from tests.community.given_community import topic
from tests.given import Given
from tests.learning.editions.given_editions import course_and_edition, enrols, session, worker
from tests.learning.given_learning import done


def many(given: Given, edition_id: int, number: int) -> None:
    """Learners made in one go: a list of a thousand is not enrolled one by one here."""
    now = clock.now()

    def make() -> None:
        people = [
            Person(
                email=f"many{n}@example.org", name=f"Learner {n:04}", slug=f"learner-{n}", password_hash="",
                language="en", created_at=now, confirmed_at=now,
            )
            for n in range(number)
        ]  # fmt: skip
        database.add_all(people)
        database.flush()
        rows = [
            {
                "edition_id": edition_id,
                "person_id": one.id,
                "how": "list",
                "since": now,
                "done": 0,
                "total": 5,
                "minutes": 0,
            }
            for one in people
        ]
        database.execute(sa.insert(Enrolment), rows)

    given.done(make)


def test_an_edition_of_a_thousand_opens_in_seven_statements(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    many(given, rovigo.id, 1000)
    browser = given.signed_in(cleo)
    browser.get(f"/en/studio/editions/{rovigo.slug}")
    with given.statements() as seen:
        page = browser.get(f"/en/studio/editions/{rovigo.slug}").text
    assert len(seen) < 8, seen
    assert "1000 people." in page and "Learner 0049" in page and "Learner 0050" not in page
    second = browser.get(f"/en/studio/editions/{rovigo.slug}?after=Learner+0049&id=0").text
    assert "Learner 0048" not in second and "Learner 0098" in second


def test_the_heat_map_says_in_numbers_who_is_where(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada = given.person("Ada")
    enrols(given, rovigo, ada, given.person("Bo"))
    done(given, ada, "needs/seeing", "needs/asking", "money/paying")
    page = given.signed_in(cleo).get(f"/en/studio/editions/{rovigo.slug}").text
    ada_row = page[page.index(">Ada</a>") : page.index(">Bo</a>")]
    assert '<td data-level="2">2</td><td data-level="4">1</td>' in ada_row.replace("\n", "").replace("  ", "")
    assert "60 %" in ada_row and "2 people." in page and "1 have begun" in page


def test_who_to_call_says_why_in_plain_words(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, bo, dora = given.person("Ada"), given.person("Bo"), given.person("Dora")
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        enrols(given, rovigo, ada, bo)
        done(given, bo, "needs/seeing")
        topic(given, bo, title="What is a need, really?")
    session(given, rovigo, cleo, "needs", starts_at=clock.now() - timedelta(days=2), title="The first morning")
    enrols(given, rovigo, dora)
    page = given.signed_in(cleo).get(f"/en/studio/editions/{rovigo.slug}/call").text
    for why in (
        "Has not begun, enrolled 20 days ago", "Stopped 20 days ago", "Missed “The first morning”",
        "Asked “What is a need, really?” in the forum, and nobody has answered",
    ):  # fmt: skip
        assert why in page
    assert "Dora" not in page, "she came after the session and has just begun"


def test_a_message_reaches_the_group_and_nobody_else(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, bo = given.person("Ada"), given.person("Bo", language="it")
    enrols(given, rovigo, ada, bo)
    done(given, ada, "needs/seeing")
    browser = given.signed_in(cleo)
    form = {"to": "not-begun", "title": "Shall we begin?", "body": "The **first** lesson takes ten minutes."}
    empty = browser.post(f"/en/studio/editions/{rovigo.slug}/write", data={**form, "to": "complete"})
    assert empty.status_code == 422 and "nobody in this group" in empty.text and "ten minutes" in empty.text
    browser.post(f"/en/studio/editions/{rovigo.slug}/write", data=form)
    worker(given)
    (mail,) = [message for message in given.mail() if "Shall we begin?" in message["Subject"]]
    assert mail["To"] == bo.email
    assert "Shall we begin?" in browser.get(f"/en/studio/editions/{rovigo.slug}/write").text
    way = next(word for word in mail.get_content().split() if "/editions/messages/" in word).removeprefix(
        "http://localhost"
    )
    assert "<strong>first</strong>" in given.signed_in(bo).get(way).text
    assert given.signed_in(ada).get(way).status_code == 404


def test_a_message_goes_to_those_who_were_ticked_and_are_still_here(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    ada, bo, dora = given.person("Ada"), given.person("Bo"), given.person("Dora")
    enrols(given, rovigo, ada, bo)
    browser = given.signed_in(cleo)
    write = f"/en/studio/editions/{rovigo.slug}/write"
    assert f'name="person" value="{ada.id}"' in browser.get(f"/en/studio/editions/{rovigo.slug}").text
    shown = browser.get(f"{write}?person={ada.id}&person={dora.id}").text
    assert "Ada" in shown and "Dora" not in shown and 'value="chosen"' in shown
    form = {"to": "chosen", "title": "A word", "body": "How are you?"}
    nobody = browser.post(write, data=form)
    assert nobody.status_code == 422 and "Choose at least one person." in nobody.text and "How are you?" in nobody.text
    assert browser.post(write, data={**form, "people": [ada.id, dora.id]}).status_code == 303
    worker(given)
    (mail,) = [message for message in given.mail() if "A word" in message["Subject"]]
    assert mail["To"] == ada.email and "Paid for by an invented fund." in mail.get_content()


def test_the_funding_notice_stands_wherever_the_edition_appears(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    one = session(given, rovigo, cleo, "needs")
    ada = given.person("Ada")
    enrols(given, rovigo, ada)
    browser = given.signed_in(cleo)
    desk = f"/en/studio/editions/{rovigo.slug}"
    pages = [
        "/en/editions", f"/en/editions/{rovigo.slug}", desk,
        *(f"{desk}/{name}" for name in ("sessions", "call", "portfolio", "write", "people", "edit")),
        *(f"/en/studio/editions/sessions/{one.key}/{name}" for name in ("edit", "materials", "sheet", f"sheet/{ada.id}", "screen")),
    ]  # fmt: skip
    without = [address for address in pages if "Paid for by an invented fund." not in browser.get(address).text]
    assert without == []
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{desk}/export.xlsx").data))
    said = [cell.value for line in book.worksheets[1].iter_rows() for cell in line]
    assert rovigo.title in said and "Paid for by an invented fund." in said
    assert "Paid for by an invented fund." in browser.get(f"{desk}/export.csv").text


def test_the_materials_of_a_session_are_there_for_whoever_sees_the_edition(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    tom, una = given.person("Tom", Role.TRAINER), given.person("Una", Role.TRAINER)
    one = session(given, rovigo, cleo, "needs", trainers=(tom,))
    address = f"/en/studio/editions/sessions/{one.key}/materials"
    browser = given.signed_in(tom)

    def sent(client: FlaskClient, content: bytes, name: str = "slides.pdf") -> TestResponse:
        return client.post(address, data={"file": (io.BytesIO(content), name), "alternative": ""})

    assert "Choose a file first." in browser.post(address, data={"alternative": ""}).text
    assert sent(browser, b"MZ a program").status_code == 422
    assert sent(browser, b"%PDF-1.7 slides").status_code == 303
    assert sent(given.signed_in(una), b"%PDF-1.7 slides").status_code == 403
    visitor = given.app.test_client()
    page = visitor.get(f"/en/editions/{rovigo.slug}").text
    file = re.search(r'href="(/files/[^"]+/slides\.pdf)"', page)
    assert file
    with visitor.get(file[1]) as kept:
        assert kept.headers["Content-Disposition"].startswith("attachment")
    assert browser.post(f"{address}/{file[1].split('/')[2]}/away").status_code == 303
    assert visitor.get(file[1]).status_code == 404


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    enrols(given, rovigo, given.person('=HYPERLINK("http://example.org")', email="one@example.org"))
    browser = given.signed_in(cleo)
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/en/studio/editions/{rovigo.slug}/export.xlsx").data))
    header, row = [[cell.value for cell in line] for line in book.worksheets[0].iter_rows()]
    assert header[:2] == ["Name", "E-mail address"] and header[-1] == "2. Money"
    assert row[0] == '=HYPERLINK("http://example.org")' and book.worksheets[0]["A2"].data_type == "s"
    assert row[3:5] == [0, 5]
    content = browser.get(f"/en/studio/editions/{rovigo.slug}/export.csv").data
    assert content.startswith(b"\xef\xbb\xbf")
    (_header, line) = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert line[0] == '\'=HYPERLINK("http://example.org")'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert str(sheets.harmless(f"{start}1+1")).startswith("'")
    assert sheets.harmless(-5) == -5 and sheets.harmless("Ada") == "Ada"
