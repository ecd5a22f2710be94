"""Seats and doors to try things on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

from academy.accounts.models import Person
from academy.attendance import commands, queries
from academy.attendance.models import Gate, SeatState
from academy.attendance.rules import Occasion
from academy.kernel.access import Refused
from academy.kernel.subjects import Ref
from tests.given import Given

ROOM = Ref("session", "abc123")


def gate(given: Given, capacity: int | None = 1, *, about: Ref = ROOM, open: bool = True) -> Gate:
    return given.done(lambda: commands.set_gate(about, capacity=capacity, open=open, runs=True, by=None))


def now(given: Given, about: Ref = ROOM) -> tuple[int, int]:
    """Taken and waiting, as the gate says."""
    found = given.seen(lambda: queries.gate_of(about))
    assert found is not None
    return found.taken, found.waiting


def asks(given: Given, person: Person, about: Ref = ROOM) -> SeatState:
    return given.done(lambda: commands.take_seat(about, person, by=person)).state


def gives_back(given: Given, person: Person, about: Ref = ROOM) -> bool:
    return given.done(lambda: commands.give_back_seat(about, person.id, by=person))


def seated(given: Given, about: Ref = ROOM) -> list[int]:
    return [*given.seen(lambda: queries.people_in(about, SeatState.SEATED))]


def waiting(given: Given, about: Ref = ROOM) -> list[int]:
    return [*given.seen(lambda: queries.people_in(about, SeatState.WAITING))]


def together(*things: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment. What is refused or was too late by a constraint is an answer too."""
    start = Barrier(len(things))

    def one(do: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return do()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(things)) as pool:
        return [*pool.map(one, things)]


def occasion(starts_at: datetime, hours: int = 4, about: Ref = ROOM) -> Occasion:
    return Occasion(about, starts_at, starts_at + timedelta(hours=hours))
