"""marketplace: what names a day on which it ends is open until then, and no longer"""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

revision = "20261127_0310"
down_revision = "20261127_0305"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    listings = sa.table(
        "listings",
        sa.column("id", sa.Integer()),
        sa.column("state", sa.String()),
        sa.column("ends_on", sa.Date()),
        sa.column("expires_at", sa.DateTime(timezone=True)),
    )
    asked = sa.select(listings.c.id, listings.c.ends_on, listings.c.expires_at).where(
        listings.c.ends_on.isnot(None),
        listings.c.expires_at.isnot(None),
        listings.c.state.in_(("published", "paused", "in-talks")),
    )
    for listing_id, ends_on, expires_at in connection.execute(asked).all():
        end = datetime.combine(ends_on, time.max, UTC)
        if end < (expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=UTC)):
            connection.execute(sa.update(listings).where(listings.c.id == listing_id).values(expires_at=end))


def downgrade() -> None:
    """Nothing to undo: it may be renewed."""
