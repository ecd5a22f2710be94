"""marketplace: who has left an organisation may write to the same people as themselves

Going back fails where somebody has done so: the two conversations are not one.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0620"
down_revision = "20261127_0610"
branch_labels = None
depends_on = None

NAME = "uq_listing_interests_listing_id_person_id"
ALONE = sa.text("organisation_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("listing_interests", schema=None) as batch_op:
        batch_op.drop_constraint(NAME, type_="unique")
    op.create_index(
        NAME,
        "listing_interests",
        ["listing_id", "person_id"],
        unique=True,
        sqlite_where=ALONE,
        postgresql_where=ALONE,
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name="listing_interests")
    with op.batch_alter_table("listing_interests", schema=None) as batch_op:
        batch_op.create_unique_constraint(NAME, ["listing_id", "person_id"])
