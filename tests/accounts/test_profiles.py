"""What people say of themselves: each part with its own readers."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import event

from academy.accounts.models import Person
from academy.accounts.queries import directory_seen_by
from academy.kernel import clock
from academy.kernel.db import database, session
from academy.learning import commands, rules
from academy.learning.models import UnitKind
from academy.learning.queries import counted_items, modules_and_units, units_called
from tests.given import PASSWORD, Given
from tests.learning.given_learning import imported

FACTS = {
    "offers": "Bread baking for groups",
    "offers_for": "everybody",
    "looks_for": "A room in Linz",
    "looks_for_for": "members",
    "languages": "Deutsch",
    "languages_for": "nobody",
    "region": "",
    "region_for": "members",
    "modules_for": "nobody",
    "meetings_for": "nobody",
}


def test_each_part_is_read_by_those_it_is_for(given: Given) -> None:
    ilse, ada = given.person("Ilse Brandner"), given.person("Ada")
    mine, other, visitor = given.signed_in(ilse), given.signed_in(ada), given.app.test_client()
    assert mine.post("/en/settings/about-me", data={**FACTS, "offers_for": "friends"}).status_code == 422
    assert mine.post("/en/settings/about-me", data=FACTS).status_code == 303
    pages = [client.get(f"/en/people/{ilse.slug}").text for client in (visitor, other, mine)]
    for text, seen in (("Bread baking", [1, 1, 1]), ("A room in Linz", [0, 1, 1]), ("Deutsch", [0, 0, 1])):
        assert [text in page for page in pages] == [bool(one) for one in seen], text


def test_the_directory_finds_only_what_its_reader_may_read(given: Given) -> None:
    ilse, ada = given.person("Ilse Brandner"), given.person("Ada")
    browser = given.signed_in(ilse)
    browser.post("/en/settings/about-me", data=FACTS)
    member, visitor = given.signed_in(ada), given.app.test_client()
    assert "Ilse Brandner" in visitor.get("/en/people").text and "A room in Linz" not in visitor.get("/en/people").text
    assert "Ilse Brandner" in member.get("/it/people?q=LINZ room").text
    assert "Ilse Brandner" not in visitor.get("/en/people?q=linz").text
    assert "Ilse Brandner" not in member.get("/en/people?q=deutsch").text
    assert "Ada" not in visitor.get("/en/people").text.split("<main")[1], "who says nothing is not listed"
    browser.post("/en/settings/close", data={"current": PASSWORD, "sure": "y"})
    assert "Bread baking" not in member.get("/en/people").text


def test_what_the_academy_knows_is_shown_to_those_whom_the_person_chose_and_to_nobody_before(given: Given) -> None:
    imported(given)
    ilse, ada = given.person("Ilse Brandner"), given.person("Ada")
    module, *_rest = given.seen(modules_and_units)
    items = given.seen(counted_items)[module.slug]

    def finish() -> None:
        for unit in units_called(items):
            source = rules.QUIZ if unit.kind is UnitKind.QUIZ else rules.SELF
            commands.complete(ilse.id, unit, source=source, by=None)

    given.done(finish)
    mine, other, visitor = given.signed_in(ilse), given.signed_in(ada), given.app.test_client()
    place = f"/en/learn/{module.slug}"
    page = f"/en/people/{ilse.slug}"
    assert [place in client.get(page).text for client in (mine, other, visitor)] == [False] * 3
    mine.post("/en/settings/about-me", data={**FACTS, "modules_for": "members", "meetings_for": "nobody"})
    assert [place in client.get(page).text for client in (mine, other, visitor)] == [True, True, False]
    with given.statements() as statements:
        other.get(page)
    assert len(statements) <= 8
    nothing_said = {**FACTS, "offers": "", "looks_for": "", "languages": ""}
    mine.post("/en/settings/about-me", data={**nothing_said, "modules_for": "everybody", "meetings_for": "nobody"})
    assert "Ilse" not in other.get("/en/people").text, "the directory lists who says something of themselves"
    assert place in visitor.get(page).text


def test_the_directory_passes_by_whoever_is_silent(given: Given) -> None:
    """It walks an index that holds only those who say something to its reader, however many others there are."""
    ilse, ada = given.person("Ilse Brandner"), given.person("Ada")
    given.signed_in(ilse).post("/en/settings/about-me", data={**FACTS, "offers_for": "members"})
    given.done(lambda: silent_people(2_000))
    for viewer, index, found in (
        (ada, "ix_people_shown_to_members", ["Ilse Brandner"]),
        (None, "ix_people_shown_to_all", []),
    ):
        names, plan = given.seen(lambda viewer=viewer: with_plan(lambda: names_in_directory(viewer)))
        assert names == found
        assert index in plan, plan


def names_in_directory(viewer: Person | None) -> list[str]:
    return [person.name for person in directory_seen_by(viewer, "")]


def silent_people(number: int) -> None:
    rows = [
        {"email": f"silent{n}@example.org", "name": f"Silent {n}", "slug": f"silent-{n}", "about": "", "password_hash": "",
         "language": "en", "time_zone": "Europe/Rome", "created_at": clock.now(), "confirmed_at": clock.now()}
        for n in range(number)
    ]  # fmt: skip
    session.execute(sa.insert(Person), rows)
    session.execute(sa.text("ANALYZE people"))


def with_plan(read: Callable[[], list[str]]) -> tuple[list[str], str]:
    """What it reads, and how the database goes about its last statement."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        found = read()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    explain = "EXPLAIN" if database.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = session.connection().exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type]
    return found, "\n".join(str(row) for row in rows)


def test_the_directory_follows_what_people_say_and_what_they_take_back(given: Given) -> None:
    ilse = given.person("Ilse Brandner")
    mine, visitor = given.signed_in(ilse), given.app.test_client()
    nothing = {**FACTS, "offers": "", "looks_for": "", "languages": ""}
    for facts, listed in (
        ({**FACTS, "offers_for": "everybody"}, True),
        ({**FACTS, "offers_for": "members"}, False),
        ({**FACTS, "languages_for": "everybody", "offers": ""}, True),
        (nothing, False),
        ({**nothing, "modules_for": "everybody"}, False),
    ):
        assert mine.post("/en/settings/about-me", data=facts).status_code == 303
        assert ("Ilse Brandner" in visitor.get("/en/people").text) is listed, facts
