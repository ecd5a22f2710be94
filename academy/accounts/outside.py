"""Who does the provider say this is? OpenID Connect with the code flow, PKCE, state and nonce, by Authlib."""

from dataclasses import asdict, dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from flask import Response, current_app
from flask import session as cookie
from joserfc.errors import JoseError
from requests import RequestException

from academy.kernel.logs import logger
from academy.settings import Outside, settings

SECONDS_TO_ANSWER = 10
_COOKIE = "outside"


@dataclass(frozen=True)
class Claims:
    """What the provider vouches for. Without a confirmed address there is none."""

    issuer: str
    subject: str
    email: str
    name: str


def send_to_provider(back: str) -> Response:
    """To the provider, which sends the browser to the address `back` afterwards. Raises ConnectionError."""
    try:
        answer: Response = _provider().authorize_redirect(back)
    except RequestException as fault:
        raise ConnectionError from fault
    return answer


def claims_of_answer() -> Claims | None:
    """What the provider said in its answer, checked; None when the person changed their mind or the answer is not for this browser.

    Raises ConnectionError.
    """
    try:
        said: dict[str, Any] = _provider().authorize_access_token()["userinfo"]
    except RequestException as fault:
        raise ConnectionError from fault
    except (OAuthError, JoseError, KeyError, ValueError):
        logger.warning("an answer of the provider was not accepted", exc_info=True)
        return None
    email = str(said.get("email", "")).strip().lower() if said.get("email_verified") is True else ""
    return Claims(str(said["iss"]), str(said["sub"]), email, str(said.get("name", "")).strip()[:120])


def keep(claims: Claims) -> None:
    """In the browser's signed cookie, until the person has pressed the button."""
    cookie[_COOKIE] = asdict(claims)


def kept() -> Claims | None:
    found = cookie.get(_COOKIE)
    return Claims(**found) if found else None


def provider_set() -> Outside:
    """What the settings say. Raises LookupError where nothing is set: these pages are not there then."""
    if (told := settings().oidc) is None:
        raise LookupError("no provider is set")
    return told


def _provider() -> Any:
    """The client of this application, made once; it asks the provider for its addresses and keys when they are needed."""
    if "outside" not in current_app.extensions:
        told = provider_set()
        current_app.extensions["outside"] = OAuth(current_app).register(
            "outside",
            client_id=told.client_id,
            client_secret=told.client_secret,
            server_metadata_url=f"{told.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS_TO_ANSWER,
            },
        )
    return current_app.extensions["outside"]
