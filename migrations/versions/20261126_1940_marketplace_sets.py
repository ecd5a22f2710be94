"""marketplace: sets of open listings to count with, and towns to find them by"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1940"
down_revision = "20261126_1915"
branch_labels = None
depends_on = None

PART = 16_384
COUNTED = ("kind", "theme", "resource", "target", "country", "region", "conditions", "language")


def upgrade() -> None:
    sets = op.create_table(
        "listing_sets",
        sa.Column("facet", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("facet", "value", "part", name=op.f("pk_listing_sets")),
    )
    connection = op.get_bind()
    facets = sa.table("listing_facets", sa.column("listing_id"), sa.column("facet"), sa.column("value"))
    listings = sa.table("listings", sa.column("id"), sa.column("nuts2"), sa.column("municipality"))
    parts: dict[tuple[str, str, int], bytearray] = {}
    for listing_id, facet, value in connection.execute(
        sa.select(facets.c.listing_id, facets.c.facet, facets.c.value).where(facets.c.facet.in_(COUNTED))
    ):
        part, place = divmod(listing_id, PART)
        parts.setdefault((facet, value, part), bytearray(PART // 8))[place // 8] |= 1 << place % 8
    rows = [{"facet": key[0], "value": key[1], "part": key[2], "bits": bytes(bits)} for key, bits in parts.items()]
    if rows:
        op.bulk_insert(sets, rows)
    is_open = sa.exists().where(facets.c.listing_id == listings.c.id, facets.c.facet == "kind")
    towns = [
        {
            "listing_id": row.id,
            "facet": "town",
            "value": f"{row.nuts2} {' '.join(row.municipality.split()).casefold()}"[:80],
        }
        for row in connection.execute(
            sa.select(listings.c.id, listings.c.nuts2, listings.c.municipality).where(
                listings.c.municipality != "", is_open
            )
        )
    ]
    if towns:
        op.bulk_insert(facets, towns)


def downgrade() -> None:
    op.execute("DELETE FROM listing_facets WHERE facet = 'town'")
    op.drop_table("listing_sets")
