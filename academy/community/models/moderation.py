"""What is remembered of moderation: who asked for it, who decided what and why, and who objected."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.community.models.topics import Post
from academy.kernel.db import Base, stored
from academy.kernel.privacy import BLANK, KEEP, Personal


class FlagKind(StrEnum):
    OFF_TOPIC = "off_topic"
    RUDE = "rude"
    SPAM = "spam"
    ILLEGAL = "illegal"
    OTHER = "other"


class FlagOutcome(StrEnum):
    HIDDEN = "hidden"
    LEFT = "left"


_WAITING = sa.text("decided_at IS NULL")


class Flag(Base):
    """A person asks the moderators to look at a post. The row stays after the decision: it is the log."""

    __tablename__ = "flags"
    __table_args__ = (
        sa.Index(
            "uq_flags_waiting",
            "post_id",
            "person_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        sa.Index("ix_flags_queue", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("ix_flags_person_id", "person_id"),
    )
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"text": ""})

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    kind: Mapped[FlagKind] = mapped_column(stored(FlagKind))
    text: Mapped[str] = mapped_column(sa.String(1000), default="")
    flagged_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    outcome: Mapped[FlagOutcome | None] = mapped_column(stored(FlagOutcome))
    post: Mapped[Post] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])


class ReviewKind(StrEnum):
    FLAGGED = "flagged"
    HELD = "held"  # written by somebody new, with a link


class Review(Base):
    """A post or, as a Ref, a thing of another feature (`moderated`) that waits for a moderator: one row however many reported it. The version
    tells who came second."""

    __tablename__ = "reviews"
    __table_args__ = (
        sa.CheckConstraint("(post_id IS NULL) <> (about IS NULL)", name="about_one_thing"),
        sa.Index("uq_reviews_open", "post_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("uq_reviews_open_about", "about", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("ix_reviews_queue", "opened_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("ix_reviews_claimed_by_id", "claimed_by_id"),
    )
    __privacy__ = Personal("claimed_by_id", on_erasure=KEEP)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("posts.id"))
    about: Mapped[str | None] = mapped_column(sa.String(200))
    kind: Mapped[ReviewKind] = mapped_column(stored(ReviewKind))
    version: Mapped[int] = mapped_column(default=1)
    claimed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    claimed_until: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]  # moderators were written to because it waited for a day
    decided_at: Mapped[datetime | None]
    post: Mapped[Post | None] = relationship(lazy="raise")
    claimed_by: Mapped[Person | None] = relationship(lazy="raise")


class Action(StrEnum):
    LEFT = "left"  # it stays, or what was held is shown
    HIDDEN = "hidden"


class Ground(StrEnum):
    """Why, in the words of the rules page."""

    NONE = "none"  # nothing against it
    OFF_TOPIC = "off_topic"
    RUDE = "rude"
    SPAM = "spam"
    ILLEGAL = "illegal"
    PRIVACY = "privacy"


class Decision(Base):
    """What a moderator decided, on which ground and in which words: the log. Its key is in the letters about it. It is about a post or, as
    a Ref, about a thing of another feature (`moderated`)."""

    __tablename__ = "decisions"
    __table_args__ = (
        sa.CheckConstraint("(post_id IS NULL) <> (about IS NULL)", name="about_one_thing"),
        sa.Index("ix_decisions_post_id", "post_id"),
        sa.Index("ix_decisions_about", "about"),
        sa.Index("ix_decisions_author_id", "author_id"),
        sa.Index("ix_decisions_by_id", "by_id"),
        sa.Index("ix_decisions_at", "at"),
    )
    __privacy__ = Personal("author_id", on_erasure=KEEP)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(12), unique=True)
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("posts.id"))
    about: Mapped[str | None] = mapped_column(sa.String(200))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))  # who wrote it
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    kind: Mapped[ReviewKind | None] = mapped_column(stored(ReviewKind))  # None: a moderator saw it themselves
    action: Mapped[Action] = mapped_column(stored(Action))
    ground: Mapped[Ground] = mapped_column(stored(Ground))
    text: Mapped[str] = mapped_column(sa.String(1000))
    reports: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    post: Mapped[Post | None] = relationship(lazy="raise")


class Appeal(Base):
    """Somebody whom a decision concerns objects; another moderator looks again."""

    __tablename__ = "appeals"
    __table_args__ = (
        sa.UniqueConstraint("decision_id", "person_id"),
        sa.Index("ix_appeals_queue", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("ix_appeals_person_id", "person_id"),
        sa.Index("ix_appeals_decided_by_id", "decided_by_id"),
    )
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"text": ""})

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(sa.String(2000))
    appealed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    upheld: Mapped[bool | None]  # the decision stands
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    decision: Mapped[Decision] = relationship(lazy="raise")
