"""Signing in with an account from elsewhere, against a provider that speaks OpenID Connect for real."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from academy.accounts import queries
from academy.app import create_app
from academy.kernel.db import database
from academy.kernel.web import Academy
from academy.settings import Outside
from tests.conftest import settings_for
from tests.given import PASSWORD, Given

CLIENT = ("academy", "a secret for tests")


@dataclass
class Provider:
    """A small OpenID Connect provider: everybody it is asked about is `says`."""

    address: str = ""
    says: dict[str, object] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by code
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"}))
    wrong_nonce: bool = False


@pytest.fixture(scope="session")
def running() -> Iterator[Provider]:
    provider = Provider()
    app = Flask("provider")

    @app.get("/.well-known/openid-configuration")
    def metadata() -> dict[str, object]:
        return {
            "issuer": provider.address,
            "authorization_endpoint": f"{provider.address}/authorize",
            "token_endpoint": f"{provider.address}/token",
            "jwks_uri": f"{provider.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    @app.get("/keys")
    def keys() -> dict[str, object]:
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize() -> Response:
        code = f"code-{len(provider.asked)}"
        provider.asked[code] = dict(request.args)
        return redirect(f"{request.args['redirect_uri']}?code={code}&state={request.args['state']}")

    @app.post("/token")
    def token() -> dict[str, object]:
        asked = provider.asked[request.form["code"]]
        assert asked["code_challenge_method"] == "S256"
        assert request.form["code_verifier"]
        assert request.authorization is not None
        assert (request.authorization.username, request.authorization.password) == CLIENT
        now = 4_000_000_000
        claims = {
            "iss": provider.address,
            "aud": CLIENT[0],
            "iat": now - 2_500_000_000,
            "exp": now,
            "nonce": "another" if provider.wrong_nonce else asked["nonce"],
            **provider.says,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, provider.key)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": signed}

    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.says = {"sub": "42", "email": "Anna@example.org", "email_verified": True, "name": "Anna Bianchi"}
    running.wrong_nonce = False
    return running


@pytest.fixture
def app(app: Academy, provider: Provider, database_url: str, data_dir: Path) -> Iterator[Academy]:
    """The same site, with the provider set."""
    outside = Outside(provider.address, *CLIENT, "Town ID")
    with_provider = create_app(replace(settings_for(data_dir, database_url), oidc=outside))
    yield with_provider
    with with_provider.app_context():
        database.engine.dispose()


def gone_and_come_back(client: FlaskClient, after: str = "") -> Response:
    """Press the button of the sign-in page, let the provider answer, and follow its answer."""
    import requests

    away = client.get("/en/sign-in/outside", query_string={"next": after})
    assert away.status_code == 302
    answer = requests.get(away.headers["Location"], allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def test_somebody_new_gets_an_account_by_one_button_and_no_password(
    app: Academy, client: FlaskClient, given: Given
) -> None:
    assert "Sign in with Town ID" in client.get("/en/sign-in").text
    back = gone_and_come_back(client, after="/en/learn")
    assert back.headers["Location"] == "/en/sign-in/outside/welcome"
    assert "anna@example.org" in client.get("/en/sign-in/outside/welcome").text
    assert given.seen(lambda: queries.person_with_address("anna@example.org")) is None, "a GET makes nobody"

    came = client.post("/en/sign-in/outside/welcome")
    assert (came.status_code, came.headers["Location"]) == (303, "/en/learn")
    person = given.seen(lambda: queries.person_with_address("anna@example.org"))
    assert person is not None
    assert (person.name, person.password_hash, bool(person.confirmed_at)) == ("Anna Bianchi", "", True)
    assert "no password here" in client.get("/en/settings").text
    refused = client.post("/en/sign-in/outside/disconnect")
    assert refused.status_code == 409
    assert "Set a password first" in refused.text


def test_who_came_once_is_known_again_also_under_a_new_address(
    app: Academy, client: FlaskClient, given: Given, provider: Provider
) -> None:
    gone_and_come_back(client)
    client.post("/en/sign-in/outside/welcome")
    provider.says["email"] = "anna.rossi@example.org"
    again = app.test_client()
    gone_and_come_back(again)
    assert "Welcome back, Anna Bianchi" in again.get("/en/sign-in/outside/welcome").text
    again.post("/en/sign-in/outside/welcome")
    assert "anna@example.org" in again.get("/en/settings").text
    assert given.seen(lambda: queries.person_with_address("anna.rossi@example.org")) is None


def test_an_account_with_the_same_address_is_connected_by_its_password_alone(
    app: Academy, client: FlaskClient, given: Given
) -> None:
    given.person("Anna Here", email="anna@example.org")
    gone_and_come_back(client)
    assert "You have an account here already" in client.get("/en/sign-in/outside/welcome").text
    wrong = client.post("/en/sign-in/outside/welcome", data={"password": "not the password"})
    assert wrong.status_code == 422
    assert "do not go together" in wrong.text
    assert client.get("/en/settings").status_code == 401
    right = client.post("/en/sign-in/outside/welcome", data={"password": PASSWORD})
    assert right.status_code == 303
    assert "You can sign in with Town ID" in client.get("/en/settings").text
    assert client.post("/en/sign-in/outside/disconnect").status_code == 303
    assert "You can sign in with Town ID" not in client.get("/en/settings").text


def test_an_address_that_the_provider_did_not_confirm_makes_no_account(
    app: Academy, client: FlaskClient, given: Given, provider: Provider
) -> None:
    provider.says["email_verified"] = False
    gone_and_come_back(client)
    assert "An address is missing" in client.get("/en/sign-in/outside/welcome").text
    assert client.post("/en/sign-in/outside/welcome").status_code == 410
    assert given.seen(lambda: queries.person_with_address("anna@example.org")) is None


def test_an_answer_for_another_browser_or_with_another_nonce_signs_nobody_in(
    app: Academy, client: FlaskClient, provider: Provider
) -> None:
    provider.wrong_nonce = True
    assert gone_and_come_back(client).headers["Location"] == "/en/sign-in"
    assert client.get("/en/sign-in/outside/welcome").status_code == 410
    stranger = app.test_client()
    query = parse_qs(urlsplit(client.get("/en/sign-in/outside").headers["Location"]).query)
    forged = stranger.get(f"/en/sign-in/outside/back?code=code-0&state={query['state'][0]}")
    assert forged.headers["Location"] == "/en/sign-in"
    denied = client.get(f"/en/sign-in/outside/back?error=access_denied&state={query['state'][0]}")
    assert denied.headers["Location"] == "/en/sign-in"


def test_a_provider_that_is_away_is_said_so(database_url: str, data_dir: Path, app: Academy) -> None:
    nowhere = Outside("http://127.0.0.1:9", *CLIENT, "Town ID")
    lonely = create_app(replace(settings_for(data_dir, database_url), oidc=nowhere))
    answer = lonely.test_client().get("/it/sign-in/outside")
    with lonely.app_context():
        database.engine.dispose()
    assert answer.status_code == 503
    assert "non risponde" in answer.text
