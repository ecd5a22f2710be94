"""A module on paper."""

import re

from flask.testing import FlaskClient

from tests.given import Given
from tests.learning.given_learning import course_files, imported


def test_a_module_is_one_page_with_contents_texts_sources_glossary_and_licence(
    given: Given, client: FlaskClient
) -> None:
    imported(given)
    for language, seeing, sources in (("en", "Seeing (en)", "Sources"), ("it", "Seeing (it)", "Fonti")):
        with given.statements() as seen:
            shown = client.get(f"/{language}/learn/needs/print").text
        assert len(seen) <= 8
        for words in (
            seeing,
            sources,
            "Words about asking.",
            "Write a card",
            "Somebody (2020)",
            'rel="license">CC BY-SA 4.0</a>',
        ):
            assert words in shown
        assert (
            'href="#text-1"' in shown and 'class="lines"' in shown and "What people lack." in shown
        ) or language == "it"
        ids = re.findall(r' id="([^"]+)"', shown)
        assert len(ids) == len(set(ids)), "several texts on one page"
    assert "/en/learn/needs/print" in client.get("/en/learn/needs").text
    assert client.get("/en/learn/nowhere/print").status_code == 404


def test_a_practice_question_is_answered_with_a_pencil_and_its_order_tells_nothing(
    given: Given, client: FlaskClient
) -> None:
    def printed(kind: str, parts: str) -> str:
        question = (
            f"type: {kind}\nlesson: seeing\nprompt: {{en: What goes where?, it: Che cosa va dove?}}\n{parts}"
            "feedback: {correct: {en: Yes., it: Sì.}, wrong: {en: No., it: No.}}\n"
        )
        imported(given, {**course_files(), "01-needs/questions/try-it.yaml": question.encode()})
        return client.get("/en/learn/needs/print").text

    assert "Choose from: dry · wet" in printed(
        "matching",
        "pairs:\n"
        "  - {key: a, left: {en: Rain, it: Pioggia}, right: {en: wet, it: bagnato}}\n"
        "  - {key: b, left: {en: Sun, it: Sole}, right: {en: dry, it: asciutto}}\n",
    )
    shown = printed(
        "ordering",
        "items:\n  - {key: a, text: {en: Wake, it: Svegliarsi}}\n  - {key: b, text: {en: Eat, it: Mangiare}}\n",
    )
    assert shown.index("<li>Eat</li>") < shown.index("<li>Wake</li>")
