"""Does whoever runs an edition see who is where, and who could do with a call?"""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session as database
from academy.learning.editions.models import Enrolment
from academy.studio.editions import sheets
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
