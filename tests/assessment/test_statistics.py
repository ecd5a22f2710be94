"""The figures against vectors that were computed elsewhere."""

from collections import Counter
from itertools import pairwise
from statistics import correlation, stdev

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from academy.assessment.statistics import (
    ItemFigures,
    QuizFigures,
    Tally,
    Thirds,
    binned,
    item_figures,
    quiz_figures,
    thirds,
)

VECTOR_A = [
    [1, 1, 1, 1, 2],
    [1, 1, 1, 0, 2],
    [1, 1, 0, 1, 2],
    [1, 1, 1, 0, 1],
    [1, 0, 1, 1, 1],
    [1, 1, 0, 0, 1],
    [1, 0, 0, 1, 0],
    [0, 1, 0, 1, 0],
    [1, 0, 0, 1, 0],
    [0, 0, 0, 1, 0],
]


def figures(rows: list[list[int]], most: list[int]) -> tuple[list[ItemFigures], QuizFigures]:
    tallies = [Tally() for _ in most]
    for row in rows:
        for tally, mark, possible in zip(tallies, row, most, strict=True):
            tally.add(mark, sum(row) - mark, possible)
    places = [Counter(column) for column in zip(*rows, strict=True)]
    return [item_figures(tally) for tally in tallies], quiz_figures(places, Counter(map(sum, rows)))


def test_vector_a_gives_the_published_figures() -> None:
    items, quiz = figures(VECTOR_A, [1, 1, 1, 1, 2])
    assert [item.facility for item in items] == pytest.approx([80, 60, 40, 70, 45])
    assert [item.discrimination for item in items] == pytest.approx(
        [40.5465, 33.8502, 48.4123, -49.0537, 82.1262], abs=5e-5
    )
    assert [item.efficiency for item in items] == pytest.approx([68.75, 42.3077, 60, -63.9344, 100], abs=5e-5)
    assert [item.sd for item in items] == pytest.approx([stdev(column) for column in zip(*VECTOR_A, strict=True)])
    assert quiz.sd is not None and quiz.sd**2 == pytest.approx(2.7111, abs=5e-5)
    assert quiz.reliability == pytest.approx(46.1066, abs=5e-5)
    assert quiz.error_ratio == pytest.approx(73.4122, abs=5e-5)
    assert quiz.standard_error == pytest.approx(1.2088, abs=5e-5)


def test_a_question_with_the_same_mark_for_everybody_says_nothing() -> None:
    items, _ = figures([[1, 1, 0], [1, 0, 1], [1, 1, 1], [1, 0, 0]], [1, 1, 1])
    assert (items[0].facility, items[0].sd) == (100, 0)
    assert items[0].discrimination is None and items[0].efficiency is None
    assert items[1].discrimination is not None


def test_one_learner_and_none_say_nothing() -> None:
    items, quiz = figures([[1, 0, 1]], [1, 1, 1])
    for item in items:
        assert item.sd is None and item.discrimination is None and item.efficiency is None
    assert (quiz.mean, quiz.sd, quiz.reliability) == (2, None, None)
    assert item_figures(Tally()) == ItemFigures(0, None, None, None, None)
    assert quiz_figures([], {}) == QuizFigures(0, None, None, None, None, None)


def test_a_quiz_of_one_question_and_a_quiz_with_one_total_have_no_reliability() -> None:
    assert figures([[1], [0]], [1])[1].reliability is None
    assert figures([[1, 0], [0, 1]], [1, 1])[1].reliability is None


def test_reliability_may_be_negative() -> None:
    quiz = figures([[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 1]], [1, 1, 1])[1]
    assert quiz.reliability is not None and quiz.reliability < 0
    assert quiz.error_ratio is not None and quiz.error_ratio > 100


@whatever(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=2, max_size=60))
def test_a_tally_says_the_same_as_the_list_of_all_marks(pairs: list[tuple[int, int]]) -> None:
    tally = Tally()
    for mark, rest in pairs:
        tally.add(mark, rest, 3)
    marks, rests = zip(*pairs, strict=True)
    found = item_figures(tally)
    assert found.facility == pytest.approx(100 * sum(marks) / (3 * len(marks)))
    if len({*marks}) == 1 or len({*rests}) == 1:
        assert found.discrimination is None and found.efficiency is None
        return
    assert found.discrimination == pytest.approx(100 * correlation(marks, rests), abs=1e-9)
    assert found.efficiency is not None and found.efficiency <= 100 + 1e-9
    best = correlation(sorted(marks), sorted(rests))
    assert found.efficiency == pytest.approx(100 * correlation(marks, rests) / best, abs=1e-9)


def test_scores_stand_in_ten_bars_and_full_marks_in_the_last() -> None:
    assert binned({0: 1, 9: 2, 10: 4, 95: 1, 100: 3}, 100) == [3, 4, 0, 0, 0, 0, 0, 0, 0, 4]


def test_what_several_learners_did_alike_can_be_added_at_once() -> None:
    one_by_one, at_once = Tally(), Tally()
    for _ in range(3):
        one_by_one.add(1, 4, 1, answer="a")
    at_once.add(1, 4, 1, answer="a", times=3)
    assert one_by_one == at_once and item_figures(at_once).learners == 3


def test_thirds_are_parted_by_the_rest_and_never_between_equals() -> None:
    pairs = Counter({(1, 9): 3, (0, 5): 2, (1, 5): 1, (0, 0): 4})
    parts = thirds(pairs)
    assert parts == Thirds(weakest=0, best=5), "three are fewer than a third of ten, so those with 5 belong to the best"
    weakest, between, best = parts.parted(pairs)
    assert (weakest, between, best) == (Counter({(0, 0): 4}), Counter(), pairs - Counter({(0, 0): 4}))
    assert thirds(Counter({(1, 1): 7, (0, 2): 2})) is None, "nearly all have the same"
    assert thirds(Counter()) is None


@whatever(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=60))
def test_whoever_has_more_on_the_rest_is_in_no_weaker_third(pairs: list[tuple[int, int]]) -> None:
    tally = Counter(pairs)
    if not (parts := thirds(tally)):
        return
    groups = parts.parted(tally)
    assert sum(groups, Counter()) == tally
    assert all(3 * groups[place].total() >= len(pairs) for place in (0, 2))
    rests = [[rest for _mark, rest in group] for group in groups if group]
    assert all(max(lower) < min(higher) for lower, higher in pairwise(rests))
