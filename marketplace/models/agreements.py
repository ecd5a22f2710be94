"""What is remembered of what two sides have agreed to do, and of what came of it?"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.kernel.db import Base, stored
from academy.kernel.privacy import KEEP, NotPersonal, Personal
from marketplace.models.contact import Interest


class AgreementState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    RUNNING = "running"
    DONE = "done"
    NOT_DONE = "not-done"


class Agreement(Base):
    """Who does what by when, between the two sides of a conversation; at its end what came of it, as one side tells and the other confirms."""

    __tablename__ = "listing_agreements"
    __table_args__ = (sa.Index("ix_listing_agreements_state_agreed_at", "state", "agreed_at"),)
    __privacy__ = Personal("person_id", on_erasure=KEEP)  # it binds two organisations; the person's name goes

    id: Mapped[int] = mapped_column(primary_key=True)
    interest_id: Mapped[int] = mapped_column(sa.ForeignKey("listing_interests.id"), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)  # who proposed it
    by_owner: Mapped[bool]  # from the side of the listing
    state: Mapped[AgreementState] = mapped_column(stored(AgreementState))
    purpose: Mapped[str] = mapped_column(sa.String(300))
    created_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(sa.String(300), default="")  # it was not done
    asked_after: Mapped[int] = mapped_column(default=0)  # days after which both were asked how it goes: 30, then 90

    result: Mapped[str] = mapped_column(sa.Text, default="")
    people_reached: Mapped[int | None]
    goals: Mapped[list[Any]] = mapped_column(default=list)
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    told_by_owner: Mapped[bool | None]
    told_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    interest: Mapped[Interest] = relationship(lazy="raise")
    pledges: Mapped[list["Pledge"]] = relationship(lazy="raise", order_by="Pledge.id")


class Pledge(Base):
    """One thing that one side does."""

    __tablename__ = "listing_pledges"
    __privacy__ = NotPersonal("what an organisation promises to another")

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("listing_agreements.id"), index=True)
    by_owner: Mapped[bool]
    what: Mapped[str] = mapped_column(sa.String(300))
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
