"""Who waits for what, and what of it is new?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session
from marketplace.models import Listing, Match, Relation, SavedSearch
from marketplace.queries.finding import NEWEST, Wish, listings_found
from marketplace.queries.listings import are_open, listings
from marketplace.queries.matches import current_configuration

MOST_NEWS = 20


def searches_of(person: Person) -> Sequence[SavedSearch]:
    return session.scalars(
        sa.select(SavedSearch).where(SavedSearch.person_id == person.id).order_by(SavedSearch.id)
    ).all()


def search_of(person: Person, key: str) -> SavedSearch:
    found = session.scalars(
        sa.select(SavedSearch).where(SavedSearch.key == key, SavedSearch.person_id == person.id)
    ).first()
    if found is None:
        raise NotFound
    return found


def search_with_id(search_id: int) -> SavedSearch | None:
    return session.get(SavedSearch, search_id)


def searches_behind(until: datetime, *, limit: int) -> Sequence[SavedSearch]:
    return session.scalars(
        sa.select(SavedSearch).where(SavedSearch.told_through < until).order_by(SavedSearch.told_through).limit(limit)
    ).all()


def wish_of(search: SavedSearch) -> Wish:
    facts = {name: value for name, value in search.wish.items() if name != "chosen"}
    return Wish(chosen={name: tuple(values) for name, values in search.wish.get("chosen", {}).items()}, **facts)


def news_for(search: SavedSearch, *, until: datetime) -> list[Listing]:
    """What was first published since the mark and fits the wish."""
    now = clock.now()
    wish = replace(wish_of(search), sort=NEWEST)
    found = listings_found(wish, member=True, language=search.language, now=now, limit=MOST_NEWS)
    return [one for one in found.listings if one.published_at and search.told_through < one.published_at <= until]


def listings_behind(until: datetime, *, limit: int) -> Sequence[Listing]:
    """Open ones whose people have not heard for a day what is new."""
    return session.scalars(
        listings()
        .where(*are_open(clock.now()), Listing.told_through < until)
        .order_by(Listing.told_through, Listing.id)
        .limit(limit)
    ).all()


def number_of_new_matches(listing: Listing, *, until: datetime) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Match)
            .join(Listing, Listing.id == Match.other_id)
            .where(
                Match.configuration_id == current_configuration(),
                Match.listing_id == listing.id,
                Match.relation == Relation.FITS,
                Listing.published_at > (listing.told_through or until),
                Listing.published_at <= until,
                *are_open(clock.now()),
            )
        )
        or 0
    )
