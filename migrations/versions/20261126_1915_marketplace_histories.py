"""marketplace: histories, posts without an end, posts on behalf of others, glimpses for drafts, which side declined"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_1915"
down_revision = "20261126_1723"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "listing_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_steps_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_listing_steps_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_steps")),
    )
    op.create_index("ix_listing_steps_listing_id_id", "listing_steps", ["listing_id", "id"])
    op.create_index("ix_listing_steps_person_id", "listing_steps", ["person_id"])
    op.execute(
        "INSERT INTO listing_steps (listing_id, person_id, at, what, parts, note) "
        "SELECT id, author_id, created_at, 'drafted', '[]', '' FROM listings ORDER BY id"
    )
    op.execute(
        "INSERT INTO listing_steps (listing_id, person_id, at, what, parts, note) "
        "SELECT id, NULL, published_at, 'published', '[]', '' FROM listings WHERE published_at IS NOT NULL ORDER BY id"
    )
    op.create_table(
        "listing_glimpses",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("themes", JSON, nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_glimpses_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_glimpses")),
    )
    op.add_column("listings", sa.Column("standing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("listings", sa.Column("on_behalf_of", sa.String(length=160), nullable=False, server_default=""))
    op.add_column(
        "listing_pairs_declined", sa.Column("from_need", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE listing_pairs_declined SET from_need = EXISTS (SELECT 1 FROM memberships JOIN listings "
        "ON listings.organisation_id = memberships.organisation_id WHERE listings.id = listing_pairs_declined.need_id "
        "AND memberships.person_id = listing_pairs_declined.person_id)"
    )
    for table, column in (
        ("listings", "standing"),
        ("listings", "on_behalf_of"),
        ("listing_pairs_declined", "from_need"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    op.drop_column("listing_pairs_declined", "from_need")
    op.drop_column("listings", "on_behalf_of")
    op.drop_column("listings", "standing")
    op.drop_table("listing_glimpses")
    op.drop_table("listing_steps")
