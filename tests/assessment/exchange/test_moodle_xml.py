"""Moodle XML: what Moodle writes, what others make of it, and what could do harm."""

import base64
import io
import tracemalloc
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import settings

from academy.assessment.exchange import moodle_xml
from academy.assessment.exchange.carried import Carried, TurnedAway
from tests.assessment.exchange.bodies import bodies
from tests.assessment.exchange.test_gift import ONCE
from tests.assessment.given_assessment import TYPES
from tests.assessment.given_assessment import body as both_languages

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def found(text: str | bytes, language: str = "en") -> list[Carried | TurnedAway]:
    return list(moodle_xml.read(io.BytesIO(text if isinstance(text, bytes) else text.encode()), language))


def quiz(*questions: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(questions)}</quiz>'


def question(kind: str, inside: str = "", text: str = "<p>What?</p>", name: str = "A name", more: str = "") -> str:
    named = f"<name><text>{name}</text></name>" if name else ""
    return (
        f'<question type="{kind}">{named}<questiontext format="html"><text><![CDATA[{text}]]></text>{more}</questiontext>'
        f"{inside}</question>\n"
    )


def answer(text: str, fraction: object = 0, feedback: str = "", inside: str = "") -> str:
    about = f'<feedback format="html"><text><![CDATA[{feedback}]]></text></feedback>' if feedback else ""
    return f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{inside}{about}</answer>'


def one(*arguments: str, **named: str) -> Carried:
    (only,) = found(quiz(question(*arguments, **named)))
    assert isinstance(only, Carried), only
    return only


def refused(*arguments: str, **named: str) -> str:
    (only,) = found(quiz(question(*arguments, **named)))
    assert isinstance(only, TurnedAway) and only.line == 3 and not only.broken
    return only.reason.message


CHOICE = answer("<p>a</p>", 100, "<b>yes</b>") + answer("b")


def test_a_choice_comes_with_all_it_says() -> None:
    read = one(
        "multichoice",
        "<generalfeedback format='html'><text>For all</text></generalfeedback><defaultgrade>2.0000000</defaultgrade>"
        "<penalty>0.3333333</penalty><hidden>0</hidden><idnumber>Q 7</idnumber><single>true</single>"
        "<shuffleanswers>false</shuffleanswers><answernumbering>abc</answernumbering>"
        "<correctfeedback format='html'><text>Right</text></correctfeedback>"
        "<partiallycorrectfeedback format='html'><text>Half</text></partiallycorrectfeedback>"
        f"<incorrectfeedback format='html'><text>Wrong</text></incorrectfeedback>{CHOICE}"
        "<hint format='html'><text>Look</text></hint><tags><tag><text>Social need</text></tag></tags>",
    )
    assert (read.key, read.named, read.line) == ("q-7", True, 3)
    assert read.body == {
        "type": "single",
        "name": "A name",
        "tags": ["social-need"],
        "mark": 2,
        "prompt": {"en": "What?"},
        "shuffle": False,
        "options": [
            {"key": "a", "correct": True, "text": {"en": "a"}, "feedback": {"en": "**yes**"}},
            {"key": "b", "correct": False, "text": {"en": "b"}},
        ],
        "feedback": {
            "general": {"en": "For all"},
            "correct": {"en": "Right"},
            "partly": {"en": "Half"},
            "wrong": {"en": "Wrong"},
        },
    }
    assert [note.message[:5] for note in read.notes] == ["Hints"]


def test_fractions_are_per_cent_and_several_answers_may_count() -> None:
    several = answer("a", 33.33333) + answer("b", 66.66667) + answer("c", -50) + "<single>false</single>"
    options = one("multichoice", several).body["options"]
    assert [(each["correct"], each["weight"]) for each in options] == [
        (True, 33.33333),
        (True, 66.66667),
        (False, -50),
    ]
    set_of = answer("a", 100) + answer("b", 100) + answer("c", 0)
    assert one("multichoiceset", set_of).body["scoring"] == "all-or-nothing"


def test_a_question_that_was_hidden_says_so() -> None:
    hidden = one("multichoice", f"<hidden>1</hidden>{CHOICE}")
    assert ["hidden" in note.message for note in hidden.notes] == [True]


def test_true_or_false_says_what_is_right_by_its_fraction() -> None:
    read = one("truefalse", answer("true", 0, "No") + answer("false", 100, "Yes")).body
    assert (read["answer"], read["feedback"]) == (False, {"correct": {"en": "Yes"}, "wrong": {"en": "No"}})


def test_a_short_answer_knows_variants_parts_and_what_is_said_to_all_others() -> None:
    read = one(
        "shortanswer",
        "<usecase>1</usecase>"
        + answer("Danube", 100)
        + answer("Donau", 100)
        + answer("Sava", 50)
        + answer("*", 0, "Look"),
    )
    assert read.body["accepted"] == {"en": ["Danube", "Donau"]}
    assert read.body["also"] == [{"key": "a", "accepted": {"en": ["Sava"]}, "weight": 50}]
    assert read.body["feedback"] == {"wrong": {"en": "Look"}} and len(read.notes) == 1
    assert "star" in refused("shortanswer", answer("Dan*", 100)) and "anything" in refused(
        "shortanswer", answer("*", 100)
    )


def test_a_number_has_a_tolerance_and_a_unit() -> None:
    unit = "<units><unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units>"
    read = one("numerical", answer("2850", 100, "", "<tolerance>10</tolerance>") + answer("28,5", 50) + unit).body
    assert (read["answer"], read["tolerance"], read["unit"]) == (2850, 10, {"en": "km"})
    assert read["also"] == [{"key": "a", "answer": 28.5, "weight": 50}]
    assert "is not a number" in refused("numerical", answer("x", 100))


def test_pairs_may_have_a_right_side_too_many() -> None:
    def pair(left: str, right: str) -> str:
        return f"<subquestion format='html'><text>{left}</text><answer><text>{right}</text></answer></subquestion>"

    read = one("matching", pair("A", "1") + pair("B", "2") + pair("", "3")).body
    assert [(each["left"]["en"], each["right"]["en"]) for each in read["pairs"]] == [("A", "1"), ("B", "2")]
    assert read["distractors"] == [{"key": "c", "right": {"en": "3"}}]


def test_things_in_order_stand_by_their_fraction_and_an_essay_has_notes_for_who_marks_it() -> None:
    items = answer("second", "2.0") + answer("first", "1.0") + "<gradingtype>ABSOLUTE_POSITION</gradingtype>"
    assert [each["text"]["en"] for each in one("ordering", items).body["items"]] == ["first", "second"]
    essay = one("essay", "<graderinfo format='html'><text>Two examples</text></graderinfo>").body
    assert (essay["type"], essay["example"]) == ("open", {"en": "Two examples"})


def test_a_text_with_gaps_is_taken_apart() -> None:
    text = (
        "<p>Read this.</p><p>The {1:SHORTANSWER:=Danube~=D&amp;nau~*#Look} is {1:NM:=2850:10} km long "
        "and {2:MULTICHOICE:ends~=begins\\}~stays} there.</p>"
    )
    read = one("cloze", text=text)
    assert read.body["prompt"] == {"en": "Read this."}
    assert read.body["text"] == {"en": "The [[a]] is [[b]] km long and [[c]] there."}
    typed, number, chosen = read.body["gaps"]
    assert typed == {"key": "a", "accepted": {"en": ["Danube", "D&nau"]}, "feedback": {"en": "Look"}}
    assert number == {"key": "b", "answer": 2850, "tolerance": 10}
    choices = [(each["text"]["en"], each["correct"]) for each in chosen["choices"]]
    assert choices == [("ends", False), ("begins}", True), ("stays", False)]
    assert len(read.notes) == 1
    assert "kind" in refused("cloze", text="A {1:MULTIRESPONSE:=a~=b} here")


def test_missing_words_are_chosen_from_their_group() -> None:
    choices = "".join(
        f"<selectoption><text>{said}</text><group>{group}</group></selectoption>"
        for said, group in (("am", 1), ("east", 2), ("is", 1))
    )
    read = one("gapselect", choices, text="It [[3]] in the [[2]].").body
    assert [[each["text"]["en"] for each in gap["choices"]] for gap in read["gaps"]] == [["am", "is"], ["east"]]
    assert "no choice" in refused("gapselect", choices, text="It [[4]].")


def test_a_category_holds_for_what_follows_and_may_have_an_info() -> None:
    category = (
        '<question type="category"><category><text>$course$/top/Needs/Early//late</text></category>'
        '<info format="html"><text>x</text></info></question>'
    )
    first, second = found(quiz(question("multichoice", CHOICE), category, question("multichoice", CHOICE)))
    assert isinstance(first, Carried) and isinstance(second, Carried)
    assert (first.category, second.category) == ((), ("Needs", "Early/late"))


@pytest.mark.parametrize("style", ["markdown", "plain_text", "moodle_auto_format", "wiki_like", "nonsense"])
def test_texts_say_what_they_are_written_in(style: str) -> None:
    read = one(
        "essay", f'<generalfeedback format="{style}"><text><![CDATA[*a* <i>b</i>]]></text></generalfeedback>'
    ).body
    expected = {
        "markdown": "*a* <i>b</i>",
        "plain_text": "\\*a\\* &lt;i>b&lt;/i>",
        "wiki_like": "\\*a\\* &lt;i>b&lt;/i>",
    }
    assert read["feedback"]["general"]["en"] == expected.get(style, "\\*a\\* *b*")


def test_languages_side_by_side_are_taken_apart() -> None:
    text = 'Which <span lang="en" class="multilang">river</span><span lang="it" class="multilang">fiume</span> is it?'
    assert one("essay", text=text).body["prompt"] == {"en": "Which river is it?", "it": "Which fiume is it?"}


def test_pictures_come_along_once_and_the_old_way_too() -> None:
    file = f'<file name="a b.png" path="/" encoding="base64">{PIXEL}</file>'
    read = one("essay", text='<img src="@@PLUGINFILE@@/a%20b.png" alt="A map">', more=file * 2)
    assert read.body["prompt"] == {"en": "![A map](@@PLUGINFILE@@/a%20b.png)"}
    assert [(each.name, each.address) for each in read.pictures] == [("a b.png", "@@PLUGINFILE@@/a%20b.png")]
    old = one("essay", f"<image>folder/old.gif</image><image_base64>{PIXEL}</image_base64>")
    assert old.body["prompt"]["en"].endswith("![old](@@PLUGINFILE@@/old.gif)") and len(old.pictures) == 1
    assert "damaged" in refused("essay", more='<file name="x.png" encoding="base64">%%%</file>')


@pytest.mark.parametrize(
    ("kind", "said"), [("calculated", "not known"), ("description", "not known"), ("", "not known")]
)
def test_what_is_not_known_is_refused_by_name(kind: str, said: str) -> None:
    assert said in refused(kind, CHOICE)


def test_a_question_without_a_name_is_refused_and_the_next_is_read() -> None:
    no, yes = found(quiz(question("essay", name=""), question("essay")))
    assert isinstance(no, TurnedAway) and "no name" in no.reason.message and isinstance(yes, Carried)


BOMB = '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f"<?xml version='1.0'?>\n{BOMB}<quiz>&b;</quiz>", 2, "DOCTYPE"),
        (f"{EXTERNAL}<quiz>&x;</quiz>", 1, "DOCTYPE"),
        ("<!DOCTYPE quiz SYSTEM 'http://127.0.0.1/x.dtd'><quiz/>", 1, "DOCTYPE"),
        ("<quiz>\n<question>", 2, "not XML"),
        ("<quiz>\n\n<question></quiz>", 3, "not XML"),
        ("::Q:: text {=a}", 1, "not XML"),
        ("", 1, "not XML"),
        ("<html><body/></html>", 1, "begins with"),
        ("<?xml version='1.0' encoding='klingon'?><quiz/>", 1, "not XML"),
        (b"<quiz>\n<question>Citt\xe0</question></quiz>", 2, "not XML"),
    ],
)  # fmt: skip
def test_a_file_that_is_broken_or_does_harm_is_refused_whole_with_its_line(
    text: str | bytes, line: int, said: str
) -> None:
    last = found(text)[-1]
    assert isinstance(last, TurnedAway) and last.broken
    assert last.line == line and said in last.reason.message


def test_what_is_too_deep_or_too_large_is_refused_and_the_rest_goes_on() -> None:
    deep = f'<question type="essay">{"<a>" * 500}{"</a>" * 500}</question>'
    no, yes = found(quiz(deep, question("essay")))
    assert isinstance(no, TurnedAway) and "deeply" in no.reason.message and isinstance(yes, Carried)


def test_a_huge_picture_is_refused_without_being_kept() -> None:
    class Huge(io.RawIOBase):
        pieces = [b'<quiz><question type="essay"><file>', *[b"A" * 65536] * 600, b"</file></question></quiz>", b""]

        def read(self, _size: int = -1) -> bytes:
            return self.pieces.pop(0)

    tracemalloc.start()
    (no,) = moodle_xml.read(Huge(), "en")  # type: ignore[arg-type]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(no, TurnedAway) and "too large" in no.reason.message
    assert most < 32 * 1024 * 1024


# --- there and back


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "gaps"])
def test_what_is_written_is_read_as_it_was(kind: str) -> None:
    @settings(max_examples=20, phases=ONCE)
    @whatever(bodies(kind))
    def there_and_back(body: dict[str, Any]) -> None:
        (language,) = body["prompt"]
        written = quiz(moodle_xml.category(["a/b"]), moodle_xml.written("a-key", body))
        (read,) = found(written, language)
        assert isinstance(read, Carried), (read, written)
        assert (read.key, read.named, read.category, read.notes) == ("a-key", True, ("a/b",), ())
        assert read.body == body, written

    there_and_back()


@pytest.mark.parametrize("kind", TYPES)
def test_both_languages_come_back_together(kind: str) -> None:
    body = both_languages(kind)
    (read,) = found(quiz(moodle_xml.written("a-key", body)), "de")
    assert isinstance(read, Carried) and read.body == body


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "gaps"])
def test_moodle_itself_gets_both_languages(kind: str) -> None:
    """What stands outside the element that only we read."""
    body = both_languages(kind)
    (read,) = found(quiz(moodle_xml.written("a-key", body, with_own=False)), "en")
    assert isinstance(read, Carried) and read.body["type"] == kind
    assert read.body["prompt"] == body["prompt"]
    for name in ("options", "pairs", "items", "answer", "tolerance", "unit", "accepted"):
        assert read.body.get(name) == body.get(name)


def test_what_somebody_changed_elsewhere_counts() -> None:
    written = quiz(moodle_xml.written("a-key", both_languages("single")))
    (read,) = found(written.replace("The Rhine", "The Danube", 1))
    assert isinstance(read, Carried)
    assert read.body["options"][0]["text"]["en"] == "The Danube"
    (nonsense,) = found(written.replace("<academy>{", "<academy>{{"))
    assert isinstance(nonsense, Carried)


def test_pictures_go_along_and_come_back() -> None:
    body = {**both_languages("open"), "prompt": {"en": "![A map](/files/abc/map.png)"}}
    written = moodle_xml.written("a-key", body, contents=lambda address: ("map.png", b"picture"))
    assert "/files/" not in written
    (read,) = found(quiz(written))
    assert isinstance(read, Carried)
    assert read.body["prompt"] == {"en": "![A map](@@PLUGINFILE@@/map.png)"}
    assert [(each.name, each.content) for each in read.pictures] == [("map.png", b"picture")]
