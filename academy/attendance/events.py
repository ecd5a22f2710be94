"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SeatTaken(Event):
    """`promoted`: from the waiting list, which somebody else made possible."""

    about_kind: str
    about_key: str
    person_id: int
    promoted: bool


@dataclass(frozen=True, kw_only=True)
class WaitingBegun(Event):
    about_kind: str
    about_key: str
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SeatGivenBack(Event):
    about_kind: str
    about_key: str
    person_id: int
    was_waiting: bool


@dataclass(frozen=True, kw_only=True)
class GateChanged(Event):
    about_kind: str
    about_key: str
    capacity: int | None
    open: bool


@dataclass(frozen=True, kw_only=True)
class PresenceNoted(Event):
    """Somebody was there, or was not: for the first time or after a correction."""

    about_kind: str
    about_key: str
    person_id: int
    state: str
    minutes: int
    of_minutes: int
