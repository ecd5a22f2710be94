"""A module on paper."""

import re

from flask.testing import FlaskClient

from tests.given import Given
from tests.learning.given_learning import imported


def test_a_module_is_one_page_with_contents_texts_sources_glossary_and_licence(
    given: Given, client: FlaskClient
) -> None:
    imported(given)
    for language, seeing, sources in (("en", "Seeing (en)", "Sources"), ("it", "Seeing (it)", "Fonti")):
        with given.statements() as seen:
            shown = client.get(f"/{language}/learn/needs/print").text
        assert len(seen) <= 8
        for words in (seeing, sources, "Words about asking.", "Write a card", "Somebody (2020)", "CC BY-SA 4.0"):
            assert words in shown
        assert (
            'href="#text-1"' in shown and 'class="lines"' in shown and "What people lack." in shown
        ) or language == "it"
        ids = re.findall(r' id="([^"]+)"', shown)
        assert len(ids) == len(set(ids)), "several texts on one page"
    assert "/en/learn/needs/print" in client.get("/en/learn/needs").text
    assert client.get("/en/learn/nowhere/print").status_code == 404
