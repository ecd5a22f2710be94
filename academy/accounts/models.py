"""What is remembered."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.kernel.audit import AuditRecord
from academy.kernel.db import Base, stored
from academy.kernel.privacy import BLANK, DELETE, Personal


class Role(StrEnum):
    """What a person may do beyond learning. Everybody who signs up is a learner; who belongs to an organisation is a membership."""

    LEARNER = "learner"
    TRAINER = "trainer"
    ORGANISATION = "organisation"
    MODERATOR = "moderator"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Audience(StrEnum):
    """Who sees a part of a profile."""

    EVERYBODY = "everybody"
    MEMBERS = "members"
    NOBODY = "nobody"


_SHOWN_TO_MEMBERS = sa.text("shown_to <> 'nobody'")
_SHOWN_TO_ALL = sa.text("shown_to = 'everybody'")


class Person(Base):
    __tablename__ = "people"
    __table_args__ = (
        sa.Index(
            "ix_people_shown_to_members", "slug", sqlite_where=_SHOWN_TO_MEMBERS, postgresql_where=_SHOWN_TO_MEMBERS
        ),
        sa.Index("ix_people_shown_to_all", "slug", sqlite_where=_SHOWN_TO_ALL, postgresql_where=_SHOWN_TO_ALL),
    )
    __privacy__ = Personal(
        "id",
        on_erasure=BLANK,
        blank={
            "email": "gone-{id}@invalid",
            "name": "",
            "slug": "gone-{id}",
            "about": "",
            "password_hash": "",
            "confirmed_at": None,
            "shown_to": Audience.NOBODY.value,
        },
        hidden=frozenset({"password_hash"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    about: Mapped[str] = mapped_column(sa.Text, default="")
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(2))
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="Europe/Rome")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    example: Mapped[bool] = mapped_column(default=False)  # invented, part of the demo community
    shown_to: Mapped[Audience] = mapped_column(  # the widest audience of what they say: who finds them in the directory
        stored(Audience), default=Audience.NOBODY, server_default=Audience.NOBODY.value
    )
    roles: Mapped[list["RoleHeld"]] = relationship(lazy="raise", back_populates="person")

    def has(self, *roles: Role) -> bool:
        """Holds one of these roles; the roles must have been loaded with the person."""
        return any(held.role in roles for held in self.roles)


class RoleHeld(Base):
    __tablename__ = "roles_held"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(
        stored(Role),
        primary_key=True,
    )
    since: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="raise", back_populates="roles")


# the trail of changes, as far as it tells of roles: few rows among many
OF_ROLES = sa.text("event IN ('accounts.RoleGiven', 'accounts.RoleTaken')")
sa.Index("ix_audit_records_of_roles", AuditRecord.id, sqlite_where=OF_ROLES, postgresql_where=OF_ROLES)


class SignIn(Base):
    """One browser that a person signed in with. The cookie carries a key, and the row only the hash of it."""

    __tablename__ = "sign_ins"
    __privacy__ = Personal("person_id", on_erasure=DELETE, hidden=frozenset({"key_hash"}))

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    browser: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="raise")


class OutsideIdentity(Base):
    """An account elsewhere that a person signs in with: what the provider calls it never changes, an address may."""

    __tablename__ = "outside_identities"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(255))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    since: Mapped[datetime]


class ProfileFact(Base):
    """Something that a person says of themselves, each with its own audience. No row: said nothing."""

    __tablename__ = "profile_facts"
    __table_args__ = (sa.Index("ix_profile_facts_name_folded", "name", "folded"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)  # offers, looks_for, languages, region …
    text: Mapped[str] = mapped_column(sa.String(500))
    folded: Mapped[str] = mapped_column(sa.String(500))  # as it is looked for in the directory
    audience: Mapped[Audience] = mapped_column(stored(Audience), default=Audience.MEMBERS)
