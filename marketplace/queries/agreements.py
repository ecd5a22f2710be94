"""What has been agreed, and what came of it?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from academy.kernel.db import session
from marketplace import rules
from marketplace.models import Agreement, AgreementState, Interest, Kind, Listing, Match, Relation
from marketplace.queries.matches import current_configuration
from marketplace.vocabulary import GOALS


def agreement_of(interest: Interest) -> Agreement | None:
    """With its pledges and both listings."""
    return session.scalars(
        sa.select(Agreement)
        .where(Agreement.interest_id == interest.id)
        .options(
            selectinload(Agreement.pledges),
            joinedload(Agreement.interest).joinedload(Interest.listing).joinedload(Listing.organisation),
            joinedload(Agreement.interest).joinedload(Interest.with_listing).joinedload(Listing.organisation),
        )
    ).first()


def agreements_to_ask_after(*, now: datetime, limit: int = 200) -> Sequence[Agreement]:
    running = Agreement.state.in_((AgreementState.AGREED, AgreementState.RUNNING))
    due = [
        sa.and_(Agreement.asked_after < days, Agreement.agreed_at <= now - rules.days_long(days))
        for days in rules.ASKED_AFTER
    ]
    return session.scalars(
        sa.select(Agreement).where(running, sa.or_(*due)).order_by(Agreement.agreed_at, Agreement.id).limit(limit)
    ).all()


def funnel(*, country: str = "", region: str = "", field: str = "") -> Mapping[str, int]:
    """How far needs came that were ever public, of one country, region or theme or of all: posted, something fits, in contact, agreed, done."""
    needs = sa.select(Listing.id).where(Listing.kind == Kind.NEED, Listing.published_at.isnot(None))
    if country:
        needs = needs.where(Listing.country == country)
    if region:
        needs = needs.where(Listing.nuts2 == region)
    if field:
        among = Listing.goals if field in GOALS else Listing.fields
        needs = needs.where(sa.cast(among, sa.String).contains(f'"{field}"'))
    chosen = needs.subquery()
    about = sa.or_(Interest.listing_id == chosen.c.id, Interest.with_listing_id == chosen.c.id)

    def count(*steps: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(chosen).where(*steps).scalar_subquery()

    agreed = sa.select(Agreement.id).join(Interest, Interest.id == Agreement.interest_id).where(about)
    fits = sa.exists().where(
        Match.configuration_id == current_configuration(),
        Match.listing_id == chosen.c.id,
        Match.relation == Relation.FITS,
    )
    row = session.execute(
        sa.select(
            count(),
            count(fits),
            count(sa.exists().where(about)),
            count(agreed.where(Agreement.agreed_at.isnot(None)).exists()),
            count(agreed.where(Agreement.state == AgreementState.DONE).exists()),
        )
    ).one()
    return dict(zip(("posted", "fitting", "contact", "agreed", "done"), row, strict=True))
