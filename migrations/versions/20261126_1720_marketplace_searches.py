"""marketplace: saved searches, marks of what was told, and regions to narrow by"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_1720"
down_revision = "20261126_1712"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listing_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("told_through", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_listing_searches_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_searches")),
        sa.UniqueConstraint("key", name=op.f("uq_listing_searches_key")),
    )
    op.create_index("ix_listing_searches_person_id", "listing_searches", ["person_id"])
    op.create_index("ix_listing_searches_told_through", "listing_searches", ["told_through"])
    op.add_column("listings", sa.Column("told_through", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_listings_told_through", "listings", ["state", "told_through"])
    op.execute("UPDATE listings SET told_through = published_at")
    op.execute(
        "INSERT INTO listing_facets (listing_id, facet, value) SELECT id, 'region', nuts2 FROM listings "
        "WHERE nuts2 <> '' AND state = 'published' AND expires_at > CURRENT_TIMESTAMP"
    )


def downgrade() -> None:
    op.execute("DELETE FROM listing_facets WHERE facet = 'region'")
    op.drop_index("ix_listings_told_through", table_name="listings")
    op.drop_column("listings", "told_through")
    op.drop_table("listing_searches")
