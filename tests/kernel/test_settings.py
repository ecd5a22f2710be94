"""A wrong setting is refused by its name, before anything starts."""

import re
from pathlib import Path

import pytest

from academy.settings import ROOT, WrongSetting, settings_from


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACADEMY_DATABASE_URL", "mysql://x"),
        ("ACADEMY_REDIS_URL", "http://x"),
        ("ACADEMY_BASE_URL", "example.org"),
        ("ACADEMY_MAIL_URL", "pop3://x"),
        ("ACADEMY_MAIL_URL", "smtp://"),
        ("ACADEMY_MAIL_FROM", "nobody"),
        ("ACADEMY_MAIL_FROM", "a@b.example\nBcc: all@example.org"),
        ("ACADEMY_LANGUAGES", "en,xx"),
        ("ACADEMY_LANGUAGES", ","),
        ("ACADEMY_DEMO", "perhaps"),
        ("ACADEMY_PROXIES", "-1"),
        ("ACADEMY_PROXIES", "many"),
        ("ACADEMY_SECRET_KEY", "short"),
        ("ACADEMY_OIDC_ISSUER", "ftp://id.example.org"),
        ("ACADEMY_OIDC_CLIENT_ID", "alone"),
        ("PORT", "99999"),
        ("WEB_CONCURRENCY", "0"),
    ],
)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        settings_from({"ACADEMY_DATA_DIR": str(tmp_path), name: value})


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongSetting, match="ACADEMY_DATA_DIR"):
        settings_from({"ACADEMY_DATA_DIR": str(tmp_path / "file" / "var")})


def test_the_secret_key_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    first, second = (settings_from({"ACADEMY_DATA_DIR": str(tmp_path)}) for _ in range(2))
    assert first.secret_key == second.secret_key and len(first.secret_key) > 40
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_production_demands_a_secret_key(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="ACADEMY_SECRET_KEY"):
        settings_from({"ACADEMY_DATA_DIR": str(tmp_path), "ACADEMY_PRODUCTION": "yes"})


def test_common_spellings_of_a_postgresql_address_are_understood(tmp_path: Path) -> None:
    for written in ("postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        found = settings_from({"ACADEMY_DATA_DIR": str(tmp_path), "ACADEMY_DATABASE_URL": written})
        assert found.database_url == "postgresql+psycopg://u@h/d"


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    source = (ROOT / "academy" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"(ACADEMY_[A-Z_]+|PORT|WEB_CONCURRENCY)"', source))
    assert names and not [name for name in names if f"`{name}`" not in documented]
