"""What is remembered of topics and their posts."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.community.models.spaces import Space
from academy.kernel.db import Base, stored
from academy.kernel.privacy import DELETE, KEEP, NotPersonal, Personal
from academy.kernel.subjects import Ref


class TopicKind(StrEnum):
    QUESTION = "question"
    DISCUSSION = "discussion"


class TopicState(StrEnum):
    OPEN = "open"
    ALUMNI = "alumni"  # its edition is over: everybody who ever took the course answers
    CLOSED = "closed"  # can be read, found useful and reported; nobody answers any more
    ARCHIVED = "archived"  # stays as it is: it can be read and reported


_VISIBLE = sa.text("hidden_at IS NULL")
_PINNED = sa.text("pinned_at IS NOT NULL")
_THREAD = sa.text("is_thread")
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
        sa.Index("ix_topics_pinned", "space_id", "pinned_at", sqlite_where=_PINNED, postgresql_where=_PINNED),
        sa.Index("uq_topics_thread", "about", unique=True, sqlite_where=_THREAD, postgresql_where=_THREAD),
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
    pinned_at: Mapped[datetime | None]  # first in its space
    is_thread: Mapped[bool] = mapped_column(default=False)  # the one thread of what it is about, across editions
    is_reserved: Mapped[bool] = mapped_column(server_default=sa.false())  # for those alone who may see what it is about
    welcomed_at: Mapped[datetime | None]  # when somebody was last asked to answer the newcomer
    merged_into: Mapped[str | None] = mapped_column(sa.String(8))  # the key of the topic where its posts stand
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
    held: Mapped[bool] = mapped_column(default=False)  # hidden until a moderator has read it, not for anything wrong
    version: Mapped[int] = mapped_column(default=1)
    told_at: Mapped[datetime | None]  # those who follow have been told of it
    topic: Mapped[Topic] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Needs its topic."""
        return Ref("post", f"{self.topic.key}/{self.no}")

    @property
    def own_ref(self) -> Ref:
        """By its own number, which no move to another topic changes."""
        return Ref("posted", str(self.id))

    @property
    def draft_key(self) -> str:
        """Of what somebody writes in place of this version. Needs its topic."""
        return f"edit-{self.topic.key}-{self.no}-{self.version}"


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


class TopicTag(Base):
    """A word by which topics are found together."""

    __tablename__ = "topic_tags"
    __table_args__ = (sa.Index("ix_topic_tags_tag_topic_id", "tag", "topic_id"),)
    __privacy__ = NotPersonal("a word for what a topic is about")

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(sa.String(30), primary_key=True)


class TopicMarker(Base):
    """A line between two posts: here an edition ended, here posts came from another topic."""

    __tablename__ = "topic_markers"
    __table_args__ = (sa.Index("ix_topic_markers_topic_id_no", "topic_id", "no"),)
    __privacy__ = NotPersonal("says what happened to a topic, and names no person")

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"))
    no: Mapped[int]  # the post it stands after
    kind: Mapped[str] = mapped_column(sa.String(20))  # edition_ended, split, merged
    title: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(300), default="")  # local, without the language
    at: Mapped[datetime]


class Draft(Base):
    """What somebody is writing, kept while they type: another browser goes on with it."""

    __tablename__ = "drafts"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    # of the form: new-topic, reply-k7m2p9xa, edit-k7m2p9xa-3-1
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(150), default="")
    body: Mapped[str] = mapped_column(sa.Text)
    saved_at: Mapped[datetime]
