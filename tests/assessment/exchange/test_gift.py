"""GIFT, line by line: what Moodle reads, and what it reads wrongly and we don't."""

import io
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import given as whatever
from hypothesis import strategies as st

from academy.assessment.exchange import gift
from academy.assessment.exchange.carried import Carried, TurnedAway
from tests.assessment.exchange.bodies import bodies

ONCE = (Phase.explicit, Phase.reuse, Phase.generate)  # what fails is short enough to read


def found(text: str | bytes) -> list[Carried | TurnedAway]:
    return list(gift.read(io.BytesIO(text if isinstance(text, bytes) else text.encode()), "en"))


def one(text: str | bytes) -> Carried:
    (only,) = found(text)
    assert isinstance(only, Carried), only
    return only


def body(text: str | bytes) -> dict[str, Any]:
    return one(text).body


def refused(text: str | bytes) -> TurnedAway:
    (only,) = found(text)
    assert isinstance(only, TurnedAway), only
    return only


def prompts(text: str | bytes) -> list[str]:
    return [each.body["prompt"]["en"] for each in found(text) if isinstance(each, Carried)]


def options(text: str) -> list[tuple[str, bool, Any]]:
    return [(each["text"]["en"], each["correct"], each.get("weight")) for each in body(text)["options"]]


# --- 1 to 5: questions, comments, categories, names


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_an_empty_line_ends_a_question_whatever_the_line_ends_are(end: str, mark: str) -> None:
    text = mark + end.join(["One {T}", "", "   Two", "0", "goes on {F}", "\t", "Three {=3}"])
    assert prompts(text) == ["One", "Two  \n0  \ngoes on", "Three"]
    assert [each.line for each in found(text)] == [1, 3, 7]


def test_text_in_utf_16_with_a_mark_is_read() -> None:
    assert prompts("Città? {=Łódź}".encode("utf-16")) == ["Città?"]


def test_comments_go_only_at_the_start_of_a_line_and_also_inside_a_question() -> None:
    text = "Where // here\n  // not this {\nis it? {\n// nor this }\n=there}"
    assert prompts(text) == ["Where // here  \nis it?"]
    assert found("// only a comment\n// and one more") == []


def test_a_comment_may_carry_an_id_and_tags() -> None:
    text = "// [id: Q 12 ] [tag:need] [tag: y ]\n// [tag:a\\]b] [tag:across\n// lines]\n::A name:: What? {T}"
    read = one(text)
    assert (read.key, read.named, read.body["tags"]) == ("q-12", True, ["need", "y", "a-b"])


def test_a_category_stands_alone_and_holds_for_what_follows() -> None:
    text = (
        "A {T}\n\n// next\n$CATEGORY: $course$/top/Need//want/Early \n\nB {T}\n\nC {T}\n\n$CATEGORY: x\nD {T}\n\nE {T}"
    )
    read = found(text)
    assert [each.category if isinstance(each, Carried) else each.line for each in read] == [
        (),
        ("Need/want", "Early"),
        ("Need/want", "Early"),
        10,
        ("Need/want", "Early"),
    ]


def test_a_name_is_optional_and_one_that_is_never_closed_is_none() -> None:
    assert one("::Città a colori:: Which? {T}").key == "citta-a-colori"
    assert one("Which of them? {T}").key == "which-of-them"
    assert len(one(f"{'a ' * 80}? {{T}}").key) <= 80
    unclosed = one("::Never closed {T}")
    assert (unclosed.body["prompt"]["en"], unclosed.key) == ("Never closed", "never-closed")


# --- 6 to 11: escapes, braces, types


def test_escapes_are_what_they_stand_for_and_the_backslash_comes_first() -> None:
    read = body(r"[markdown]a\: b\# c\= d\{e\} f\~ g\nh i\\n j\q k\\\= {=x\=y}")
    assert read["prompt"]["en"] == "a: b# c= d{e} f~ g\nh i\\n j\\q k\\="
    assert read["accepted"]["en"] == ["x=y"]


def test_a_text_without_braces_is_no_question_here_and_says_so() -> None:
    assert "asks nothing" in str(refused("Read this first.").reason.message)


def test_empty_braces_ask_for_an_open_answer() -> None:
    read = body("Why? {}")
    assert read["type"] == "open"
    assert body("Why? {####Because.}")["feedback"] == {"general": {"en": "Because."}}


@pytest.mark.parametrize(
    ("text", "line"), [("Why? {=a", 1), ("One\ntwo =a}", 2), ("a } b {", 1), ("One {T}\ntwo {F}", 2), ("a {b{c}", 1)]
)
def test_a_brace_too_few_or_too_many_is_named_with_its_line(text: str, line: int) -> None:
    no = refused(f"\n\n{text}")
    assert no.line == line + 2 and "brace" in no.reason.message


def test_an_unclosed_brace_does_not_swallow_the_next_question() -> None:
    read = found("One {=a\n\nTwo {T}")
    assert isinstance(read[0], TurnedAway) and isinstance(read[1], Carried)


def test_answers_in_the_middle_leave_a_gap_in_the_text_and_at_its_end_none() -> None:
    assert prompts("Grant is {~buried =entombed} in it.") == ["Grant is _____ in it."]
    assert prompts("Who is it? {~Grant =nobody}") == ["Who is it?"]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [("#3", "number"), ("~a =b", "single"), ("~%50%a ~%50%b ~c", "multiple"), ("=a -> b =c -> d", "matching"),
     ("T", "true-false"), ("TRUE", "true-false"), ("F", "true-false"), ("FALSE#x", "true-false"), ("=a", "short-text"), ("a", "short-text"),
     ("=a = b", "short-text"), ("~a#->  =b", "single"), ("", "open")],
)  # fmt: skip
def test_types_are_told_apart_in_this_order(answers: str, kind: str) -> None:
    assert body(f"What? {{{answers}}}")["type"] == kind


# --- 12 to 17: true or false, feedback, weights


@pytest.mark.parametrize("word", ["true", "False", "t"])
def test_true_in_small_letters_is_an_answer_to_be_typed(word: str) -> None:
    read = one(f"What? {{{word}}}")
    assert read.body["accepted"] == {"en": [word]} and read.notes


def test_the_first_feedback_of_true_or_false_is_for_the_wrong_answer() -> None:
    read = body("What? {T#wrong#right####general}")
    assert read["answer"] is True
    assert read["feedback"] == {"wrong": {"en": "wrong"}, "correct": {"en": "right"}, "general": {"en": "general"}}
    assert body("What? {FALSE#wrong}") == {**read, "answer": False, "feedback": {"wrong": {"en": "wrong"}}}


def test_general_feedback_comes_after_the_last_four_hashes() -> None:
    read = body("What? {=a####not this\n####this}")
    assert read["feedback"]["general"] == {"en": "this"}


def test_without_a_right_one_several_options_count_with_weights() -> None:
    assert options("What? {~a ~%50%b ~%50%c}") == [("a", False, None), ("b", True, 50), ("c", True, 50)]
    assert options("What? {~%-33.33333%a ~%33.33333%b ~%66.66667%c}") == [
        ("a", False, -33.33333),
        ("b", True, 33.33333),
        ("c", True, 66.66667),
    ]
    usual = options("What? {~%-50%a ~%50%b ~%50%c ~%-50%d}")
    assert usual == [("a", False, None), ("b", True, None), ("c", True, None), ("d", False, None)]


def test_weights_that_no_one_can_fill_are_refused() -> None:
    assert "90" in str(dict(refused("What? {~%45%a ~%45%b ~c}").reason.values)["sum"])
    assert "No option is right" in refused("What? {~a ~b}").reason.message
    assert "no weight" in refused("What? {~%150%a ~b}").reason.message


def test_the_equals_sign_wins_in_a_choice_and_weighs_in_a_short_answer() -> None:
    assert options("What? {=%50%a ~b ~%20%c}") == [("%50%a", True, None), ("b", False, None), ("c", False, 20)]
    read = body("What? {=a =%50%b#nearly =%100%c}")
    assert read["accepted"] == {"en": ["a", "c"]}
    assert read["also"] == [{"key": "a", "accepted": {"en": ["b"]}, "weight": 50, "feedback": {"en": "nearly"}}]


def test_an_unescaped_equals_sign_splits_an_option() -> None:
    assert [text for text, *_ in options("What? {~a ~b=c}")] == ["a", "b", "c"]
    assert "options are worth" in refused("What? {~a =b=c}").reason.message


# --- 18 to 21 and 25: numbers


@pytest.mark.parametrize(
    ("answers", "answer", "tolerance"),
    [("#3.14:0.01", 3.14, 0.01), ("#3..4", 3.5, 0.5), ("#1.2..1.5", 1.35, 0.15), ("#-4", -4, None), ("#2:0", 2, 0), ("#3,14", 3.14, None),
     ("#0,125:0,5", 0.125, 0.5), ("#1.5e3", 1500, None), ("#1.234,56", 1234.56, None), ("#12 000", 12000, None), ("#.5", 0.5, None)],
)  # fmt: skip
def test_numbers_have_a_tolerance_or_a_range_and_either_decimal_mark(
    answers: str, answer: float, tolerance: float | None
) -> None:
    read = body(f"How many? {{{answers}}}")
    assert (read["answer"], read.get("tolerance")) == (answer, tolerance)


def test_several_numbers_have_weights_and_the_rest_a_feedback() -> None:
    read = body("When? {#\n  =1822:0#exactly\n  =%50%1822:2#nearly\n  ~#no}")
    assert (read["answer"], read["tolerance"]) == (1822, 0)
    assert read["also"] == [{"key": "a", "answer": 1822, "tolerance": 2, "weight": 50, "feedback": {"en": "nearly"}}]
    assert read["feedback"] == {"correct": {"en": "exactly"}, "wrong": {"en": "no"}}


@pytest.mark.parametrize(
    "answers", ["#abc", "#1,500", "#..5", "#5..", "#4..3", "#", "#3:x", "#3:-1", "#1..2..3", "#%50%3"]
)
def test_what_is_no_number_is_refused_and_never_taken_for_anything(answers: str) -> None:
    no = refused(f"First {{T}}\n\nHow\nmany? {{{answers}}}".split("\n\n")[1])
    assert no.line == 1 and no.name.startswith("How")


def test_a_bare_nought_is_refused_and_a_marked_one_is_an_answer() -> None:
    assert "{=0}" in refused("How many? {0}").reason.message
    assert body("How many? {=0}")["accepted"] == {"en": ["0"]}


# --- 22 and 23: pairs and formats


def test_pairs_need_two_and_a_side_alone_is_one_more_to_choose_from() -> None:
    read = body("Match. {=A -> 1 =B -> 2 -> 3 = -> 4}")
    assert [(pair["left"]["en"], pair["right"]["en"]) for pair in read["pairs"]] == [("A", "1"), ("B", "2 -> 3")]
    assert read["distractors"] == [{"key": "c", "right": {"en": "4"}}]
    assert "fewer than two pairs" in refused("Match. {=A -> 1 = -> 2}").reason.message
    assert "written" in refused("Match. {=A -> 1 =B}").reason.message


def test_each_text_may_have_a_format_of_its_own() -> None:
    read = body("[html]<b>What</b>? {=[plain]*a*#[markdown]*yes* ~<i>b</i>#[nothing] x}")
    assert read["prompt"]["en"] == "**What**?"
    assert [each["text"]["en"] for each in read["options"]] == ["\\*a\\*", "*b*"]
    assert [each["feedback"]["en"] for each in read["options"]] == ["*yes*", "[nothing] x"]
    assert prompts("What is 2 * 3 * <i>x</i>? {=6x}") == ["What is 2 * 3 * *x*?"]


def test_html_is_made_markdown_and_what_does_not_belong_is_named() -> None:
    read = one("[html]<p>One<script>alert(1)</script></p><ul><li>a</li></ul><video src\\=x></video> {T}")
    assert read.body["prompt"]["en"] == "One\n\n- a"
    assert "video" in str(dict(read.notes[0].values))


def test_indentation_of_markdown_is_kept() -> None:
    text = "[markdown]Look:\n\\n    code\\n    more\n- a\n    - b {T}"
    assert prompts(text) == ["Look:\n\n    code\n    more\n- a\n    - b"]


# --- ordering, as Moodle's own plugin writes it


def test_things_to_put_in_order_stand_each_on_a_line() -> None:
    read = body("Order. {> 3 ALL VERTICAL ABSOLUTE_POSITION SHOW none\n first\n second = 2\n third\n####Well.}")
    assert [each["text"]["en"] for each in read["items"]] == ["first", "second = 2", "third"]
    assert read["feedback"] == {"general": {"en": "Well."}}
    assert body("Order. {>2 ALL H ALL_OR_NOTHING\na\nb}")["scoring"] == "all-or-nothing"
    assert len(one("Order. {>2 RANDOM V RELATIVE\na\nb}").notes) == 2


# --- files that are wrong


def test_a_character_that_can_not_be_read_is_named_with_its_line_and_the_rest_goes_on() -> None:
    no, yes = found("One {T}\nCitt\xe0 {T}\n\nTwo {T}".encode("latin-1"))
    assert isinstance(no, TurnedAway) and (no.line, no.name) == (2, "One {T}") and "UTF-8" in no.reason.message
    assert isinstance(yes, Carried)


def test_a_line_without_an_end_is_refused_and_not_kept() -> None:
    no, yes = found(f"One\n{'x' * 400_000} {{T}}\n\nTwo {{T}}")
    assert isinstance(no, TurnedAway) and no.line == 2 and isinstance(yes, Carried)


@whatever(st.text(st.sampled_from("{}=~#%:>-\\n TF0[]/\n$*."), max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for each in found(text):
        assert isinstance(each, Carried | TurnedAway) and each.line >= 1


# --- there and back


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "true-false", "short-text", "number", "matching", "ordering", "open"]
)
def test_what_is_written_is_read_as_it_was(kind: str) -> None:
    @settings(max_examples=25, phases=ONCE)
    @whatever(bodies(kind))
    def there_and_back(question: dict[str, Any]) -> None:
        (language,) = question["prompt"]
        written = gift.written("a-key", question, language)
        (read,) = gift.read(io.BytesIO(written.encode()), language)
        assert isinstance(read, Carried), (read, written)
        assert (read.key, read.named, read.notes) == ("a-key", True, ())
        assert read.body == question, written

    there_and_back()


def test_a_text_that_begins_like_a_comment_is_none() -> None:
    items = [
        {"key": key, "text": {"en": text}}
        for key, text in zip("abc", ("// first", "/\\/ then", "http://x"), strict=True)
    ]
    question = {"type": "ordering", "tags": [], "prompt": {"en": "// In order?"}, "items": items, "mark": 1}
    written = gift.written("a-key", question, "en")
    assert [item["text"] for item in body(written)["items"]] == [item["text"] for item in items]
    assert body(written)["prompt"] == question["prompt"]


def test_a_text_with_gaps_is_not_written_by_half() -> None:
    from academy.assessment.exchange.carried import Unsuitable

    with pytest.raises(Unsuitable):
        gift.written("a", {"type": "gaps", "prompt": {"en": "x"}, "text": {"en": "[[a]]"}, "gaps": []}, "en")
