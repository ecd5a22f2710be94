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
from academy.organisations.models import Membership
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


def for_eyes_of(*, member: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """Visitors never meet what is for members alone."""
    return () if member else (Listing.members_only.is_(False),)


def listings() -> sa.Select[Listing]:
    return sa.select(Listing).join(Listing.organisation).options(contains_eager(Listing.organisation))


def listing_seen_by(viewer: Person | None, slug: str, *, now: datetime) -> Listing:
    """Open to everybody, or to members; before and after, to those who write for its organisation alone, and to moderators in review."""
    return listing_and_side(viewer, slug, now=now)[0]


def listing_and_side(viewer: Person | None, slug: str, *, now: datetime) -> tuple[Listing, bool]:
    """A listing that the viewer may see, and whether they write for its organisation; in one statement."""
    row = session.execute(
        listings().add_columns(_writes_for_it(viewer)).where(Listing.slug == slug).options(joinedload(Listing.author))
    ).first()
    if row is None:
        raise NotFound
    listing, ours = row
    to_review = listing.state == State.REVIEW and bool(rules.may_review(viewer))
    if rules.is_shown(listing, viewer, now=now) or ours or to_review:
        return listing, bool(ours)
    raise NotFound


def _writes_for_it(viewer: Person | None) -> sa.ColumnElement[bool]:
    if viewer is None:
        return sa.false()
    return sa.exists().where(Membership.person_id == viewer.id, Membership.organisation_id == Listing.organisation_id)


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
def _subjects(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    """Those that the viewer may read: `listing_seen_by`, many at a time."""
    seen = sa.and_(*are_public(clock.now()), *for_eyes_of(member=viewer is not None))
    if viewer is not None:
        seen = sa.or_(seen, _writes_for_it(viewer))
        if rules.may_review(viewer):
            seen = sa.or_(seen, Listing.state == State.REVIEW)
    rows = session.execute(
        sa.select(Listing.slug, Listing.title).where(Listing.slug.in_([ref.key for ref in refs]), seen)
    )
    return {
        Ref("listing", slug): Subject(title, shown_address("marketplace.show", slug=slug) or "") for slug, title in rows
    }
