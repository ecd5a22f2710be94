"""The desk of questions: the bank, files, writing, quizzes and what their figures say."""

import csv
import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from academy.accounts.models import Role
from academy.assessment import commands
from academy.assessment import queries as assessment
from academy.assessment.bank import figures, queries
from academy.assessment.models import QuestionVersion
from academy.kernel import clock
from academy.kernel.db import session
from tests.assessment.given_assessment import MODULE, Learner, answers_everything, body, learner, quiz, slots
from tests.given import Given

GIFT = "// [id:drava]\nWhere does the *Drava* end? {=Danube#Yes ~Adriatic}\n\nBroken {=a\n"


def trainer(given: Given) -> FlaskClient:
    return given.signed_in(given.person("Tamás", Role.TRAINER))


def test_only_trainers_sit_at_the_desk(given: Given) -> None:
    quiz(given)
    nives = given.signed_in(given.person("Nives"))
    for address in (
        "",
        "/import",
        "/new/single",
        "/statistics/rivers",
        "/quiz/rivers",
        "/export",
        "/statistics/rivers.csv",
    ):
        assert nives.get(f"/en/studio/questions{address}").status_code == 403
        assert trainer(given).get(f"/en/studio/questions{address}").status_code == 200


def test_the_bank_is_searched_and_shown_page_by_page(given: Given) -> None:
    quiz(given)
    for number in range(40):
        given.done(
            lambda number=number: commands.store_question(
                "lakes", f"q-{number:02}", body("single", f"Lake {number}?"), by=None
            )  # type: ignore[misc]
        )
    tamas = trainer(given)
    first = tamas.get("/en/studio/questions?bank=lakes").text
    assert "Lake 0?" in first and "Lake 29?" in first and "Lake 30?" not in first and "after=lakes/q-29" in first
    assert "Lake 30?" in tamas.get("/en/studio/questions?bank=lakes&after=lakes/q-29").text
    found = tamas.get("/en/studio/questions?q=lake+17").text
    assert "Lake 17?" in found and "Lake 18?" not in found
    assert "No question like that" in tamas.get("/en/studio/questions?q=%25%25").text
    assert "Question matching-6?" in tamas.get("/en/studio/questions?type=matching").text
    with given.statements() as seen:
        tamas.get("/it/studio/questions?bank=lakes&tag=water")
    assert len(seen) <= 12


def test_tags_of_many_are_changed_at_once_and_those_that_are_twice_are_shown(given: Given) -> None:
    quiz(given, ["single", "number"])
    given.done(lambda: commands.store_question("lakes", "again", body("single", "QUESTION single-1?"), by=None))
    tamas = trainer(given)
    twins = tamas.get("/en/studio/questions?twins=1").text
    assert "lakes/again" in twins and "rivers/single-1" in twins and "rivers/number-2" not in twins
    assert "lakes/again" in tamas.get("/en/studio/questions/q/rivers/single-1").text
    sent = {"question": ["rivers/single-1", "rivers/number-2"], "add": "Deep Water, sea", "take": "water"}
    assert tamas.post("/en/studio/questions/tags", data=sent).status_code == 303
    bodies = given.seen(lambda: [one.current.body["tags"] for one in queries.all_questions(["rivers"])])
    assert bodies == [["deep", "sea"]] * 2


def test_a_file_is_looked_at_and_then_imported(given: Given) -> None:
    tamas = trainer(given)
    address = "/en/studio/questions/import"
    sent: dict[str, Any] = {"format": "gift", "language": "en", "bank": "", "text": GIFT}
    looked = tamas.post(address, data=sent)
    assert looked.status_code == 200 and "Import 1 question" in looked.text and "A brace is missing" in looked.text
    assert given.seen(lambda: list(queries.all_questions())) == []
    key = looked.text.partition(f'action="{address}/')[2].partition('"')[0]
    other = given.signed_in(given.person("Ilse", Role.TRAINER))
    assert other.post(f"{address}/{key}").status_code == 404
    assert tamas.post(f"{address}/{key}").status_code == 303
    assert [one.key for one in given.seen(lambda: list(queries.all_questions()))] == ["drava"]
    file = {**sent, "text": "", "file": (io.BytesIO(GIFT.encode()), "rivers.gift")}
    again = tamas.post(address, data=file, content_type="multipart/form-data").text
    assert "1 as it is here" in again
    assert tamas.post(address, data={**sent, "text": " "}).status_code == 422
    broken = tamas.post(address, data={**sent, "format": "moodle-xml", "text": "<!DOCTYPE x [<!ENTITY a 'b'>]><quiz/>"})
    assert broken.status_code == 422 and "DOCTYPE" in broken.text and "Import 1" not in broken.text
    assert tamas.post(f"{address}/../../x").status_code == 404


def test_the_bank_is_downloaded_in_both_formats(given: Given) -> None:
    quiz(given)
    tamas = trainer(given)
    assert "::single-1::" in tamas.get("/en/studio/questions/export?format=gift&bank=rivers").text
    assert "<quiz>" in tamas.get("/en/studio/questions/export?format=moodle-xml").text
    assert tamas.get("/en/studio/questions/export?format=qti").status_code == 404


# --- writing


def fields(**other: Any) -> dict[str, Any]:
    return {
        "bank": "rivers",
        "prompt-en": "Which river?",
        "options-0-text-en": "Drava",
        "options-0-text-it": "Drava",
        "options-1-text-en": "Po",
        "options-1-feedback-en": "It ends in the sea.",
        "correct": "0",
        "tags": "water",
        **other,
    }


def test_a_question_is_written_previewed_and_saved(given: Given) -> None:
    quiz(given, ["single"])
    tamas = trainer(given)
    given_module(given)
    shown = tamas.post("/en/studio/questions/new/single", data=fields(show="1"))
    assert shown.status_code == 200 and "As a learner sees it" in shown.text and "Worth a look" in shown.text
    saved = tamas.post("/en/studio/questions/new/single", data=fields())
    assert saved.location == "/en/studio/questions/q/rivers/which-river", saved.text
    page = tamas.get(saved.location).text
    assert "Version 1 of 1" in page and "It ends in the sea." not in page and "Which river?" in page
    edited = fields(seen="1", **{"options-0-key": "a", "options-1-key": "b", "prompt-it": "Quale fiume?"})
    assert tamas.post(f"{saved.location}/edit", data=edited).status_code == 303
    stored = given.seen(lambda: queries.question_for("rivers", "which-river"))
    assert stored.newest == 2 and stored.current.body["prompt"] == {"en": "Which river?", "it": "Quale fiume?"}
    assert [one["key"] for one in stored.current.body["options"]] == ["a", "b"]
    stale = tamas.post(f"{saved.location}/edit", data=edited)
    assert stale.status_code == 409 and "Quale fiume?" in stale.text


def given_module(given: Given) -> None:
    from academy.learning.models import Module

    facts: dict[str, Any] = {
        "folder": "01-rivers",
        "position": 1,
        "hue": 1,
        "minutes": 1,
        "artefact": {},
        "quiz": {},
        "glossary": [],
        "credits": [],
    }
    texts = {"title": {"en": "Rivers"}, "summary": {"en": "x"}, "outcomes": [], "authors": [], "added_at": clock.now()}
    given.done(lambda: session.add(Module(slug="rivers", **facts, **texts)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"correct": ""}, "0 options are marked as right"),
        ({"options-1-text-en": "drava"}, "Nobody could tell them apart"),
        ({"prompt-en": ""}, "is not there in each language"),
        ({"bank": ""}, "Choose the module"),
        ({"mark": "much"}, "above 0"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(given: Given, change: dict[str, str], said: str) -> None:
    answer = trainer(given).post("/en/studio/questions/new/single", data=fields(**change))
    assert answer.status_code == 422 and said in answer.text and "It ends in the sea." in answer.text
    assert given.seen(lambda: list(queries.all_questions())) == []


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "true-false", "short-text", "number", "matching", "ordering", "gaps", "open"]
)
def test_saving_a_form_as_it_was_opened_changes_nothing(given: Given, kind: str) -> None:
    given.done(lambda: commands.store_question("rivers", "one", body(kind), by=None))
    tamas = trainer(given)
    address = "/en/studio/questions/q/rivers/one/edit"
    assert tamas.post(address, data=sent_by(tamas.get(address).text)).status_code == 303
    assert given.seen(lambda: session.scalar(sa.select(sa.func.max(QuestionVersion.n)))) == 1


def sent_by(html: str) -> dict[str, Any]:
    """What a browser would send of the form that saves."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.sent: dict[str, list[str]] = {}
            self.area = self.select = ""
            self.inside = False

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            given = {name: value or "" for name, value in attributes}
            if tag == "form":
                self.inside = "/edit" in given.get("action", "")
            if not self.inside:
                return
            if tag == "input" and (given.get("type", "text") not in ("checkbox", "radio") or "checked" in given):
                self.sent.setdefault(given.get("name", ""), []).append(given.get("value", "on"))
            if tag == "textarea":
                self.area = given["name"]
                self.sent[self.area] = [""]
            if tag == "select":
                self.select = given["name"]
            if tag == "option" and "selected" in given:
                self.sent[self.select] = [given.get("value", "")]

        def handle_data(self, data: str) -> None:
            if self.area:
                self.sent[self.area][0] += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""

    reader = Reader()
    reader.feed(html)
    reader.sent.pop("gift", None)
    if "lesson" not in reader.sent:
        reader.sent["lesson"] = ["where-it-begins"]
    return dict(reader.sent)


def test_a_block_of_gift_fills_the_form(given: Given) -> None:
    tamas = trainer(given)
    filled = tamas.post(
        "/en/studio/questions/new/single",
        data={"fill": "1", "gift": "Which? {=[markdown]Sava ~Po}", "gift-language": "en"},
    )
    assert filled.status_code == 200 and 'value="Sava"' in filled.text
    wrong = tamas.post("/en/studio/questions/new/single", data={"fill": "1", "gift": "Which? {=a"})
    assert wrong.status_code == 422 and "A brace is missing" in wrong.text


# --- the quiz


def test_the_questions_and_rules_of_a_quiz_are_changed_for_later_attempts(given: Given) -> None:
    quiz(given, ["single", "number"])
    tamas = trainer(given)
    rules = {"draw": "1", "pass_mark": "60", "attempts": "2", "minutes": "30", "wait": "0"}
    assert tamas.post("/en/studio/questions/quiz/rivers", data={**rules, "question": ["number-2"]}).status_code == 303
    found = given.seen(lambda: assessment.quiz_about(MODULE))
    assert found is not None and (found.current.n, found.current.pool) == (2, 1)
    refused = tamas.post("/en/studio/questions/quiz/rivers", data={**rules, "draw": "5", "question": ["number-2"]})
    assert refused.status_code == 422 and given.seen(lambda: assessment.quiz_about(MODULE)).newest == 2  # type: ignore[union-attr]


# --- figures


def taken(given: Given, right: list[list[bool]]) -> None:
    """A quiz of true or false, with a learner for each row."""
    quiz(given, ["true-false"] * len(right[0]))
    for number, row in enumerate(right):
        one = learner(given, f"Learner {number}")
        one.begins()
        for slot, version in slots(given):
            truth = version.body["answer"] if row[slot.pos - 1] else not version.body["answer"]
            one.answers(slot.pos, ["true" if truth else "false"])
        one.hands_in()


def test_figures_count_first_attempts_and_no_previews(given: Given) -> None:
    taken(given, [[True, True], [True, False]])
    again = Learner(given, given.signed_in(whose_first(given)))
    again.begins()
    answers_everything(again)
    again.hands_in()
    quiz_now = given.seen(lambda: assessment.quiz_about(MODULE))
    assert quiz_now is not None
    found = given.seen(lambda: figures.tallies_of(queries.first_attempts(quiz_now)))
    assert sorted(found.totals.items()) == [((10_000, 20_000), 1), ((20_000, 20_000), 1)]
    page = trainer(given).get("/en/studio/questions/statistics/rivers").text
    assert (
        "The first attempts of 2 learners." in page
        and "say more about chance" in page
        and "Look at these first" not in page
    )


def whose_first(given: Given) -> Any:
    from academy.accounts.queries import person_with_id
    from tests.assessment.given_assessment import attempts

    return given.seen(lambda: person_with_id(attempts(given)[0].person_id or 0))


def test_a_key_that_is_wrong_is_suspected(given: Given) -> None:
    taken(given, [[number % 2 == 0, number % 2 == 0, number % 2 == 1] for number in range(20)])
    tamas = trainer(given)
    page = tamas.get("/en/studio/questions/statistics/rivers").text
    assert page.count("is the key right?") >= 2 and "true-false-3" in page
    assert "è giusta la risposta" in tamas.get("/it/studio/questions/statistics/rivers").text
    book = openpyxl.load_workbook(io.BytesIO(tamas.get("/en/studio/questions/statistics/rivers.xlsx").data))
    sheet = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert sheet[1][0] == "rivers/true-false-1" and sheet[1][5] == 50 and sheet[3][7] == -100
    text = tamas.get("/en/studio/questions/statistics/rivers.csv").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";"))[3][7] == "-100.0"


def test_a_sheet_computes_nothing(given: Given) -> None:
    given.done(lambda: commands.store_question("rivers", "q", body("single", "=1+1"), by=None))
    given.done(lambda: commands.store_quiz(MODULE, {"draw": 1, "pass_mark": 50}, ["q"], by=None))
    one = learner(given)
    one.begins()
    one.hands_in()
    tamas = trainer(given)
    book = openpyxl.load_workbook(io.BytesIO(tamas.get("/en/studio/questions/statistics/rivers.xlsx").data))
    cell = book.active["D2"]  # type: ignore[index]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert ";'=1+1;" in tamas.get("/en/studio/questions/statistics/rivers.csv").text


def test_what_one_alone_typed_is_in_no_table(given: Given) -> None:
    quiz(given, ["short-text"])
    for number, typed in enumerate(["my secret", "Danubio"]):
        one = learner(given, f"Learner {number}")
        one.begins()
        one.answers(1, typed)
        one.hands_in()
    page = trainer(given).get("/en/studio/questions/statistics/rivers").text
    assert "my secret" not in page and "danubio" not in page
