"""What can be seen, and by whom?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.organisations.models import Organisation
from academy.retrieval import queries as retrieval
from marketplace import matching, rules
from marketplace.models import (
    Facet,
    Interest,
    InterestState,
    Kind,
    Listing,
    Match,
    Message,
    Outcome,
    PairDeclined,
    State,
)

# What a list can be narrowed by, in the order of the page. `contact` and `word` are facets too, for matching alone.
NARROWED_BY = ("kind", "theme", "resource", "target", "country", "conditions", "language")
NEWEST, CLOSING, CLOSEST = "newest", "closing", "closest"
MOST_FOUND = 200  # of a search by words


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the marketplace."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet -> values, one of which must fit
    organisation: str = ""  # its slug
    sort: str = ""
    after: str = ""  # the slug that the page before ended with


@dataclass(frozen=True)
class Results:
    listings: list[Listing]
    fitting: Mapping[int, int]  # id of a listing -> how many others could fit it
    total: int
    counts: Mapping[str, Mapping[str, int]]  # facet -> value -> how many there would be
    more: bool


def _open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """`rules.is_open`, for the database."""
    return Listing.state == State.PUBLISHED, Listing.expires_at > now


def _public(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Everybody may read it: open, or in talks with somebody."""
    return Listing.state.in_((State.PUBLISHED, State.IN_TALKS)), Listing.expires_at > now


def _listings() -> sa.Select[Listing]:
    return sa.select(Listing).join(Listing.organisation).options(contains_eager(Listing.organisation))


# --- finding ------------------------------------------------------------------------------------------------------


def listings_found(wish: Wish, *, language: str, now: datetime, limit: int) -> Results:
    """Open listings that fit a wish, and what each further choice would leave; two statements, and two more for words."""
    slugs = _slugs_with(wish.words, language) if wish.words else None
    counts = _counts(wish, slugs, now)
    total = counts.pop("total", {}).get("", 0)
    statement = _listings().add_columns(_fitting_number(now)).where(*_allowed_by(wish, slugs, now))
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
    )


def _fitting_number(now: datetime) -> sa.ScalarSelect[int]:
    """A column: how many open listings fit the one of the row."""
    other = aliased(Listing)
    both = sa.or_(
        sa.and_(Match.need_id == Listing.id, Match.offer_id == other.id),
        sa.and_(Match.offer_id == Listing.id, Match.need_id == other.id),
    )
    return (
        sa.select(sa.func.count())
        .select_from(Match)
        .join(other, sa.or_(other.id == Match.need_id, other.id == Match.offer_id))
        .where(both, other.state == State.PUBLISHED, other.expires_at > now)
        .correlate(Listing)
        .scalar_subquery()
    )


def _slugs_with(words: str, language: str) -> list[str]:
    found = retrieval.hits(words, language=language, audiences=("public",), kinds=("listing",), limit=MOST_FOUND)
    return [hit.ref.key for hit in found.hits]


def _allowed_by(
    wish: Wish, slugs: list[str] | None, now: datetime, *, apart_from: str = ""
) -> list[sa.ColumnElement[bool]]:
    conditions = [*_open(now)]
    for facet, values in wish.chosen.items():
        if facet != apart_from and values:
            having = sa.select(Facet.listing_id).where(Facet.facet == facet, Facet.value.in_(values))
            conditions.append(Listing.id.in_(having))
    if wish.organisation:
        its_id = sa.select(Organisation.id).where(Organisation.slug == wish.organisation).scalar_subquery()
        conditions.append(Listing.organisation_id == its_id)
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
    statement = _listings().where(*_open(clock.now()))
    return session.scalars(statement.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(limit)).all()


def figures() -> dict[str, int]:
    """Counts for the front page: open needs, open offers, and those that found each other here."""
    is_open = sa.and_(*_open(clock.now()))
    needs, offers, agreed = session.execute(
        sa.select(
            sa.func.count().filter(is_open, Listing.kind == Kind.NEED),
            sa.func.count().filter(is_open, Listing.kind == Kind.OFFER),
            sa.func.count().filter(Listing.outcome == Outcome.MET_HERE),
        )
    ).one()
    return {"open_needs": needs, "open_offers": offers, "agreed": agreed}


# --- one listing --------------------------------------------------------------------------------------------------


def listing_seen_by(viewer: Person | None, slug: str, mine: Collection[int], *, now: datetime) -> Listing:
    """Open to everybody; before and after, to those who write for its organisation alone, and to moderators in review."""
    listing = session.scalars(_listings().where(Listing.slug == slug).options(joinedload(Listing.author))).first()
    if listing is None:
        raise NotFound
    public = listing.state in (State.PUBLISHED, State.IN_TALKS) and not rules.has_expired(listing, now=now)
    to_review = listing.state == State.REVIEW and bool(rules.may_review(viewer))
    if public or listing.organisation_id in mine or to_review:
        return listing
    raise NotFound


def listing_of(viewer: Person, slug: str, mine: Collection[int]) -> Listing:
    """One that the viewer writes for, in whatever state."""
    listing = session.scalars(_listings().where(Listing.slug == slug)).first()
    if listing is None or listing.organisation_id not in mine:
        raise NotFound
    return listing


def listing_with_id(listing_id: int) -> Listing | None:
    return session.scalars(_listings().where(Listing.id == listing_id)).first()


def slug_taken(slug: str) -> bool:
    return session.scalar(sa.select(sa.exists().where(Listing.slug == slug))) or False


def number_not_closed(organisation_id: int) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Listing)
            .where(Listing.organisation_id == organisation_id, Listing.state != State.CLOSED)
        )
        or 0
    )


def has_published_before(organisation_id: int) -> bool:
    published = sa.exists().where(Listing.organisation_id == organisation_id, Listing.published_at.isnot(None))
    return session.scalar(sa.select(published)) or False


def listings_written_for(mine: Collection[int], *, limit: int = 300) -> Sequence[Listing]:
    """All that these organisations have, drafts and closed ones too, what changed last first."""
    if not mine:
        return []
    statement = _listings().where(Listing.organisation_id.in_(mine))
    return session.scalars(statement.order_by(Listing.changed_at.desc(), Listing.id.desc()).limit(limit)).all()


def listings_to_offer(mine: Collection[int], kind: Kind, *, now: datetime) -> Sequence[Listing]:
    """Open ones of these organisations, to name when writing about somebody else's."""
    if not mine:
        return []
    statement = _listings().where(Listing.organisation_id.in_(mine), Listing.kind == kind, *_open(now))
    return session.scalars(statement.order_by(Listing.title, Listing.id).limit(100)).all()


def review_queue(*, limit: int = 50) -> Sequence[Listing]:
    """What waits for a moderator, longest first."""
    return session.scalars(
        _listings()
        .where(Listing.state == State.REVIEW)
        .options(joinedload(Listing.author))
        .order_by(Listing.changed_at, Listing.id)
        .limit(limit)
    ).all()


def listings_past_their_time(*, now: datetime, limit: int = 500) -> Sequence[Listing]:
    """Those that can be seen no more and have not been closed yet, whatever their state but draft."""
    return session.scalars(
        _listings()
        .where(
            Listing.state.in_((State.PUBLISHED, State.PAUSED, State.IN_TALKS)),
            Listing.expires_at <= now,
        )
        .order_by(Listing.expires_at, Listing.id)
        .limit(limit)
    ).all()


def listings_that_expire_soon(*, now: datetime, limit: int = 500) -> Sequence[Listing]:
    return session.scalars(
        _listings()
        .where(
            Listing.state.in_((State.PUBLISHED, State.PAUSED, State.IN_TALKS)),
            Listing.expires_at > now,
            Listing.expires_at <= now + rules.WARNED_BEFORE,
            Listing.warned_at.is_(None),
        )
        .order_by(Listing.expires_at, Listing.id)
        .limit(limit)
    ).all()


def listings_not_closed_of(organisation_id: int) -> Sequence[Listing]:
    return session.scalars(
        _listings().where(Listing.organisation_id == organisation_id, Listing.state != State.CLOSED)
    ).all()


# --- matches ------------------------------------------------------------------------------------------------------


def _sides(kind: Kind) -> tuple[Any, Any]:
    """The columns of a match that hold this kind and the other."""
    return (Match.need_id, Match.offer_id) if kind == Kind.NEED else (Match.offer_id, Match.need_id)


def matches_of(listing: Listing, *, now: datetime, limit: int) -> list[matching.Suggestion]:
    """The best that is open now, each with its reasons."""
    if not rules.is_open(listing, now=now):
        return []
    mine, theirs = _sides(listing.kind)
    rows = session.execute(
        sa.select(Match.score, Match.parts, Listing)
        .join(Listing, Listing.id == theirs)
        .join(Listing.organisation)
        .options(contains_eager(Listing.organisation))
        .where(mine == listing.id, *_open(now))
        .order_by(Match.score.desc(), Listing.id)
        .limit(limit * 5)
    )
    return matching.best(((row[0], row[1], row[2]) for row in rows), listing, now=now, limit=limit)


def match_counts(listings: Iterable[Listing], *, now: datetime) -> dict[int, int]:
    """How many open listings fit each of these."""
    by_kind: dict[Kind, list[int]] = {Kind.NEED: [], Kind.OFFER: []}
    for listing in listings:
        by_kind[listing.kind].append(listing.id)
    statements = []
    for kind, ids in by_kind.items():
        if ids:
            mine, theirs = _sides(kind)
            statements.append(
                sa.select(mine, sa.func.count())
                .join(Listing, Listing.id == theirs)
                .where(mine.in_(ids), *_open(now))
                .group_by(mine)
            )
    return {row[0]: row[1] for row in session.execute(sa.union_all(*statements))} if statements else {}


def candidates_for(listing: Listing, *, now: datetime) -> Sequence[Listing]:
    """Everything of the other kind that could fit: the gates, and something in common to begin with.

    What two have in common is a kind of resource that goes with the other's, a theme, or a word of the title. The relation is
    symmetric: each finds the other, whichever is published last.
    """

    def having(facet: str, values: Iterable[str]) -> sa.ColumnElement[bool]:
        return sa.and_(Facet.facet == facet, Facet.value.in_(list(values)))

    in_common = sa.select(Facet.listing_id).where(
        sa.or_(
            having("resource", matching.resources_that_meet(listing.resources)),
            having("theme", listing.themes),
            having("word", matching.words_of_title(listing)),
        )
    )
    understood = sa.select(Facet.listing_id).where(having("contact", listing.contact_languages))
    mine, theirs = (
        (PairDeclined.need_id, PairDeclined.offer_id)
        if listing.kind == Kind.NEED
        else (PairDeclined.offer_id, PairDeclined.need_id)
    )
    declined = sa.exists().where(mine == listing.id, theirs == Listing.id)
    reached: list[sa.ColumnExpressionArgument[bool]] = []
    if not listing.remote:
        reached = [Listing.remote, Listing.country.in_(matching.countries_near(listing.country))]
        if listing.kind == Kind.NEED:
            reached.append(Listing.transferable)
        elif listing.transferable:
            reached = []
    return session.scalars(
        sa.select(Listing)
        .where(
            *_open(now),
            Listing.kind == listing.kind.opposite,
            Listing.organisation_id != listing.organisation_id,
            Listing.id.in_(in_common),
            Listing.id.in_(understood),
            ~declined,
            *([sa.or_(*reached)] if reached else []),
        )
        .order_by(Listing.id)
    ).all()


def open_listings(*, now: datetime) -> Sequence[Listing]:
    return session.scalars(_listings().where(*_open(now)).order_by(Listing.id)).all()


def open_listings_after(listing_id: int, *, now: datetime, limit: int) -> Sequence[Listing]:
    return session.scalars(
        _listings().where(Listing.id > listing_id, *_open(now)).order_by(Listing.id).limit(limit)
    ).all()


def pair_declined(need_id: int, offer_id: int) -> PairDeclined | None:
    return session.get(PairDeclined, (need_id, offer_id))


# --- contact ------------------------------------------------------------------------------------------------------


def interest_from(person: Person | None, listing: Listing, mine: Collection[int]) -> Interest | None:
    """What this person, or an organisation of theirs, has sent about a listing."""
    if person is None:
        return None
    from_us = sa.or_(Interest.person_id == person.id, Interest.organisation_id.in_(mine))
    return session.scalars(
        sa.select(Interest).where(Interest.listing_id == listing.id, from_us).order_by(Interest.id)
    ).first()


def interests_in(listing: Listing, *, limit: int = 100) -> Sequence[Interest]:
    """For the side of the listing: who would like to talk, those who wait first."""
    return session.scalars(
        sa.select(Interest)
        .where(Interest.listing_id == listing.id)
        .options(joinedload(Interest.person), joinedload(Interest.organisation))
        .order_by(sa.case((Interest.state == InterestState.WAITING, 0), else_=1), Interest.id.desc())
        .limit(limit)
    ).all()


def interest_counts(listings: Iterable[Listing]) -> dict[int, dict[InterestState, int]]:
    ids = [listing.id for listing in listings]
    counts: dict[int, dict[InterestState, int]] = {}
    if ids:
        rows = session.execute(
            sa.select(Interest.listing_id, Interest.state, sa.func.count())
            .where(Interest.listing_id.in_(ids))
            .group_by(Interest.listing_id, Interest.state)
        )
        for listing_id, state, number in rows:
            counts.setdefault(listing_id, {})[state] = number
    return counts


def interests_shown_by(person: Person, mine: Collection[int], *, limit: int = 100) -> Sequence[Interest]:
    """What this person or their organisations have written about, newest first."""
    return session.scalars(
        sa.select(Interest)
        .where(
            sa.or_(
                sa.and_(Interest.person_id == person.id, Interest.organisation_id.is_(None)),
                Interest.organisation_id.in_(mine),
            )
        )
        .options(joinedload(Interest.listing).joinedload(Listing.organisation))
        .order_by(Interest.id.desc())
        .limit(limit)
    ).all()


def interest_seen_by(viewer: Person, key: str, mine: Collection[int]) -> Interest:
    """With everything its page shows, for the two sides alone."""
    interest = session.scalars(_whole_interests().where(Interest.key == key)).first()
    if interest is None or not rules.may_see(viewer, interest, mine):
        raise NotFound
    return interest


def interest_with_id(interest_id: int) -> Interest | None:
    return session.scalars(_whole_interests().where(Interest.id == interest_id)).first()


def _whole_interests() -> sa.Select[Interest]:
    return sa.select(Interest).options(
        joinedload(Interest.listing).joinedload(Listing.organisation),
        joinedload(Interest.with_listing),
        joinedload(Interest.person),
        joinedload(Interest.organisation),
    )


def messages_of(interest: Interest, *, limit: int = 200) -> Sequence[Message]:
    """The newest so many, oldest first."""
    newest = session.scalars(
        sa.select(Message)
        .where(Message.interest_id == interest.id)
        .options(joinedload(Message.author))
        .order_by(Message.id.desc())
        .limit(limit)
    ).all()
    return newest[::-1]


def message_with_id(message_id: int) -> Message | None:
    return session.scalars(
        sa.select(Message).where(Message.id == message_id).options(joinedload(Message.author))
    ).first()


def message_sent_with(key: str) -> Message | None:
    return session.scalars(sa.select(Message).where(Message.key == key)).first()


@resolves("listing")
def _subjects(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    """Those that everybody may read."""
    rows = session.execute(
        sa.select(Listing.slug, Listing.title).where(Listing.slug.in_([ref.key for ref in refs]), *_public(clock.now()))
    )
    return {
        Ref("listing", slug): Subject(title, shown_address("marketplace.show", slug=slug) or "") for slug, title in rows
    }
