"""retrieval: what can be found, and the full-text index of each database"""

import sqlalchemy as sa
from alembic import op

from academy.retrieval import schema

revision = "20261122_0210"
down_revision = "20261122_0200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("stems_title", sa.Text(), nullable=False),
        sa.Column("stems_body", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("kind", "key", "language", name=op.f("uq_search_entries_kind_key_language")),
    )
    op.create_index(op.f("ix_search_entries_weight"), "search_entries", ["weight"])
    schema.create(op)


def downgrade() -> None:
    schema.drop(op)
    op.drop_table("search_entries")
