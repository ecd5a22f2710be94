"""Every mistake in a question file is named with its line and its remedy."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given as for_all
from hypothesis import strategies as st

from academy.assessment import marking
from academy.assessment.marking import fraction, right_response
from academy.assessment.yaml_questions import faults, flaws, parsed, written
from academy.kernel.i18n import Sentence
from academy.settings import ROOT
from tests.assessment.given_assessment import body, both

LESSONS = ("where-it-begins", "where-it-ends")

SINGLE = """\
type: single
lesson: where-it-begins
tags: [water]
prompt: {en: Which river?, it: Quale fiume?}
options:
  - key: a
    correct: true
    text: {en: Drava, it: Drava}
  - key: b
    text: {en: Po, it: Po}
feedback:
  correct: {en: Yes., it: Sì.}
  wrong: {en: No., it: No.}
"""


def found(text: str) -> list[tuple[int, str]]:
    return [(fault.line, words(fault.sentence)) for fault in faults(text, ("en", "it"), LESSONS, ["map.svg"])]


def words(sentence: Sentence) -> str:
    return sentence.message % dict(sentence.values)


@pytest.mark.parametrize("kind", marking.TYPES)
def test_a_good_question_of_every_type_has_no_fault(kind: str) -> None:
    text = yaml.safe_dump(body(kind), allow_unicode=True)
    assert found(text) == []
    assert parsed(text) == body(kind)
    assert flaws(body(kind), ("en", "it"), LESSONS) == []


@pytest.mark.parametrize("kind", marking.TYPES)
def test_what_is_written_is_read_as_the_same(kind: str) -> None:
    other = {"name": "A name: with a colon", "mark": 2.5, "source": "“Atlas”, 2020"}
    question = body(kind, prompt=both("- no list, *but*:\n\n    indented\n\n![A map](media/map.svg)"), **other)
    assert parsed(written(question)) == question and found(written(question)) == []
    assert written(parsed(written(question))) == written(question)
    assert written(question).startswith(f"type: {kind}\nname: ")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"feedback": None}, "Feedback is missing"),
        ({"lesson": None}, "Name the lesson"),
        ({"prompt": {"en": "Only English?"}}, "The text in this language is missing"),
    ],
)
def test_what_a_question_can_do_without_is_advice(changes: dict[str, Any], says: str) -> None:
    question = {name: value for name, value in body("single", **changes).items() if value is not None}
    (flaw,) = flaws(question, ("en", "it"), LESSONS)
    assert says in words(flaw.sentence) and not flaw.serious


def test_a_flaw_names_the_place_of_the_value() -> None:
    question = body("matching", distractors=[{"key": "a", "right": both("nowhere")}])
    (flaw,) = flaws(question, ("en", "it"), LESSONS)
    assert flaw.place == ("distractors", 0, "key") and "here twice" in words(flaw.sentence)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("type: single", "type: sinlge", 1, "Write one of: single, multiple"),
        ("type: single\n", "", 1, "“type” is missing"),
        ("where-it-begins", "where-it-begin", 2, "Did you mean “where-it-begins”?"),
        ("where-it-begins", "mountains-and-more", 2, "Known are: where-it-begins, where-it-ends"),
        ("tags: [water]", "tags: Water", 3, "tags: [need, practice]"),
        (", it: Quale fiume?", "", 4, "“it” is missing. Add it."),
        ("{en: Which river?, it: Quale fiume?}", "Which river?", 4, "“prompt: {en: …, it: …}”"),
        ("it: Quale", "fr: Quelle, it: Quale", 4, "“fr” is not known here"),
        ("correct: true", "correct: perhaps", 7, "“correct: true” or “correct: false”"),
        ("    correct: true\n", "", 5, "0 options are marked as right"),
        ("key: b\n", "key: b\n    correct: true\n", 5, "2 options are marked as right. Mark one"),
        ("key: b", "key: a", 9, "The same stands in line 6 already"),
        ("key: b", "key: 7", 9, "Write “key: a”"),
        ("key: b\n", "key: b\n    wieght: 2\n", 10, "Did you mean “weight”?"),
        ("key: b\n", "key: b\n    weight: half\n", 10, "Write for example “weight: 50”"),
        ("correct: true", "weight: 90", 5, "do not come to 100"),
        ("Which river?", '"See ![](media/map.svg)"', 4, "who can't see it"),
        ("Which river?", '"See ![A map](media/mop.svg)"', 4, "There is no picture “media/mop.svg”"),
        ("tags: [water]", "mark: 0", 3, "a number above 0"),
        ("tags: [water]", "shuffle: 3", 3, "“shuffle: true”"),
        ("{en: Po, it: Po}", "{en: DRÀVA, it: Po}", 10, "Nobody could tell them apart"),
        ("{en: Po, it: Po}", "{en: 1980, it: Po}", 10, "“1980” is not taken for a text. Put it in quotation marks."),
        ("  wrong: {en: No., it: No.}\n", "", 11, "when the answer is “wrong” is missing"),
        ("feedback:", "feedbak:", 11, "Did you mean “feedback”?"),
        ("type: single", "type: single\ntype: single", 2, "“type” stands here twice"),
        ("options:", "options:\n  - just a text", 6, "Names and values are expected here"),
        ("Which river?", "“Which” river: the big one", 4, "This is not YAML"),
        ("Which river?", "*river", 4, "Write the value itself"),
        ("tags: [water]", "tags: [water", 4, "This is not YAML"),
        ("tags: [water]", "source: [a, b]", 3, "not taken for a text"),
        ("Which river?", "x" * 2001, 4, "longer than 2000 characters"),
    ],
)
def test_a_mistake_is_named_with_line_and_remedy(old: str, new: str, line: int, says: str) -> None:
    assert old in SINGLE
    told = found(SINGLE.replace(old, new, 1))
    assert any(where == line and says in what for where, what in told), told


@pytest.mark.parametrize(
    ("kind", "other", "says"),
    [
        ("multiple", {"options": [{"key": key, "text": {"en": key, "it": key}} for key in "ab"]}, "No option is right"),
        ("single", {"options": []}, "a list of 2 to 20"),
        ("true-false", {"answer": "yes"}, "“answer: true” or “answer: false”"),
        ("short-text", {"accepted": ["Danube"]}, "“accepted: {en: […], it: […]}”"),
        ("short-text", {"accepted": {"en": ["Danube"], "it": []}}, "Nothing is accepted in “it”"),
        ("short-text", {"accepted": {"en": [1861], "it": ["x"]}}, "Put it in quotation marks"),
        ("number", {"answer": "12,5"}, "Write it with a point"),
        ("number", {"answer": float("inf")}, "The answer is not a number"),
        ("number", {"tolerance": -1}, "a number from 0 up"),
        ("number", {"unit": "km"}, "“unit: {en: …, it: …}”"),
        ("number", {"also": [{"key": "x", "answer": 3}]}, "Write for example “weight: 50”"),
        ("short-text", {"also": [{"key": "x", "weight": 50}]}, "No answers are accepted"),
        ("multiple", {"scoring": "most"}, "“scoring: shared” or “scoring: all-or-nothing”"),
        ("gaps", {"text": both("No gap here")}, "Write [[a]] where it belongs"),
        ("gaps", {"text": both("[[a]] [[b]] [[c]] [[d]]")}, "There is no gap “d”"),
        ("gaps", {"gaps": [{"key": "a"}]}, "How is this gap filled?"),
        (
            "gaps",
            {"gaps": [{"key": "a", "choices": [{"key": k, "text": both(k)} for k in "xy"]}]},
            "0 choices are marked",
        ),
        ("open", {"rubric": [{"key": "a", "text": both("Says why"), "points": 0}]}, "a whole number from 1 to 100"),
        ("open", {"rubric": []}, "a list of 1 to 20"),
        (
            "matching",
            {"pairs": [{"key": key, "left": {"en": key, "it": key}} for key in "ab"]},
            "“right: {en: …, it: …}”",
        ),
        ("ordering", {"items": {"a": "b"}}, "a list of 2 to 20"),
        ("ordering", {"options": []}, "“options” is not known here"),
    ],
)
def test_each_type_has_its_own_rules(kind: str, other: dict[str, object], says: str) -> None:
    told = found(yaml.safe_dump(body(kind, **other), allow_unicode=True))
    assert any(says in what for _line, what in told), told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "- a\n- b",
        "a: &a [x]\nb: *a",
        "[" * 5000,
        "{a: " * 50,
        "!!python/object/apply:os.system [ls]",
        "type: !!binary single",
        "\x00",
        "type: 2026-13-45",
        "x" * 100_001,
        "? [a, b]\n: c",
    ],
)
def test_hostile_files_get_an_answer_too(text: str) -> None:
    assert found(text)


@for_all(st.text(max_size=300))
def test_no_text_breaks_the_check(text: str) -> None:
    assert found(text)


@for_all(st.integers(0, len(SINGLE) - 1), st.text(max_size=5))
def test_no_slip_of_the_pen_breaks_the_check(place: int, typed: str) -> None:
    found(SINGLE[:place] + typed + SINGLE[place + 1 :])


@pytest.mark.parametrize("module", sorted(path.name for path in (ROOT / "modules").iterdir() if path.is_dir()))
def test_the_questions_of_the_course_are_good(module: str) -> None:
    folder: Path = ROOT / "modules" / module
    lessons = [re.sub(r"^\d+-", "", path.name) for path in (folder / "lessons").glob("*")]
    for file in sorted((folder / "questions").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        media = [path.name for path in (folder / "media").glob("*")]
        assert faults(text, ("en", "it"), lessons, media) == [], file
        question = parsed(text)
        assert marking.by_hand(question) or fraction(question, right_response(question)) == 1, file
        assert parsed(written(question)) == question, file
