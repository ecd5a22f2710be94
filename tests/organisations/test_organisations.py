import pytest
from flask.testing import FlaskClient

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Person, Role
from academy.organisations import queries
from academy.organisations.models import MembershipRole
from tests.given import Given
from tests.organisations.given_organisations import a_colleague, an_organisation

TYPED = {
    "name": "Kolo",
    "kind": "third-sector",
    "country": "SI",
    "nuts2": "SI03",
    "municipality": "Ptuj",
    "body": "We **repair** bicycles. <script>alert(1)</script>",
    "website": "www.kolo.example",
    "languages": ["sl", "en"],
}


def test_a_member_founds_an_organisation_and_everybody_can_read_about_it(given: Given, client: FlaskClient) -> None:
    ada = given.person("Ada")
    answer = given.signed_in(ada).post("/en/organisations/new", data=TYPED)
    assert answer.status_code == 303
    assert answer.location == "/en/organisations/kolo"
    shown = client.get("/en/organisations/kolo").text
    assert "<strong>repair</strong>" in shown
    assert "<script>alert" not in shown
    assert "Ptuj" in shown
    assert "Slovenia" in shown
    assert 'href="https://www.kolo.example"' in shown
    assert "Ada" in shown
    assert "Slovenia" in client.get("/it/organisations/kolo").text
    assert "sloveno" in client.get("/it/organisations/kolo").text


def test_the_founder_comes_back_to_what_they_were_writing_and_never_goes_to_another_site(given: Given) -> None:
    browser = given.signed_in(given.person())
    back = browser.post("/en/organisations/new", data={**TYPED, "next": "/en/marketplace/new?kind=offer"})
    assert back.location == "/en/marketplace/new?kind=offer"
    away = browser.post("/en/organisations/new", data={**TYPED, "next": "//evil.example/"})
    assert away.location.startswith("/en/organisations/kolo-")  # the name was taken


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "This field is required"),
        ("country", "FR", "Not a valid choice"),
        ("nuts2", "ITH3", "another country"),
        ("website", "javascript:alert(1)", "Write the address of a site"),
        ("languages", [], "at least one language"),
        ("body", "[" * 4000, "brackets"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    given: Given, field: str, value: object, sentence: str
) -> None:
    answer = given.signed_in(given.person()).post("/en/organisations/new", data={**TYPED, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Ptuj"' in answer.text
    assert f'href="#{field}"' in answer.text


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/en/organisations/new").status_code == 401
    assert client.post("/en/organisations/new", data=TYPED).status_code == 401
    assert client.get("/en/organisations/nobody").status_code == 404


def test_owners_change_the_page_and_nobody_else(given: Given) -> None:
    owner, colleague, stranger, admin = (
        given.person(),
        given.person(),
        given.person(),
        given.person("", Role.ADMINISTRATOR),
    )
    organisation = an_organisation(given, owner, "Kolo")
    a_colleague(given, organisation, colleague)
    for person, allowed in ((owner, True), (admin, True), (colleague, False), (stranger, False)):
        browser = given.signed_in(person)
        assert browser.get("/en/organisations/kolo/edit").status_code == (200 if allowed else 403)
        answer = browser.post("/en/organisations/kolo/edit", data={**TYPED, "name": f"By {person.id}"})
        assert answer.status_code == (303 if allowed else 403)
        assert ("Change this page" in browser.get("/en/organisations/kolo").text) is allowed
    assert given.signed_in(owner).get("/en/organisations/kolo").status_code == 200  # the address has not changed


def test_a_moderator_verifies_and_a_member_does_not(given: Given) -> None:
    owner, moderator = given.person(), given.person("", Role.MODERATOR)
    an_organisation(given, owner, "Kolo", verified=False)
    assert given.signed_in(owner).post("/en/organisations/kolo/verify").status_code == 403
    browser = given.signed_in(moderator)
    assert "Mark as verified" in browser.get("/en/organisations/kolo").text
    assert browser.post("/en/organisations/kolo/verify").status_code == 303
    assert "Verified" in browser.get("/en/organisations/kolo").text


def test_when_an_owner_leaves_the_longest_standing_colleague_looks_after_it(given: Given) -> None:
    owner, first, second = given.person(), given.person(), given.person()
    organisation = an_organisation(given, owner)
    a_colleague(given, organisation, first)
    a_colleague(given, organisation, second)

    def leave() -> None:
        person = people.person_with_id(owner.id)
        assert person is not None
        accounts.close_account(person, by=person)

    given.done(leave)
    roles = given.seen(lambda: {one.person_id: one.role for one in queries.memberships_in(organisation.id)})
    assert roles == {first.id: MembershipRole.OWNER, second.id: MembershipRole.MEMBER}


def test_the_page_takes_few_statements_however_many_members(given: Given) -> None:
    owner = given.person()
    organisation = an_organisation(given, owner, "Kolo")
    people_: list[Person] = [given.person() for _ in range(6)]
    for person in people_:
        a_colleague(given, organisation, person)
    browser = given.signed_in(owner)
    with given.statements() as seen:
        assert browser.get("/en/organisations/kolo").status_code == 200
    assert len(seen) <= 6, seen
