"""What can be seen, and by whom? The features that know the thing ask; who may ask is theirs to say."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from academy.accounts.models import Person
from academy.attendance.models import Door, Gate, Presence, PresenceChange, PresenceState, Seat, SeatState
from academy.kernel.db import session
from academy.kernel.subjects import Ref


def gate_of(about: Ref) -> Gate | None:
    return session.scalars(sa.select(Gate).where(Gate.about == str(about))).first()


def gates_of(about: Collection[Ref]) -> Mapping[Ref, Gate]:
    found = session.scalars(sa.select(Gate).where(Gate.about.in_([str(ref) for ref in about])))
    return {ref: gate for gate in found if (ref := Ref.parsed(gate.about))}


def seat_of(person_id: int, about: Ref) -> Seat | None:
    return session.scalars(
        sa.select(Seat)
        .join(Seat.gate)
        .where(Seat.person_id == person_id, Gate.about == str(about))
        .options(contains_eager(Seat.gate))
    ).first()


def seats_of(person: Person | None, about: Collection[Ref]) -> dict[Ref, Seat]:
    """What this person holds or waits for, of these things."""
    if person is None or not about:
        return {}
    rows = session.execute(
        sa.select(Gate.about, Seat)
        .join(Seat.gate)
        .where(
            Seat.person_id == person.id,
            Seat.state != SeatState.CANCELLED,
            Gate.about.in_([str(ref) for ref in about]),
        )
    )
    return {ref: seat for written, seat in rows if (ref := Ref.parsed(written))}


def place_in_queue(seat: Seat) -> int:
    """1: the next one to get a seat."""
    before = sa.select(sa.func.count()).where(
        Seat.gate_id == seat.gate_id, Seat.state == SeatState.WAITING, Seat.number <= seat.number
    )
    return session.scalar(before) or 0


def people_in(about: Ref, state: SeatState) -> Sequence[int]:
    """Of those who are still here, in the order of the queue."""
    found = session.scalars(
        sa.select(Seat.person_id)
        .join(Seat.gate)
        .where(Gate.about == str(about), Seat.state == state, Seat.person_id.isnot(None))
        .order_by(Seat.number)
    )
    return [person_id for person_id in found if person_id is not None]


def oldest_waiting(gate_id: int, limit: int | None) -> Sequence[Seat]:
    return session.scalars(
        sa.select(Seat)
        .where(Seat.gate_id == gate_id, Seat.state == SeatState.WAITING)
        .order_by(Seat.number)
        .limit(limit)
    ).all()


def held_by(person_id: int) -> Sequence[Seat]:
    return session.scalars(
        sa.select(Seat)
        .where(Seat.person_id == person_id, Seat.state != SeatState.CANCELLED)
        .options(joinedload(Seat.gate))
    ).all()


def counters() -> list[tuple[Gate, int, int]]:
    """Every gate that says something else than its seats, with what they say: taken and waiting."""

    def number(state: SeatState) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).where(Seat.gate_id == Gate.id, Seat.state == state).scalar_subquery()

    taken, waiting = number(SeatState.SEATED), number(SeatState.WAITING)
    rows = session.execute(
        sa.select(Gate, taken, waiting).where(sa.or_(Gate.taken != taken, Gate.waiting != waiting)).order_by(Gate.id)
    )
    return [(gate, here, there) for gate, here, there in rows]


def door_of(about: Ref) -> Door | None:
    return session.get(Door, str(about))


def doors_open(now: datetime) -> Sequence[Door]:
    """Through which somebody could come in now."""
    return session.scalars(sa.select(Door).where(Door.opens_at <= now, Door.closes_at >= now).limit(500)).all()


def presence_of(person_id: int, about: Ref, *, lock: bool = False) -> Presence | None:
    wanted = sa.select(Presence).where(Presence.person_id == person_id, Presence.about == str(about))
    return session.scalars(wanted.with_for_update() if lock else wanted).first()


def presences_at(about: Ref) -> dict[int, Presence]:
    """By person."""
    found = session.scalars(sa.select(Presence).where(Presence.about == str(about), Presence.person_id.isnot(None)))
    return {presence.person_id: presence for presence in found if presence.person_id is not None}


def presences_of(person_id: int, about: Collection[Ref]) -> dict[Ref, Presence]:
    found = session.scalars(
        sa.select(Presence).where(Presence.person_id == person_id, Presence.about.in_([str(ref) for ref in about]))
    )
    return {ref: presence for presence in found if (ref := Ref.parsed(presence.about))}


def present_count(about: Ref) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count()).where(Presence.about == str(about), Presence.state == PresenceState.PRESENT)
        )
        or 0
    )


def changes_of(about: Ref) -> Sequence[tuple[PresenceChange, Person | None]]:
    """Every correction of a sheet, newest first, and whose line it was."""
    whose = aliased(Person)
    rows = session.execute(
        sa.select(PresenceChange, whose)
        .join(Presence, Presence.id == PresenceChange.presence_id)
        .outerjoin(whose, whose.id == Presence.person_id)
        .where(Presence.about == str(about))
        .options(joinedload(PresenceChange.by))
        .order_by(PresenceChange.id.desc())
    )
    return [(change, person) for change, person in rows]


def changes_about(person_id: int) -> Sequence[PresenceChange]:
    """Corrections of this person's lines."""
    return session.scalars(
        sa.select(PresenceChange)
        .join(Presence, Presence.id == PresenceChange.presence_id)
        .where(Presence.person_id == person_id)
    ).all()
