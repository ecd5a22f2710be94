"""accounts: sign in with an account from elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1559"
down_revision = "20261126_1557"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outside_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outside_identities_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_outside_identities_issuer_subject")),
    )
    op.create_index(op.f("ix_outside_identities_person_id"), "outside_identities", ["person_id"])


def downgrade() -> None:
    op.drop_table("outside_identities")
