"""Groups of those who have finished, as far as they want to be found."""

from academy.accounts import commands as accounts
from academy.accounts.models import Audience, Person
from academy.accounts.queries import person_with_id
from academy.kernel import clock
from academy.kernel.db import session
from academy.learning.models import Completion
from tests.given import PASSWORD, Given
from tests.home.given_home import MODULES, a_course


def finished(given: Given, person: Person, *modules: str, shown_to: Audience) -> None:
    def do() -> None:
        found = person_with_id(person.id)
        assert found is not None
        session.add_all(Completion(person_id=person.id, item=f"module:{slug}", at=clock.now()) for slug in modules)
        accounts.describe_oneself(found, {"modules": ("", shown_to), "offers": ("Bread", shown_to)}, by=found)

    given.done(do)


def test_a_group_holds_those_who_finished_and_let_its_reader_know(given: Given) -> None:
    a_course(given)
    first, second = (slug for slug, _title, _lessons in MODULES)
    ada, bea, carla, dora = (given.person(name) for name in ("Ada", "Bea", "Carla", "Dora"))
    finished(given, ada, first, second, shown_to=Audience.EVERYBODY)
    finished(given, bea, first, shown_to=Audience.MEMBERS)
    finished(given, carla, first, second, shown_to=Audience.NOBODY)
    visitor, member = given.app.test_client(), given.signed_in(dora)

    def names(client: object, group: str) -> list[str]:
        page = client.get(f"/en/alumni/{group}").text.split("<main")[1]  # type: ignore[attr-defined]
        return [name for name in ("Ada", "Bea", "Carla", "Dora") if f">{name}</a>" in page]

    assert [names(visitor, group) for group in (first, second, "course")] == [["Ada"], ["Ada"], ["Ada"]]
    assert [names(member, group) for group in (first, second, "course")] == [["Ada", "Bea"], ["Ada"], ["Ada"]]
    assert "/en/alumni" in visitor.get("/en/people").text
    assert "2 people" in member.get("/en/alumni").text and "2 people" not in visitor.get("/en/alumni").text
    assert visitor.get("/en/alumni/unknown").status_code == 404
    with given.statements() as seen:
        member.get("/en/alumni")
        member.get(f"/en/alumni/{first}")
    assert len(seen) <= 16
    given.signed_in(ada).post("/en/settings/close", data={"current": PASSWORD, "sure": "y"})
    assert names(member, "course") == []


def test_a_group_is_read_page_by_page(given: Given) -> None:
    a_course(given)
    first, *_rest = (slug for slug, _title, _lessons in MODULES)
    for number in range(31):
        finished(given, given.person(f"Ada {number:02}"), first, shown_to=Audience.EVERYBODY)
    client = given.app.test_client()
    page = client.get(f"/en/alumni/{first}").text
    assert "Ada 29" in page and "Ada 30" not in page
    assert "Ada 30" in client.get(f"/en/alumni/{first}?after=ada-29").text


def test_before_there_is_a_course_there_is_no_group(given: Given) -> None:
    client = given.app.test_client()
    assert client.get("/en/alumni").status_code == 200
    assert client.get("/en/alumni/course").status_code == 404
