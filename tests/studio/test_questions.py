"""The desk of questions: the bank, files, writing, quizzes and what their figures say."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from academy.accounts.commands import close_account
from academy.accounts.models import Role
from academy.assessment import commands, jobs
from academy.assessment import queries as assessment
from academy.assessment.bank import figures, queries, spool
from academy.assessment.models import KeptTallies, QuestionVersion
from academy.kernel import clock
from academy.kernel.db import session
from academy.learning import queries as course
from tests.assessment.given_assessment import MODULE, Learner, answers_everything, body, both, learner, quiz, slots
from tests.given import Given
from tests.learning.given_learning import imported

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
        tamas.get("/it/studio/questions?bank=lakes&tag=water&after=lakes/q-02")
    assert len(seen) <= 8, "\n".join(one[:200] for one in seen)


def test_questions_that_are_here_twice_are_shown(given: Given) -> None:
    quiz(given, ["single", "number"])
    given.done(lambda: commands.store_question("lakes", "again", body("single", "QUESTION single-1?"), by=None))
    tamas = trainer(given)
    twins = tamas.get("/en/studio/questions?twins=1").text
    assert "lakes/again" in twins and "rivers/single-1" in twins and "rivers/number-2" not in twins
    assert "lakes/again" in tamas.get("/en/studio/questions/q/rivers/single-1").text


# --- many at once


BANK = "/en/studio/questions"


def bodies(given: Given) -> dict[str, dict[str, Any]]:
    return given.seen(lambda: {one.key: one.current.body for one in queries.all_questions()})


def test_tags_and_marks_of_many_are_changed_at_once_and_what_came_of_it_is_told(given: Given) -> None:
    quiz(given, ["single", "number", "true-false"])
    tamas = trainer(given)
    sent = {
        "do": "change",
        "question": ["rivers/single-1", "rivers/number-2", "rivers/gone"],
        "add": "Deep Water, sea",
        "take": "water",
        "mark": "2.5",
    }
    told = tamas.post(f"{BANK}?bank=rivers", data=sent)
    assert told.status_code == 200 and "2 questions changed." in told.text
    assert "rivers/single-1</a>" in told.text and "rivers/gone" not in told.text
    assert f'href="{BANK}?bank=rivers"' in told.text
    now = bodies(given)
    assert [now[key]["tags"] for key in ("single-1", "number-2", "true-false-3")] == [["deep", "sea"]] * 2 + [["water"]]
    assert [now[key].get("mark") for key in ("single-1", "number-2", "true-false-3")] == [2.5, 2.5, None]
    assert "2 questions were like that already." in tamas.post(f"{BANK}?bank=rivers", data=sent).text
    assert given.seen(lambda: queries.question_for("rivers", "single-1").newest) == 2
    assert given.signed_in(given.person("Nives")).post(BANK, data=sent).status_code == 403


def test_the_questions_of_one_module_are_given_a_lesson_of_it(given: Given) -> None:
    imported(given)
    tamas = trainer(given)
    assert "Asking (en)" in tamas.get(f"{BANK}?bank=needs").text and "Asking (en)" not in tamas.get(BANK).text
    sent = {"do": "change", "question": ["needs/what-is-a-need", "needs/try-it"], "lesson": "asking"}
    assert "2 questions changed." in tamas.post(f"{BANK}?bank=needs", data=sent).text
    assert {one["lesson"] for one in bodies(given).values()} == {"asking"}
    told = tamas.post(f"{BANK}?bank=needs", data={**sent, "do": "retire"}).text
    assert "2 questions stay as they were" not in told and told.count("1 question stays as it was.") == 2
    assert "The lesson “Seeing (en)” asks this question." in told and "Take it out of the quiz first." in told


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"question": []}, "Tick the questions"),
        ({"mark": "much"}, "is not a number"),
        ({"mark": "1,500"}, "two ways"),
        ({"lesson": "nowhere"}, "Not a valid choice"),
    ],
)
def test_what_can_not_be_done_with_many_is_said_and_nothing_typed_is_lost(
    given: Given, changed: dict[str, Any], said: str
) -> None:
    quiz(given, ["single", "number"])
    sent = {"do": "change", "question": ["rivers/number-2"], "add": "deep", "take": "sea", **changed}
    answer = trainer(given).post(f"{BANK}?bank=rivers", data=sent)
    assert answer.status_code == 422 and said in answer.text and 'value="sea"' in answer.text
    assert len(re.findall(r'name="question" value="[^"]+"[^>]* checked', answer.text)) == len(sent["question"])
    assert given.seen(lambda: queries.question_for("rivers", "number-2").newest) == 1


def test_who_ticks_questions_and_writes_no_change_is_asked_for_one(given: Given) -> None:
    quiz(given, ["single"])
    answer = trainer(given).post(BANK, data={"do": "change", "question": ["rivers/single-1"]})
    assert answer.status_code == 422 and "Write what shall change." in answer.text


def test_a_change_that_makes_no_good_question_leaves_it_as_it_was_and_says_why(given: Given) -> None:
    quiz(given, ["single", "number"])
    sent = {"do": "change", "question": ["rivers/single-1", "rivers/number-2"], "mark": "-1"}
    told = trainer(given).post(BANK, data=sent).text
    assert "2 questions stay as they were." in told and "The mark is a number above 0." in told
    assert given.seen(lambda: queries.question_for("rivers", "single-1").newest) == 1


def test_many_are_retired_and_brought_back_except_those_that_a_quiz_draws(given: Given) -> None:
    quiz(given, ["single"])
    for key in ("spare", "other"):
        spare = body("single", f"A {key} one?")
        given.done(lambda key=key, spare=spare: commands.store_question("rivers", key, spare, by=None))  # type: ignore[misc]
    tamas = trainer(given)
    everything = ["rivers/single-1", "rivers/spare", "rivers/other"]
    told = tamas.post(BANK, data={"do": "retire", "question": everything}).text
    assert "2 questions are retired." in told and "1 question stays as it was." in told
    assert "Take it out of the quiz first." in told
    assert "A spare one?" not in tamas.get(BANK).text
    retired = tamas.get(f"{BANK}?retired=1").text
    assert "A spare one?" in retired and "Bring them back" in retired and "single-1" not in retired
    back = tamas.post(f"{BANK}?retired=1", data={"do": "restore", "question": ["rivers/spare"]}).text
    assert "1 question is back in the bank." in back and "A spare one?" in tamas.get(BANK).text
    assert "A other one?" not in tamas.get(BANK).text


def test_a_whole_list_is_changed_whatever_page_it_stands_on(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        given.done(
            lambda number=number: commands.store_question(
                "lakes", f"q-{number:02}", body("single", f"Lake {number}?"), by=None
            )  # type: ignore[misc]
        )
    given.done(lambda: commands.store_question("rivers", "one", body("single"), by=None))
    tamas = trainer(given)
    assert "With all that the list holds" in tamas.get(f"{BANK}?bank=lakes").text
    sent = {"do": "change", "every": "1", "add": "cold"}
    assert "40 questions changed." in tamas.post(f"{BANK}?bank=lakes&after=lakes/q-29", data=sent).text
    assert "cold" not in bodies(given)["one"]["tags"]
    monkeypatch.setattr("academy.studio.questions.views.bank.MOST_AT_ONCE", 20)
    refused = tamas.post(f"{BANK}?bank=lakes", data={**sent, "add": "warm"})
    assert refused.status_code == 422 and "At most 20 at once" in refused.text


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
        ({"prompt-en": ""}, "The text is missing"),
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


RICH: dict[str, dict[str, Any]] = {
    "single": {
        "name": "Rivers",
        "shuffle": False,
        "options": [
            {"key": "x", "weight": 100, "text": both("Drava")},
            {
                "key": "y",
                "weight": 33.33333,
                "text": both("Sava"),
                "feedback": both("See [there](lesson:where-it-begins)."),
            },
            {"key": "z", "text": both("Po")},
        ],
    },
    "multiple": {"scoring": "all-or-nothing"},
    "short-text": {
        "accents": True,
        "also": [{"key": "a", "accepted": {"en": ["Donau"]}, "weight": 50, "feedback": both("In German, yes.")}],
    },
    "number": {"answer": 12.5, "also": [{"key": "a", "answer": 12, "tolerance": 0.25, "weight": 50}]},
    "matching": {"scoring": "all-or-nothing", "distractors": [{"key": "x", "right": both("lies nowhere")}]},
    "ordering": {"shuffle": False, "scoring": "shared"},
    "gaps": {"accents": False},
}


@pytest.mark.parametrize("kind", RICH)
@pytest.mark.parametrize("language", ["en", "it"])
def test_whatever_a_question_says_has_its_field(given: Given, kind: str, language: str) -> None:
    before = body(kind, **RICH[kind])
    given.done(lambda: commands.store_question("rivers", "one", before, by=None))
    tamas = trainer(given)
    address = f"/{language}/studio/questions/q/rivers/one/edit"
    assert tamas.post(address, data=sent_by(tamas.get(address).text)).status_code == 303
    assert given.seen(lambda: queries.question_for("rivers", "one").current.body) == before


def test_weights_scoring_and_other_answers_are_written_in_the_form(given: Given) -> None:
    given_module(given)
    tamas = trainer(given)
    weights = {"options-0-weight": "100", "options-1-weight": "12,5", "correct": "", "fixed": "1"}
    saved = tamas.post("/it/studio/questions/new/single", data=fields(**weights))
    assert saved.status_code == 303, saved.text
    written = given.seen(lambda: queries.question_for("rivers", "which-river").current.body)
    assert [one["weight"] for one in written["options"]] == [100, 12.5] and written["shuffle"] is False
    assert 'value="12,5"' in tamas.get(f"{saved.location}/edit").text
    assert 'value="12.5"' in tamas.get(f"/en{saved.location[3:]}/edit").text
    number = {
        "bank": "rivers",
        "prompt-en": "How long?",
        "answer": "2850,5",
        "tolerance": "0,125",
        "also-0-answer": "2840",
        "also-0-weight": "50",
        "also-0-feedback-en": "Nearly.",
    }
    assert tamas.post("/it/studio/questions/new/number", data=number).status_code == 303
    written = given.seen(lambda: queries.question_for("rivers", "how-long").current.body)
    assert (written["answer"], written["tolerance"], written["also"][0]["weight"]) == (2850.5, 0.125, 50)
    assert "2850,5" in tamas.get("/it/studio/questions/q/rivers/how-long").text


@pytest.mark.parametrize(
    ("change", "field", "name"),
    [
        ({"options-1-text-en": "drava"}, "options-1-text-en", "Option 2, Text (English)"),
        ({"options-1-weight": "much"}, "options-1-weight", "Option 2, Part of the mark"),
        ({"prompt-en": ""}, "prompt-en", "Question"),
        ({"correct": ""}, "options-0-text-en", "Options"),
        ({"bank": ""}, "bank", "Module"),
        ({"mark": "much"}, "mark", "Marks"),
        (
            {"options-1-feedback-en": "[There](lesson:nowhere)"},
            "options-1-feedback-en",
            "Option 2, What is said about it",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(given: Given, change: dict[str, str], field: str, name: str) -> None:
    given_module(given)
    page = trainer(given).post("/en/studio/questions/new/single", data=fields(**change)).text
    assert f'<a href="#{field}">{name}' in page
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"[^>]*aria-describedby="{field}-error"', page)
    assert "Write “" not in page  # how it would stand in a file


def test_feedback_links_to_a_lesson_in_the_language_of_its_reader(given: Given) -> None:
    feedback = {"correct": {"en": "See [there](lesson:where-it-begins).", "it": "Vedi [lì](lesson:where-it-begins)."}}
    given.done(lambda: commands.store_question("rivers", "one", body("single", feedback=feedback), by=None))
    page = trainer(given).get("/it/studio/questions/q/rivers/one").text
    assert 'href="/it/learn/rivers/where-it-begins"' in page


def test_pictures_of_questions_keep_their_place(given: Given) -> None:
    pictured = body("single", both("![A map](media/map.svg) Which river?"))
    given.done(lambda: commands.store_question("rivers", "one", pictured, sizes={"media/map.svg": (640, 360)}, by=None))
    page = trainer(given).get("/en/studio/questions/q/rivers/one").text
    assert re.search(r'<img [^>]*height="360" [^>]*width="640"', page)


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
    rules |= {"order": "listed", "counts": "best", "feedback": "at-once"}
    assert tamas.post("/en/studio/questions/quiz/rivers", data={**rules, "question": ["number-2"]}).status_code == 303
    found = given.seen(lambda: assessment.quiz_about(MODULE))
    assert found is not None and (found.current.n, found.current.pool) == (2, 1)
    refused = tamas.post("/en/studio/questions/quiz/rivers", data={**rules, "draw": "5", "question": ["number-2"]})
    assert refused.status_code == 422 and given.seen(lambda: assessment.quiz_about(MODULE)).newest == 2  # type: ignore[union-attr]


RULES = {
    "draw": "2",
    "pass_mark": "60",
    "attempts": "2",
    "minutes": "30",
    "wait": "5",
    "opens": "2026-12-01T09:00",
    "closes": "2026-12-08T18:30",
    "order": "shuffled",
    "counts": "last",
    "feedback": "closed",
    "tags": "water: 1\r\n\r\nsea: 1",
}


def quiz_with_tags(given: Given) -> None:
    quiz(given, ["single", "number", "true-false"])
    sea = body("number", tags=["sea"])
    given.done(lambda: commands.store_question("rivers", "number-2", sea, by=None))


def test_every_rule_of_a_quiz_has_its_place_in_the_form(given: Given) -> None:
    quiz_with_tags(given)
    given_module(given)
    tamas = trainer(given)
    address = "/en/studio/questions/quiz/rivers"
    asked = ["true-false-3", "number-2", "single-1"]
    assert tamas.post(address, data={**RULES, "question": asked}).status_code == 303
    found = given.seen(lambda: assessment.quiz_about(MODULE))
    assert found is not None and found.current.policy == {
        "draw": 2,
        "pass_mark": 60,
        "attempts": 2,
        "minutes": 30,
        "wait": 5,
        "opens": "2026-12-01T08:00:00+00:00",
        "closes": "2026-12-08T17:30:00+00:00",  # a winter's day in Rome
        "order": "shuffled",
        "counts": "last",
        "feedback": "closed",
        "tags": {"water": 1, "sea": 1},
    }
    assert given.seen(lambda: assessment.keys_of(found.current)) == ["single-1", "number-2", "true-false-3"]
    page = tamas.get(address).text
    assert 'value="2026-12-01T09:00"' in page and "sea: 1\nwater: 1" in page and "Times are those of Rome." in page
    assert tamas.post(address, data={**RULES, "question": asked}).status_code == 303
    assert given.seen(lambda: assessment.quiz_about(MODULE)).newest == 2  # type: ignore[union-attr]  # nothing changed
    assert given.seen(lambda: course.module_with_slug("rivers")).quiz["pass_mark"] == 60  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("draw", "9", "draws 9 questions of 3"),
        ("closes", "2026-11-01T09:00", "closes before it opens"),
        ("closes", "", "needs a time when it closes"),
        ("tags", "water, 3", "“water, 3” can&#39;t be read"),
        ("tags", "water: 1\nwater: 1", "can&#39;t be read"),
        ("tags", "water: 3", "more questions than the quiz draws"),
        ("tags", "sea: 2", "with the tag “sea”, but has 1"),
        ("opens", "soon", "Not a valid"),
    ],
)
def test_a_rule_that_cannot_be_is_said_beside_its_field(given: Given, field: str, value: str, said: str) -> None:
    quiz_with_tags(given)
    sent = {**RULES, field: value, "question": ["single-1", "number-2", "true-false-3"]}
    answer = trainer(given).post("/en/studio/questions/quiz/rivers", data=sent)
    assert answer.status_code == 422 and said in answer.text
    assert given.seen(lambda: assessment.quiz_about(MODULE)).newest == 1  # type: ignore[union-attr]


def test_a_question_is_retired_and_brought_back(given: Given) -> None:
    quiz(given, ["single"])
    spare = body("single", "A spare one?")
    given.done(lambda: commands.store_question("rivers", "spare", spare, by=None))
    tamas = trainer(given)
    refused = tamas.post("/en/studio/questions/q/rivers/single-1/retire")
    assert refused.status_code == 409 and "Take it out of the quiz first" in refused.text
    assert tamas.post("/en/studio/questions/q/rivers/spare/retire").status_code == 303
    assert "A spare one?" not in tamas.get("/en/studio/questions").text
    page = tamas.get("/en/studio/questions/q/rivers/spare").text
    assert "This question is retired" in page and "Bring it back" in page
    assert tamas.post("/en/studio/questions/q/rivers/spare/restore").status_code == 303
    assert "A spare one?" in tamas.get("/en/studio/questions").text
    assert given.seen(lambda: queries.question_for("rivers", "spare").newest) == 1
    assert given.signed_in(given.person("Nives")).post("/en/studio/questions/q/rivers/spare/retire").status_code == 403


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
    tried = Learner(given, trainer(given))
    tried.address = tried.client.post("/en/learn/rivers/quiz/preview").location
    tried.answers(1, ["true"])
    tried.hands_in()
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
    assert sheet[0][9:13] == (
        "Weakest third (per cent)",
        "Third between (per cent)",
        "Best third (per cent)",
        "In a word",
    )
    assert (sheet[3][9], sheet[3][11], sheet[3][12]) == (100, 0, "Look at the key")
    for language, delimiter, figure in (("en", ",", "-100.0"), ("it", ";", "-100,0")):
        text = tamas.get(f"/{language}/studio/questions/statistics/rivers.csv").data.decode("utf-8-sig")
        assert list(csv.reader(io.StringIO(text), delimiter=delimiter))[3][7] == figure


def test_pictures_show_what_the_best_and_the_weakest_did(given: Given) -> None:
    knows = [[number < 12, number < 12, number < 8] for number in range(24)]
    taken(given, knows)
    page = trainer(given).get("/en/studio/questions/statistics/rivers").text
    first = page.partition('id="true-false-1-1"')[2].partition("</article>")[0]
    assert 'aria-label="Part of the mark that each third of the learners has: weakest 0 %, ' in first
    assert "best 100 %, weakest 0 %" in first and "best 0 %, weakest 100 %" in first
    assert page.count("<circle") == 3 and "Further to the right" in page
    cells = re.findall(r"<td>(Works well|Fair|Weak|Look at the key|Very easy|Very hard)</td>", page)
    assert cells == ["Works well"] * 3
    assert not re.search(r"\sstyle=", page)


def test_where_there_are_few_or_all_are_alike_there_is_no_picture_of_thirds(given: Given) -> None:
    taken(given, [[True, True]] * 19)
    address = "/en/studio/questions/statistics/rivers"
    few = trainer(given).get(address).text
    assert "<circle" not in few and "each third" not in few and "too much alike" not in few
    another = learner(given, "Another")
    another.begins()
    answers_everything(another)
    another.hands_in()
    alike = trainer(given).get(address).text
    assert "too much alike" in alike and "each third" not in alike and "Very easy" in alike


def test_figures_stay_when_a_learner_leaves(given: Given) -> None:
    taken(given, [[number % 2 == 0, number % 3 == 0] for number in range(20)])
    address = "/en/studio/questions/statistics/rivers"
    tamas = trainer(given)
    before = tamas.get(address).text

    def leave() -> None:
        person = whose_first(given)
        close_account(person, by=person)

    given.done(leave)
    assert tamas.get(address).text == before


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
    assert ",'=1+1," in tamas.get("/en/studio/questions/statistics/rivers.csv").text


def test_large_quizzes_are_added_up_by_the_worker(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    quiz(given, ["short-text", "single"])
    for number, typed in enumerate(["my secret", "Danubio", "Danubio", "Danubio"]):
        one = learner(given, f"Learner {number}")
        one.begins()
        one.answers(1, typed)
        one.answers(2, ["b"])
        one.hands_in()
    tamas = trainer(given)
    address = "/en/studio/questions/statistics/rivers"
    at_once = tamas.get(address).text
    monkeypatch.setattr(figures, "MANY", 1)
    assert "being added up" in tamas.get(address).text and tamas.get(f"{address}.csv").status_code == 404
    given.done(jobs.add_up)
    later = tamas.get(address).text
    assert "Added up on" in later and "danubio" in later
    assert later.partition("Scores")[2] == at_once.partition("Scores")[2]
    kept = given.seen(lambda: session.scalars(sa.select(KeptTallies)).one())
    assert kept.learners == 4 and "secret" not in str(kept.tallies)
    with given.statements() as seen:
        given.done(jobs.add_up)
    assert not any("INSERT" in one or "UPDATE" in one for one in seen)  # nothing changed
    another = learner(given, "Another")
    another.begins()
    another.hands_in()
    given.done(jobs.add_up)
    assert "The first attempts of 5 learners." in tamas.get(address).text


def test_what_was_looked_at_and_not_imported_goes_after_a_day(given: Given) -> None:
    tamas = trainer(given)
    sent = {"format": "gift", "language": "en", "bank": "", "text": GIFT}
    tamas.post("/en/studio/questions/import", data=sent)
    now = clock.now()
    assert given.seen(lambda: spool.sweep(now=now + timedelta(hours=23))) == 0
    assert given.seen(lambda: spool.sweep(now=now + timedelta(hours=25))) == 1


def test_what_one_alone_typed_is_in_no_table(given: Given) -> None:
    quiz(given, ["short-text"])
    for number, typed in enumerate(["my secret", "Danubio"]):
        one = learner(given, f"Learner {number}")
        one.begins()
        one.answers(1, typed)
        one.hands_in()
    page = trainer(given).get("/en/studio/questions/statistics/rivers").text
    assert "my secret" not in page and "danubio" not in page
