"""community, learning: decisions about other things than posts; what was taken down from a portfolio"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0245"
down_revision = "20261126_2346"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=200), nullable=True))
        batch_op.alter_column("post_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_check_constraint(op.f("ck_decisions_about_one_thing"), "(post_id IS NULL) <> (about IS NULL)")
        batch_op.create_index("ix_decisions_about", ["about"], unique=False)
    op.add_column("portfolio_items", sa.Column("taken_down", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("portfolio_items", "taken_down")
    op.execute("DELETE FROM appeals WHERE decision_id IN (SELECT id FROM decisions WHERE post_id IS NULL)")
    op.execute("DELETE FROM decisions WHERE post_id IS NULL")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_about")
        batch_op.drop_constraint(op.f("ck_decisions_about_one_thing"), type_="check")
        batch_op.alter_column("post_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("about")
