"""marketplace: public functions and how it came up, to narrow lists by"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0300"
down_revision = "20261127_0245"
branch_labels = None
depends_on = None

PART = 16_384
COLUMNS = {"function": "public_function", "source": "source"}


def upgrade() -> None:
    connection = op.get_bind()
    facets = sa.table("listing_facets", sa.column("listing_id"), sa.column("facet"), sa.column("value"))
    sets = sa.table("listing_sets", sa.column("facet"), sa.column("value"), sa.column("part"), sa.column("bits"))
    listings = sa.table("listings", sa.column("id"), *(sa.column(name) for name in COLUMNS.values()))
    is_open = sa.exists().where(facets.c.listing_id == listings.c.id, facets.c.facet == "kind")
    parts: dict[tuple[str, str, int], bytearray] = {}
    rows = []
    for facet, name in COLUMNS.items():
        said = listings.c[name]
        for listing_id, value in connection.execute(sa.select(listings.c.id, said).where(said != "", is_open)):
            rows.append({"listing_id": listing_id, "facet": facet, "value": value})
            part, place = divmod(listing_id, PART)
            parts.setdefault((facet, value, part), bytearray(PART // 8))[place // 8] |= 1 << place % 8
    if rows:
        op.bulk_insert(facets, rows)
        op.bulk_insert(
            sets,
            [{"facet": key[0], "value": key[1], "part": key[2], "bits": bytes(bits)} for key, bits in parts.items()],
        )


def downgrade() -> None:
    for table in ("listing_facets", "listing_sets"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE facet IN ('function', 'source')"))  # noqa: S608
