"""What is remembered."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import DELETE, NotPersonal, Personal


class OrganisationKind(StrEnum):
    PUBLIC_AUTHORITY = "public-authority"
    EDUCATION = "education"
    ENTERPRISE = "enterprise"
    CULTURE = "culture"
    THIRD_SECTOR = "third-sector"
    RESEARCH = "research"
    FUNDER = "funder"
    NETWORK = "network"
    INFORMAL_GROUP = "informal-group"


class Organisation(Base):
    __tablename__ = "organisations"
    __privacy__ = NotPersonal("describes a body, by what it says of itself in public")

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    kind: Mapped[OrganisationKind] = mapped_column(stored(OrganisationKind))
    country: Mapped[str] = mapped_column(sa.String(2))
    nuts2: Mapped[str] = mapped_column(sa.String(4), default="")
    municipality: Mapped[str] = mapped_column(sa.String(120), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown: what it does
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    body_version: Mapped[int] = mapped_column(default=0)
    website: Mapped[str] = mapped_column(sa.String(300), default="")
    languages: Mapped[list[Any]] = mapped_column(default=list)  # codes of those one can write to it in
    example: Mapped[bool] = mapped_column(default=False)  # invented, part of the demo community
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]  # a moderator knows that it is who it says

    @property
    def verified(self) -> bool:
        return self.verified_at is not None

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704


class MembershipRole(StrEnum):
    OWNER = "owner"
    MEMBER = "member"


class Membership(Base):
    """A person who may speak for an organisation; an owner also changes what is said of it."""

    __tablename__ = "memberships"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True, index=True)
    role: Mapped[MembershipRole] = mapped_column(stored(MembershipRole))
    since: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class InvitationState(StrEnum):
    """Whether it is over its time is a question of the clock: rules.invitation_stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


_OPEN = sa.text("state = 'open'")


class MembershipInvitation(Base):
    """An address is asked to speak for an organisation. Whoever has confirmed that address may accept, once."""

    __tablename__ = "membership_invitations"
    __table_args__ = (
        sa.Index(
            "uq_membership_invitations_open",
            "organisation_id",
            "email",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_membership_invitations_organisation_id_at", "organisation_id", "at"),
    )
    __privacy__ = Personal("person_id", on_erasure=DELETE, hidden=frozenset({"key"}), writer="author_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    email: Mapped[str] = mapped_column(sa.String(320), index=True)
    person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("people.id"), index=True
    )  # who has this address, once known
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    state: Mapped[InvitationState] = mapped_column(stored(InvitationState))
    at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise", foreign_keys=[author_id])
