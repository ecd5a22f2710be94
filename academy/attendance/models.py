"""What is remembered.

A seat is a promise, a presence is a fact: one can hold a seat and stay away, or come without one. Both hang on a Ref, so that a session of
an edition and a meeting use the same. The counters of a gate are a cache of its seats, kept under its row.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import BLANK, KEEP, NotPersonal, Personal


class Gate(Base):
    """The row that everybody passes who wants a seat for one thing, gives one back, or changes how many there are."""

    __tablename__ = "gates"
    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND waiting >= 0", name="counters_not_negative"),
        sa.CheckConstraint("granted = 0 OR capacity IS NULL OR taken <= capacity", name="never_oversold"),
    )
    __privacy__ = NotPersonal("counts seats")

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(sa.String(200), unique=True)  # a Ref as text
    capacity: Mapped[int | None]  # None: as many as come
    open: Mapped[bool]
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    queue_seq: Mapped[int] = mapped_column(default=0)  # the number that the next one draws
    granted: Mapped[int] = mapped_column(default=0)  # 1: whoever passed last was given a seat

    @property
    def left(self) -> int | None:
        """None: there is no limit."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    @property
    def full(self) -> bool:
        return self.capacity is not None and (self.taken >= self.capacity or self.waiting > 0)


class SeatState(StrEnum):
    SEATED = "seated"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Seat(Base):
    """One person's place for one thing, or their place in its queue. Given back, it stays written down."""

    __tablename__ = "seats"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "gate_id"),
        sa.Index("ix_seats_gate_id_state_number", "gate_id", "state", "number"),
    )
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"person_id": None})

    id: Mapped[int] = mapped_column(primary_key=True)
    gate_id: Mapped[int] = mapped_column(sa.ForeignKey("gates.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    state: Mapped[SeatState] = mapped_column(stored(SeatState))
    number: Mapped[int]  # drawn at the gate: who has the lower one was here before
    asked_at: Mapped[datetime]
    seated_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    gate: Mapped[Gate] = relationship(lazy="raise")


class Door(Base):
    """What the codes of a thing are made with: they change every minute, and nobody can guess the next."""

    __tablename__ = "doors"
    __privacy__ = NotPersonal("a secret of a room")

    about: Mapped[str] = mapped_column(sa.String(200), primary_key=True)  # a Ref as text
    secret: Mapped[str] = mapped_column(sa.String(64))
    opens_at: Mapped[datetime] = mapped_column(index=True)
    closes_at: Mapped[datetime]


class PresenceState(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Presence(Base):
    """Whether a person was there, and for how long."""

    __tablename__ = "presences"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "about"),
        sa.Index("ix_presences_about_state", "about", "state"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"person_id": None})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    about: Mapped[str] = mapped_column(sa.String(200))  # a Ref as text
    state: Mapped[PresenceState] = mapped_column(stored(PresenceState))
    arrived_at: Mapped[datetime | None]
    minutes: Mapped[int]
    how: Mapped[str] = mapped_column(sa.String(20))  # rules.CODE or rules.SHEET
    noted_at: Mapped[datetime]
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])


class PresenceChange(Base):
    """A correction: who, when, why, what it said before and what after. Only added to."""

    __tablename__ = "presence_changes"
    __privacy__ = Personal("by_id", on_erasure=KEEP)  # the number of an account that is nobody's any more

    id: Mapped[int] = mapped_column(primary_key=True)
    presence_id: Mapped[int] = mapped_column(sa.ForeignKey("presences.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    because: Mapped[str] = mapped_column(sa.String(300))
    before: Mapped[dict[str, Any]]  # {"state", "minutes"}
    after: Mapped[dict[str, Any]]
    by: Mapped[Person] = relationship(lazy="raise")
