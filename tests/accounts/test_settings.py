"""A person minds the account."""

from flask.testing import FlaskClient

from academy.accounts import queries
from academy.accounts.models import Person, Role
from academy.accounts.rules import browser_called, may_change_account, may_give_role
from academy.kernel.web import Academy
from tests.given import PASSWORD, Given


def test_a_browser_is_called_what_its_owner_calls_it() -> None:
    chrome = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
    assert [str(browser_called(said)) for said in (chrome, safari, firefox, f"{chrome} Edg/130.0", "curl/8", "")] == [
        "Chrome on Android",
        "Safari on iPhone",
        "Firefox on Windows",
        "Edge on Android",
        "",
        "",
    ]


def test_profile_language_and_time_zone_are_saved(given: Given) -> None:
    client = given.signed_in(given.person("Ada"))
    form = {"name": "Ada B.", "about": "Runs a youth club", "language": "it", "time_zone": "Europe/Warsaw"}
    assert client.post("/en/settings/profile", data=form).location == "/it/settings"
    shown = client.get("/it/settings").text
    assert 'value="Ada B."' in shown and "Salvato" in shown
    assert client.post("/en/settings/profile", data={**form, "time_zone": "Mars/Base"}).status_code == 422


def test_sign_ins_are_listed_and_ended(given: Given) -> None:
    ada = given.person("Ada")
    here, there = given.signed_in(ada), given.signed_in(ada)
    shown = here.get("/en/settings").text
    assert shown.count("last seen") == 2 and "This browser" in shown
    others = given.seen(lambda: [sign_in.id for sign_in in queries.sign_ins_of(ada)])
    stranger = given.signed_in(given.person("Bea"))
    assert stranger.post(f"/en/settings/sign-ins/{others[0]}/end").status_code == 404
    assert there.get("/en/settings").status_code == 200
    here.post("/en/settings/sign-ins/end")
    assert there.get("/en/settings").status_code == 401
    assert here.get("/en/settings").status_code == 200


def test_changing_the_password_asks_for_the_present_one(given: Given) -> None:
    client = given.signed_in(given.person("Ada"))
    form = {"current": "wrong", "password": "a quite different phrase"}
    refused = client.post("/en/settings/password", data=form)
    assert refused.status_code == 422 and "not your present password" in refused.text
    assert client.post("/en/settings/password", data={**form, "current": PASSWORD}).status_code == 303


def test_changing_the_address_happens_only_behind_the_link(given: Given, app: Academy) -> None:
    client = given.signed_in(given.person("Ada", email="ada@example.org"))
    client.post("/en/settings/address", data={"email": "ada@new.example", "current": PASSWORD})
    first, second = given.mail()
    assert {first["To"], second["To"]} == {"ada@new.example", "ada@example.org"}
    assert "ada@example.org" in client.get("/en/settings").text
    to_new = first if first["To"] == "ada@new.example" else second
    link = given.link_in(to_new)
    assert client.get(link).status_code == 200
    client.post(link)
    assert app.test_client().post(link).status_code == 410
    form = {"email": "ada@new.example", "password": PASSWORD}
    assert app.test_client().post("/en/sign-in", data=form).status_code == 303


def test_the_address_of_somebody_else_is_not_given_away(given: Given) -> None:
    given.person("Bea", email="bea@example.org")
    client = given.signed_in(given.person("Ada", email="ada@example.org"))
    taken = client.post("/en/settings/address", data={"email": "bea@example.org", "current": PASSWORD})
    free = client.post("/en/settings/address", data={"email": "free@example.org", "current": PASSWORD})
    assert taken.location == free.location


def test_closing_erases_what_is_personal_and_ends_every_sign_in(given: Given, app: Academy) -> None:
    ada = given.person("Ada Bianchi", email="ada@example.org")
    client, other = given.signed_in(ada), given.signed_in(ada)
    assert client.post("/en/settings/close", data={"current": PASSWORD}).status_code == 422, (
        "it asks whether one is sure"
    )
    client.post("/en/settings/close", data={"current": PASSWORD, "sure": "y"})
    assert other.get("/en/settings").status_code == 401
    assert app.test_client().get(f"/en/people/{ada.slug}").status_code == 404
    gone = given.seen(lambda: queries.person_with_id(ada.id))
    assert gone is not None and gone.closed_at and (gone.name, gone.about, gone.password_hash) == ("", "", "")
    form = {"email": "ada@example.org", "password": PASSWORD}
    assert app.test_client().post("/en/sign-in", data=form).status_code == 422
    assert given.person("Ada again", email="ada@example.org").id != ada.id, "the address is free again"


def test_only_the_person_an_administrator_or_the_platform_changes_an_account(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    chief = given.person("Chief", Role.ADMINISTRATOR)
    assert may_change_account(ada, by=ada) and may_change_account(ada, by=chief) and may_change_account(ada, by=None)
    assert not may_change_account(ada, by=bea)
    assert may_give_role(bea, by=chief) and may_give_role(bea, by=None) and not may_give_role(bea, by=ada)


def test_a_profile_is_public_once_the_address_is_confirmed(given: Given, client: FlaskClient) -> None:
    ada: Person = given.person("Ada Bianchi")
    assert "Ada Bianchi" in client.get(f"/en/people/{ada.slug}").text
    client.post("/en/sign-up", data={"name": "Not yet", "email": "n@example.org", "password": PASSWORD})
    assert client.get("/en/people/not-yet").status_code == 404
    shown = client.get(f"/en/people/{ada.slug}").text
    assert ada.email not in shown


def test_everybody_takes_home_what_is_kept_about_them_and_nothing_of_others(given: Given) -> None:
    ada, _bea = given.person("Ada", email="ada@example.org"), given.person("Bea", email="bea@example.org")
    browser = given.signed_in(ada)
    assert "/en/settings/my-data.json" in browser.get("/en/settings").text
    sent = browser.get("/en/settings/my-data.json")
    assert sent.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert sent.headers["Cache-Control"] == "private, no-store"
    assert sent.json is not None
    assert [row["email"] for row in sent.json["people"]] == ["ada@example.org"]
    assert len(sent.json["sign_ins"]) == 1
    for secret in ("bea@example.org", "password_hash", "key_hash"):
        assert secret not in sent.text
