"""community: things of other features wait for a moderator in the same queue"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0625"
down_revision = "20261127_0620"
branch_labels = None
depends_on = None

WAITING = sa.text("decided_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=200), nullable=True))
        batch_op.alter_column("post_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_check_constraint(op.f("ck_reviews_about_one_thing"), "(post_id IS NULL) <> (about IS NULL)")
    op.create_index(
        "uq_reviews_open_about", "reviews", ["about"], unique=True, sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.execute(
        sa.text(
            "INSERT INTO reviews (about, kind, version, opened_at)"
            " SELECT 'portfolio:' || i.key, 'flagged', 1, min(r.reported_at) FROM portfolio_reports r"
            " JOIN portfolio_items i ON i.id = r.item_id"
            " WHERE r.decided_at IS NULL AND i.visibility = 'published' GROUP BY i.key"
        )
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM reviews WHERE post_id IS NULL"))
    op.drop_index("uq_reviews_open_about", table_name="reviews")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_reviews_about_one_thing"), type_="check")
        batch_op.alter_column("post_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("about")
