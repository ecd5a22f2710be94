"""learning: what trainers say of a piece, and what is reported of a published one"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_2346"
down_revision = "20261126_2250"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portfolio_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["portfolio_items.id"], name=op.f("fk_portfolio_comments_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_portfolio_comments_person_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_portfolio_comments_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_comments")),
    )
    op.create_index("ix_portfolio_comments_item_id", "portfolio_comments", ["item_id", "id"])
    op.create_index(op.f("ix_portfolio_comments_person_id"), "portfolio_comments", ["person_id"])
    op.create_index(op.f("ix_portfolio_comments_author_id"), "portfolio_comments", ["author_id"])
    op.create_table(
        "portfolio_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["portfolio_items.id"], name=op.f("fk_portfolio_reports_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_portfolio_reports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_reports")),
        sa.UniqueConstraint("item_id", "person_id", name=op.f("uq_portfolio_reports_item_id_person_id")),
    )
    op.create_index(op.f("ix_portfolio_reports_person_id"), "portfolio_reports", ["person_id"])


def downgrade() -> None:
    op.drop_table("portfolio_reports")
    op.drop_table("portfolio_comments")
