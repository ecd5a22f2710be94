"""learning: the portfolio, what learners make in the activities"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1925"
down_revision = "20261126_1940"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portfolio_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", sa.Integer(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum("private", "shared", "published", name="visibility", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(visibility = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_portfolio_items_published_at_while_published"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_portfolio_items_person_id")),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_portfolio_items_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_items")),
        sa.UniqueConstraint("key", name=op.f("uq_portfolio_items_key")),
    )
    op.create_index("ix_portfolio_items_person_id_changed_at", "portfolio_items", ["person_id", "changed_at"])
    op.create_index("ix_portfolio_items_module_id_published_at", "portfolio_items", ["module_id", "published_at"])


def downgrade() -> None:
    op.drop_table("portfolio_items")
