"""Who gets a seat, who waits, and is it never one too many?"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
import sqlalchemy as sa
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.attendance import commands, queries
from academy.attendance.events import SeatTaken
from academy.attendance.models import Gate, SeatState
from academy.kernel import jobs
from academy.kernel.access import Refused
from academy.kernel.db import database, session, transaction
from academy.kernel.events import collecting
from academy.kernel.subjects import Ref
from tests.attendance.given_attendance import asks, gate, gives_back, now, seated, together, waiting
from tests.given import Given


def test_the_last_seat_goes_once_and_the_next_one_waits(given: Given) -> None:
    gate(given, 2)
    ada, bo, cleo = (given.person(name) for name in ("Ada", "Bo", "Cleo"))
    assert [asks(given, one) for one in (ada, bo, cleo)] == [SeatState.SEATED, SeatState.SEATED, SeatState.WAITING]
    assert now(given) == (2, 1)


def test_who_asks_twice_has_one_seat(given: Given) -> None:
    gate(given, 5)
    ada = given.person()
    assert [asks(given, ada), asks(given, ada)] == [SeatState.SEATED, SeatState.SEATED]
    assert now(given) == (1, 0)


def test_a_seat_given_back_goes_to_who_waits_longest(given: Given) -> None:
    gate(given, 1)
    ada, bo, cleo = given.person(), given.person(), given.person()
    for one in (ada, bo, cleo):
        asks(given, one)
    with collecting(SeatTaken) as heard:
        assert gives_back(given, ada)
    assert [(event.person_id, event.promoted) for event in heard] == [(bo.id, True)]
    assert seated(given) == [bo.id] and waiting(given) == [cleo.id]
    assert asks(given, ada) is SeatState.WAITING, "behind those who waited"
    assert waiting(given) == [cleo.id, ada.id]
    assert gives_back(given, cleo) and not gives_back(given, cleo), "once given back it is gone"
    assert now(given) == (1, 1)


def test_more_seats_call_the_queue_in_and_fewer_send_nobody_away(given: Given) -> None:
    gate(given, 1)
    people = [given.person() for _ in range(4)]
    for one in people:
        asks(given, one)
    gate(given, 3)
    assert seated(given) == [one.id for one in people[:3]]
    gate(given, 1)
    assert now(given) == (3, 1), "nobody loses a seat"
    gives_back(given, people[0])
    gives_back(given, people[1])
    assert now(given) == (1, 1) and waiting(given) == [people[3].id], "and nobody new gets one"
    gate(given, None)
    assert now(given) == (2, 0), "without a limit nobody waits"


def test_a_closed_gate_lets_nobody_in(given: Given) -> None:
    gate(given, 5, open=False)
    with pytest.raises(Refused, match="closed"):
        asks(given, given.person())
    with pytest.raises(Refused, match="closed"):
        asks(given, given.person(), Ref("session", "unknown"))
    assert now(given) == (0, 0)


def test_only_who_runs_it_changes_the_number_of_seats(given: Given) -> None:
    with pytest.raises(Refused, match="run this"):
        given.done(lambda: commands.set_gate(Ref("session", "x"), capacity=3, open=True, runs=False, by=None))
    with pytest.raises(Refused, match="from 1"):
        gate(given, 0)


def test_nobody_gives_back_the_seat_of_another(given: Given) -> None:
    gate(given, 1)
    ada, bo = given.person(), given.person()
    asks(given, ada)
    with pytest.raises(Refused):
        given.done(lambda: commands.give_back_seat(Ref("session", "abc123"), ada.id, by=bo))
    assert seated(given) == [ada.id]


def test_who_leaves_the_platform_frees_the_seat(given: Given) -> None:
    gate(given, 1)
    ada, bo = given.person(), given.person()
    asks(given, ada)
    asks(given, bo)

    def leave() -> None:
        person = people.person_with_id(ada.id)
        assert person is not None
        accounts.close_account(person, by=None)

    given.done(leave)
    assert seated(given) == [bo.id] and now(given) == (1, 0)


def test_many_at_once_are_never_too_many(given: Given) -> None:
    gate(given, 5)
    crowd = [given.person() for _ in range(14)]
    answers = together(*[lambda one=one: asks(given, one) for one in crowd])
    assert answers.count(SeatState.SEATED) == 5 and answers.count(SeatState.WAITING) == 9
    assert now(given) == (5, 9) == (len(seated(given)), len(waiting(given)))


def test_coming_and_going_at_once_seats_everybody_in_turn(given: Given) -> None:
    gate(given, 4)
    first, queue, late = ([given.person() for _ in range(4)] for _ in range(3))
    for one in [*first, *queue]:
        asks(given, one)
    goes = [lambda one=one: gives_back(given, one) for one in first]
    comes = [lambda one=one: asks(given, one) for one in late]
    together(*[act for pair in zip(goes, comes, strict=True) for act in pair])
    assert seated(given) == [one.id for one in queue], "nobody who came later sits before them"
    assert sorted(waiting(given)) == sorted(one.id for one in late)
    assert now(given) == (4, 4)


def test_one_person_in_many_windows_at_once_has_one_seat(given: Given) -> None:
    gate(given, 3)
    ada = given.person()

    def ask() -> SeatState | None:
        with suppress(IntegrityError):
            return asks(given, ada)
        return None

    assert SeatState.SEATED in together(*[ask] * 5)
    assert now(given) == (1, 0) and seated(given) == [ada.id]
    gives_back(given, ada)
    together(*[ask] * 5)
    assert now(given) == (1, 0), "nor when it was given back before"


def test_nobody_is_forgotten_between_a_seat_given_back_and_a_newcomer(given: Given) -> None:
    """The lost wake-up, in the one order in which it happens: the newcomer has been told to wait but has not finished yet, and the seat is
    given back meanwhile. Whoever gives it back has to wait for the newcomer, and then has to see them."""
    gate(given, 1)
    ada, bo = given.person(), given.person()
    asks(given, ada)
    told_to_wait, may_finish = Event(), Event()

    def newcomer() -> None:
        with given.app.app_context(), transaction():
            assert commands.take_seat(Ref("session", "abc123"), bo, by=bo).state is SeatState.WAITING
            told_to_wait.set()
            may_finish.wait(20)

    with ThreadPoolExecutor(2) as pool:
        comes = pool.submit(newcomer)
        assert told_to_wait.wait(20)
        goes = pool.submit(gives_back, given, ada)
        stands_in_line(given)
        may_finish.set()
        comes.result()
        assert goes.result()
    assert seated(given) == [bo.id] and now(given) == (1, 0)


def stands_in_line(given: Given) -> None:
    """Wait until a connection waits for a lock. SQLite has one lock, at the beginning of every write, and shows nobody who waits there."""
    with given.app.app_context():
        if database.engine.dialect.name == "sqlite":
            return
        with database.engine.connect() as watching:
            for _ in range(10_000):
                if watching.scalar(sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")):
                    return
                watching.rollback()
    raise AssertionError("nobody waits for the gate")


def test_wrong_counters_are_found_and_set_right(given: Given) -> None:
    gate(given, 3)
    people_here = [given.person() for _ in range(3)]
    for one in people_here:
        asks(given, one)
    given.done(lambda: session.execute(sa.update(Gate).values(taken=1, granted=0)))
    assert given.done(lambda: commands.mend_counters(by=None)) == 1
    assert now(given) == (3, 0)
    assert given.done(lambda: commands.mend_counters(by=None)) == 0


def test_the_night_looks_after_the_counters(given: Given) -> None:
    assert "count seats" in {periodic.name for periodic in jobs._periodic}


def test_whatever_happens_the_counters_say_what_the_seats_say(given: Given) -> None:
    crowd = [given.person() for _ in range(6)]
    steps = st.lists(st.tuples(st.sampled_from(["ask", "back", "seats"]), st.integers(0, 5)), max_size=16)
    number = iter(range(10_000))

    @settings(max_examples=12)
    @for_all(steps)
    def whatever_happens(history: list[tuple[str, int]]) -> None:
        about = Ref("session", f"try{next(number)}")
        gate(given, 2, about=about)
        order: list[int] = []
        for act, which in history:
            if act == "ask":
                asks(given, crowd[which], about)
                order += [crowd[which].id] if crowd[which].id not in order else []
            elif act == "back":
                gives_back(given, crowd[which], about)
                order = [one for one in order if one != crowd[which].id]
            else:
                gate(given, which + 1, about=about)
            sits, waits = seated(given, about), waiting(given, about)
            assert now(given, about) == (len(sits), len(waits))
            assert sorted(sits + waits) == sorted(order)
            assert sits + waits == order, "in the order in which they came"
            assert not given.seen(queries.counters)

    whatever_happens()
