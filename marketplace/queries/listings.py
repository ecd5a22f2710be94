"""Which listings are there, and who may see them?"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from marketplace import rules
from marketplace.models import (
    Kind,
    Listing,
    State,
)


def are_open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """`rules.is_open`, for the database."""
    return Listing.state == State.PUBLISHED, Listing.expires_at > now


def are_public(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Everybody may read it: open, or in talks with somebody."""
    return Listing.state.in_((State.PUBLISHED, State.IN_TALKS)), Listing.expires_at > now


def listings() -> sa.Select[Listing]:
    return sa.select(Listing).join(Listing.organisation).options(contains_eager(Listing.organisation))


def listing_seen_by(viewer: Person | None, slug: str, mine: Collection[int], *, now: datetime) -> Listing:
    """Open to everybody; before and after, to those who write for its organisation alone, and to moderators in review."""
    listing = session.scalars(listings().where(Listing.slug == slug).options(joinedload(Listing.author))).first()
    if listing is None:
        raise NotFound
    public = listing.state in (State.PUBLISHED, State.IN_TALKS) and not rules.has_expired(listing, now=now)
    to_review = listing.state == State.REVIEW and bool(rules.may_review(viewer))
    if public or listing.organisation_id in mine or to_review:
        return listing
    raise NotFound


def listing_of(viewer: Person, slug: str, mine: Collection[int]) -> Listing:
    """One that the viewer writes for, in whatever state."""
    listing = session.scalars(listings().where(Listing.slug == slug)).first()
    if listing is None or listing.organisation_id not in mine:
        raise NotFound
    return listing


def listing_whose_history_is_seen_by(viewer: Person, slug: str, mine: Collection[int]) -> Listing:
    """By its own people, and by those who review."""
    listing = session.scalars(listings().where(Listing.slug == slug)).first()
    if listing is None or not (listing.organisation_id in mine or rules.may_review(viewer)):
        raise NotFound
    return listing


def listing_with_id(listing_id: int) -> Listing | None:
    return session.scalars(listings().where(Listing.id == listing_id)).first()


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
    statement = listings().where(Listing.organisation_id.in_(mine))
    return session.scalars(statement.order_by(Listing.changed_at.desc(), Listing.id.desc()).limit(limit)).all()


def listings_to_offer(mine: Collection[int], kind: Kind, *, now: datetime) -> Sequence[Listing]:
    """Open ones of these organisations, to name when writing about somebody else's."""
    if not mine:
        return []
    statement = listings().where(Listing.organisation_id.in_(mine), Listing.kind == kind, *are_open(now))
    return session.scalars(statement.order_by(Listing.title, Listing.id).limit(100)).all()


def review_queue(*, limit: int = 50) -> Sequence[Listing]:
    """What waits for a moderator, longest first."""
    return session.scalars(
        listings()
        .where(Listing.state == State.REVIEW)
        .options(joinedload(Listing.author))
        .order_by(Listing.changed_at, Listing.id)
        .limit(limit)
    ).all()


def listings_past_their_time(*, now: datetime, limit: int = 500) -> Sequence[Listing]:
    """Those that can be seen no more and have not been closed yet, whatever their state but draft."""
    return session.scalars(
        listings()
        .where(
            Listing.state.in_((State.PUBLISHED, State.PAUSED, State.IN_TALKS)),
            Listing.expires_at <= now,
            ~sa.and_(Listing.standing.is_(True), Listing.state == State.PAUSED),  # that rests already
        )
        .order_by(Listing.expires_at, Listing.id)
        .limit(limit)
    ).all()


def listings_that_expire_soon(*, now: datetime, limit: int = 500) -> Sequence[Listing]:
    return session.scalars(
        listings()
        .where(
            Listing.state.in_((State.PUBLISHED, State.PAUSED, State.IN_TALKS)),
            Listing.expires_at > now,
            sa.or_(
                sa.and_(Listing.expires_at <= now + rules.WARNED_BEFORE, Listing.warned_at.is_(None)),
                sa.and_(Listing.expires_at <= now + rules.WARNED_AGAIN, Listing.warned_at <= now - rules.WARNED_AGAIN),
            ),
        )
        .order_by(Listing.expires_at, Listing.id)
        .limit(limit)
    ).all()


def listings_not_closed_of(organisation_id: int) -> Sequence[Listing]:
    return session.scalars(
        listings().where(Listing.organisation_id == organisation_id, Listing.state != State.CLOSED)
    ).all()


@resolves("listing")
def _subjects(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    """Those that everybody may read."""
    rows = session.execute(
        sa.select(Listing.slug, Listing.title).where(
            Listing.slug.in_([ref.key for ref in refs]), *are_public(clock.now())
        )
    )
    return {
        Ref("listing", slug): Subject(title, shown_address("marketplace.show", slug=slug) or "") for slug, title in rows
    }
