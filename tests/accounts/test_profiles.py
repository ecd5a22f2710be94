"""What people say of themselves: each part with its own readers."""

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
