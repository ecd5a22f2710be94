"""What is remembered of a need or an offer?"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import KEEP, NotPersonal, Personal
from academy.kernel.subjects import Ref
from academy.organisations.models import Organisation


class Kind(StrEnum):
    NEED = "need"
    OFFER = "offer"

    @property
    def opposite(self) -> "Kind":
        return Kind.OFFER if self is Kind.NEED else Kind.NEED


class State(StrEnum):
    DRAFT = "draft"
    REVIEW = "in-review"
    PUBLISHED = "published"
    PAUSED = "paused"
    IN_TALKS = "in-talks"
    CLOSED = "closed"


class Outcome(StrEnum):
    """Why a listing is closed."""

    MET_HERE = "met-here"
    MET_ELSEWHERE = "met-elsewhere"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Listing(Base):
    """A need or an offer of an organisation, as somebody wrote it in one language."""

    __tablename__ = "listings"
    __table_args__ = (
        sa.Index("ix_listings_newest", "state", "published_at", "id"),
        sa.Index("ix_listings_told_through", "state", "told_through"),
        sa.Index("ix_listings_closing", "state", "expires_at", "id"),
        sa.Index("ix_listings_organisation_id_id", "organisation_id", "id"),
    )
    __privacy__ = Personal("author_id", on_erasure=KEEP)  # it speaks for an organisation; the author's name goes

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[Kind] = mapped_column(stored(Kind))
    state: Mapped[State] = mapped_column(stored(State))
    outcome: Mapped[Outcome | None] = mapped_column(stored(Outcome))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))

    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    body_version: Mapped[int] = mapped_column(default=0)
    evidence: Mapped[str] = mapped_column(sa.Text, default="")  # how a need is known; what an offer has done before
    tried: Mapped[str] = mapped_column(sa.Text, default="")
    better: Mapped[str] = mapped_column(sa.Text, default="")  # what would be better, and how one would notice

    goals: Mapped[list[Any]] = mapped_column(default=list)  # keys of vocabulary.py, here and below
    fields: Mapped[list[Any]] = mapped_column(default=list)
    targets: Mapped[list[Any]] = mapped_column(default=list)
    resources: Mapped[list[Any]] = mapped_column(default=list)
    stage: Mapped[str] = mapped_column(sa.String(20), default="")

    country: Mapped[str] = mapped_column(sa.String(2), default="")
    nuts2: Mapped[str] = mapped_column(sa.String(4), default="")
    municipality: Mapped[str] = mapped_column(sa.String(120), default="")
    remote: Mapped[bool] = mapped_column(default=False)
    transferable: Mapped[bool] = mapped_column(default=False)
    contact_languages: Mapped[list[Any]] = mapped_column(default=list)

    quantity: Mapped[str] = mapped_column(sa.String(120), default="")
    capacity: Mapped[int | None]  # how many it can serve, or needs, at the same time; None: it does not say
    conditions: Mapped[str] = mapped_column(sa.String(20), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    standing: Mapped[bool] = mapped_column(
        default=False
    )  # it has no end; its people say every six months that it holds
    on_behalf_of: Mapped[str] = mapped_column(
        sa.String(160), default=""
    )  # people without an account, as they want to be called
    public_function: Mapped[str] = mapped_column(sa.String(10), default="")  # division of COFOG, of public bodies
    source: Mapped[str] = mapped_column(sa.String(20), default="")  # how it came up: at a table, in the course, offline
    members_only: Mapped[bool] = mapped_column(default=False)  # visitors never meet it

    words: Mapped[dict[str, Any]] = mapped_column(default=dict)  # stem -> the word as it was written; see matching.py
    origin: Mapped[str] = mapped_column(sa.String(200), default="")  # a Ref: what it grew out of
    revision: Mapped[int] = mapped_column(default=1)
    review_note: Mapped[str] = mapped_column(sa.Text, default="")  # why a moderator sent it back
    example: Mapped[bool] = mapped_column(default=False)

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]  # when it was first public
    expires_at: Mapped[datetime | None]
    told_through: Mapped[datetime | None]  # its people have heard of what fits and was published up to here
    warned_at: Mapped[datetime | None]  # its people were told, the last time, that it expires soon

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise")

    @property
    def themes(self) -> list[str]:
        """Goals and fields in one list: what it is about."""
        return [*self.goals, *self.fields]

    @property
    def ref(self) -> Ref:
        return Ref("listing", self.slug)

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704


class Facet(Base):
    """An open listing under one of the words it can be found by. Rows are there exactly while it can be found."""

    __tablename__ = "listing_facets"
    __table_args__ = (sa.Index("ix_listing_facets_facet_value_listing_id", "facet", "value", "listing_id"),)
    __privacy__ = NotPersonal("repeats what the listing says, in a form that can be counted")

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    facet: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(80), primary_key=True)


class FacetSet(Base):
    """The open listings that have one value of a facet, as one bit for each number of a listing, so many numbers in a row.

    A page counts a hundred values with it in the time that the database needs to count one. `Facet` says the same row by row.
    """

    __tablename__ = "listing_sets"
    __privacy__ = NotPersonal("repeats what listings say, in a form that can be counted")

    facet: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # numbers from part × PART on
    bits: Mapped[bytes] = mapped_column(sa.LargeBinary)
