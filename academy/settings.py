"""What has the person who runs this site decided?

Every setting comes from the environment and is documented in `docs/running.md`. A wrong value is refused at start, by name.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES_KNOWN = ("en", "it", "de", "hu", "sl", "sk", "pl")


class WrongSetting(Exception):
    """A setting has a value that can't be used; the message names the setting and says what to write."""


@dataclass(frozen=True)
class Outside:
    """An OpenID Connect provider whose accounts may be used to sign in here."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True)
class Settings:
    data_dir: Path
    database_url: str
    secret_key: str
    redis_url: str = ""
    base_url: str = ""
    mail_url: str = "file:"
    mail_from: str = "academy@localhost"
    site_name: str = ""
    languages: tuple[str, ...] = ("en", "it")
    oidc: Outside | None = None
    demo: bool = False
    archive: bool = False
    proxies: int = 0
    production: bool = False
    port: int = 8000
    web_concurrency: int = 2
    matching: str = "words"
    testing: bool = False

    @property
    def secure(self) -> bool:
        """The site is reached by https."""
        return self.base_url.startswith("https://")


def settings() -> Settings:
    """The settings of the application that is running."""
    found: Settings = current_app.extensions["settings"]
    return found


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read and check every setting. Makes the data directory and, outside production, keeps a secret key in it.

    Raises WrongSetting.
    """

    def text(name: str, default: str = "") -> str:
        return environment.get(name, "").strip() or default

    def number(name: str, default: int, least: int, most: int) -> int:
        written = text(name, str(default))
        if not written.isdecimal() or not least <= int(written) <= most:
            raise WrongSetting(f"{name} is {written!r}: write a whole number from {least} to {most}.")
        return int(written)

    def yes(name: str) -> bool:
        written = text(name, "no").lower()
        if written not in {"yes", "no", "1", "0", "true", "false"}:
            raise WrongSetting(f"{name} is {written!r}: write yes or no.")
        return written in {"yes", "1", "true"}

    def choice(name: str, *choices: str) -> str:
        written = text(name, choices[0])
        if written not in choices:
            raise WrongSetting(f"{name} is {written!r}: write {' or '.join(choices)}.")
        return written

    production = yes("ACADEMY_PRODUCTION")
    data_dir = Path(text("ACADEMY_DATA_DIR", "var")).expanduser().resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise WrongSetting(
            f"ACADEMY_DATA_DIR is {str(data_dir)!r}: this folder can't be made ({fault.strerror})."
        ) from fault
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(text("ACADEMY_DATABASE_URL", f"sqlite:///{data_dir}/academy.db")),
        secret_key=_secret_key(text("ACADEMY_SECRET_KEY"), data_dir, production),
        redis_url=_address("ACADEMY_REDIS_URL", text("ACADEMY_REDIS_URL"), {"redis", "rediss", "unix"}),
        base_url=_address("ACADEMY_BASE_URL", text("ACADEMY_BASE_URL"), {"http", "https"}).rstrip("/"),
        mail_url=_mail_url(text("ACADEMY_MAIL_URL", "file:")),
        mail_from=_mail_from(text("ACADEMY_MAIL_FROM", "academy@localhost")),
        site_name=text("ACADEMY_SITE_NAME"),
        languages=_languages(text("ACADEMY_LANGUAGES", "en,it")),
        oidc=_outside(
            issuer=_address("ACADEMY_OIDC_ISSUER", text("ACADEMY_OIDC_ISSUER"), {"https", "http"}).rstrip("/"),
            client_id=text("ACADEMY_OIDC_CLIENT_ID"),
            client_secret=text("ACADEMY_OIDC_CLIENT_SECRET"),
            name=text("ACADEMY_OIDC_NAME"),
        ),
        demo=yes("ACADEMY_DEMO"),
        archive=yes("ACADEMY_ARCHIVE"),
        proxies=number("ACADEMY_PROXIES", 0, 0, 9),
        production=production,
        port=number("PORT", 8000, 1, 65535),
        web_concurrency=number("WEB_CONCURRENCY", 2, 1, 64),
        matching=_matching(text("ACADEMY_MATCHING", "meaning")),
    )


def _matching(written: str) -> str:
    """`meaning`, `words`, or the folder of a larger model."""
    if written in ("meaning", "words"):
        return written
    folder = Path(written).expanduser().resolve()
    if (
        not any((folder / name).exists() for name in ("model.onnx", "onnx/model.onnx"))
        or not (folder / "tokenizer.json").exists()
    ):
        raise WrongSetting(
            f"ACADEMY_MATCHING is {written!r}: write meaning or words, or a folder with model.onnx and tokenizer.json."
        )
    for package in ("onnxruntime", "tokenizers", "numpy"):
        if find_spec(package) is None:
            raise WrongSetting(f"ACADEMY_MATCHING names a folder, and the package {package} is not installed.")
    return str(folder)


def _database_url(written: str) -> str:
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", written)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting(
            f"ACADEMY_DATABASE_URL begins with {written.split(':')[0]!r}: write sqlite:///FILE or postgresql+psycopg://…"
        )
    return url


def _secret_key(written: str, data_dir: Path, production: bool) -> str:
    if written:
        if len(written) < 24:
            raise WrongSetting("ACADEMY_SECRET_KEY is too short: use at least 24 random characters.")
        return written
    if production:
        raise WrongSetting(
            "ACADEMY_SECRET_KEY is not set: production needs one. "
            'Make it with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    kept = data_dir / "secret-key"
    try:
        with kept.open("x", encoding="ascii") as new:
            kept.chmod(0o600)
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept.read_text(encoding="ascii").strip()


def _address(name: str, written: str, schemes: set[str]) -> str:
    if written and urlsplit(written).scheme not in schemes:
        raise WrongSetting(f"{name} is {written!r}: it begins with one of {', '.join(sorted(schemes))}, then ://")
    return written


def _outside(*, issuer: str, client_id: str, client_secret: str, name: str) -> Outside | None:
    if not (issuer or client_id or client_secret):
        return None
    for setting, value in (("ISSUER", issuer), ("CLIENT_ID", client_id), ("CLIENT_SECRET", client_secret)):
        if not value:
            raise WrongSetting(
                f"ACADEMY_OIDC_{setting} is missing: ACADEMY_OIDC_ISSUER, ACADEMY_OIDC_CLIENT_ID and ACADEMY_OIDC_CLIENT_SECRET go together."
            )
    host = urlsplit(issuer).hostname or ""
    if issuer.startswith("http://") and host not in {"127.0.0.1", "localhost", "::1"}:
        raise WrongSetting(f"ACADEMY_OIDC_ISSUER is {issuer!r}: it must begin with https://")
    if find_spec("authlib") is None:
        raise WrongSetting("ACADEMY_OIDC_ISSUER needs the packages of the extra sso: docs/running.md tells how.")
    return Outside(issuer, client_id, client_secret, name or host)


def _mail_url(written: str) -> str:
    parts = urlsplit(written)
    if parts.scheme == "file":
        return written
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongSetting("ACADEMY_MAIL_URL can't be used: write smtp://user:password@host:port, smtps://… or file:")
    return written


def _mail_from(written: str) -> str:
    if not re.fullmatch(r"([^<>@\r\n]+<)?[^<>@\s]+@[^<>@\s]+>?", written):
        raise WrongSetting(f"ACADEMY_MAIL_FROM is {written!r}: write an address, or Name <address>.")
    return written


def _languages(written: str) -> tuple[str, ...]:
    languages = tuple(dict.fromkeys(part.strip() for part in written.split(",") if part.strip()))
    unknown = [language for language in languages if language not in LANGUAGES_KNOWN]
    if unknown or not languages:
        raise WrongSetting(
            f"ACADEMY_LANGUAGES is {written!r}: write some of {','.join(LANGUAGES_KNOWN)}, the first is the default."
        )
    return languages
