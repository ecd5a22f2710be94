"""What the site says about itself, and whether it is true."""

import re

import pytest
from flask.testing import FlaskClient

from academy.home.holdings import _WRITTEN, holdings
from academy.home.statements import FOLDER
from academy.kernel.privacy import KEEP, Personal, tables_with_privacy
from academy.kernel.web import Academy
from academy.settings import Settings
from tests.given import Given

NAMES = ("about", "accessibility", "privacy", "terms")


@pytest.mark.parametrize("name", NAMES)
def test_each_statement_is_there_in_both_languages(client: FlaskClient, name: str) -> None:
    for language in ("en", "it"):
        page = client.get(f"/{language}/{name}")
        title = (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert page.status_code == 200
        assert f"<h1>{title}</h1>" in page.text
        assert page.text.count("<h1") == 1
        assert "mailto:academy@example.org" in page.text
        main = page.text.split("<main")[1]
        assert not re.search(r"\{[a-z]+\}|%\(", main), "a fact was not filled in"


def test_where_a_statement_is_missing_another_language_stands_in(app: Academy, client: FlaskClient) -> None:
    site: Settings = app.extensions["settings"]
    app.extensions["settings"] = type(site)(**{**vars(site), "languages": ("en", "it", "de")})
    page = client.get("/de/about")
    assert page.status_code == 200
    assert '<article class="narrow space" lang="en">' in page.text


def test_the_licences_are_named(client: FlaskClient) -> None:
    page = client.get("/en/terms").text
    assert "Attribution-ShareAlike 4.0" in page
    assert "GNU Affero General Public License" in page


def test_the_academy_tells_what_inspired_it_and_that_it_is_another(client: FlaskClient) -> None:
    page = client.get("/en/about").text
    assert "inspired by" in page
    assert "This site is not that academy" in page


def test_every_table_with_personal_data_stands_on_the_privacy_page(app: Academy) -> None:
    with app.app_context():
        personal = {model.__tablename__ for model, privacy in tables_with_privacy() if isinstance(privacy, Personal)}
    told = [table for row in _WRITTEN for table in row.tables]
    assert sorted(told) == sorted(personal)


def test_the_privacy_page_says_what_the_tables_declare(app: Academy, client: FlaskClient) -> None:
    with app.app_context():
        declared = {model.__tablename__: privacy for model, privacy in tables_with_privacy()}
        for row in holdings():
            keeps = any(getattr(declared[table], "on_erasure", "") == KEEP for table in row.tables)
            assert ("stays, without your name" in map(str, row.after_closing)) == keeps
            assert row.after_closing
    page = client.get("/it/privacy").text
    assert page.count('<th scope="row">') == len(_WRITTEN)
    assert "resta, senza il tuo nome" in page


def test_the_style_guide_is_for_builders_only(app: Academy, client: FlaskClient, given: Given) -> None:
    for language in ("en", "it"):
        page = client.get(f"/{language}/styleguide")
        assert page.status_code == 200
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
    site: Settings = app.extensions["settings"]
    app.extensions["settings"] = type(site)(**{**vars(site), "production": True})
    assert client.get("/en/styleguide").status_code == 404
