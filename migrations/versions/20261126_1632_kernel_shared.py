"""kernel: the edition of what all readers share"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1632"
down_revision = "20261126_1618"
branch_labels = None
depends_on = None


def upgrade() -> None:
    editions = op.create_table(
        "editions_of_shared",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions_of_shared")),
    )
    op.bulk_insert(editions, [{"id": 1, "number": 1}])


def downgrade() -> None:
    op.drop_table("editions_of_shared")
