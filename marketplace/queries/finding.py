"""What is open to everybody, and how is it found?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

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
from marketplace.queries.listings import are_open, listings
from marketplace.queries.matches import current_configuration

# What a list can be narrowed by, in the order of the page. `contact` and `word` are facets too, for matching alone.
NARROWED_BY = ("kind", "theme", "resource", "target", "country", "region", "conditions", "language")
NEWEST, CLOSING, CLOSEST = "newest", "closing", "closest"
MOST_FOUND = 200  # of a search by words


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the marketplace."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet -> values, one of which must fit
    organisation: str = ""  # its slug
    near: str = ""  # a region of NUTS 2: where there is nothing, the search widens by itself
    town: str = ""
    sort: str = ""
    reach: str = ""  # of `near`, once it is known
    after: str = ""  # the slug that the page before ended with


@dataclass(frozen=True)
class Results:
    listings: list[Listing]
    fitting: Mapping[int, int]  # id of a listing -> how many others could fit it
    total: int
    counts: Mapping[str, Mapping[str, int]]  # facet -> value -> how many there would be
    more: bool
    reach: str = ""  # how far the search had to go: town, region, part, country, anywhere
    nothing_in: tuple[str, ...] = ()  # where it found nothing before


def listings_found(wish: Wish, *, language: str, now: datetime, limit: int) -> Results:
    """Open listings that fit a wish, and what each further choice would leave; two statements, and two more for words."""
    slugs = _slugs_with(wish.words, language) if wish.words else None
    reach, nothing_in = _reach(wish, slugs, now) if wish.near else ("", ())
    wish = replace(wish, reach=reach)
    counts = _counts(wish, slugs, now)
    total = counts.pop("total", {}).get("", 0)
    statement = listings().add_columns(_fitting_number(now)).where(*_allowed_by(wish, slugs, now))
    if slugs is not None and wish.sort in ("", CLOSEST):
        place = {slug: number for number, slug in enumerate(slugs)}
        found = sorted(session.execute(statement), key=lambda row: place[row[0].slug])
        start = next((number + 1 for number, row in enumerate(found) if row[0].slug == wish.after), 0)
        page = found[start : start + limit + 1]
    else:
        page = list(session.execute(_in_order(statement, wish).limit(limit + 1)))
    return Results(
        listings=[row[0] for row in page[:limit]],
        fitting={row[0].id: row[1] for row in page[:limit]},
        total=total,
        counts=counts,
        more=len(page) > limit,
        reach=reach,
        nothing_in=nothing_in,
    )


REACHES = ("town", "region", "part", "country")  # then anywhere


def _within(wish: Wish, reach: str) -> sa.ColumnElement[bool]:
    """The same municipality, region, group of regions (NUTS 1) or country; what can be done at a distance is asked for apart."""
    return {
        "town": sa.and_(Listing.nuts2 == wish.near, sa.func.lower(Listing.municipality) == wish.town.lower()),
        "region": Listing.nuts2 == wish.near,
        "part": Listing.nuts2.startswith(wish.near[:3]),
        "country": Listing.country == wish.near[:2],
    }[reach]


def _reach(wish: Wish, slugs: list[str] | None, now: datetime) -> tuple[str, tuple[str, ...]]:
    """The smallest surroundings that have anything, and those that have nothing; one statement."""
    asked = [reach for reach in REACHES if reach != "town" or wish.town]
    counts = [sa.func.count().filter(_within(wish, reach)).label(reach) for reach in asked]
    row = session.execute(sa.select(*counts).select_from(Listing).where(*_allowed_by(wish, slugs, now))).one()
    found = next((place for place, number in enumerate(row) if number), len(asked))
    return (asked[found] if found < len(asked) else "anywhere"), tuple(asked[:found])


def _fitting_number(now: datetime) -> sa.ScalarSelect[int]:
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
        )
        .correlate(Listing)
        .scalar_subquery()
    )


def _slugs_with(words: str, language: str) -> list[str]:
    found = retrieval.hits(words, language=language, audiences=("public",), kinds=("listing",), limit=MOST_FOUND)
    return [hit.ref.key for hit in found.hits]


def _allowed_by(
    wish: Wish, slugs: list[str] | None, now: datetime, *, apart_from: str = ""
) -> list[sa.ColumnElement[bool]]:
    conditions = [*are_open(now)]
    for facet, values in wish.chosen.items():
        if facet != apart_from and values:
            having = sa.select(Facet.listing_id).where(Facet.facet == facet, Facet.value.in_(values))
            conditions.append(Listing.id.in_(having))
    if wish.organisation:
        its_id = sa.select(Organisation.id).where(Organisation.slug == wish.organisation).scalar_subquery()
        conditions.append(Listing.organisation_id == its_id)
    if wish.reach in REACHES:
        conditions.append(_within(wish, wish.reach))
    if slugs is not None:
        conditions.append(Listing.slug.in_(slugs))
    return conditions


def _counts(wish: Wish, slugs: list[str] | None, now: datetime) -> dict[str, dict[str, int]]:
    """How many listings each value would leave, and the total: one statement, whatever is chosen.

    Values of one facet widen each other, so a facet is counted as if nothing were chosen in it.
    """
    chosen = [facet for facet in NARROWED_BY if wish.chosen.get(facet)]
    others = [facet for facet in NARROWED_BY if facet not in chosen]

    def counted(facets: list[str], apart_from: str = "") -> sa.Select[str, str, int]:
        return (
            sa.select(Facet.facet, Facet.value, sa.func.count())
            .join(Listing, Listing.id == Facet.listing_id)
            .where(Facet.facet.in_(facets), *_allowed_by(wish, slugs, now, apart_from=apart_from))
            .group_by(Facet.facet, Facet.value)
        )

    total = sa.select(sa.literal("total"), sa.literal(""), sa.func.count(Listing.id)).where(
        *_allowed_by(wish, slugs, now)
    )
    statements = [total, *([counted(others)] if others else []), *(counted([facet], facet) for facet in chosen)]
    counts: dict[str, dict[str, int]] = {}
    for row in session.execute(sa.union_all(*statements)):
        counts.setdefault(str(row[0]), {})[str(row[1])] = int(row[2])
    return counts


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
    statement = listings().where(*are_open(clock.now()))
    return session.scalars(statement.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(limit)).all()


def figures() -> dict[str, int]:
    """Counts for the front page: open needs, open offers, and those that found each other here."""
    is_open = sa.and_(*are_open(clock.now()))
    needs, offers, agreed = session.execute(
        sa.select(
            sa.func.count().filter(is_open, Listing.kind == Kind.NEED),
            sa.func.count().filter(is_open, Listing.kind == Kind.OFFER),
            sa.func.count().filter(Listing.outcome == Outcome.MET_HERE),
        )
    ).one()
    return {"open_needs": needs, "open_offers": offers, "agreed": agreed}
