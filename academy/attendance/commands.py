"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits.

Whoever wants a seat, gives one back or changes their number passes the row of the gate first, and decides there: one statement for a
newcomer. So nothing is oversold, nobody overtakes the queue, and a seat that is freed finds who waits for it. One gate a transaction.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.attendance import codes, queries, rules
from academy.attendance.events import GateChanged, PresenceNoted, SeatGivenBack, SeatTaken, WaitingBegun
from academy.attendance.models import Door, Gate, Presence, PresenceChange, PresenceState, Seat, SeatState
from academy.attendance.rules import Occasion
from academy.kernel import clock
from academy.kernel.access import Refused, require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.subjects import Ref

# A newcomer overtakes nobody: while somebody waits, a seat that is free is theirs.
_PASS = sa.text(
    """
    UPDATE gates SET queue_seq = queue_seq + 1,
        granted = CASE WHEN (capacity IS NULL OR taken < capacity) AND waiting = 0 THEN 1 ELSE 0 END,
        taken = taken + CASE WHEN (capacity IS NULL OR taken < capacity) AND waiting = 0 THEN 1 ELSE 0 END,
        waiting = waiting + CASE WHEN (capacity IS NULL OR taken < capacity) AND waiting = 0 THEN 0 ELSE 1 END
    WHERE id = :gate AND open RETURNING granted, queue_seq
    """
)
_HOLD = sa.text("UPDATE gates SET queue_seq = queue_seq + 1, granted = 0 WHERE id = :gate")


def set_gate(about: Ref, *, capacity: int | None, open: bool, runs: bool, by: Person | None) -> Gate:
    """How many seats there are, and whether one can ask for one. Fewer than are taken: nobody loses a seat, and nobody gets a new one."""
    require(rules.may_arrange(runs=runs))
    require(rules.capacity_fits(capacity))
    gate = queries.gate_of(about)
    if gate is None:
        gate = Gate(about=str(about), capacity=capacity, open=open, taken=0, waiting=0, queue_seq=0, granted=0)
        session.add(gate)
        session.flush()
    elif (gate.capacity, gate.open) != (capacity, open):
        _hold(gate)
        gate.capacity, gate.open = capacity, open
        session.flush()
        _promote(gate, by=by)
    else:
        return gate
    publish(GateChanged(by=_id(by), about_kind=about.kind, about_key=about.key, capacity=gate.capacity, open=gate.open))
    return gate


def take_seat(about: Ref, person: Person, *, by: Person | None) -> Seat:
    """A seat, or a place in the queue where there is none. Who has one already keeps it."""
    gate = queries.gate_of(about)
    require(rules.may_take_seat(gate, person))
    assert gate is not None
    known = queries.seat_of(person.id, about)
    if known is not None:
        _hold(gate)  # given back before: of two who ask again at once, the second has to see what the first got
        session.refresh(known)
        if known.state is not SeatState.CANCELLED:
            return known
    passed = session.execute(_PASS, {"gate": gate.id}).first()
    session.expire(gate)
    if passed is None:
        raise Refused(rules.may_take_seat(None, person))
    granted, number = bool(passed[0]), int(passed[1])
    now = clock.now()
    seat = known or Seat(gate_id=gate.id, person_id=person.id)
    seat.state = SeatState.SEATED if granted else SeatState.WAITING
    seat.number, seat.asked_at = number, now
    seat.seated_at, seat.cancelled_at = now if granted else None, None
    session.add(seat)
    session.flush()
    if granted:
        publish(SeatTaken(by=_id(by), about_kind=about.kind, about_key=about.key, person_id=person.id, promoted=False))
    else:
        publish(WaitingBegun(by=_id(by), about_kind=about.kind, about_key=about.key, person_id=person.id))
    return seat


def give_back_seat(about: Ref, person_id: int, *, by: Person | None, runs: bool = False) -> bool:
    """The seat is free, and who waits longest has it at once. False: there was none."""
    require(rules.may_give_back(person_id, by=by, runs=runs))
    gate = queries.gate_of(about)
    if gate is None:
        return False
    _hold(gate)
    seat = queries.seat_of(person_id, about)
    if seat is None or seat.state is SeatState.CANCELLED:
        return False
    was_waiting = seat.state is SeatState.WAITING
    seat.state, seat.cancelled_at = SeatState.CANCELLED, clock.now()
    gate.taken, gate.waiting = gate.taken - (not was_waiting), gate.waiting - was_waiting
    session.flush()
    publish(
        SeatGivenBack(
            by=_id(by), about_kind=about.kind, about_key=about.key, person_id=person_id, was_waiting=was_waiting
        )
    )
    _promote(gate, by=by)
    return True


def give_back_everything(person_id: int, *, by: Person | None) -> None:
    """Before somebody leaves the platform. Always in the same order of gates, so that two who leave don't wait for each other."""
    require(rules.may_give_back(person_id, by=by))
    held = [seat.gate.about for seat in sorted(queries.held_by(person_id), key=lambda seat: seat.gate_id)]
    for written in held:
        if about := Ref.parsed(written):
            give_back_seat(about, person_id, by=by)
    for change in queries.changes_about(person_id):
        change.because = ""


def mend_counters(*, by: Person | None) -> int:
    """Counters are a cache: where one differs from its seats it is set right. How many were."""
    require(rules.may_arrange(runs=by is None))
    wrong = [gate.id for gate, _taken, _waiting in queries.counters()]
    for gate_id in wrong:
        gate = session.get_one(Gate, gate_id)
        _hold(gate)
        for one, taken, waiting in queries.counters():
            if one.id == gate_id:
                gate.taken, gate.waiting = taken, waiting
        session.flush()
        _promote(gate, by=by)
    return len(wrong)


def _hold(gate: Gate) -> None:
    """Pass the gate: from here on nobody else does, until this transaction ends. Its counters are read again."""
    session.execute(_HOLD, {"gate": gate.id})
    session.refresh(gate)


def _promote(gate: Gate, *, by: Person | None) -> None:
    """Who waits longest is seated while there are seats. The gate must be held."""
    about = Ref.parsed(gate.about)
    free = gate.left
    if about is None or not gate.waiting or free == 0:
        return
    now = clock.now()
    for seat in queries.oldest_waiting(gate.id, free):
        seat.state, seat.seated_at = SeatState.SEATED, now
        gate.taken, gate.waiting = gate.taken + 1, gate.waiting - 1
        if seat.person_id is not None:
            publish(
                SeatTaken(
                    by=_id(by), about_kind=about.kind, about_key=about.key, person_id=seat.person_id, promoted=True
                )
            )
    session.flush()


# --- being there


def set_door(occasion: Occasion, *, runs: bool, by: Person | None) -> Door:
    """From when to when one can check in. The secret of the codes stays the same."""
    require(rules.may_arrange(runs=runs))
    door = queries.door_of(occasion.about)
    if door is None:
        door = Door(about=str(occasion.about), secret=secrets.token_hex(24))
        session.add(door)
    door.opens_at, door.closes_at = occasion.opens_at, occasion.closes_at
    session.flush()
    return door


def door_for_code(code: str, *, at: datetime, by: Person | None) -> Ref:
    """Where somebody stands who typed this code."""
    found = next((door for door in queries.doors_open(at) if codes.is_current(door.secret, code, at)), None)
    require(rules.may_use_code(right=found is not None))
    about = Ref.parsed(found.about) if found else None
    assert about is not None
    return about


def check_in(occasion: Occasion, *, at: datetime, by: Person) -> Presence:
    """A person says that they are here, with the code of the room, which the caller has asked for. Twice is once."""
    require(rules.may_check_in(occasion, now=at))
    known = queries.presence_of(by.id, occasion.about, lock=True)
    if known is not None and known.state is PresenceState.PRESENT:
        return known
    came = rules.arrival(occasion, at)
    presence = known or Presence(person_id=by.id, about=str(occasion.about))
    presence.state, presence.arrived_at, presence.minutes = PresenceState.PRESENT, at, came.minutes
    presence.how, presence.noted_at = rules.CODE, clock.now()
    session.add(presence)
    session.flush()
    _tell(occasion, presence, by=by)
    return presence


def tick(occasion: Occasion, people: Iterable[int], state: PresenceState, *, runs: bool, by: Person) -> int:
    """Carry the paper sheet over: everybody named who has no line yet gets one. Lines that are there stay as they are."""
    require(rules.may_arrange(runs=runs))
    known = queries.presences_at(occasion.about)
    now = clock.now()
    new = [
        Presence(
            person_id=person_id,
            about=str(occasion.about),
            state=state,
            arrived_at=None,
            minutes=occasion.minutes if state is PresenceState.PRESENT else 0,
            how=rules.SHEET,
            noted_at=now,
        )
        for person_id in dict.fromkeys(people)
        if person_id not in known
    ]
    session.add_all(new)
    session.flush()
    for presence in new:
        _tell(occasion, presence, by=by)
    return len(new)


def correct(
    occasion: Occasion,
    person_id: int,
    state: PresenceState,
    *,
    minutes: int,
    because: str,
    runs: bool,
    by: Person,
) -> Presence:
    """Change a line of the sheet, and write down what it said before."""
    require(rules.may_correct(because, minutes, of_minutes=occasion.minutes, runs=runs))
    presence = queries.presence_of(person_id, occasion.about, lock=True)
    if presence is None:
        presence = Presence(
            person_id=person_id,
            about=str(occasion.about),
            state=PresenceState.ABSENT,
            arrived_at=None,
            minutes=0,
            how=rules.SHEET,
            noted_at=clock.now(),
        )
        session.add(presence)
        session.flush()
    before = {"state": presence.state.value, "minutes": presence.minutes}
    presence.state = state
    presence.minutes = minutes if state is PresenceState.PRESENT else 0
    after = {"state": presence.state.value, "minutes": presence.minutes}
    if before == after:
        return presence
    session.add(
        PresenceChange(
            presence_id=presence.id, by_id=by.id, at=clock.now(), because=because.strip(), before=before, after=after
        )
    )
    session.flush()
    _tell(occasion, presence, by=by)
    return presence


def _tell(occasion: Occasion, presence: Presence, *, by: Person) -> None:
    if presence.person_id is not None:
        publish(
            PresenceNoted(
                by=by.id,
                about_kind=occasion.about.kind,
                about_key=occasion.about.key,
                person_id=presence.person_id,
                state=presence.state.value,
                minutes=presence.minutes,
                of_minutes=occasion.minutes,
            )
        )


def _id(person: Person | None) -> int | None:
    return person.id if person else None
