"""What is open to everybody, and how is it found?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session
from academy.organisations.models import Organisation
from academy.retrieval import queries as retrieval
from marketplace.models import (
    Facet,
    Kind,
    Listing,
    Match,
    Outcome,
    Relation,
    State,
)
from marketplace.queries.listings import are_open, for_eyes_of, listings
from marketplace.queries.matches import current_configuration
from marketplace.queries.sets import (
    Sets,
    either,
    expired_unswept,
    facet_sets,
    having,
    newest_in,
    numbers_in,
    set_of,
    sets_found,
)

# What a list can be narrowed by, in the order of the page. `contact` and `word` are facets too, for matching alone.
NARROWED_BY = (
    "kind", "theme", "resource", "target", "country", "region", "conditions", "language", "function", "source",
)  # fmt: skip
NEWEST, CLOSING, CLOSEST = "newest", "closing", "closest"
NAMED = 2_000  # so many are asked for by their numbers
EVERYTHING = -1  # a set: intersected with another it is the other


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the marketplace."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet -> values, one of which must fit
    organisation: str = ""  # its slug
    near: str = ""  # a region of NUTS 2: where there is nothing, the search widens by itself
    town: str = ""
    sort: str = ""
    after: str = ""  # the slug that the page before ended with


@dataclass(frozen=True)
class Results:
    listings: list[Listing]
    fitting: Mapping[int, int]  # id of a listing -> how many others could fit it
    total: int
    or_more: bool  # only so many of those that have the words were looked at
    counts: Mapping[str, Mapping[str, int]]  # facet -> value -> how many there would be
    more: bool
    reach: str = ""  # how far the search had to go: town, region, part, country, anywhere
    nothing_in: tuple[str, ...] = ()  # where it found nothing before


def listings_found(wish: Wish, *, member: bool, language: str, now: datetime, limit: int) -> Results:
    """Open listings that fit a wish, and what each further choice would leave: sets are intersected here, the database finds one page.

    `member`: who asks has signed in, and meets what is for members too.
    """
    found = _with_words(wish, language, member=member) if wish.words else None
    known = sets_found(_asked_of_the_database(wish, found, now, member=member))
    sets = facet_sets(NARROWED_BY, known["gone"] | known.get("hidden", 0))
    unticked = either(sets.get("kind", {}).values()) & known.get("organisation", EVERYTHING)
    if found is not None:
        unticked &= known["words"] | set_of(found.best)
    reach, nothing_in, within = _reach(wish, unticked & _fitting_ticked(wish, sets), sets, known.get("town", 0))
    unticked &= within
    fits = unticked & _fitting_ticked(wish, sets)
    statement = listings().add_columns(_fitting_number(now, member=member))
    page: list[Any] = []
    if found is not None and wish.sort in ("", CLOSEST):
        shown = [*islice(_closest_first(fits, found), limit + 1)]
        rows = session.execute(statement.where(*are_open(now), Listing.id.in_(shown))) if shown else ()
        page = sorted(rows, key=lambda row: shown.index(row[0].id))
    elif fits:
        statement = statement.where(*_found_in(fits, wish, reach, now, member=member))
        page = list(session.execute(_in_order(statement, wish).limit(limit + 1)))
    return Results(
        listings=[row[0] for row in page[:limit]],
        fitting={row[0].id: row[1] for row in page[:limit]},
        total=fits.bit_count(),
        or_more=known.get("words", 0).bit_count() >= retrieval.MOST,
        counts=_counts(wish, unticked, sets),
        more=len(page) > limit,
        reach=reach,
        nothing_in=nothing_in,
    )


def town_value(region: str, municipality: str) -> str:
    """As the facet `town` has it: two places of one name are in two regions."""
    return f"{region} {' '.join(municipality.split()).casefold()}"[:80]


def _reach(wish: Wish, fits: int, sets: Sets, town: int) -> tuple[str, tuple[str, ...], int]:
    """The smallest surroundings that have anything, those that have nothing, and what is within: the same municipality, region, group of
    regions (NUTS 1) or country, then anywhere. What can be done at a distance is asked for apart."""
    if not wish.near:
        return "", (), EVERYTHING
    regions = sets.get("region", {})
    surroundings = {
        "region": regions.get(wish.near, 0),
        "part": either(some for code, some in regions.items() if code.startswith(wish.near[:3])),
        "country": sets.get("country", {}).get(wish.near[:2], 0),
    }
    if wish.town:
        surroundings = {"town": town, **surroundings}
    nothing_in: list[str] = []
    for reach, within in surroundings.items():
        if fits & within:
            return reach, tuple(nothing_in), within
        nothing_in.append(reach)
    return "anywhere", tuple(nothing_in), EVERYTHING


def _asked_of_the_database(
    wish: Wish, found: "_WithWords | None", now: datetime, *, member: bool
) -> dict[str, sa.Select[int]]:
    """Sets that are not kept."""
    asked = {"gone": expired_unswept(now)}
    if not member:
        asked["hidden"] = having("seen-by", "members")
    if wish.organisation:
        asked["organisation"] = sa.select(Listing.id).where(Listing.organisation_id == _id_of(wish.organisation))
    if found is not None:
        asked["words"] = sa.select(Listing.id).where(Listing.slug.in_(found.newest))
    if wish.near and wish.town:
        asked["town"] = having("town", town_value(wish.near, wish.town))
    return asked


def _fitting_ticked(wish: Wish, sets: Sets, *, apart_from: str = "") -> int:
    """What has one of the values that were ticked, in each facet where any was."""
    fits = EVERYTHING
    for facet, values in wish.chosen.items():
        if values and facet != apart_from:
            fits &= either(sets.get(facet, {}).get(value, 0) for value in values)
    return fits


def _counts(wish: Wish, unticked: int, sets: Sets) -> dict[str, dict[str, int]]:
    """How many listings each value would leave. Values of one facet widen each other, so a facet is counted as if nothing were chosen in it."""
    counts: dict[str, dict[str, int]] = {}
    for facet, values in sets.items():
        left = unticked & _fitting_ticked(wish, sets, apart_from=facet)
        counts[facet] = {value: number for value, some in values.items() if (number := (left & some).bit_count())}
    return counts


def _found_in(fits: int, wish: Wish, reach: str, now: datetime, *, member: bool) -> list[sa.ColumnElement[bool]]:
    """A set, for the database: one by one where there are few; else it walks its order and asks of each whether it fits."""
    if wish.words or fits.bit_count() <= NAMED:
        return [*are_open(now), Listing.id.in_(numbers_in(fits))]
    conditions = [*are_open(now), *for_eyes_of(member=member)]
    for facet, values in wish.chosen.items():
        if values:
            has = sa.exists().where(Facet.listing_id == Listing.id, Facet.facet == facet, Facet.value.in_(values))
            conditions.append(has.correlate(Listing))
    if wish.organisation:
        conditions.append(Listing.organisation_id == _id_of(wish.organisation))
    if reach in ("region", "part"):
        conditions.append(Listing.nuts2.startswith(wish.near if reach == "region" else wish.near[:3]))
    elif reach == "town":
        conditions.append(Listing.id.in_(numbers_in(fits)))
    elif reach == "country":
        conditions.append(Listing.country == wish.near[:2])
    return conditions


def _id_of(organisation: str) -> sa.ScalarSelect[int]:
    return sa.select(Organisation.id).where(Organisation.slug == organisation).scalar_subquery()


def _fitting_number(now: datetime, *, member: bool) -> sa.ScalarSelect[int]:
    """A column: how many open listings fit the one of the row."""
    other = aliased(Listing)
    return (
        sa.select(sa.func.count())
        .select_from(Match)
        .join(other, other.id == Match.other_id)
        .where(
            Match.configuration_id == current_configuration(),
            Match.listing_id == Listing.id,
            Match.relation == Relation.FITS,
            other.state == State.PUBLISHED,
            other.expires_at > now,
            *([] if member else [other.members_only.is_(False)]),
        )
        .correlate(Listing)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class _WithWords:
    best: Sequence[int]  # numbers, in their order
    newest: sa.Select[str]  # slugs
    after: int | None  # the number that the page before ended with


def _with_words(wish: Wish, language: str, *, member: bool) -> _WithWords:
    audiences = ("public", "members") if member else ("public",)
    found = retrieval.keys(wish.words, language=language, audiences=audiences, kind="listing")
    asked = sa.select(Listing.slug, Listing.id).where(Listing.slug.in_([*found.best, wish.after]))
    numbers = {slug: number for slug, number in session.execute(asked)}  # noqa: C416  # a Row is no pair to mypy
    return _WithWords([numbers[slug] for slug in found.best if slug in numbers], found.newest, numbers.get(wish.after))


def _closest_first(fits: int, found: _WithWords) -> Iterator[int]:
    """Numbers of what fits: first the best, in their order, then the newest; from after the listing that the page before ended with."""
    best = [number for number in found.best if fits >> number & 1]
    placed = chain(best, newest_in(fits & ~set_of(best)))
    if found.after is not None and fits >> found.after & 1:
        next(number for number in placed if number == found.after)  # what follows is left
    return placed


def _in_order(statement: sa.Select[Listing, int], wish: Wish) -> sa.Select[Listing, int]:
    """Newest first, or closing soon first; from after the last listing of the page before."""
    before = aliased(Listing)
    if wish.after:
        statement = statement.join(before, before.slug == wish.after)
    if wish.sort == CLOSING:
        if wish.after:
            later = Listing.expires_at > before.expires_at
            same = sa.and_(Listing.expires_at == before.expires_at, Listing.id > before.id)
            statement = statement.where(sa.or_(later, same))
        return statement.order_by(Listing.expires_at, Listing.id)
    if wish.after:
        earlier = Listing.published_at < before.published_at
        same = sa.and_(Listing.published_at == before.published_at, Listing.id < before.id)
        statement = statement.where(sa.or_(earlier, same))
    return statement.order_by(Listing.published_at.desc(), Listing.id.desc())


def newest_listings(viewer: Person | None, limit: int) -> Sequence[Listing]:
    """What has just been published, with its organisation."""
    statement = listings().where(*are_open(clock.now()), *for_eyes_of(member=viewer is not None))
    return session.scalars(statement.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(limit)).all()


def figures() -> dict[str, int]:
    """Counts for the front page: open needs, open offers, and those that found each other here."""
    is_open = sa.and_(*are_open(clock.now()), *for_eyes_of(member=False))
    needs, offers, agreed = session.execute(
        sa.select(
            sa.func.count().filter(is_open, Listing.kind == Kind.NEED),
            sa.func.count().filter(is_open, Listing.kind == Kind.OFFER),
            sa.func.count().filter(Listing.outcome == Outcome.MET_HERE),
        )
    ).one()
    return {"open_needs": needs, "open_offers": offers, "agreed": agreed}
