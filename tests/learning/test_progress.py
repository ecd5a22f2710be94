"""How far has a person come, and can the figure be believed?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from academy.accounts.models import Person
from academy.assessment.events import AttemptHandedIn
from academy.kernel.access import Refused
from academy.kernel.events import collecting, publish
from academy.kernel.privacy import erase_everything_about, everything_about
from academy.learning import commands, queries, rules
from academy.learning.events import ModuleCompleted, PartCompleted
from academy.learning.models import UnitKind
from academy.learning.rules import Progress
from tests.given import Given
from tests.learning.given_learning import course_files, done, imported, lesson, unit


def progress_in(given: Given, person: Person, module: str) -> Progress:
    return given.seen(lambda: queries.module_seen_by(person, module, "en")).progress


def passes_the_quiz(given: Given, person: Person, module: str = "needs", *, passed: bool = True) -> None:
    event = AttemptHandedIn(
        by=person.id, attempt_id=7, person_id=person.id, about_kind="module", about_key=module, passed=passed
    )
    given.done(lambda: publish(event))


def test_each_part_counts_one_and_twice_is_once(given: Given) -> None:
    imported(given)
    person = given.person()
    assert progress_in(given, person, "needs") == Progress(0, 4)
    with collecting(PartCompleted) as heard:
        done(given, person, "needs/seeing", "needs/seeing", "needs/activity")
    assert progress_in(given, person, "needs") == Progress(2, 4)
    assert [event.item for event in heard] == ["lesson:needs/seeing", "activity:needs"]


def test_a_quiz_is_done_when_it_is_passed_and_never_by_hand(given: Given) -> None:
    imported(given)
    person = given.person()
    for slug in ("quiz", "facilitator"):
        with pytest.raises(Refused):
            done(given, person, f"needs/{slug}")
    passes_the_quiz(given, person, passed=False)
    assert progress_in(given, person, "needs").done == 0
    passes_the_quiz(given, person)
    assert progress_in(given, person, "needs").done == 1
    passes_the_quiz(given, person, passed=False)
    assert progress_in(given, person, "needs").done == 1


def test_a_quiz_about_something_else_changes_nothing(given: Given) -> None:
    imported(given)
    person = given.person()
    passes_the_quiz(given, person, "no-such-module")
    assert progress_in(given, person, "needs").done == 0


def test_a_module_is_completed_with_its_last_part_whatever_that_is(given: Given) -> None:
    imported(given)
    person = given.person()
    with collecting(ModuleCompleted) as heard:
        done(given, person, "needs/seeing", "needs/asking", "needs/activity")
        assert not heard
        passes_the_quiz(given, person)
    assert [(event.person_id, event.module) for event in heard] == [(person.id, "needs")]


def test_a_mark_can_be_taken_back_and_the_module_with_it(given: Given) -> None:
    imported(given)
    person = given.person()
    done(given, person, "money/paying")
    assert given.seen(lambda: queries.module_seen_by(person, "money", "en")).completed_at
    given.done(lambda: commands.take_back(unit("money", "paying"), by=person))
    given.done(lambda: commands.take_back(unit("money", "paying"), by=person))
    seen = given.seen(lambda: queries.module_seen_by(person, "money", "en"))
    assert seen.progress == Progress(0, 1)
    assert seen.completed_at is None
    assert given.seen(lambda: queries.history_of(person.id))[-2:] == [
        ("lesson:money/paying", ("self", ""), False),
        ("module:money", ("parts", ""), False),
    ]


def test_what_was_earned_stays_when_the_course_grows(given: Given) -> None:
    files = course_files()
    imported(given, files)
    person = given.person()
    done(given, person, "money/paying")
    files["02-money/lessons/02-lending/en.md"] = lesson("Lending", "New words.").encode()
    imported(given, files)
    seen = given.seen(lambda: queries.module_seen_by(person, "money", "en"))
    assert seen.progress == Progress(1, 2)
    assert seen.completed_at
    assert [part.slug for part in seen.new_since] == ["lending"]


def test_what_is_retired_is_in_neither_figure_and_comes_back_done(given: Given) -> None:
    files = course_files()
    imported(given, files)
    person = given.person()
    done(given, person, "needs/seeing", "needs/asking")
    without = {path: text for path, text in files.items() if "02-asking" not in path}
    imported(given, without)
    assert progress_in(given, person, "needs") == Progress(1, 3)
    with pytest.raises(Refused, match="no longer part"):
        given.done(lambda: commands.mark_done(unit("needs", "asking"), by=person))
    imported(given, files)
    assert progress_in(given, person, "needs") == Progress(2, 4)


def test_a_module_without_lessons_asks_for_nothing(given: Given) -> None:
    imported(given)
    nothing = progress_in(given, given.person(), "later")
    assert nothing == Progress(0, 0)
    assert nothing.percent is None
    assert not nothing.complete


def test_it_is_rounded_down_so_that_all_means_all() -> None:
    assert Progress(55, 56).percent == 98
    assert Progress(199, 200).percent == 99
    assert Progress(56, 56).percent == 100
    assert Progress(0, 3).percent == 0


def test_where_to_go_on() -> None:
    parts = ["a", "b", "c", "d"]
    assert rules.what_next(parts, set(), None) == "a"
    assert rules.what_next(parts, {"a"}, "c") == "c", "where one stopped"
    assert rules.what_next(parts, {"b"}, "b") == "c", "the next after it"
    assert rules.what_next(parts, {"b", "c", "d"}, "c") == "a", "what was left out"
    assert rules.what_next(parts, {"a"}, "gone") == "b"
    assert rules.what_next(parts, set(parts), "b") is None
    assert rules.what_next([], set(), None) is None


def test_who_may_say_what_is_done() -> None:
    assert rules.may_mark_done(UnitKind.LESSON, retired=False)
    assert rules.may_mark_done(UnitKind.ACTIVITY, retired=False)
    assert not rules.may_mark_done(UnitKind.QUIZ, retired=False)
    assert not rules.may_mark_done(UnitKind.GUIDE, retired=False)
    assert rules.may_mark_done(UnitKind.LESSON, retired=True).status == 409


ITEMS = st.sampled_from([f"lesson:m/{letter}" for letter in "abcdef"])
VOUCHERS = st.sampled_from([("self", ""), ("attendance", "session:one"), ("attendance", "session:two")])
STEPS = st.lists(st.tuples(st.sampled_from(["done", "undone", "add", "retire"]), ITEMS, VOUCHERS), max_size=60)


@for_all(STEPS)
def test_the_figure_equals_its_recomputation_whatever_happens(steps: list[tuple[str, str, rules.Voucher]]) -> None:
    """Rule 14: the state that is kept step by step is what the log of events adds up to, whoever said what and took it back."""
    parts: set[str] = set()
    vouched: dict[str, set[rules.Voucher]] = {}
    log: list[tuple[str, rules.Voucher, bool]] = []
    for act, item, voucher in steps:
        if act == "add":
            parts.add(item)
        elif act == "retire":
            parts.discard(item)
        elif item in parts:
            log.append((item, voucher, act == "done"))
            stands = vouched.setdefault(item, set())
            (stands.add if act == "done" else stands.discard)(voucher)
        state = {item for item, stands in vouched.items() if stands}
        assert state == rules.done_after(log)
        figure = rules.progress(parts, state)
        assert figure == rules.progress(parts, rules.done_after(log))
        assert 0 <= figure.done <= figure.total == len(parts)
        assert figure.percent is None or 0 <= figure.percent <= 100
        assert (figure.percent == 100) == (figure.complete)


def test_state_and_log_agree_in_the_database_after_random_histories(given: Given) -> None:
    files = course_files()
    optional = [path for path in files if path.startswith(("01-needs/lessons/02", "01-needs/activity"))]

    @settings(max_examples=8, deadline=None)
    @for_all(st.lists(st.tuples(st.sampled_from(["mark", "back", "quiz", "tree"]), st.integers(0, 15)), max_size=8))
    def whatever_happens(history: list[tuple[str, int]]) -> None:
        imported(given, files)
        person = given.person()
        for act, number in history:
            slug = ("seeing", "asking", "activity")[number % 3]
            if act == "tree":
                gone = {path for bit, path in enumerate(optional) if number >> bit & 1}
                imported(given, {path: text for path, text in files.items() if path not in gone})
            elif act == "quiz":
                passes_the_quiz(given, person)
            else:
                marks(act, slug, person)
            kept = given.seen(lambda: queries.items_done_by(person.id))
            assert kept == rules.done_after(given.seen(lambda: queries.history_of(person.id)))
            seen = given.seen(lambda: queries.module_seen_by(person, "needs", "en"))
            counted = given.seen(partial(queries.counted_parts, seen.row.id))
            assert seen.progress == rules.progress(counted, kept)
            assert 0 <= seen.progress.done <= seen.progress.total

    def marks(act: str, slug: str, person: Person) -> None:
        command: Callable[..., None] = commands.mark_done if act == "mark" else commands.take_back
        with suppress(Refused):
            given.done(lambda: command(unit("needs", slug), by=person))

    whatever_happens()


def test_the_last_two_parts_in_two_tabs_at_once_complete_the_module_once(given: Given) -> None:
    imported(given)
    person = given.person()
    done(given, person, "needs/seeing")
    passes_the_quiz(given, person)
    tabs = [(given.signed_in(person), slug) for slug in ("asking", "activity") for _ in range(3)]
    with ThreadPoolExecutor(len(tabs)) as together, collecting(ModuleCompleted) as heard:
        answers = list(together.map(lambda tab: tab[0].post(f"/en/learn/needs/{tab[1]}/done").status_code, tabs))
    assert answers == [303] * len(tabs)
    assert len(heard) == 1
    log = given.seen(lambda: queries.history_of(person.id))
    assert sorted(item for item, *_ in log) == sorted({item for item, *_ in log}), "each thing is written down once"
    assert progress_in(given, person, "needs") == Progress(4, 4)


def test_closing_the_account_erases_the_progress(given: Given) -> None:
    imported(given)
    person = given.person()
    done(given, person, "needs/seeing")
    assert given.seen(lambda: everything_about(person.id))["completions"]
    given.done(lambda: erase_everything_about(person.id))
    assert "completions" not in given.seen(lambda: everything_about(person.id))
    assert given.seen(lambda: queries.history_of(person.id)) == []
