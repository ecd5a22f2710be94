"""A site that is kept: is everything there, and does nothing change?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from academy.app import create_app
from academy.kernel.db import database
from academy.kernel.web import Academy
from tests.given import Given
from tests.learning.given_learning import imported


@pytest.fixture
def archive(app: Academy) -> Iterator[Academy]:
    """The same site, kept for reading."""
    kept = create_app(replace(app.extensions["settings"], archive=True))
    yield kept
    with kept.app_context():
        database.engine.dispose()


def test_an_archive_is_read_and_says_so_and_refuses_every_change_with_a_sentence(
    given: Given, archive: Academy
) -> None:
    imported(given)
    ada = given.person("Ada", email="ada@example.org")
    browser = Given(archive).signed_in(ada)
    refused = browser.post("/en/learn/needs/seeing/done")
    assert refused.status_code == 403 and "This site is an archive" in refused.text
    assert browser.post("/en/editions/online/enrol").status_code == 403
    for language, sentence in (("en", "This site is an archive: all"), ("it", "Questo sito è un archivio")):
        for reader in (browser, archive.test_client()):
            for page in ("/learn/needs/seeing", "/editions", "/"):
                assert sentence in reader.get(f"/{language}{page}").text, (language, page)
    assert "This site is an archive" not in given.app.test_client().get("/en/about").text
    assert browser.post("/en/sign-out").status_code == 303
