"""Is the figure of an enrolment always what recomputing gives, and does what was earned stay when the rules change?"""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from academy.accounts.models import Person, Role
from academy.attendance import commands as attendance
from academy.attendance.models import PresenceState
from academy.kernel import clock
from academy.kernel.access import Refused
from academy.kernel.db import session as database
from academy.learning import commands as course
from academy.learning import queries as texts
from academy.learning.editions import commands, queries, rules
from academy.learning.editions.models import Enrolment
from academy.learning.editions.rules import FIRST_RULES, Completing
from academy.learning.models import UnitKind
from tests.given import Given
from tests.learning.editions.given_editions import course_and_edition, enrolment, enrols, session, worker
from tests.learning.given_learning import course_files, done, imported, unit
from tests.learning.test_progress import passes_the_quiz

NO_ACTIVITY = Completing((UnitKind.LESSON, UnitKind.QUIZ), (), (UnitKind.LESSON,), 50)
ONLY_LESSONS = Completing((UnitKind.LESSON,), ("lesson:needs/asking",), (), 90)


def wrong(given: Given) -> list[int]:
    def count() -> list[int]:
        items = sorted(item for some in texts.counted_items().values() for item in some)
        return [*queries.wrong_figures(items)]

    return given.seen(count)


def test_whatever_happens_the_figure_is_what_recomputing_gives(given: Given) -> None:
    """Rules 13 and 14, with the course, the rules and the attendance sheet changing under the learners."""
    cleo, rovigo = course_and_edition(given)
    files = course_files()
    one = session(given, rovigo, cleo, "needs", "money", starts_at=clock.now() - timedelta(days=1))
    people = [given.person(), given.person()]
    enrols(given, rovigo, *people)
    acts = st.sampled_from(["mark", "back", "quiz", "tree", "there", "absent", "rules", "leave", "enrol"])

    def marks(command: object, slug: str, person: Person) -> None:
        with suppress(Refused):
            given.done(lambda: command(unit("needs", slug), by=person))  # type: ignore[operator]

    def sheet(person: Person, state: PresenceState, minutes: int) -> None:
        given.done(
            lambda: attendance.correct(
                rules.occasion_of(one), person.id, state, minutes=minutes, because="-", runs=True, by=cleo
            )
        )

    @settings(max_examples=5)
    @for_all(st.lists(st.tuples(acts, st.integers(0, 7)), max_size=7))
    def whatever_happens(history: list[tuple[str, int]]) -> None:
        for act, number in history:
            person, slug = people[number % 2], ("seeing", "asking", "activity")[number % 3]
            if act == "mark":
                marks(course.mark_done, slug, person)
            elif act == "back":
                marks(course.take_back, slug, person)
            elif act == "quiz":
                passes_the_quiz(given, person)
            elif act == "tree":
                gone = "02-asking" if number % 2 else "02-money/lessons"
                imported(given, {path: text for path, text in files.items() if number < 4 or gone not in path})
            elif act in {"there", "absent"}:
                sheet(person, PresenceState.PRESENT if act == "there" else PresenceState.ABSENT, number * 34)
            elif act == "rules":
                chosen = (FIRST_RULES, NO_ACTIVITY, ONLY_LESSONS)[number % 3]
                given.done(partial(commands.publish_rules, chosen, because="To try it", by=None))
            elif act == "leave":
                given.done(partial(commands.leave, rovigo, person.id, who=None, by=None))
            else:
                enrols(given, rovigo, person)
            worker(given)
            assert wrong(given) == []

    whatever_happens()


def test_a_wrong_figure_is_found_in_the_night_and_set_right(given: Given) -> None:
    _cleo, rovigo = course_and_edition(given)
    ada = given.person()
    enrols(given, rovigo, ada)
    done(given, ada, "needs/seeing")
    given.done(lambda: database.execute(sa.update(Enrolment).values(done=3)))
    assert len(wrong(given)) == 1
    assert given.done(lambda: commands.mend_figures(by=None)) == 1
    assert enrolment(given, rovigo, ada).done == 1 and wrong(given) == []


def test_new_rules_give_to_some_and_take_nothing_from_anybody(given: Given) -> None:
    cleo, rovigo = course_and_edition(given, Role.TRAINER)
    ada, bo = given.person("Ada"), given.person("Bo")
    enrols(given, rovigo, ada, bo)
    done(given, ada, "needs/seeing", "needs/asking")
    passes_the_quiz(given, ada)
    browser = given.signed_in(cleo)
    form = {"counts": ["lesson", "quiz"], "attendance": ["lesson"], "share": "50", "because": "Activities are optional"}
    assert "example:needs" not in browser.get("/en/studio/editions/rules").text, (
        "an example is looked at, never asked for"
    )
    preview = browser.post("/en/studio/editions/rules", data=form)
    assert "1 learner completes a module" in preview.text and "Ada: Needs" in preview.text
    assert given.seen(queries.current_rules)[0] == 0, "a preview changes nothing"
    assert browser.post("/en/studio/editions/rules", data={**form, "publish": "1", "because": ""}).status_code == 422
    browser.post("/en/studio/editions/rules", data={**form, "publish": "1"})
    worker(given)
    assert "module:needs" in given.seen(lambda: texts.items_done_by(ada.id))
    assert (enrolment(given, rovigo, ada).done, enrolment(given, rovigo, ada).total) == (3, 4)
    back = browser.post("/en/studio/editions/rules", data={**form, "counts": ["lesson", "activity", "quiz"]})
    assert "1 learner has something new to do" in back.text
    browser.post(
        "/en/studio/editions/rules",
        data={**form, "counts": ["lesson", "activity", "quiz"], "because": "They count again", "publish": "1"},
    )
    worker(given)
    assert "module:needs" in given.seen(lambda: texts.items_done_by(ada.id)), "what was earned stays"
    page = given.signed_in(ada).get("/en/learn/progress").text
    assert "New since you finished" in page
    assert "They count again" in browser.get("/en/studio/editions/rules").text


def test_what_was_earned_in_the_room_stays_when_the_rules_get_stricter(given: Given) -> None:
    cleo, rovigo = course_and_edition(given)
    one = session(given, rovigo, cleo, "money", starts_at=clock.now() - timedelta(days=1))
    ada = given.person()
    enrols(given, rovigo, ada)
    given.signed_in(cleo).post(f"/en/studio/editions/sessions/{one.key}/sheet", data={"there": [ada.id]})
    worker(given)
    given.done(lambda: commands.publish_rules(ONLY_LESSONS, because="Stricter", by=None))
    worker(given)
    assert {"lesson:money/paying", "module:money"} <= given.seen(lambda: texts.items_done_by(ada.id))
