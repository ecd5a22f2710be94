"""How is a listing found: by its facets, by its words, by what fits it?"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel import jobs
from academy.kernel.access import Verdict
from academy.kernel.db import session
from academy.kernel.markup import plain
from academy.organisations.queries import memberships_of
from academy.organisations.territories import place
from academy.retrieval import commands as retrieval
from marketplace import queries, rules
from marketplace.commands.sets import Values, put_into_sets
from marketplace.models import (
    Facet,
    Listing,
    Match,
    MatchList,
)
from marketplace.queries.sets import values_of
from marketplace.words import words_of_title

INDEXED_AT_ONCE = 200  # listings in one transaction


def let_it_be_found(listing: Listing, now: datetime) -> None:
    """Facets and search at once, matches by the worker a moment later; what can't be found any more is gone at once."""
    session.flush()
    before = values_of(listing.id)
    session.execute(sa.delete(Facet).where(Facet.listing_id == listing.id))
    forget_matches(listing.id)
    is_open = rules.is_open(listing, now=now)
    put_into_sets(listing.id, before, index(listing) if is_open else ())
    if is_open:
        jobs.defer("marketplace.place_matches", listing_id=listing.id)
    elif listing.published_at is not None:
        retrieval.forget(listing.ref)
        # a worker that had read it while it was open may be keeping matches just now: they go after it
        jobs.defer("marketplace.place_matches", listing_id=listing.id)


def index(listing: Listing) -> Values:
    """Under which values of facets it is found now."""
    rows = {(facet, value[:80]) for facet, values in _facets_of(listing).items() for value in values}
    session.execute(
        sa.insert(Facet), [{"listing_id": listing.id, "facet": facet, "value": value} for facet, value in sorted(rows)]
    )
    index_words(listing)
    return rows


def index_words(listing: Listing) -> None:
    where = place(listing.country, listing.nuts2, listing.municipality)
    texts = (listing.summary, plain(listing.body_html), listing.evidence, listing.organisation.name, where)
    retrieval.index(
        listing.ref,
        language=listing.language,
        title=listing.title,
        body="\n".join(text for text in texts if text),
        audience="members" if listing.members_only else "public",
        updated_at=listing.changed_at,
    )


def _facets_of(listing: Listing) -> dict[str, Iterable[str]]:
    return {
        "kind": [listing.kind.value],
        "theme": listing.themes,
        "resource": listing.resources,
        "target": listing.targets,
        "country": [listing.country],
        "region": [listing.nuts2] if listing.nuts2 else [],
        "town": [queries.town_value(listing.nuts2, listing.municipality)] if listing.municipality else [],
        "conditions": [listing.conditions],
        "language": [listing.language],
        "function": [listing.public_function] if listing.public_function else [],
        "source": [listing.source] if listing.source else [],
        "contact": listing.contact_languages,
        "seen-by": ["members"] if listing.members_only else [],
        "word": words_of_title(listing),
    }


def forget_matches(listing_id: int) -> None:
    """It has no list and stands in none; the lists it stood in are to be refilled."""
    session.execute(sa.delete(MatchList).where(MatchList.listing_id == listing_id))
    session.execute(sa.delete(Match).where(Match.listing_id == listing_id))
    lose_lines(listing_id)


def lose_lines(listing_id: int, *, only: int | None = None) -> None:
    """Take a listing out of the lists of others, or of one other. A list that was full has a next best now."""
    stands = [Match.other_id == listing_id, *([Match.listing_id == only] if only is not None else [])]
    stood_in = sa.exists().where(
        *stands,
        Match.configuration_id == MatchList.configuration_id,
        Match.listing_id == MatchList.listing_id,
        Match.relation == MatchList.relation,
    )
    session.execute(
        sa.update(MatchList)
        .where(MatchList.full.is_(True), stood_in)
        .values(short=True)
        .execution_options(synchronize_session=False)
    )
    session.execute(sa.delete(Match).where(*stands))
    if queries.any_list_is_short():
        jobs.defer("marketplace.refill_matches")


def mine_of(by: Person) -> set[int]:
    return {membership.organisation_id for membership in memberships_of(by)}


def complete(listing: Listing, now: datetime) -> Verdict:
    for name, sentence in rules.gaps(listing, today=now.date()).items():
        return Verdict(sentence, 422, name)
    return Verdict(None)
