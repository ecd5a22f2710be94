"""What is remembered.

Posts are numbered within their topic, without gaps and for ever: a hidden post keeps its number. How far a person has read is such a
number, immune to clocks and edits. What can be counted from rows (useful votes, followers) is counted, not kept twice; what a list is
ordered or filtered by stands on the topic.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import BLANK, DELETE, KEEP, NotPersonal, Personal
from academy.kernel.subjects import Ref


class Space(Base):
    """A room of the forum: one for each module, and one for everything else."""

    __tablename__ = "spaces"
    __shared__ = True
    __privacy__ = NotPersonal("a room and its title")

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int]
    titles: Mapped[dict[str, Any]]  # by language
    summaries: Mapped[dict[str, Any]]
    hue: Mapped[int | None]
    about: Mapped[str | None] = mapped_column(sa.String(200))  # a Ref as text
    opened_at: Mapped[datetime]

    def titled(self, language: str) -> str:
        return _said(self.titles, language)

    def summary_in(self, language: str) -> str:
        return _said(self.summaries, language)


def _said(texts: Mapping[str, str], language: str) -> str:
    """In this language, else in the first that there is."""
    return texts.get(language) or next(iter(texts.values()), "")


class TopicKind(StrEnum):
    QUESTION = "question"
    DISCUSSION = "discussion"


class TopicState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # can be read, voted on and reported; nobody answers any more


_VISIBLE = sa.text("hidden_at IS NULL")
_UNANSWERED = sa.text("hidden_at IS NULL AND kind = 'question' AND answer_count = 0")


class Topic(Base):
    __tablename__ = "topics"
    __table_args__ = (
        sa.Index("ix_topics_newest", "last_post_at", "id", sqlite_where=_VISIBLE, postgresql_where=_VISIBLE),
        sa.Index(
            "ix_topics_newest_in_space",
            "space_id",
            "last_post_at",
            "id",
            sqlite_where=_VISIBLE,
            postgresql_where=_VISIBLE,
        ),
        sa.Index(
            "ix_topics_newest_of_kind",
            "space_id",
            "kind",
            "last_post_at",
            "id",
            sqlite_where=_VISIBLE,
            postgresql_where=_VISIBLE,
        ),
        sa.Index(
            "ix_topics_unanswered",
            "space_id",
            "last_post_at",
            "id",
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
        sa.Index("ix_topics_about", "about", "last_post_at"),
        sa.Index("ix_topics_author_id", "author_id"),
        sa.CheckConstraint("last_visible_no <= highest_no", name="visible_numbers_exist"),
    )
    __privacy__ = Personal("author_id", on_erasure=KEEP)  # the answers of others need their question; the name goes

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(8), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80))
    space_id: Mapped[int] = mapped_column(sa.ForeignKey("spaces.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    title: Mapped[str] = mapped_column(sa.String(150))
    language: Mapped[str] = mapped_column(sa.String(2))
    kind: Mapped[TopicKind] = mapped_column(stored(TopicKind))
    about: Mapped[str | None] = mapped_column(sa.String(200))  # a Ref as text: a lesson, a need or an offer …
    state: Mapped[TopicState] = mapped_column(stored(TopicState), default=TopicState.OPEN)
    hidden_at: Mapped[datetime | None]  # with its first post
    started_at: Mapped[datetime]
    highest_no: Mapped[int] = mapped_column(default=0)
    last_visible_no: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime]
    post_count: Mapped[int] = mapped_column(default=0)  # that can be seen
    answer_count: Mapped[int] = mapped_column(default=0)  # those among them by others than the author
    accepted_no: Mapped[int | None]
    space: Mapped[Space] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise")

    @property
    def address(self) -> str:
        """What names it in an address: the key finds it, the words are for people."""
        return f"{self.key}-{self.slug}"

    @property
    def ref(self) -> Ref:
        return Ref("topic", self.key)


class Post(Base):
    __tablename__ = "posts"
    __table_args__ = (
        sa.UniqueConstraint("topic_id", "no"),
        sa.UniqueConstraint("author_id", "once"),
        sa.Index("ix_posts_author_id_id", "author_id", "id"),
    )
    __privacy__ = Personal("author_id", on_erasure=KEEP)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"))
    no: Mapped[int]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(sa.String(40))  # of the form it came with: sent twice, it is one post
    markdown: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    markup: Mapped[int]  # the version of the renderer that made `html`
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    edited_because: Mapped[str] = mapped_column(sa.String(300), default="")  # said by a moderator who changed it
    hidden_at: Mapped[datetime | None]
    hidden_because: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    told_at: Mapped[datetime | None]  # those who follow have been told of it
    topic: Mapped[Topic] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Needs its topic."""
        return Ref("post", f"{self.topic.key}/{self.no}")


class PostRevision(Base):
    """A post as it was before an edit."""

    __tablename__ = "post_revisions"
    __table_args__ = (sa.UniqueConstraint("post_id", "n"),)
    __privacy__ = Personal("author_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"))
    n: Mapped[int]  # the version that it was
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)  # whose post it is
    title: Mapped[str] = mapped_column(sa.String(150))  # of the topic at that time, for its first post
    markdown: Mapped[str] = mapped_column(sa.Text)
    replaced_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    replaced_at: Mapped[datetime]
    because: Mapped[str] = mapped_column(sa.String(300), default="")


class Mention(Base):
    """A person who is called by name in a post."""

    __tablename__ = "mentions"
    __table_args__ = (sa.Index("ix_mentions_person_id", "person_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    told: Mapped[bool] = mapped_column(default=False)


class Level(StrEnum):
    """How close a person follows a topic."""

    WATCHING = "watching"  # told of each post
    TRACKING = "tracking"  # sees that there is something new
    NORMAL = "normal"  # has been there
    MUTED = "muted"  # wants to hear nothing of it, not even when called


class TopicPerson(Base):
    """Where a person is in a topic. Written by one upsert that never goes backwards: `commands.mark_read`."""

    __tablename__ = "topic_people"
    __table_args__ = (
        sa.Index("ix_topic_people_topic_id_level_person_id", "topic_id", "level", "person_id"),
        sa.Index("ix_topic_people_person_id_level", "person_id", "level", "topic_id"),
    )
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), primary_key=True)
    last_read_no: Mapped[int]
    level: Mapped[Level] = mapped_column(stored(Level))


class SpacePerson(Base):
    """How close a person follows a space: told of each post in it, of none, or as it comes."""

    __tablename__ = "space_people"
    __table_args__ = (sa.Index("ix_space_people_space_id_level_person_id", "space_id", "level", "person_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    space_id: Mapped[int] = mapped_column(sa.ForeignKey("spaces.id"), primary_key=True)
    level: Mapped[Level] = mapped_column(stored(Level))


class Block(Base):
    """A person who wants to read and hear nothing of another."""

    __tablename__ = "blocks"
    __table_args__ = (sa.Index("ix_blocks_blocked_id", "blocked_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    since: Mapped[datetime]


class UsefulVote(Base):
    __tablename__ = "useful_votes"
    __table_args__ = (sa.Index("ix_useful_votes_person_id", "person_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]


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


class Standing(Base):
    """A member who has shown to be a person who learns here. Without a row: new, with a few limits."""

    __tablename__ = "standings"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    since: Mapped[datetime]
    because: Mapped[str] = mapped_column(sa.String(200))  # a Ref as text: the lesson that was finished
