"""What does somebody who brings people together need to know?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from academy.kernel.db import session
from marketplace.matching.weights import GOOD
from marketplace.models import (
    Interest,
    InterestState,
    Introduction,
    Kind,
    Listing,
    Match,
    MatchList,
    Relation,
)
from marketplace.queries.listings import are_open, listings
from marketplace.queries.matches import current_configuration

WITHOUT_MATCH_FOR = timedelta(days=14)
SILENT_FOR = timedelta(days=5)


def listings_without_match(*, now: datetime, limit: int = 30) -> Sequence[Listing]:
    """Public for two weeks, and nothing fits, longest first; while lists are still being made nobody can say so."""
    looked_for = sa.exists().where(
        MatchList.configuration_id == current_configuration(),
        MatchList.listing_id == Listing.id,
        MatchList.relation == Relation.FITS,
    )
    fitting = sa.exists().where(
        Match.configuration_id == current_configuration(),
        Match.listing_id == Listing.id,
        Match.relation == Relation.FITS,
    )
    return session.scalars(
        listings()
        .where(*are_open(now), Listing.published_at <= now - WITHOUT_MATCH_FOR, looked_for, ~fitting)
        .order_by(Listing.published_at, Listing.id)
        .limit(limit)
    ).all()


def silent_interests(*, now: datetime, limit: int = 30) -> Sequence[Interest]:
    """Nobody has answered for five days. Who wrote to whom about what, never the words."""
    return session.scalars(
        sa.select(Interest)
        .where(Interest.state == InterestState.WAITING, Interest.created_at <= now - SILENT_FOR)
        .options(
            joinedload(Interest.listing).joinedload(Listing.organisation),
            joinedload(Interest.organisation),
            joinedload(Interest.person),
        )
        .order_by(Interest.created_at, Interest.id)
        .limit(limit)
    ).all()


def introductions_to_make(*, now: datetime, limit: int = 10) -> Sequence[tuple[Listing, Listing]]:
    """Needs and the offers that fit them well, where neither has written to the other and nobody has introduced them; the best first."""
    need, offer = aliased(Listing), aliased(Listing)
    written = sa.exists().where(
        sa.or_(
            sa.and_(Interest.listing_id == need.id, Interest.organisation_id == offer.organisation_id),
            sa.and_(Interest.listing_id == offer.id, Interest.organisation_id == need.organisation_id),
        )
    )
    made = sa.exists().where(Introduction.need_id == need.id, Introduction.offer_id == offer.id)
    first, second = (
        aliased(Listing.organisation.property.mapper.class_),
        aliased(Listing.organisation.property.mapper.class_),
    )
    rows = session.execute(
        sa.select(need, offer)
        .select_from(Match)
        .join(need, need.id == Match.listing_id)
        .join(offer, offer.id == Match.other_id)
        .join(need.organisation.of_type(first))
        .join(offer.organisation.of_type(second))
        .options(contains_eager(need.organisation.of_type(first)), contains_eager(offer.organisation.of_type(second)))
        .where(
            Match.configuration_id == current_configuration(),
            Match.relation == Relation.FITS,
            Match.score >= GOOD,
            need.kind == Kind.NEED,
            *(condition for one in (need, offer) for condition in (one.state == "published", one.expires_at > now)),
            ~written,
            ~made,
        )
        .order_by(Match.score.desc(), need.id, offer.id)
        .limit(limit)
    ).all()
    return [(row[0], row[1]) for row in rows]


def same_needs(*, now: datetime, limit: int = 10) -> Sequence[tuple[Listing, int]]:
    """Needs that most others share, with how many."""
    number = sa.func.count(Match.other_id)
    rows = session.execute(
        listings()
        .add_columns(number)
        .join(Match, Match.listing_id == Listing.id)
        .where(Match.configuration_id == current_configuration(), Match.relation == Relation.ALIKE, *are_open(now))
        .group_by(Listing.id, Listing.organisation.property.mapper.class_.id)
        .order_by(number.desc(), Listing.id)
        .limit(limit)
    ).all()
    return [(row[0], row[1]) for row in rows]


def listings_in_other_languages(languages: Sequence[str], *, now: datetime, limit: int = 20) -> Sequence[Listing]:
    """Written in none of these languages: a few lines of translation would let more people read them."""
    return session.scalars(
        listings()
        .where(*are_open(now), Listing.language.not_in(languages))
        .order_by(Listing.published_at.desc(), Listing.id)
        .limit(limit)
    ).all()


def introductions_made(*, limit: int = 30) -> Sequence[Introduction]:
    """The log, newest first."""
    return session.scalars(
        sa.select(Introduction)
        .options(
            joinedload(Introduction.need).joinedload(Listing.organisation),
            joinedload(Introduction.offer).joinedload(Listing.organisation),
            joinedload(Introduction.person),
        )
        .order_by(Introduction.id.desc())
        .limit(limit)
    ).all()


def introduction_of(need_id: int, offer_id: int) -> Introduction | None:
    return session.scalars(
        sa.select(Introduction).where(Introduction.need_id == need_id, Introduction.offer_id == offer_id)
    ).first()
