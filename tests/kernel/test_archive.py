"""A site that is kept: is everything there, and does nothing change?"""

from dataclasses import replace

from tests.given import Given
from tests.learning.given_learning import imported


def test_an_archive_is_read_and_says_so_and_refuses_every_change_with_a_sentence(given: Given) -> None:
    imported(given)
    ada = given.person("Ada", email="ada@example.org")
    browser = given.signed_in(ada)
    given.app.extensions["settings"] = replace(given.app.extensions["settings"], archive=True)
    refused = browser.post("/en/learn/needs/seeing/done")
    assert refused.status_code == 403 and "This site is an archive" in refused.text
    assert browser.post("/en/editions/online/enrol").status_code == 403
    assert browser.get("/en/learn/needs/seeing").status_code == 200
    assert browser.post("/en/sign-out").status_code == 303
