"""What is remembered of a space: what it is, who may enter, who looks after it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import DELETE, NotPersonal, Personal


class SpaceKind(StrEnum):
    GENERAL = "general"
    MODULE = "module"
    EDITION = "edition"
    PRACTICE = "practice"
    ORGANISATION = "organisation"


class Visibility(StrEnum):
    PUBLIC = "public"  # everybody reads, members write
    MEMBERS = "members"  # whoever has an account
    PRIVATE = "private"  # the people of the space


class Space(Base):
    """A room of the forum: for a module, an edition, a community of practice, an organisation, or everything else."""

    __tablename__ = "spaces"
    __shared__ = True
    __privacy__ = NotPersonal("a room and its title")

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int]
    titles: Mapped[dict[str, Any]]  # by language
    summaries: Mapped[dict[str, Any]]
    hue: Mapped[int | None]
    kind: Mapped[SpaceKind] = mapped_column(stored(SpaceKind), default=SpaceKind.GENERAL)
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility), default=Visibility.PUBLIC)
    about: Mapped[str | None] = mapped_column(sa.String(200))  # a Ref as text
    opened_at: Mapped[datetime]

    def titled(self, language: str) -> str:
        return _said(self.titles, language)

    def summary_in(self, language: str) -> str:
        return _said(self.summaries, language)


def _said(texts: Mapping[str, str], language: str) -> str:
    """In this language, else in the first that there is."""
    return texts.get(language) or next(iter(texts.values()), "")


class SpaceMember(Base):
    """A person of a space; a steward looks after it and is named."""

    __tablename__ = "space_members"
    __table_args__ = (sa.Index("ix_space_members_person_id_space_id", "person_id", "space_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    space_id: Mapped[int] = mapped_column(sa.ForeignKey("spaces.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    steward: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="raise")
