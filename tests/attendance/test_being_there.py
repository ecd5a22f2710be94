"""Was somebody there, for how long, and who says so?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from academy.attendance import codes, commands, queries, rules
from academy.attendance.events import PresenceNoted
from academy.attendance.models import PresenceState
from academy.kernel.access import Refused
from academy.kernel.events import collecting
from tests.attendance.given_attendance import ROOM, occasion
from tests.given import Given

NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MORNING = occasion(NINE)


@for_all(st.datetimes(timezones=st.just(UTC), min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1)))
def test_a_code_is_good_while_it_is_shown_and_a_minute_longer(at: datetime) -> None:
    code = codes.code_at("secret", at)
    assert len(code) == 6 and codes.is_current("secret", code, at)
    assert codes.is_current("secret", code, at + timedelta(seconds=codes.PERIOD))
    assert not codes.is_current("secret", code, at + timedelta(seconds=2 * codes.PERIOD))
    assert not codes.is_current("secret", code, at + timedelta(days=1)), "yesterday's"
    assert not codes.is_current("another room", code, at)


def test_a_code_may_be_typed_as_people_type() -> None:
    code = codes.code_at("secret", NINE)
    assert codes.is_current("secret", f" {code[:3].lower()}-{code[3:].lower()} ", NINE)
    assert not codes.is_current("secret", "", NINE)
    assert not codes.is_current("secret", "🙂" * 6, NINE)


def test_who_is_early_or_too_late_hears_it_in_a_sentence() -> None:
    def says(minutes: float) -> str:
        return str(rules.may_check_in(MORNING, now=NINE + timedelta(minutes=minutes)).refusal.message)  # type: ignore[union-attr]

    assert "not today" in says(-2000)
    assert "early" in says(-46)
    assert rules.may_check_in(MORNING, now=NINE - timedelta(minutes=45))
    assert rules.may_check_in(MORNING, now=NINE + timedelta(hours=4, minutes=30))
    assert "tick your name" in says(4 * 60 + 31)


def test_a_little_late_is_on_time_and_later_counts_from_then_on() -> None:
    assert rules.arrival(MORNING, NINE - timedelta(minutes=30)) == rules.Arrival(240, 0)
    assert rules.arrival(MORNING, NINE + timedelta(minutes=15)) == rules.Arrival(240, 0)
    assert rules.arrival(MORNING, NINE + timedelta(minutes=40)) == rules.Arrival(200, 40)
    assert rules.arrival(MORNING, NINE + timedelta(hours=5)).minutes == 0


def test_checking_in_twice_is_once(given: Given) -> None:
    ada = given.person()
    with collecting(PresenceNoted) as heard:
        for minutes in (20, 50):
            at = NINE + timedelta(minutes=minutes)
            presence = given.done(lambda at=at: commands.check_in(MORNING, at=at, by=ada))  # type: ignore[misc]
    assert (presence.minutes, presence.state) == (220, PresenceState.PRESENT)
    assert [(event.person_id, event.minutes, event.of_minutes) for event in heard] == [(ada.id, 220, 240)]


def test_the_sheet_ticks_who_has_no_line_yet(given: Given) -> None:
    ada, bo, trainer = given.person(), given.person(), given.person()
    given.done(lambda: commands.check_in(MORNING, at=NINE + timedelta(hours=1), by=ada))

    def sheet() -> int:
        return commands.tick(MORNING, [ada.id, bo.id], PresenceState.PRESENT, runs=True, by=trainer)

    assert given.done(sheet) == 1
    lines = given.seen(lambda: queries.presences_at(ROOM))
    assert lines[ada.id].minutes == 180, "what the phone said stays"
    assert (lines[bo.id].minutes, lines[bo.id].how) == (240, rules.SHEET)
    with pytest.raises(Refused):
        given.done(lambda: commands.tick(MORNING, [bo.id], PresenceState.PRESENT, runs=False, by=ada))


def test_a_correction_says_who_why_before_and_after(given: Given) -> None:
    ada, trainer = given.person("Ada"), given.person("Tina")
    given.done(lambda: commands.check_in(MORNING, at=NINE, by=ada))

    def correct(minutes: int, because: str) -> None:
        given.done(
            lambda: commands.correct(
                MORNING, ada.id, PresenceState.PRESENT, minutes=minutes, because=because, runs=True, by=trainer
            )
        )

    with pytest.raises(Refused, match="why"):
        correct(120, "  ")
    with pytest.raises(Refused, match="from 0"):
        correct(241, "typing error")
    correct(120, "Left at eleven")
    correct(120, "the same again")
    (change, whose), *more = given.seen(lambda: queries.changes_of(ROOM))
    assert not more, "what changes nothing leaves no trace"
    assert whose is not None and whose.name == "Ada" and change.by.name == "Tina"
    assert (change.because, change.before["minutes"], change.after["minutes"]) == ("Left at eleven", 240, 120)


def test_a_code_leads_to_the_room_that_shows_it(given: Given) -> None:
    door = given.done(lambda: commands.set_door(MORNING, runs=True, by=None))
    code = codes.code_at(door.secret, NINE)

    def where(at: datetime) -> object:
        return given.seen(lambda: commands.door_for_code(code, at=at, by=None))

    assert where(NINE) == ROOM
    with pytest.raises(Refused, match="every minute"):
        where(NINE + timedelta(minutes=5))
    with pytest.raises(Refused, match="every minute"):
        where(NINE + timedelta(days=1))
