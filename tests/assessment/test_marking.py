"""Marks are exact, and nothing that is sent can break them."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from academy.assessment import drawing
from academy.assessment.comparing import folded, readings
from academy.assessment.marking import (
    WHOLE,
    WrongShape,
    check_shape,
    fraction,
    given,
    is_complete,
    kept,
    keys,
    points,
    right_response,
    right_sides,
)
from tests.assessment.given_assessment import TYPES, body

words = st.text("abcdefgh", min_size=1, max_size=6)
names = st.lists(words, min_size=2, max_size=8, unique=True)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(TYPES))
    made = draw(names)
    text = {"en": "…"}
    match kind:
        case "single":
            right = draw(st.sampled_from(made))
            own = {"options": [{"key": key, "correct": key == right, "text": text} for key in made]}
        case "multiple":
            chosen = draw(st.sets(st.sampled_from(made), min_size=1))
            own = {"options": [{"key": key, "correct": key in chosen, "text": text} for key in made]}
        case "true-false":
            own = {"answer": draw(st.booleans())}  # type: ignore[dict-item]
        case "short-text":
            own = {"accepted": {"en": draw(st.lists(words, min_size=1)), "it": draw(st.lists(words, min_size=1))}}  # type: ignore[dict-item]
        case "number":
            number = st.one_of(st.integers(-(10**9), 10**9), st.decimals(-9999, 9999, places=3).map(str))
            own = {"answer": draw(number), "tolerance": draw(st.sampled_from([0, 0.5, 10]))}
        case "gaps":
            typed = st.lists(words, min_size=1)
            own = {"gaps": [{"key": key, "accepted": {"en": draw(typed)}} for key in made], "text": text}  # type: ignore[dict-item]
        case "matching":
            own = {"pairs": [{"key": key, "left": text, "right": {"en": key}} for key in made]}
        case _:
            own = {"items": [{"key": key, "text": text} for key in made]}
    return {"type": kind, **own}


def responses(question: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Everything that has the shape of an answer."""
    known = keys(question)
    match question["type"]:
        case "single" | "true-false":
            return st.lists(st.sampled_from(known), max_size=1)
        case "multiple":
            return st.lists(st.sampled_from(known), unique=True)
        case "matching":
            return st.dictionaries(st.sampled_from(known), st.sampled_from(known))
        case "ordering":
            places = [str(place) for place in range(1, len(known) + 1)]
            return st.dictionaries(st.sampled_from(known), st.sampled_from(places))
        case "gaps":
            return st.dictionaries(st.sampled_from(known), words)
        case "number":
            return st.one_of(st.just(""), st.integers().map(str))
        case _:
            return words


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=6,
)


@for_all(questions().flatmap(lambda question: st.tuples(st.just(question), responses(question))))
def test_a_mark_is_between_nothing_and_everything(pair: tuple[dict[str, Any], Any]) -> None:
    question, response = pair
    assert 0 <= fraction(question, response) <= 1
    assert 0 <= points(fraction(question, response)) <= WHOLE


@for_all(questions())
def test_the_key_gets_full_marks_and_nothing_gets_none(question: dict[str, Any]) -> None:
    key = right_response(question)
    assert fraction(question, key) == 1 and is_complete(question, key)
    assert fraction(question, type(key)()) == 0 and not is_complete(question, type(key)())


@for_all(questions().flatmap(lambda question: st.tuples(st.just(question), responses(question))), st.data())
def test_mending_one_thing_never_costs_marks(pair: tuple[dict[str, Any], Any], data: st.DataObject) -> None:
    question, response = pair
    key = right_response(question)
    before = fraction(question, response)
    if isinstance(key, dict):
        name = data.draw(st.sampled_from([*key]))
        assert fraction(question, {**response, name: key[name]}) >= before
    elif question["type"] == "multiple":
        more = data.draw(st.sampled_from([*key]))
        wrong = [chosen for chosen in response if chosen not in key]
        assert fraction(question, [*{*response, more}]) >= before
        assert fraction(question, [chosen for chosen in response if chosen not in wrong[:1]]) >= before


@settings(max_examples=300)
@for_all(questions(), anything)
def test_whatever_is_sent_is_marked_or_refused(question: dict[str, Any], sent: Any) -> None:
    try:
        check_shape(question, sent)
    except WrongShape:
        with pytest.raises(WrongShape):
            fraction(question, sent)
    else:
        assert 0 <= fraction(question, sent) <= 1


@pytest.mark.parametrize(
    ("chosen", "mark"),
    [("ab", 1), ("a", "1/2"), ("abc", "1/2"), ("ac", 0), ("abcd", 0), ("cd", 0), ("acd", 0)],
)
def test_each_wrong_option_takes_away_what_a_right_one_gives(chosen: str, mark: str | int) -> None:
    assert fraction(body("multiple"), [*chosen]) == Fraction(mark)


def test_pairs_and_places_share_the_mark() -> None:
    assert fraction(body("matching"), {"a": "a", "b": "c"}) == Fraction(1, 3)
    assert fraction(body("ordering"), {"a": "1", "b": "2", "c": "4", "d": "3"}) == Fraction(1, 2)
    assert fraction(body("ordering"), {"a": "1", "b": "1", "c": "1", "d": "1"}) == Fraction(1, 4)


def test_marks_are_whole_numbers() -> None:
    assert [points(Fraction(part, 3)) for part in range(4)] == [0, 3333, 6667, 10_000]
    assert points(Fraction(1, 20_000)) == 1, "the half goes up"


@pytest.mark.parametrize(
    "typed",
    [
        "Danube",
        "danube",
        "  DANUBE ",
        "the  danube",
        "The\u00a0Danube",
        "Danubio",
        "Ｄａｎｕｂｅ",
        "Danúbe",
        "Dan\u00adube",
    ],
)
def test_case_accents_and_space_do_not_matter(typed: str) -> None:
    assert fraction(body("short-text"), typed) == 1


@pytest.mark.parametrize("typed", ["Danub", "Danubee", "Danude", "The Danube river", "Donau", "D"])
def test_nothing_is_accepted_for_being_alike(typed: str) -> None:
    assert fraction(body("short-text"), typed) == 0


def test_letters_of_our_languages_fold() -> None:
    assert folded("Łódź – Straße “d’Été”") == folded("lodz - STRASSE “d'ete”")
    assert folded("sussidiarietà") == folded("SUSSIDIARIETA\u0300") == "sussidiarieta"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", {"12"}),
        ("12.5", {"12.5"}),
        ("12,5", {"12.5"}),
        ("8.000", {"8", "8000"}),
        ("8,000 €", {"8", "8000"}),
        ("€ 8 000", {"8000"}),
        ("8'000", {"8000"}),
        ("1.234.567,8", {"1234567.8"}),
        ("1,234,567", {"1234567"}),
        ("0,500", {"0.5"}),
        (".5", {"0.5"}),
        ("−5", {"-5"}),
        ("+5 km", {"5"}),
        ("40.", {"40"}),
        ("６.3", {"6.3"}),
        ("", set()),
        ("twelve", set()),
        ("8 or 9", set()),
        ("1,2,3", set()),
        ("12.34.5", set()),
        ("1e5", set()),
        ("NaN", set()),
        ("٣", set()),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, meant: set[str]) -> None:
    assert readings(typed) == {Fraction(number) for number in meant}


def test_a_number_counts_within_its_tolerance() -> None:
    river = body("number")
    assert [fraction(river, typed) for typed in ("2850", "2.860 km", "2,840", "2861", "2839.9")] == [1, 1, 1, 0, 0]
    assert fraction(body("number", answer=0.1, tolerance=0.2), "0,3") == 1, "not 0.30000000000000004"


@for_all(st.integers(1, 40), st.integers(1, 40), st.integers(), st.dictionaries(st.integers(0, 39), st.integers(0, 5)))
def test_a_draw_is_the_same_for_the_same_seed_and_prefers_the_new(
    size: int, number: int, seed: int, asked: dict[int, int]
) -> None:
    pool = [*range(size)]
    chosen = drawing.drawn(pool, number, asked=asked, seed=seed)
    assert chosen == drawing.drawn(pool, number, asked=asked, seed=seed) == sorted(set(chosen))
    assert len(chosen) == min(size, number)
    left = set(pool) - set(chosen)
    assert not left or max(asked.get(one, 0) for one in chosen) <= min(asked.get(one, 0) for one in left)


@for_all(questions(), st.integers())
def test_options_keep_their_keys_in_whatever_order(question: dict[str, Any], seed: int) -> None:
    order = drawing.option_order(question, seed=seed)
    assert sorted(order) == sorted(keys(question)) and order == drawing.option_order(question, seed=seed)
    assert question["type"] != "ordering" or order != keys(question), "never in order already"


def test_weights_say_what_each_option_gives_and_thirds_are_thirds() -> None:
    options = [
        {"key": key, "weight": weight, "text": {"en": key}}
        for key, weight in zip("abcd", (33.33333, 33.33333, "33.33333", -50), strict=True)
    ]
    question = body("multiple", options=options)
    assert right_response(question) == ["a", "b", "c"]
    assert [fraction(question, [*chosen]) for chosen in ("abc", "ab", "abd", "ad")] == [
        1,
        Fraction(2, 3),
        Fraction(1, 6),
        0,
    ]
    one = body("single", options=[*options[:2], {"key": "z", "correct": True, "text": {"en": "z"}}])
    assert right_response(one) == ["z"] and fraction(one, ["a"]) == Fraction(1, 3)


@pytest.mark.parametrize("kind", ["multiple", "matching", "ordering", "gaps"])
def test_all_or_nothing_gives_nothing_for_a_part(kind: str) -> None:
    question = body(kind, scoring="all-or-nothing")
    key = right_response(question)
    part = key[:1] if isinstance(key, list) else dict([*key.items()][:1]) if isinstance(key, dict) else ""
    assert fraction(question, key) == 1 and fraction(question, part) == 0
    assert fraction(body(kind), part) not in (0, 1)
    assert fraction(body("multiple", scoring="all-or-nothing"), ["a", "b", "c"]) == 0


def test_accents_matter_where_the_question_says_so() -> None:
    loose, strict = (body("short-text", accepted={"it": ["perché"]}, accents=accents) for accents in (False, True))
    assert [fraction(loose, typed) for typed in ("PERCHÉ", "perche", "perchè")] == [1, 1, 1]
    assert [fraction(strict, typed) for typed in ("PERCHE\u0301", "perche", "perchè")] == [1, 0, 0]


def test_other_answers_that_are_known_give_their_part() -> None:
    text = body("short-text", also=[{"key": "x", "accepted": {"en": ["Danub"]}, "weight": 50}])
    assert [fraction(text, typed) for typed in ("Danube", "danub", "Rhine")] == [1, Fraction(1, 2), 0]
    number = body("number", also=[{"key": "x", "answer": 2800, "tolerance": 100, "weight": 25}])
    assert [fraction(number, typed) for typed in ("2850", "2.800,0", "2600")] == [1, Fraction(1, 4), 0]


def test_a_distractor_can_be_chosen_and_two_equal_right_sides_are_one() -> None:
    pairs = [
        {"key": key, "left": {"en": key}, "right": {"en": right}}
        for key, right in (("a", "river"), ("b", "river"), ("c", "sea"))
    ]
    question = body("matching", pairs=pairs, distractors=[{"key": "d", "right": {"en": "lake"}}])
    assert right_sides(question) == ["a", "c", "d"]
    assert fraction(question, {"a": "a", "b": "a", "c": "c"}) == 1
    assert fraction(question, {"a": "a", "b": "d", "c": "c"}) == Fraction(2, 3)


def test_gaps_are_filled_by_words_numbers_and_choices() -> None:
    question = body("gaps")
    assert fraction(question, {"a": "danubio", "b": "2.845", "c": "black"}) == 1
    assert fraction(question, {"a": "Danude", "b": "2850", "c": "north"}) == Fraction(1, 3)
    for wrong in ({"b": "twelve"}, {"c": "red"}, {"z": "x"}, {"a": "x" * 1001}):
        with pytest.raises(WrongShape):
            check_shape(question, wrong)


def test_the_right_answer_is_said_in_the_language_of_the_reader() -> None:
    assert (
        right_response(body("short-text"), "it") == "Danubio" and right_response(body("short-text"), "en") == "Danube"
    )
    assert right_response(body("gaps"), "it") == {"a": "Danubio", "b": "2850", "c": "black"}


def test_an_open_answer_is_marked_by_a_person_but_an_empty_one_is_nothing() -> None:
    assert fraction(body("open"), "The Drava, at Ptuj.") is None and fraction(body("open"), "") == 0
    check_shape(body("open"), "x" * 20_000)
    with pytest.raises(WrongShape):
        check_shape(body("open"), "x" * 20_001)


@for_all(questions().flatmap(lambda question: st.tuples(st.just(question), responses(question))))
def test_an_answer_is_kept_in_two_columns_and_comes_back_the_same(pair: tuple[dict[str, Any], Any]) -> None:
    question, response = pair
    assert given(*kept(question, response)) == response


def test_what_was_typed_into_gaps_can_go_and_what_was_chosen_stays() -> None:
    chosen, _typed = kept(body("gaps"), {"a": "My name", "b": "1", "c": "black"})
    assert given(chosen, "") == {"c": "black"}
