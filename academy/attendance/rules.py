"""What is allowed, what follows? Pure: no database, no request, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from academy.accounts.models import Person
from academy.attendance.models import Gate
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say, say_number
from academy.kernel.subjects import Ref

CODE, SHEET = "code", "sheet"  # how it became known that somebody was there

DOORS_OPEN_BEFORE = timedelta(minutes=45)
DOORS_CLOSE_AFTER = timedelta(minutes=30)
ON_TIME = timedelta(minutes=15)  # who comes later than this is there from then on
INTENT_LASTS = timedelta(minutes=20)  # from scanning the code to having signed in
MOST_SEATS = 5_000
CODES_PER_PLACE = (300, timedelta(minutes=10))


@dataclass(frozen=True)
class Occasion:
    """What somebody can be present at."""

    about: Ref
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - DOORS_OPEN_BEFORE

    @property
    def closes_at(self) -> datetime:
        return self.ends_at + DOORS_CLOSE_AFTER


@dataclass(frozen=True)
class Arrival:
    minutes: int  # that count
    late: int  # minutes after the beginning; 0: on time


def arrival(occasion: Occasion, at: datetime) -> Arrival:
    """Who is a little late was there; who is later counts from when they came. Nobody is there longer than it lasts."""
    late = max(int((at - occasion.starts_at).total_seconds()) // 60, 0)
    if late * 60 <= ON_TIME.total_seconds():
        return Arrival(occasion.minutes, 0)
    return Arrival(max(occasion.minutes - late, 0), late)


def may_check_in(occasion: Occasion, *, now: datetime) -> Verdict:
    if now < occasion.opens_at:
        minutes = int((occasion.opens_at - now).total_seconds()) // 60 + 1
        if minutes <= 24 * 60:
            return Verdict(
                say_number(
                    "You are early: checking in begins in %(num)s minute, three quarters of an hour before the start.",
                    "You are early: checking in begins in %(num)s minutes, three quarters of an hour before the start.",
                    minutes,
                ),
                409,
            )
        return Verdict(say("This is not today. Checking in begins three quarters of an hour before the start."), 409)
    if now > occasion.closes_at:
        return Verdict(
            say(
                "This is over, so nobody can check in any more. If you were there, the trainer can still tick your name."
            ),
            409,
        )
    return ALLOWED


def may_use_code(*, right: bool) -> Verdict:
    if right:
        return ALLOWED
    return Verdict(
        say("This code is not valid any more: codes change every minute. Use the one that the screen shows now."),
        410,
        "code",
    )


def may_take_seat(gate: Gate | None, person: Person | None) -> Verdict:
    if person is None:
        return Verdict(say("Sign in to take a seat."), 401)
    if gate is None or not gate.open:
        return Verdict(say("Signing up is closed."), 409)
    return ALLOWED


def may_give_back(person_id: int, *, by: Person | None, runs: bool = False) -> Verdict:
    """One's own; those who run the thing; the platform when somebody leaves."""
    if by is None or by.id == person_id or runs:
        return ALLOWED
    return Verdict(say("This is not your seat."), 404)


def may_arrange(*, runs: bool) -> Verdict:
    """`runs`: the feature that knows the thing says whether this person runs it."""
    return ALLOWED if runs else Verdict(say("Only those who run this can change it."), 403)


def capacity_fits(capacity: int | None) -> Verdict:
    if capacity is None or 1 <= capacity <= MOST_SEATS:
        return ALLOWED
    return Verdict(say("Write a number of seats from 1 to %(most)s.", most=MOST_SEATS), 422, "capacity")


def may_correct(because: str, minutes: int, *, of_minutes: int, runs: bool) -> Verdict:
    if not runs:
        return may_arrange(runs=runs)
    if not because.strip():
        return Verdict(say("Say in a few words why: whoever reads the sheet later will ask."), 422, "because")
    if not 0 <= minutes <= of_minutes:
        return Verdict(say("Write a number of minutes from 0 to %(most)s.", most=of_minutes), 422, "minutes")
    return ALLOWED
