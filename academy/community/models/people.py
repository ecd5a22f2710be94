"""What is remembered of people in the forum: where they are, what they find useful, whether they are known."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel.db import Base, stored
from academy.kernel.privacy import DELETE, Personal


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


class ReactionKind(StrEnum):
    """Few, and each says something."""

    USEFUL = "useful"
    THANKS = "thanks"
    SAME = "same"  # I have this question too


class UsefulVote(Base):
    """What a person says of a post by one click; one at a time."""

    __tablename__ = "useful_votes"
    __table_args__ = (sa.Index("ix_useful_votes_person_id", "person_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    kind: Mapped[ReactionKind] = mapped_column(stored(ReactionKind), default=ReactionKind.USEFUL)
    at: Mapped[datetime]


class Standing(Base):
    """A member who has shown to be a person who learns here. Without a row: new, with a few limits."""

    __tablename__ = "standings"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    since: Mapped[datetime]
    because: Mapped[str] = mapped_column(sa.String(200))  # a Ref as text: the lesson that was finished


class Experience(Base):
    """Who has worked through a part of a module, and when they were last asked to answer a newcomer."""

    __tablename__ = "experiences"
    __table_args__ = (sa.Index("ix_experiences_about_asked_at", "about", "asked_at", "person_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    about: Mapped[str] = mapped_column(sa.String(200), primary_key=True)  # a Ref as text: the module
    since: Mapped[datetime]
    asked_at: Mapped[datetime]  # the longest ago is asked first
