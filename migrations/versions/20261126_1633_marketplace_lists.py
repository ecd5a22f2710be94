"""marketplace: vectors, frozen configurations, and a list of matches for each listing"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_1633"
down_revision = "20261126_1632"
branch_labels = None
depends_on = None

LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.drop_table("listing_matches")
    with op.batch_alter_table("listings") as listings:
        listings.drop_column("matched_at")
        listings.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
    op.create_table(
        "listing_vectors",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("text_sha", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("sentences", LIST, nullable=False),
        sa.Column("sentence_vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_vectors_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", "model", name=op.f("pk_listing_vectors")),
    )
    op.create_table(
        "matching_configurations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weights_version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("languages", LIST, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_configurations")),
    )
    op.create_table(
        "listing_match_lists",
        sa.Column("configuration_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.Enum("fits", "alike", name="relation", native_enum=False, length=20), nullable=False),
        sa.Column("weakest", sa.Double(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("short", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["configuration_id"],
            ["matching_configurations.id"],
            name=op.f("fk_listing_match_lists_configuration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_match_lists_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("configuration_id", "listing_id", "relation", name=op.f("pk_listing_match_lists")),
    )
    op.create_index("ix_listing_match_lists_listing_id", "listing_match_lists", ["listing_id"])
    op.create_index(
        "ix_listing_match_lists_short",
        "listing_match_lists",
        ["listing_id"],
        sqlite_where=sa.text("short"),
        postgresql_where=sa.text("short"),
    )
    op.create_table(
        "listing_matches",
        sa.Column("configuration_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.Enum("fits", "alike", name="relation", native_enum=False, length=20), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("words", LIST, nullable=False),
        sa.Column("pair", LIST, nullable=False),
        sa.ForeignKeyConstraint(
            ["configuration_id"],
            ["matching_configurations.id"],
            name=op.f("fk_listing_matches_configuration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_matches_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["listings.id"], name=op.f("fk_listing_matches_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "configuration_id", "listing_id", "relation", "other_id", name=op.f("pk_listing_matches")
        ),
    )
    op.create_index("ix_listing_matches_listing_id", "listing_matches", ["listing_id"])
    op.create_index("ix_listing_matches_other_id", "listing_matches", ["other_id"])
    op.create_table(
        "listing_impressions",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("explored", sa.Integer(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_impressions_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_impressions")),
    )
    _have_the_lists_made()


def _have_the_lists_made() -> None:
    """Of what is open already; the worker does it."""
    if not op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("listings")))):
        return
    jobs = sa.table(
        "jobs",
        sa.column("name", sa.String),
        sa.column("arguments", LIST),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("run_at", sa.DateTime(timezone=True)),
        sa.column("tries", sa.Integer),
        sa.column("fault", sa.Text),
    )
    now = datetime.now(UTC)
    op.execute(
        jobs.insert().values(
            name="marketplace.renew_configuration", arguments={}, created_at=now, run_at=now, tries=0, fault=""
        )
    )


def downgrade() -> None:
    for table in (
        "listing_impressions",
        "listing_matches",
        "listing_match_lists",
        "matching_configurations",
        "listing_vectors",
    ):
        op.drop_table(table)
    with op.batch_alter_table("listings") as listings:
        listings.drop_column("capacity")
        listings.add_column(sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "listing_matches",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("parts", LIST, nullable=False),
        sa.Column("weights_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["listings.id"], name=op.f("fk_listing_matches_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["listings.id"], name=op.f("fk_listing_matches_offer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "offer_id", name=op.f("pk_listing_matches")),
    )
    op.create_index("ix_listing_matches_need_id_score", "listing_matches", ["need_id", "score"])
    op.create_index("ix_listing_matches_offer_id_score", "listing_matches", ["offer_id", "score"])
