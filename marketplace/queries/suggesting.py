"""What could fit a listing that is still being written?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from academy.kernel.db import session
from marketplace import matching, suggesting
from marketplace.models import Facet, Glimpse, Listing, Relation
from marketplace.queries.listings import are_open, listings
from marketplace.queries.matches import within_reach

LOOKED_AT = 100  # that share a word, and as many that share what is asked and given
SHOWN = 3


@dataclass(frozen=True)
class Suggested:
    """Shown beside a form. `heard`: the worker has compared meanings; else words and boxes alone."""

    themes: Mapping[str, Sequence[str]]
    fits: Sequence[matching.Suggestion] = ()
    heard: bool = False

    def __bool__(self) -> bool:
        return bool(self.fits) or any(self.themes.values())


def suggested_at_once(listing: Listing, mine: Collection[int], *, now: datetime) -> Suggested:
    """For what stands in a form, `words` filled in; one statement."""
    themes = _themes_in(listing)
    if not listing.words:
        return Suggested(themes)
    found = session.scalars(listings().where(Listing.id.in_(_candidates(listing, mine, now)))).all()
    kept = []
    for one in found:
        like = matching.likeness(listing, one)
        if like.score >= matching.floor_of(Relation.FITS) and like.words:
            kept.append(matching.Kept(like.score, one, like.words))
    return Suggested(themes, matching.best(kept, listing, now=now, limit=SHOWN))


def suggested_for(listing: Listing, mine: Collection[int], *, now: datetime) -> Suggested:
    """For a draft as it was saved: what the worker has found, or what words say until it has. Two statements."""
    glimpse = session.get(Glimpse, listing.id)
    if glimpse is None or glimpse.revision != listing.revision:
        return suggested_at_once(listing, mine, now=now)
    lines = {line[0]: line for line in glimpse.lines}
    open_ones = session.scalars(listings().where(Listing.id.in_(lines), *are_open(now))).all()
    kept = [matching.Kept(lines[one.id][1], one, lines[one.id][2]) for one in open_ones]
    themes = {
        name: [*dict.fromkeys([*said, *(key for key in glimpse.themes if key in suggesting.LISTS[name])])][
            : suggesting.MOST[name]
        ]
        for name, said in _themes_in(listing).items()
    }
    return Suggested(themes, matching.best(kept, listing, now=now, limit=SHOWN), heard=True)


def _themes_in(listing: Listing) -> Mapping[str, Sequence[str]]:
    return suggesting.themes_in(f"{listing.title}. {listing.summary} {listing.body}")


def _candidates(listing: Listing, mine: Collection[int], now: datetime) -> sa.Select[int]:
    """Open ones of the other kind that share most words of the title, and the newest that share what is asked and given."""
    meets = [
        Listing.kind == listing.kind.opposite,
        Listing.organisation_id.not_in(mine),
        *are_open(now),
        *within_reach(listing),
    ]
    words = sa.and_(Facet.facet == "word", Facet.value.in_(list(listing.words)))
    things = sa.and_(
        Facet.facet == "resource", Facet.value.in_(sorted(matching.resources_that_meet(listing.resources)))
    )
    by_words = (
        sa.select(Listing.id)
        .join(Facet, Facet.listing_id == Listing.id)
        .where(words, *meets)
        .group_by(Listing.id)
        .order_by(sa.func.count().desc(), Listing.id.desc())
        .limit(LOOKED_AT)
    )
    by_things = (
        sa.select(Listing.id)
        .where(Listing.id.in_(sa.select(Facet.listing_id).where(things)), *meets)
        .order_by(Listing.published_at.desc(), Listing.id.desc())
        .limit(LOOKED_AT)
    )
    both = sa.union(by_words.subquery().select(), by_things.subquery().select()).subquery()
    return sa.select(both.c[0])
