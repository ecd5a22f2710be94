"""Does every reader see what is true now, although processes keep what all readers share?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from academy.accounts.models import Role
from academy.app import create_app
from academy.assessment.models import QuestionVersion
from academy.kernel import shared
from academy.kernel.db import database, session
from academy.kernel.web import Academy
from academy.learning.models import Module
from tests.conftest import settings_for
from tests.given import Given
from tests.learning.given_learning import Files, course_files, edited_on_the_web, imported, lesson

LESSON = "/en/learn/needs/seeing"


@pytest.fixture
def other_process(app: Academy, data_dir: Path, database_url: str) -> Iterator[Given]:
    """A second server on the same database, which has kept nothing in common with the first but the database."""
    second = create_app(settings_for(data_dir, database_url))
    yield Given(second)
    with second.app_context():
        database.engine.dispose()


def rewritten(words: str) -> Files:
    return course_files() | {"01-needs/lessons/01-seeing/en.md": lesson("Seeing (en)", words).encode()}


def edition(given: Given) -> int:
    return given.seen(lambda: session.scalar(sa.select(shared.Edition.number)) or 0)


def test_a_member_reads_what_was_imported_a_moment_ago_in_every_process(given: Given, other_process: Given) -> None:
    imported(given)
    person = given.person()
    readers = [given.signed_in(person), other_process.signed_in(person)]
    for reader in readers:
        for _ in range(2):
            assert "Words about seeing." in reader.get(LESSON).text
    imported(given, rewritten("Other words."))
    for reader in readers:
        page = reader.get(LESSON).text
        assert "Other words." in page
        assert "Words about seeing." not in page


def test_a_trainer_sees_an_edit_at_once_wherever_the_next_page_comes_from(given: Given, other_process: Given) -> None:
    imported(given)
    trainer = given.person("", Role.TRAINER)
    readers: list[FlaskClient] = [given.signed_in(trainer), other_process.signed_in(trainer)]
    for reader in readers:
        assert "Edited" not in reader.get(LESSON).text
    edited_on_the_web(given, "needs", "seeing", "en", lesson("Edited", "By hand."), by=trainer)
    for reader in readers:
        for page in (LESSON, "/en/learn/needs", "/en/learn/needs/asking"):
            assert "Edited" in reader.get(page).text, page


def test_what_is_kept_costs_no_statement_and_what_is_personal_is_read_each_time(given: Given) -> None:
    imported(given)
    first, second = (given.signed_in(given.person()) for _ in range(2))
    first.get(LESSON)
    with given.statements() as seen:
        page = second.get(LESSON).text
    assert not [statement for statement in seen if "unit_versions" in statement or "question" in statement]
    assert "Mark as done" in page
    second.post("/en/learn/needs/seeing/done")
    assert "Take the mark away" in second.get(LESSON).text
    assert "Take the mark away" not in first.get(LESSON).text


def test_any_write_to_a_shared_table_raises_the_edition_once(given: Given) -> None:
    imported(given)
    before = edition(given)

    def write() -> None:
        session.scalars(sa.select(Module)).first().minutes = 5  # type: ignore[union-attr]
        session.flush()
        session.execute(sa.update(Module.__table__).values(minutes=6))
        session.execute(sa.update(QuestionVersion).values(markup=0))

    given.done(write)
    assert edition(given) == before + 1


def test_a_write_that_is_undone_raises_nothing(given: Given) -> None:
    imported(given)
    before = edition(given)

    def write_and_fail() -> None:
        session.execute(sa.update(Module).values(minutes=6))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        given.done(write_and_fail)
    assert edition(given) == before


def test_other_writes_leave_what_is_kept_alone(given: Given) -> None:
    imported(given)
    before = edition(given)
    given.signed_in(given.person()).post("/en/learn/needs/seeing/done")
    assert edition(given) == before


def test_an_edition_that_was_lost_begins_anew(given: Given) -> None:
    imported(given)
    given.done(lambda: session.execute(sa.delete(shared.Edition)))
    reader = given.signed_in(given.person())
    reader.get(LESSON)
    imported(given, rewritten("Other words."))
    assert "Other words." in reader.get(LESSON).text


def test_a_transaction_that_may_write_reads_the_tables(app: Academy, given: Given) -> None:
    @shared.shared
    def minutes(slug: str) -> int | None:
        return session.scalar(sa.select(Module.minutes).where(Module.slug == slug))

    def change() -> str:
        before = minutes("needs")
        session.execute(sa.update(Module).values(minutes=7))
        return f"{before} {minutes('needs')}"

    imported(given)
    app.add_url_rule("/en/change", "change", change, methods=["POST"])
    assert app.test_client().post("/en/change").text == "200 7"
