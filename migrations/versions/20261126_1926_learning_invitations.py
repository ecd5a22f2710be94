"""learning: addresses that are invited to an edition"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1926"
down_revision = "20261126_1925"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_invitations_edition_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_invitations_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("email", "edition_id", name=op.f("uq_invitations_email_edition_id")),
    )
    op.create_index(op.f("ix_invitations_edition_id"), "invitations", ["edition_id"])
    op.create_index(op.f("ix_invitations_author_id"), "invitations", ["author_id"])
    op.create_index(op.f("ix_invitations_at"), "invitations", ["at"])


def downgrade() -> None:
    op.drop_table("invitations")
