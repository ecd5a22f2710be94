"""Who is shown to others, and how often? By language, country, kind of organisation and age; never by person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from academy.kernel.db import session
from academy.organisations.models import Organisation
from marketplace.models import Impressions, Interest, Listing, Match, Relation
from marketplace.queries.listings import are_open
from marketplace.queries.matches import current_configuration

FAIR = 0.8  # a language with less than this share of places for its share of posts is marked
AGES = (14, 60)  # days: new, of these weeks, older


@dataclass(frozen=True)
class Row:
    """A group of open listings: how many, how many lines they have in lists of others, how often they were shown, how many were written to."""

    name: str
    listings: int
    lines: int
    shown: int
    interests: int
    share: float | None  # of all lines, beside its share of all listings: 1 is even

    @property
    def low(self) -> bool:
        return self.share is not None and self.share < FAIR


@dataclass(frozen=True)
class Exposure:
    by_language: Sequence[Row]
    by_country: Sequence[Row]
    by_kind: Sequence[Row]
    by_age: Sequence[Row]
    gini: float  # of how often each is shown: 0 all the same, 1 one alone


def exposure(*, now: datetime) -> Exposure:
    """Counted by the database in groups; one statement, and one for how even it is."""
    new, recent = (now - timedelta(days=days) for days in AGES)
    age = sa.case((Listing.published_at > new, "new"), (Listing.published_at > recent, "recent"), else_="older")
    lines = (
        sa.select(Match.other_id, sa.func.count().label("number"))
        .where(Match.configuration_id == current_configuration(), Match.relation == Relation.FITS)
        .group_by(Match.other_id)
        .subquery()
    )
    written = sa.select(Interest.listing_id, sa.func.count().label("number")).group_by(Interest.listing_id).subquery()

    def summed(column: sa.ColumnElement[int] | InstrumentedAttribute[int]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(column), 0)

    groups = (Listing.language, Listing.country, Organisation.kind, age)
    rows = session.execute(
        sa.select(*groups, sa.func.count(), summed(lines.c.number), summed(Impressions.shown), summed(written.c.number))
        .select_from(Listing)
        .join(Organisation, Organisation.id == Listing.organisation_id)
        .outerjoin(lines, lines.c.other_id == Listing.id)
        .outerjoin(Impressions, Impressions.listing_id == Listing.id)
        .outerjoin(written, written.c.listing_id == Listing.id)
        .where(*are_open(now))
        .group_by(*groups)
    ).all()
    found = [([str(name) for name in row[:4]], [int(number) for number in row[4:]]) for row in rows]

    ages = ("new", "recent", "older")
    languages, countries, kinds = (sorted(_grouped(found, place), key=lambda row: -row.listings) for place in range(3))
    by_age = sorted(_grouped(found, 3), key=lambda row: ages.index(row.name))
    return Exposure(languages, countries, kinds, by_age, _evenness(now))


def _grouped(found: Sequence[tuple[list[str], list[int]]], place: int) -> list[Row]:
    sums: dict[str, list[int]] = {}
    for names, numbers in found:
        counted = sums.setdefault(names[place], [0, 0, 0, 0])
        for which, value in enumerate(numbers):
            counted[which] += value
    every, lines = sum(one[0] for one in sums.values()), sum(one[1] for one in sums.values())
    return [
        Row(name, one[0], one[1], one[2], one[3], (one[1] / lines) / (one[0] / every) if lines else None)
        for name, one in sums.items()
    ]


def _evenness(now: datetime) -> float:
    """The Gini coefficient of how often open listings were shown, from how many were shown how often."""
    shown = sa.func.coalesce(Impressions.shown, 0)
    rows = session.execute(
        sa.select(shown, sa.func.count())
        .select_from(Listing)
        .outerjoin(Impressions, Impressions.listing_id == Listing.id)
        .where(*are_open(now))
        .group_by(shown)
        .order_by(shown)
    ).all()
    return gini([(int(times), int(number)) for times, number in rows])


def gini(counted: Sequence[tuple[int, int]]) -> float:
    """Of values in order, each with how many have it."""
    every, whole = sum(number for _value, number in counted), sum(value * number for value, number in counted)
    if not whole:
        return 0.0
    below, area = 0, 0.0
    for value, number in counted:
        area += number * (2 * below + value * number)
        below += value * number
    return 1 - area / (every * whole)
