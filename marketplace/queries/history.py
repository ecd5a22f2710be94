"""What has happened to a listing?"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from academy.kernel.db import session
from marketplace.models import Listing, Step


def steps_of(listing: Listing, *, limit: int = 200) -> Sequence[Step]:
    """Newest first, with who did it; for its own people and those who review."""
    return session.scalars(
        sa.select(Step)
        .where(Step.listing_id == listing.id)
        .options(joinedload(Step.person))
        .order_by(Step.id.desc())
        .limit(limit)
    ).all()
