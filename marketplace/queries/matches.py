"""What is kept of how listings fit, and what of it can be shown?"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from academy.kernel.db import session
from academy.kernel.shared import released, shared
from marketplace import matching, rules
from marketplace.models import (
    Configuration,
    Facet,
    Impressions,
    Interest,
    InterestState,
    Kind,
    Listing,
    Match,
    MatchList,
    PairDeclined,
    Relation,
    Vector,
)
from marketplace.queries.listings import are_open, for_eyes_of, listings

MOST_LESSONS = 20  # the newest “not for us” of a listing that its list learns from
Rows = Sequence[Any]  # rows, with the columns that the function names


def current_configuration() -> sa.ScalarSelect[int]:
    """As a part of another statement: the id of the one whose lists are shown."""
    return sa.select(Configuration.id).where(Configuration.current).scalar_subquery()


def configurations() -> Sequence[Configuration]:
    """The one that is shown and the one that is being prepared, where there are such."""
    return session.scalars(sa.select(Configuration).order_by(Configuration.id)).all()


def is_living(configuration_id: int) -> bool:
    """It has not been replaced."""
    return session.scalar(sa.select(sa.exists().where(Configuration.id == configuration_id))) or False


@shared
def configuration_shown() -> Configuration | None:
    found = session.scalars(sa.select(Configuration).where(Configuration.current)).first()
    return released(found) if found is not None else None


@dataclass(frozen=True)
class Lists:
    """What a page shows beside a listing."""

    fits: list[matching.Suggestion]
    alike: list[matching.Suggestion]  # needs that say the same
    in_place: bool = True  # False: the worker is still at it


def matches_of(listing: Listing, *, member: bool, now: datetime, limit: int, alike: int = 0) -> Lists:
    """The best that is open now and that the reader may see, each with its reasons: so many that fit, so many that are alike."""
    if not rules.is_open(listing, now=now):
        return Lists([], [])
    shown = configuration_shown()
    if shown is None:
        return Lists([], [], in_place=False)
    mine, theirs = aliased(Vector), aliased(Vector)
    of_it = sa.select(sa.func.count()).where(Interest.listing_id == Listing.id).correlate(Listing)
    rows = session.execute(
        sa.select(
            Match.relation,
            Match.score,
            Match.words,
            Match.pair,
            Listing,
            mine.sentences.label("mine"),
            theirs.sentences.label("theirs"),
            theirs.vector.label("vector"),
            of_it.where(Interest.state == InterestState.WAITING).scalar_subquery().label("waiting"),
            of_it.where(Interest.state == InterestState.ACCEPTED).scalar_subquery().label("accepted"),
            sa.func.coalesce(Impressions.shown, 0).label("shown"),
        )
        .select_from(Match)
        .join(Listing, Listing.id == Match.other_id)
        .join(Listing.organisation)
        .outerjoin(mine, sa.and_(mine.listing_id == listing.id, mine.model == shown.model))
        .outerjoin(theirs, sa.and_(theirs.listing_id == Listing.id, theirs.model == shown.model))
        .outerjoin(Impressions, Impressions.listing_id == Listing.id)
        .options(contains_eager(Listing.organisation))
        .where(
            Match.configuration_id == shown.id,
            Match.listing_id == listing.id,
            *are_open(now),
            *for_eyes_of(member=member),
        )
    ).all()
    declined = _lessons(listing, shown.model) if rows else []
    vectors = {row.Listing.id: row.vector for row in rows if row.vector}
    vectors |= {lesson.listing.id: vector for lesson, vector in declined if vector}
    means = {code: facts["mean"] for code, facts in shown.languages.items() if code != "posts"}
    sameness = matching.Sameness(vectors, means)

    def best(relation: Relation, most: int) -> list[matching.Suggestion]:
        kept = [
            matching.Kept(
                score=row.score,
                words=row.words,
                pair=_sentences(row.pair, row.mine, row.theirs),
                listing=row.Listing,
                waiting=row.waiting,
                accepted=row.accepted,
                shown=row.shown,
            )
            for row in rows
            if row.relation == relation
        ]
        lessons = [lesson for lesson, _vector in declined] if relation == Relation.FITS else []
        return matching.best(kept, listing, now=now, limit=most, relation=relation, sameness=sameness, lessons=lessons)

    return Lists(
        best(Relation.FITS, limit), best(Relation.ALIKE, alike) if alike else [], bool(rows) or _is_in_place(listing)
    )


def _lessons(listing: Listing, model: str) -> list[tuple[matching.Lesson, bytes | None]]:
    """What the people of this listing have said is not for them, the newest first, with the vector of each."""
    need = listing.kind == Kind.NEED
    ours, theirs = (
        (PairDeclined.need_id, PairDeclined.offer_id) if need else (PairDeclined.offer_id, PairDeclined.need_id)
    )
    rows = session.execute(
        sa.select(PairDeclined.reason, Listing, Vector.vector)
        .join(Listing, Listing.id == theirs)
        .outerjoin(Vector, sa.and_(Vector.listing_id == Listing.id, Vector.model == model))
        .where(ours == listing.id, PairDeclined.from_need.is_(need))
        .order_by(PairDeclined.at.desc())
        .limit(MOST_LESSONS)
    )
    return [(matching.Lesson(reason, declined), vector) for reason, declined, vector in rows]


def _is_in_place(listing: Listing) -> bool:
    there = sa.exists().where(MatchList.configuration_id == current_configuration(), MatchList.listing_id == listing.id)
    return session.scalar(sa.select(there)) or False


def _sentences(pair: list[int], mine: list[str] | None, theirs: list[str] | None) -> tuple[str, str] | None:
    if not pair or not mine or not theirs or pair[0] >= len(mine) or pair[1] >= len(theirs):
        return None
    return mine[pair[0]], theirs[pair[1]]


def match_counts(some: Iterable[Listing], *, now: datetime) -> dict[int, int]:
    """How many open listings fit each of these."""
    ids = [listing.id for listing in some]
    if not ids:
        return {}
    rows = session.execute(
        sa.select(Match.listing_id, sa.func.count())
        .join(Listing, Listing.id == Match.other_id)
        .where(
            Match.configuration_id == current_configuration(),
            Match.listing_id.in_(ids),
            Match.relation == Relation.FITS,
            *are_open(now),
        )
        .group_by(Match.listing_id)
    )
    return {row[0]: row[1] for row in rows}


# --- for the worker -----------------------------------------------------------------------------------------------


class Candidate(NamedTuple):
    """What may meet a listing at all, with as much of it as a score needs but the words.

    Goals, fields, targets and resources as the database writes them: few are different, so each is read once.
    """

    id: int
    revision: int
    language: str
    goals: str
    fields: str
    targets: str
    resources: str
    country: str
    nuts2: str
    municipality: str
    remote: bool
    transferable: bool
    conditions: str
    starts_on: date | None
    ends_on: date | None
    weakest: float | None  # what a score must reach to come into its list; None: it has none yet
    vector: bytes  # empty where words alone count


def candidates_for(
    listing: Listing, relation: Relation, configuration: Configuration, *, now: datetime, at_once: int
) -> Iterator[list[Candidate]]:
    """Everything behind the gates, so many together. They are symmetric: each finds the other, whichever is published last."""
    understood = sa.select(Facet.listing_id).where(Facet.facet == "contact", Facet.value.in_(listing.contact_languages))
    vector: sa.ColumnElement[bytes] = sa.literal(b"")
    if configuration.model:
        vector = sa.type_coerce(Vector.vector, sa.LargeBinary)
    statement = (
        sa.select(
            Listing.id,
            Listing.revision,
            Listing.language,
            *(
                sa.cast(column, sa.Text)
                for column in (Listing.goals, Listing.fields, Listing.targets, Listing.resources)
            ),
            Listing.country,
            Listing.nuts2,
            Listing.municipality,
            Listing.remote,
            Listing.transferable,
            Listing.conditions,
            Listing.starts_on,
            Listing.ends_on,
            MatchList.weakest,
            vector,
        )
        .select_from(Listing)
        .outerjoin(
            MatchList,
            sa.and_(
                MatchList.listing_id == Listing.id,
                MatchList.configuration_id == configuration.id,
                MatchList.relation == relation,
            ),
        )
        .where(*are_open(now), Listing.organisation_id != listing.organisation_id, Listing.id.in_(understood))
    )
    if configuration.model:
        statement = statement.join(
            Vector, sa.and_(Vector.listing_id == Listing.id, Vector.model == configuration.model)
        )
    if relation == Relation.ALIKE:
        statement = statement.where(Listing.kind == listing.kind)
    else:
        statement = statement.where(Listing.kind == listing.kind.opposite, ~_declined(listing), *within_reach(listing))
    rows = session.connection().execute(statement.execution_options(yield_per=at_once))  # columns alone, no objects
    for some in rows.partitions():
        yield [Candidate._make(row) for row in some]


def within_reach(listing: Listing) -> list[sa.ColumnElement[bool]]:
    """Near enough, or without need to be near."""
    if listing.remote or (listing.kind == Kind.OFFER and listing.transferable):
        return []
    reached: list[sa.ColumnElement[bool]] = [
        Listing.remote.is_(True),
        Listing.country.in_(sorted(matching.countries_near(listing.country))),
    ]
    if listing.kind == Kind.NEED:
        reached.append(Listing.transferable.is_(True))
    return [sa.or_(*reached)]


def _declined(listing: Listing) -> sa.ColumnElement[bool]:
    mine, theirs = (
        (PairDeclined.need_id, PairDeclined.offer_id)
        if listing.kind == Kind.NEED
        else (PairDeclined.offer_id, PairDeclined.need_id)
    )
    return sa.exists().where(mine == listing.id, theirs == Listing.id)


def declined_with(listing: Listing) -> set[int]:
    """Ids of those that this listing is never to meet again."""
    rows = session.execute(
        sa.select(PairDeclined.need_id, PairDeclined.offer_id).where(
            sa.or_(PairDeclined.need_id == listing.id, PairDeclined.offer_id == listing.id)
        )
    )
    return {one for row in rows for one in row} - {listing.id}


def words_of_listings(ids: Collection[int]) -> dict[int, dict[str, str]]:
    return {row[0]: row[1] for row in session.execute(sa.select(Listing.id, Listing.words).where(Listing.id.in_(ids)))}


def sentence_vectors(ids: Collection[int], model: str) -> dict[int, tuple[str, int, bytes]]:
    """Language, number and vectors of the first sentences of these listings."""
    rows = session.execute(
        sa.select(Vector.listing_id, Listing.language, Vector.sentences, Vector.sentence_vectors)
        .join(Listing, Listing.id == Vector.listing_id)
        .where(Vector.listing_id.in_(ids), Vector.model == model)
    )
    return {row[0]: (row[1], len(row[2]), row[3]) for row in rows}


def vector_of(listing_id: int, model: str) -> Vector | None:
    return session.get(Vector, (listing_id, model))


def without_vector(model: str, *, now: datetime, limit: int) -> Sequence[Listing]:
    """Open listings that this model has not heard yet."""
    heard = sa.exists().where(Vector.listing_id == Listing.id, Vector.model == model)
    return session.scalars(listings().where(*are_open(now), ~heard).order_by(Listing.id).limit(limit)).all()


def vectors_by_language(model: str, *, now: datetime, limit: int = 20_000) -> Rows:
    """Language and vector of open listings, the newest so many."""
    return session.execute(
        sa.select(Listing.language, Vector.vector)
        .join(Vector, sa.and_(Vector.listing_id == Listing.id, Vector.model == model))
        .where(*are_open(now))
        .order_by(Listing.id.desc())
        .limit(limit)
    ).all()


def number_heard(model: str, *, now: datetime) -> int:
    heard = sa.and_(Vector.listing_id == Listing.id, Vector.model == model)
    return (
        session.scalar(sa.select(sa.func.count()).select_from(Listing).join(Vector, heard).where(*are_open(now))) or 0
    )


def any_list_is_short() -> bool:
    return session.scalar(sa.select(sa.exists().where(MatchList.short.is_(True)))) or False


def lists_to_refill(*, now: datetime, limit: int) -> Rows:
    """Listings whose list lost a line: id, relation and configuration."""
    return session.execute(
        sa.select(MatchList.listing_id, MatchList.relation, MatchList.configuration_id)
        .join(Listing, Listing.id == MatchList.listing_id)
        .where(MatchList.short.is_(True), *are_open(now))
        .order_by(MatchList.listing_id)
        .limit(limit)
    ).all()


def listings_with_ids(ids: Collection[int]) -> dict[int, Listing]:
    return {one.id: one for one in session.scalars(listings().where(Listing.id.in_(ids)))}


def open_revisions(ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Which of these are open, and how often each has been changed."""
    rows = session.execute(sa.select(Listing.id, Listing.revision).where(Listing.id.in_(ids), *are_open(now)))
    return {row[0]: row[1] for row in rows}


def lists_of(ids: Collection[int], relation: Relation, configuration_id: int) -> dict[int, list[tuple[float, int]]]:
    """The lists that are in place, as score and id of each line."""
    in_place = session.scalars(
        sa.select(MatchList.listing_id).where(
            MatchList.configuration_id == configuration_id,
            MatchList.relation == relation,
            MatchList.listing_id.in_(ids),
        )
    )
    found: dict[int, list[tuple[float, int]]] = {listing_id: [] for listing_id in in_place}
    rows = session.execute(
        sa.select(Match.listing_id, Match.score, Match.other_id).where(
            Match.configuration_id == configuration_id, Match.relation == relation, Match.listing_id.in_(found)
        )
    )
    for listing_id, score, other_id in rows:
        found[listing_id].append((score, other_id))
    return found


def number_of_matches() -> int:
    """Of pairs that fit, each counted once."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Match)
            .join(Listing, Listing.id == Match.listing_id)
            .where(
                Match.configuration_id == current_configuration(),
                Match.relation == Relation.FITS,
                Listing.kind == Kind.NEED,
            )
        )
        or 0
    )


def open_listings_after(listing_id: int, *, now: datetime, limit: int | None) -> Sequence[Listing]:
    return session.scalars(
        listings().where(Listing.id > listing_id, *are_open(now)).order_by(Listing.id).limit(limit)
    ).all()


def pair_declined(need_id: int, offer_id: int) -> PairDeclined | None:
    return session.get(PairDeclined, (need_id, offer_id))
