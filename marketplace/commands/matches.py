"""Which listings are kept as fitting each other?

What takes long, hearing a text and comparing it with all others, is done without holding the database. What was found is then written only
as far as it is still true; whatever has changed in the meantime has a job of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel import clock, jobs
from academy.kernel.access import require
from academy.kernel.db import looking, session, take_turns
from academy.kernel.events import publish
from academy.kernel.logs import logger
from marketplace import matching, queries, rules
from marketplace.commands.finding import (
    INDEXED_AT_ONCE,
    forget_matches,
    index,
    index_words,
    lose_lines,
    mine_of,
)
from marketplace.commands.sets import count_facets_anew
from marketplace.events import MatchDeclined
from marketplace.hearing import best_of_vectors, heard_by
from marketplace.matching.model import loaded, wanted_model
from marketplace.models import (
    Configuration,
    Facet,
    Impressions,
    Kind,
    Listing,
    Match,
    MatchList,
    PairDeclined,
    Relation,
    Vector,
)
from marketplace.queries.fitting import Found, Line
from marketplace.words import words_of

AT_ONCE = 10  # listings in one job
GROWN = 1.25  # so much more posts than its means were taken of, and a configuration is made anew


def place_matches(listing_id: int, *, by: Person | None) -> None:
    """Find what fits one listing, for its own list and for the lists of others; does no harm when done twice."""
    require(rules.may_keep_matches(by))
    with looking():
        listing = queries.listing_with_id(listing_id)
        configurations = queries.configurations()
    now = clock.now()
    if listing is None or not rules.is_open(listing, now=now):
        take_turns("matching")
        forget_matches(listing_id)
        return
    wanted = wanted_model()
    vectors = heard_by([listing], {one.model for one in configurations} | {wanted})
    with looking():
        found = [
            best_of_vectors(listing, relation, configuration, vectors, now=now, reaching=True)
            for configuration in configurations
            for relation in _relations(listing)
        ]
    take_turns("matching")
    _write_vectors(vectors)
    forget_matches(listing_id)
    if not any(_is_wanted(one, wanted) for one in configurations):
        jobs.defer("marketplace.renew_configuration")
    if queries.open_revisions([listing_id], now=now) != {listing_id: listing.revision}:
        return  # whoever changed it has left a job
    changed = [_write(listing, one, now) for one in found]
    if any(changed):
        jobs.defer("marketplace.place_matches", listing_id=listing_id)


def refill_matches(*, by: Person | None) -> None:
    """Find the next best for lists that have lost a line."""
    require(rules.may_keep_matches(by))
    now = clock.now()
    with looking():
        waiting = queries.lists_to_refill(now=now, limit=AT_ONCE)
        listings = queries.listings_with_ids({row.listing_id for row in waiting})
        configurations = {one.id: one for one in queries.configurations()}
        found = [
            (
                listings[row.listing_id],
                _best_of_kept(listings[row.listing_id], row.relation, configurations[row.configuration_id], now),
            )
            for row in waiting
            if row.configuration_id in configurations
        ]
    take_turns("matching")
    _write_own(found, now)
    if len(waiting) == AT_ONCE:
        jobs.defer("marketplace.refill_matches")


def renew_configuration(*, by: Person | None) -> None:
    """Have every open listing heard by the model that is wanted, then take the means, then fill new lists beside the old."""
    require(rules.may_keep_matches(by))
    model, now = wanted_model(), clock.now()
    with looking():
        silent = queries.without_vector(model, now=now, limit=AT_ONCE) if model else []
        known = [one for one in queries.configurations() if _is_wanted(one, model)]
        own = [] if silent or not model else queries.vectors_by_language(model, now=now)
    if silent:
        vectors = heard_by(silent, {model})
        _write_vectors(vectors)
        jobs.defer("marketplace.renew_configuration")
        return
    if any(not one.current for one in known) or (known and not _has_grown(known[0], len(own))):
        return
    languages = _languages(model, own) if model else {}
    take_turns("matching")
    session.execute(sa.delete(Configuration).where(Configuration.current.is_(False)))
    configuration = Configuration(
        weights_version=matching.VERSION, model=model, languages=languages, current=False, made_at=now
    )
    session.add(configuration)
    session.flush()
    jobs.defer("marketplace.fill_configuration", configuration_id=configuration.id, after=0)


def fill_configuration(configuration_id: int, after: int, *, by: Person | None) -> None:
    """Make the lists of the next few listings; when all are made, it is the one that is shown."""
    require(rules.may_keep_matches(by))
    now = clock.now()
    with looking():
        configuration = next((one for one in queries.configurations() if one.id == configuration_id), None)
        if configuration is None or configuration.current:
            return
        some = queries.open_listings_after(after, now=now, limit=AT_ONCE)
        found = [
            (listing, _best_of_kept(listing, relation, configuration, now))
            for listing in some
            for relation in _relations(listing)
        ]
    take_turns("matching")
    _write_own(found, now)
    if some:
        jobs.defer("marketplace.fill_configuration", configuration_id=configuration_id, after=some[-1].id)
        return
    session.execute(sa.delete(Configuration).where(Configuration.id != configuration_id))
    session.execute(sa.update(Configuration).values(current=True))
    logger.info("matching has a new configuration", extra={"facts": {"id": configuration_id}})


def index_everything(*, by: Person | None) -> int:
    """Words, facets and search index of every open listing anew, and its lists under a new configuration. How many there are."""
    require(rules.may_keep_matches(by))
    take_turns("matching")
    session.execute(sa.delete(Facet))
    session.execute(sa.delete(Configuration))
    everything = queries.open_listings_after(0, now=clock.now(), limit=None)
    for listing in everything:
        listing.words = words_of(listing)
        index(listing)
    session.flush()
    count_facets_anew(by=by)
    jobs.defer("marketplace.renew_configuration")
    return len(everything)


def reindex(after: int = 0, *, by: Person | None) -> int | None:
    """Let the next few open listings be found again, by row number. Where to go on; None: that was all."""
    require(rules.may_keep_matches(by))
    some = queries.open_listings_after(after, now=clock.now(), limit=INDEXED_AT_ONCE)
    for listing in some:
        index_words(listing)
    return some[-1].id if len(some) == INDEXED_AT_ONCE else None


def decline_match(listing: Listing, other: Listing, reason: str, *, by: Person) -> None:
    """“Not for us”: neither is shown to the other again."""
    require(rules.may_decline_match(by, listing, mine_of(by), reason=reason))
    need, offer = (listing, other) if listing.kind == Kind.NEED else (other, listing)
    if queries.pair_declined(need.id, offer.id) is not None:
        return
    session.add(
        PairDeclined(
            need_id=need.id,
            offer_id=offer.id,
            person_id=by.id,
            from_need=listing is need,
            reason=reason,
            at=clock.now(),
        )
    )
    lose_lines(need.id, only=offer.id)
    lose_lines(offer.id, only=need.id)
    publish(MatchDeclined(by=by.id, need_id=need.id, offer_id=offer.id, reason=reason))


def count_impressions(shown: Sequence[tuple[int, float]], *, by: Person | None) -> None:
    """These were shown as matches; with each the probability with which it stood in the place that is kept for the new."""
    require(rules.may_keep_matches(by))
    for listing_id, chance in sorted(shown):
        counted = session.get(Impressions, listing_id)
        if counted is None:
            counted = Impressions(listing_id=listing_id, shown=0, explored=0, chance=0.0)
            session.add(counted)
        counted.shown += 1
        counted.explored += chance > 0
        counted.chance += chance


# --- inside -------------------------------------------------------------------------------------------------------


def _relations(listing: Listing) -> tuple[Relation, ...]:
    """Needs are shown to those who have the same; two offers of the same are no news to either."""
    return (Relation.FITS, Relation.ALIKE) if listing.kind == Kind.NEED else (Relation.FITS,)


def _is_wanted(configuration: Configuration, model: str) -> bool:
    return configuration.model == model and configuration.weights_version == matching.VERSION


def _has_grown(configuration: Configuration, posts: int) -> bool:
    return bool(configuration.model) and posts > 50 and posts > GROWN * configuration.languages["posts"]


def _write_vectors(vectors: Iterable[Vector]) -> None:
    for vector in vectors:
        if queries.listing_with_id(vector.listing_id) is not None:
            session.merge(vector)
    session.flush()


def _languages(model: str, own: Sequence[Any]) -> dict[str, object]:
    from marketplace.matching import meaning, seed

    said = {code: loaded(model).vectors(some) for code, some in seed.texts().items()}
    posts = meaning.together((row[0], row[1]) for row in own)
    return {**meaning.to_keep(meaning.languages_of(said, posts)), "posts": len(own)}


def _best_of_kept(listing: Listing, relation: Relation, configuration: Configuration, now: datetime) -> Found:
    vector = queries.vector_of(listing.id, configuration.model)
    return best_of_vectors(listing, relation, configuration, [vector] if vector else [], now=now, reaching=False)


def _write(listing: Listing, found: Found, now: datetime) -> bool:
    """Its own list, and its line in the lists of others. True: something has changed since, so it must be done again."""
    if not queries.is_living(found.configuration_id):
        return False
    changed = _write_list(listing.id, found, now)
    owners = [line.other_id for line in found.reached]
    revisions = queries.open_revisions(owners, now=now)
    lists = queries.lists_of(owners, found.relation, found.configuration_id)
    declined = queries.declined_with(listing)
    reached = [
        line
        for line in found.reached
        if line.other_id in lists and revisions.get(line.other_id) == line.revision and line.other_id not in declined
    ]
    _insert(listing.id, reached, lists, found)
    return changed


def _insert(
    listing_id: int, reached: Sequence[Line], lists: Mapping[int, list[tuple[float, int]]], found: Found
) -> None:
    """Put a listing into the lists of others; the weakest goes where there is no room. Three statements, however many lists."""
    most, floor = matching.most_kept(found.relation), matching.floor_of(found.relation)
    comes: list[tuple[int, Line]] = []
    goes: list[tuple[int, int]] = []
    lists_now: list[dict[str, Any]] = []
    for line in reached:
        ordered = sorted([*lists[line.other_id], (line.score, listing_id)], key=lambda one: (-one[0], one[1]))
        if (line.score, listing_id) not in ordered[:most]:
            continue
        comes.append((line.other_id, Line(listing_id, 0, line.score, line.words, line.pair)))
        goes += [(line.other_id, other_id) for _score, other_id in ordered[most:]]
        full = len(ordered) >= most
        lists_now.append(
            {
                "configuration_id": found.configuration_id,
                "listing_id": line.other_id,
                "relation": found.relation,
                "full": full,
                "weakest": ordered[most - 1][0] if full else floor,
            }
        )
    _add(found, comes)
    if goes:
        session.execute(
            sa.delete(Match)
            .where(
                Match.configuration_id == found.configuration_id,
                Match.relation == found.relation,
                sa.tuple_(Match.listing_id, Match.other_id).in_(goes),
            )
            .execution_options(synchronize_session=False)
        )
    if lists_now:
        session.execute(sa.update(MatchList), lists_now)


def _write_own(found: Iterable[tuple[Listing, Found]], now: datetime) -> None:
    some = [*found]
    revisions = queries.open_revisions({listing.id for listing, _one in some}, now=now)
    for listing, one in some:
        if revisions.get(listing.id) == listing.revision and queries.is_living(one.configuration_id):
            _write_list(listing.id, one, now)


def _write_list(listing_id: int, found: Found, now: datetime) -> bool:
    """True: a line is out of date, so the list is short until it is made again."""
    revisions = queries.open_revisions([line.other_id for line in found.own], now=now)
    lines = [line for line in found.own if revisions.get(line.other_id) == line.revision]
    session.execute(sa.delete(Match).where(*_list_of(Match, listing_id, found)))
    session.execute(sa.delete(MatchList).where(*_list_of(MatchList, listing_id, found)))
    full = len(lines) == matching.most_kept(found.relation)
    session.add(
        MatchList(
            configuration_id=found.configuration_id,
            listing_id=listing_id,
            relation=found.relation,
            weakest=lines[-1].score if full else matching.floor_of(found.relation),
            full=full,
            short=len(lines) < len(found.own),
        )
    )
    session.flush()
    _add(found, [(listing_id, line) for line in lines])
    return len(lines) < len(found.own)


def _add(found: Found, lines: Iterable[tuple[int, Line]]) -> None:
    """Each line with whose list it comes into."""
    rows = [
        {
            "configuration_id": found.configuration_id,
            "listing_id": whose,
            "relation": found.relation,
            "other_id": line.other_id,
            "score": line.score,
            "words": line.words,
            "pair": line.pair,
        }
        for whose, line in lines
    ]
    if rows:
        session.execute(sa.insert(Match), rows)


def _list_of(table: type[Match] | type[MatchList], listing_id: int, found: Found) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.configuration_id == found.configuration_id,
        table.listing_id == listing_id,
        table.relation == found.relation,
    )
