"""What can be seen, and by whom?"""

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from marketplace.models import Kind, Listing, State


def draft_from(origin: Ref, kind: Kind, organisation_id: int, *, by: Person) -> Listing | None:
    """What this person has begun already out of the same thing, and not yet published."""
    return session.scalars(
        sa.select(Listing).where(
            Listing.author_id == by.id,
            Listing.origin == str(origin),
            Listing.kind == kind,
            Listing.organisation_id == organisation_id,
            Listing.state == State.DRAFT,
        )
    ).first()
