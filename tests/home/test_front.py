"""The doors of the house, from outside."""

from flask.testing import FlaskClient

from tests.given import Given


def test_the_root_leads_to_the_language_of_the_browser(client: FlaskClient) -> None:
    for wanted, address in (
        ("it-IT,it;q=0.9,en;q=0.5", "/it/"),
        ("en-GB", "/en/"),
        ("hu", "/en/"),
        ("", "/en/"),
        ("\x00;;q=x,,*", "/en/"),
    ):
        response = client.get("/", headers={"Accept-Language": wanted.replace("\x00", "")})
        assert (response.status_code, response.location) == (302, address)
        assert "Accept-Language" in response.headers["Vary"]


def test_my_page_asks_a_visitor_to_sign_in(client: FlaskClient, given: Given) -> None:
    assert client.get("/it/me").status_code == 401
    nives = given.person("Nives Kranjc")
    assert "Nives" in given.signed_in(nives).get("/it/me").text
