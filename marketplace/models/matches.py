"""What is remembered of how listings fit each other?"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel.db import Base, stored
from academy.kernel.privacy import NotPersonal


class Relation(StrEnum):
    """What a list of matches holds: the other kind, which fits, or the same kind, which is in the same place."""

    FITS = "fits"
    ALIKE = "alike"


class Vector(Base):
    """What a listing says, as one model hears it: a vector of its title and opening, one of each of its first sentences."""

    __tablename__ = "listing_vectors"
    __privacy__ = NotPersonal("computed from what a listing says")

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    text_sha: Mapped[str] = mapped_column(sa.String(64))
    vector: Mapped[bytes] = mapped_column(sa.LargeBinary)  # one signed byte a dimension
    sentences: Mapped[list[Any]]
    sentence_vectors: Mapped[bytes] = mapped_column(sa.LargeBinary)  # one after the other


class Configuration(Base):
    """Everything that a score depends on besides the two listings, frozen. A new one is filled beside the old and then takes its place."""

    __tablename__ = "matching_configurations"
    __shared__ = True
    __privacy__ = NotPersonal("weights, and means over all listings of a language")

    id: Mapped[int] = mapped_column(primary_key=True)
    weights_version: Mapped[int]
    model: Mapped[str] = mapped_column(sa.String(40))  # empty: words alone
    languages: Mapped[
        dict[str, Any]
    ]  # of a language: mean vector, and middle and spread of its closeness to the others
    current: Mapped[bool] = mapped_column(default=False)  # false: its lists are still being made
    made_at: Mapped[datetime]


class MatchList(Base):
    """The list of one listing is in place."""

    __tablename__ = "listing_match_lists"
    __table_args__ = (
        sa.Index(
            "ix_listing_match_lists_short",
            "listing_id",
            sqlite_where=sa.text("short"),
            postgresql_where=sa.text("short"),
        ),
    )
    __privacy__ = NotPersonal("computed from listings")

    configuration_id: Mapped[int] = mapped_column(
        sa.ForeignKey("matching_configurations.id", ondelete="CASCADE"), primary_key=True
    )
    listing_id: Mapped[int] = mapped_column(
        sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    relation: Mapped[Relation] = mapped_column(stored(Relation), primary_key=True)
    weakest: Mapped[float]  # what a score must reach to come in
    full: Mapped[bool]  # there may be more than were kept
    short: Mapped[bool] = mapped_column(default=False)  # one of a full list is gone: the next best is to be found


class Match(Base):
    """One line of the list of a listing. Its best are kept while both are open, and found anew when one of them changes."""

    __tablename__ = "listing_matches"
    __table_args__ = (sa.Index("ix_listing_matches_other_id", "other_id"),)
    __privacy__ = NotPersonal("computed from two listings")

    configuration_id: Mapped[int] = mapped_column(
        sa.ForeignKey("matching_configurations.id", ondelete="CASCADE"), primary_key=True
    )
    listing_id: Mapped[int] = mapped_column(
        sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    relation: Mapped[Relation] = mapped_column(stored(Relation), primary_key=True)
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    score: Mapped[float]
    words: Mapped[list[Any]]  # at most three that both use
    pair: Mapped[list[Any]]  # which sentence of one says what which sentence of the other says; empty: none


class Impressions(Base):
    """How often a listing was shown to others as a match: who is new gets a place until it has been seen."""

    __tablename__ = "listing_impressions"
    __privacy__ = NotPersonal("a count")

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    shown: Mapped[int] = mapped_column(default=0)
    explored: Mapped[int] = mapped_column(default=0)  # of these, in the place kept for what is new
    chance: Mapped[float] = mapped_column(default=0.0)  # the sum of the probabilities with which it stood there


class Glimpse(Base):
    """What the worker found for a draft: the themes it seems to be about, and what could fit it. Not a list: others never meet a draft."""

    __tablename__ = "listing_glimpses"
    __privacy__ = NotPersonal("computed from a draft")

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int]  # of the draft, when it was read
    themes: Mapped[list[Any]]  # keys of vocabulary.THEMES, the closest first
    lines: Mapped[list[Any]]  # id, score, words and pair of each, the best first
