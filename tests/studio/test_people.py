"""An administrator finds somebody, and gives and takes roles, without a command line."""

import pytest

from academy.accounts import commands as accounts
from academy.accounts import queries
from academy.accounts.models import Person, Role
from tests.given import Given
from tests.organisations.given_organisations import an_organisation

DESK = "/en/studio/people"
WHY = {"why": "She looks after the forum of Ptuj."}


@pytest.fixture
def chief(given: Given) -> Person:
    return given.person("Chief", Role.ADMINISTRATOR)


def roles_of(given: Given, person: Person) -> set[Role]:
    found = given.seen(lambda: queries.person_with_id(person.id))
    assert found is not None
    return {held.role for held in found.roles}


def test_people_are_found_by_any_part_of_a_name_or_by_a_whole_address(given: Given, chief: Person) -> None:
    given.person("Élodie Brun", email="elodie@example.org")
    given.person("Élise Braun", Role.MODERATOR)
    browser = given.signed_in(chief)
    assert "People and roles" in browser.get("/en/studio").text
    for words, found in (
        ("elod", {"Élodie Brun"}),
        ("ÉLODIE", {"Élodie Brun"}),
        ("br él", {"Élodie Brun", "Élise Braun"}),
        ("elodie@example.org", {"Élodie Brun"}),
        ("ELODIE@example.org", {"Élodie Brun"}),
        ("elodie@example", set()),
        ("%", set()),
    ):
        shown = browser.get(DESK, query_string={"q": words}).text
        assert {name for name in ("Élodie Brun", "Élise Braun", "Chief</a>") if name in shown} == found, words
    moderators = browser.get(f"{DESK}?role=moderator").text
    assert "Élise Braun" in moderators
    assert "Élodie Brun" not in moderators


def test_a_role_is_given_and_taken_with_a_reason_and_the_person_is_told(given: Given, chief: Person) -> None:
    ada = given.person("Ada", language="it")
    an_organisation(given, ada, "Kolo")
    browser, hers = given.signed_in(chief), given.signed_in(ada)
    shown = browser.get(f"{DESK}/ada").text
    for words in (ada.email, "Kolo", "verifies organisations", "Give this role"):
        assert words in shown
    assert hers.get("/en/community/moderation").status_code == 403

    assert browser.post(f"{DESK}/ada/moderator/give", data=WHY).status_code == 303
    assert hers.get("/en/community/moderation").status_code == 200
    told = given.mail()[-1]
    assert (told["To"], told["Subject"]) == (ada.email, "Ora ti occupi di moderazione")
    assert WHY["why"] in told.get_content()
    assert "You are a moderator now" in hers.get("/en/inbox").text
    after = browser.get(f"{DESK}/ada").text
    assert WHY["why"] in after, "the trail of changes says why"
    assert "Take this role back" in after

    assert browser.post(f"{DESK}/ada/moderator/take", data={"why": "She has moved."}).status_code == 303
    assert hers.get("/en/community/moderation").status_code == 403
    assert given.mail()[-1]["Subject"] == "Non ti occupi più di moderazione"
    assert "She has moved." in browser.get(f"{DESK}/ada").text
    assert roles_of(given, ada) == set()


def test_without_a_reason_nothing_is_given(given: Given, chief: Person) -> None:
    ada = given.person("Ada")
    answer = given.signed_in(chief).post(f"{DESK}/ada/trainer/give", data={"why": " "})
    assert answer.status_code == 422
    assert "Say in a few words why." in answer.text
    assert 'href="#why-trainer"' in answer.text
    assert roles_of(given, ada) == set()


def test_the_last_administrator_keeps_the_role(given: Given, chief: Person) -> None:
    browser = given.signed_in(chief)
    assert "Nobody else is an administrator" in browser.get(f"{DESK}/chief").text
    refused = browser.post(f"{DESK}/chief/administrator/take", data=WHY)
    assert refused.status_code == 409
    assert roles_of(given, chief) == {Role.ADMINISTRATOR}

    other = given.person("Other")
    browser.post(f"{DESK}/other/administrator/give", data=WHY)
    gone = browser.post(f"{DESK}/chief/administrator/take", data=WHY)
    assert gone.location == "/en/me", "they may not look at the desk any more"
    assert roles_of(given, chief) == set()
    assert browser.get(DESK).status_code == 403
    assert given.signed_in(other).post(f"{DESK}/other/administrator/take", data=WHY).status_code == 409


@pytest.mark.parametrize("role", ["owner", "learner", "organisation"])
def test_only_roles_that_allow_something_are_given(given: Given, chief: Person, role: str) -> None:
    given.person("Ada")
    assert given.signed_in(chief).post(f"{DESK}/ada/{role}/give", data=WHY).status_code == 404


def test_an_account_that_has_not_confirmed_its_address_gets_no_role(given: Given, chief: Person) -> None:
    given.app.test_client().post(
        "/en/sign-up", data={"name": "Nives", "email": "nives@example.org", "password": "five blue wooden chairs"}
    )
    browser = given.signed_in(chief)
    assert "has not confirmed its address yet" in browser.get(f"{DESK}/nives").text
    assert browser.post(f"{DESK}/nives/trainer/give", data=WHY).status_code == 409


def test_whoever_runs_the_server_gives_roles_without_being_asked_why(given: Given, chief: Person) -> None:
    def take() -> None:
        person = queries.person_with_id(chief.id)
        assert person is not None
        accounts.take_role(person, Role.ADMINISTRATOR, by=None)
        accounts.give_role(person, Role.ADMINISTRATOR, by=None)

    given.done(take)
    assert roles_of(given, chief) == {Role.ADMINISTRATOR}
    assert "On the server" in given.signed_in(chief).get(f"{DESK}/chief").text
    assert not given.mail()


def test_nobody_but_an_administrator_looks_at_people(given: Given) -> None:
    given.person("Ada")
    for role in (Role.TRAINER, Role.MODERATOR, Role.COORDINATOR):
        browser = given.signed_in(given.person("", role))
        assert browser.get(DESK).status_code == 403
        assert browser.get(f"{DESK}/ada").status_code == 403
        assert browser.post(f"{DESK}/ada/trainer/give", data=WHY).status_code == 403
        assert "Roles of this person" not in browser.get("/en/people/ada").text


def test_the_pages_take_few_statements_and_go_on_where_they_stopped(
    given: Given, chief: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = given.person("Ada", Role.TRAINER, Role.ADMINISTRATOR)
    an_organisation(given, ada, "Kolo")
    monkeypatch.setattr("academy.studio.people.views.PEOPLE", 1)
    browser = given.signed_in(chief)
    browser.post(f"{DESK}/ada/moderator/give", data=WHY)
    for address in (DESK, f"{DESK}?q=a&role=administrator", f"{DESK}/ada"):
        with given.statements() as seen:
            assert browser.get(address).status_code == 200
        assert len(seen) <= 8, seen
    first = browser.get(f"{DESK}?role=administrator").text
    assert "role=administrator&amp;after=ada" in first
    assert "Chief</a>" not in first
    assert "Chief</a>" in browser.get(f"{DESK}?role=administrator&after=ada").text
