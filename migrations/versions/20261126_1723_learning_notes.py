"""learning: notes that learners keep for themselves"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1723"
down_revision = "20261126_1722"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notes_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_notes_unit_id")),
        sa.PrimaryKeyConstraint("person_id", "unit_id", "box", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_unit_id"), "notes", ["unit_id"])


def downgrade() -> None:
    op.drop_table("notes")
