"""What is remembered of two sides that talk?"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import BLANK, KEEP, Personal
from academy.organisations.models import Organisation
from marketplace.models.listings import Listing


class PairDeclined(Base):
    """Somebody on one side said “not for us”: these two are never shown to each other again."""

    __tablename__ = "listing_pairs_declined"
    __privacy__ = Personal("person_id", on_erasure=KEEP)

    need_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    offer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    from_need: Mapped[bool]  # the side of the need said so
    reason: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]


class InterestState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_ALONE = sa.text("organisation_id IS NULL")  # written in nobody's name but one's own


class Interest(Base):
    """Somebody would like to talk about a listing. Known to the two sides alone, and so are the messages."""

    __tablename__ = "listing_interests"
    __table_args__ = (
        sa.Index(  # a double click makes one
            "uq_listing_interests_listing_id_person_id",
            "listing_id",
            "person_id",
            unique=True,
            sqlite_where=_ALONE,
            postgresql_where=_ALONE,
        ),
        sa.UniqueConstraint("listing_id", "organisation_id"),  # and so do two colleagues
    )
    __privacy__ = Personal("person_id", on_erasure=KEEP)  # what they began for an organisation goes on with its people

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(20), unique=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    with_listing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listings.id"), index=True)  # theirs that fits
    state: Mapped[InterestState] = mapped_column(stored(InterestState))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # the side of the listing was reminded that somebody waits
    blocked: Mapped[bool] = mapped_column(default=False)  # one side wants to hear no more of the other
    # who shows their address; both do, or neither is shown
    address_of_owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    address_of_sender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    listing: Mapped[Listing] = relationship(lazy="raise", foreign_keys=[listing_id])
    with_listing: Mapped[Listing | None] = relationship(lazy="raise", foreign_keys=[with_listing_id])
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class Report(Base):
    """Somebody says that a conversation is not as it should be. Moderators see who and why, never the messages."""

    __tablename__ = "listing_reports"
    __table_args__ = (sa.Index("ix_listing_reports_settled_at", "settled_at", "id"),)
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"reason": ""})

    id: Mapped[int] = mapped_column(primary_key=True)
    interest_id: Mapped[int] = mapped_column(sa.ForeignKey("listing_interests.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    by_owner: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    interest: Mapped[Interest] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class Introduction(Base):
    """A broker has shown two sides to each other."""

    __tablename__ = "listing_introductions"
    __table_args__ = (sa.UniqueConstraint("need_id", "offer_id"),)
    __privacy__ = Personal("person_id", on_erasure=KEEP)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    note: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    need: Mapped[Listing] = relationship(lazy="raise", foreign_keys=[need_id])
    offer: Mapped[Listing] = relationship(lazy="raise", foreign_keys=[offer_id])
    person: Mapped[Person] = relationship(lazy="raise")


class Message(Base):
    """What one side wrote to the other. The first of an interest is the note it came with."""

    __tablename__ = "listing_messages"
    __table_args__ = (sa.Index("ix_listing_messages_interest_id_id", "interest_id", "id"),)
    # what was written for an organisation stays with its people, without the name; commands.leave_conversations takes the rest
    __privacy__ = Personal("author_id", on_erasure=KEEP)

    id: Mapped[int] = mapped_column(primary_key=True)
    interest_id: Mapped[int] = mapped_column(sa.ForeignKey("listing_interests.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    from_owner: Mapped[bool]  # from the side of the listing
    key: Mapped[str] = mapped_column(
        sa.String(40), unique=True
    )  # of the form it was sent with: a double click sends once
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    body_version: Mapped[int]
    at: Mapped[datetime]
    author: Mapped[Person] = relationship(lazy="raise")
    interest: Mapped[Interest] = relationship(lazy="raise")

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704
