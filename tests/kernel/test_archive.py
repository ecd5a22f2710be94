"""A site that is kept: is everything there, and does nothing change?"""

from dataclasses import replace

from academy.app import create_app
from tests.given import Given
from tests.learning.given_learning import imported


def test_an_archive_is_read_and_says_so_and_refuses_every_change_with_a_sentence(given: Given) -> None:
    imported(given)
    ada = given.person("Ada", email="ada@example.org")
    archive = create_app(replace(given.app.extensions["settings"], archive=True))
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
