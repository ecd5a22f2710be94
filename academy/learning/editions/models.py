"""What is remembered.

The course is one; an edition is a group of people who follow it. The online edition is always open and belongs to nobody in particular; a
territorial one belongs to an organisation, which alone runs it. How far somebody has come hangs on the person, so it outlives the edition;
what stands on the enrolment is a figure worked out from it, and always the same as working it out again.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import BLANK, DELETE, KEEP, NotPersonal, Personal
from academy.kernel.subjects import Ref
from academy.learning.models import Module
from academy.organisations.models import Organisation


class Mode(StrEnum):
    ONLINE = "online"
    IN_PERSON = "in-person"
    BLENDED = "blended"


class Edition(Base):
    __tablename__ = "editions"
    __table_args__ = (
        sa.Index("ix_editions_published_at_starts_on", "published_at", "starts_on"),
        sa.CheckConstraint("self_paced OR organisation_id IS NOT NULL", name="somebody_is_in_charge"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="ends_after_it_starts"),
    )
    __privacy__ = NotPersonal("what a partner announces")

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    self_paced: Mapped[bool]  # the online edition: always open, without a period
    title: Mapped[str] = mapped_column(sa.String(160))
    summary: Mapped[str] = mapped_column(sa.String(300))
    language: Mapped[str] = mapped_column(sa.String(2))
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    nuts2: Mapped[str] = mapped_column(sa.String(4), default="")
    municipality: Mapped[str] = mapped_column(sa.String(120), default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    mode: Mapped[Mode] = mapped_column(stored(Mode))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="Europe/Rome")
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown: what to know, materials
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    body_version: Mapped[int] = mapped_column(default=0)
    funding: Mapped[str] = mapped_column(sa.Text, default="")  # the notice that the fund asks for, as it asks for it
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    sessions: Mapped[list["Session"]] = relationship(
        lazy="raise", back_populates="edition", order_by="Session.starts_at"
    )

    @property
    def ref(self) -> Ref:
        return Ref("edition", self.slug)

    @property
    def room(self) -> str:
        """What names its room in the forum, in addresses."""
        return f"edition-{self.slug}"[:80]

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704


class Session(Base):
    """People meet: a day, a place, some modules."""

    __tablename__ = "sessions"
    __table_args__ = (
        sa.Index("ix_sessions_edition_id_starts_at", "edition_id", "starts_at"),
        sa.Index("ix_sessions_starts_at", "starts_at"),
        sa.CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
    )
    __privacy__ = NotPersonal("what a partner announces")

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(12), unique=True)  # in addresses and codes, random
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    title: Mapped[str] = mapped_column(sa.String(160))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    link: Mapped[str] = mapped_column(sa.String(300), default="")  # of the online room, for those enrolled
    seats: Mapped[int | None]  # None: everybody who is enrolled
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown: what to bring, materials
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    body_version: Mapped[int] = mapped_column(default=0)
    cancelled_because: Mapped[str] = mapped_column(sa.String(300), default="")
    cancelled_at: Mapped[datetime | None]
    edition: Mapped[Edition] = relationship(lazy="raise", back_populates="sessions")
    modules: Mapped[list[Module]] = relationship(lazy="raise", secondary="session_modules", order_by=Module.position)
    trainers: Mapped[list[Person]] = relationship(lazy="raise", secondary="session_trainers", order_by=Person.name)

    @property
    def ref(self) -> Ref:
        return Ref("session", self.key)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704


class SessionModule(Base):
    __tablename__ = "session_modules"
    __privacy__ = NotPersonal("what is taught when")

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("sessions.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("modules.id"), primary_key=True, index=True)


class SessionTrainer(Base):
    __tablename__ = "session_trainers"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("sessions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, index=True)


class Enrolment(Base):
    """A person follows an edition. The figures are a cache of `completions` and `presences`: recomputing gives the same."""

    __tablename__ = "enrolments"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "edition_id"),
        sa.Index("ix_enrolments_edition_id_name", "edition_id", "id"),
        sa.CheckConstraint("done BETWEEN 0 AND total", name="never_more_than_all"),
    )
    # how many took part is kept when one of them leaves; who it was is not
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"person_id": None})

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    how: Mapped[str] = mapped_column(sa.String(20))  # rules.SELF, LIST, BEGAN or INVITED
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)  # in the sessions of this edition
    moved_at: Mapped[datetime | None]  # when a part was done last
    person: Mapped[Person | None] = relationship(lazy="raise")
    edition: Mapped[Edition] = relationship(lazy="raise")


class Invitation(Base):
    """An address without an account is asked to join an edition. The row goes when its owner joins, or after rules.INVITATIONS_LAST."""

    __tablename__ = "invitations"
    __table_args__ = (sa.UniqueConstraint("email", "edition_id"),)
    __privacy__ = Personal("author_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(320))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    edition: Mapped[Edition] = relationship(lazy="raise")


class CompletionRules(Base):
    """A version of what the course asks for. No row: rules.FIRST_RULES. What was earned under one version stays under the next."""

    __tablename__ = "completion_rules"
    __privacy__ = Personal("author_id", on_erasure=BLANK, blank={"author_id": None})

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]
    because: Mapped[str] = mapped_column(sa.String(300))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    published_at: Mapped[datetime]


class GroupMessage(Base):
    """What was written to the people of an edition."""

    __tablename__ = "group_messages"
    __privacy__ = Personal("author_id", on_erasure=KEEP)  # it was sent to others; the name goes

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(12), unique=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    to: Mapped[str] = mapped_column("to_group", sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(150))
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    body_version: Mapped[int]
    people: Mapped[list[Any]]  # to whom: numbers of accounts
    at: Mapped[datetime]
    author: Mapped[Person] = relationship(lazy="raise")
    edition: Mapped[Edition] = relationship(lazy="raise")

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704
