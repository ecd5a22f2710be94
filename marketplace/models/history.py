"""What is remembered of the life of a listing?"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base
from academy.kernel.privacy import KEEP, Personal


class Step(Base):
    """One thing that happened to a listing: who did it, or that time did."""

    __tablename__ = "listing_steps"
    __table_args__ = (sa.Index("ix_listing_steps_listing_id_id", "listing_id", "id"),)
    __privacy__ = Personal("person_id", on_erasure=KEEP)  # what an organisation did; the person's name goes

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(sa.String(20))  # a key of vocabulary.STEPS
    parts: Mapped[list[Any]] = mapped_column(default=list)  # names of what was changed
    note: Mapped[str] = mapped_column(sa.Text, default="")
    person: Mapped[Person | None] = relationship(lazy="raise")
