"""assessment: what was added up of quizzes that many have taken"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261126_2024"
down_revision = "20261126_1926"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_tallies",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("tallies", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("added_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_kept_tallies_quiz_id")),
        sa.PrimaryKeyConstraint("quiz_id", name=op.f("pk_kept_tallies")),
    )


def downgrade() -> None:
    op.drop_table("kept_tallies")
