"""What is remembered."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import DELETE, KEEP, Personal

_UNREAD = sa.text("read_at IS NULL")


class Notification(Base):
    """News for one person about one thing. While unread, more news of the same kind about the same thing is counted here:
    the unique index does the grouping, so no two writers can make two lines."""

    __tablename__ = "notifications"
    __table_args__ = (
        sa.Index(
            "uq_notifications_unread",
            "person_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
        sa.Index("ix_notifications_person_id_changed_at", "person_id", "changed_at", "id"),
    )
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(200))
    facts: Mapped[dict[str, Any]]
    because: Mapped[str] = mapped_column(sa.String(30), default="")  # a key of rules.REASONS
    count: Mapped[int] = mapped_column(default=1)
    mailed: Mapped[int] = mapped_column(default=0)  # how many of them a message has told already
    first_no: Mapped[int] = mapped_column(default=0)  # where in the thing it began, such as the number of a post
    last_no: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Rhythm(StrEnum):
    """How often a person gets the digest."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Inbox(Base):
    """How a person wants to be told. Its digests cover time without a gap: one ends where the next begins."""

    __tablename__ = "inboxes"
    __table_args__ = (sa.Index("ix_inboxes_next_digest_at", "next_digest_at"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(stored(Rhythm), default=Rhythm.DAILY)
    digest_upto: Mapped[datetime]  # the end, not included, of what the last one covered
    next_digest_at: Mapped[datetime | None]  # None: never
    most_a_day: Mapped[int] = mapped_column(default=5)  # messages at once; what is more waits for the digest
    mailed_on: Mapped[date | None]
    mailed_today: Mapped[int] = mapped_column(default=0)
    ignored: Mapped[int] = mapped_column(default=0)  # digests in a row after which the person did not come
    announcements_seen: Mapped[int] = mapped_column(default=0)  # the id of the last one seen
    refused_address: Mapped[str] = mapped_column(sa.String(320), default="")  # it came back: nothing more goes there
    person: Mapped[Person] = relationship(lazy="raise")


class Delivery(StrEnum):
    """How news of a group reaches a person beyond the inbox."""

    AT_ONCE = "at_once"  # what is meant for them alone at once, the rest in the digest
    DIGEST = "digest"
    NONE = "none"


class DeliveryChoice(Base):
    """What a person chose for a group of news. No row: at once."""

    __tablename__ = "delivery_choices"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    group: Mapped[str] = mapped_column("news_group", sa.String(30), primary_key=True)
    delivery: Mapped[Delivery] = mapped_column(stored(Delivery))
    since: Mapped[datetime]


class Announcement(Base):
    """News for everybody: one row, and each person remembers how far they have seen."""

    __tablename__ = "announcements"
    __table_args__ = (
        sa.Index("ix_announcements_published_at", "published_at"),
        sa.Index("ix_announcements_author_id", "author_id"),
    )
    __privacy__ = Personal("author_id", on_erasure=KEEP)

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    titles: Mapped[dict[str, Any]]  # by language
    markdowns: Mapped[dict[str, Any]]
    htmls: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]

    def said_in(self, language: str) -> tuple[str, str, str]:
        """Language, title and HTML: in this language, else in the first that there is."""
        code = language if language in self.titles else next(iter(self.titles))
        return code, str(self.titles[code]), str(self.htmls[code])
