"""marketplace"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0250"
down_revision = "20261122_0240"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.Enum("need", "offer", name="kind", native_enum=False, length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in-review",
                "published",
                "paused",
                "in-talks",
                "closed",
                name="state",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum("met-here", "met-elsewhere", "withdrawn", "expired", name="outcome", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("goals", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("targets", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("resources", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("nuts2", sa.String(length=4), nullable=False),
        sa.Column("municipality", sa.String(length=120), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("transferable", sa.Boolean(), nullable=False),
        sa.Column("contact_languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("quantity", sa.String(length=120), nullable=False),
        sa.Column("conditions", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("words", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_listings_author_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_listings_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("slug", name=op.f("uq_listings_slug")),
    )
    op.create_index(op.f("ix_listings_author_id"), "listings", ["author_id"], unique=False)
    op.create_index("ix_listings_closing", "listings", ["state", "expires_at", "id"], unique=False)
    op.create_index("ix_listings_newest", "listings", ["state", "published_at", "id"], unique=False)
    op.create_index("ix_listings_organisation_id_id", "listings", ["organisation_id", "id"], unique=False)
    op.create_table(
        "listing_facets",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_facets_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", "facet", "value", name=op.f("pk_listing_facets")),
    )
    op.create_index(
        "ix_listing_facets_facet_value_listing_id", "listing_facets", ["facet", "value", "listing_id"], unique=False
    )
    op.create_table(
        "listing_interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("with_listing_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("waiting", "accepted", "declined", "withdrawn", name="intereststate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_listing_interests_listing_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_listing_interests_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_listing_interests_person_id")),
        sa.ForeignKeyConstraint(
            ["with_listing_id"], ["listings.id"], name=op.f("fk_listing_interests_with_listing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_interests")),
        sa.UniqueConstraint("key", name=op.f("uq_listing_interests_key")),
        sa.UniqueConstraint(
            "listing_id", "organisation_id", name=op.f("uq_listing_interests_listing_id_organisation_id")
        ),
        sa.UniqueConstraint("listing_id", "person_id", name=op.f("uq_listing_interests_listing_id_person_id")),
    )
    op.create_index(
        op.f("ix_listing_interests_organisation_id"), "listing_interests", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_listing_interests_person_id"), "listing_interests", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_listing_interests_with_listing_id"), "listing_interests", ["with_listing_id"], unique=False
    )
    op.create_table(
        "listing_matches",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("parts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("weights_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["listings.id"], name=op.f("fk_listing_matches_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["listings.id"], name=op.f("fk_listing_matches_offer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "offer_id", name=op.f("pk_listing_matches")),
    )
    op.create_index("ix_listing_matches_need_id_score", "listing_matches", ["need_id", "score"], unique=False)
    op.create_index("ix_listing_matches_offer_id_score", "listing_matches", ["offer_id", "score"], unique=False)
    op.create_table(
        "listing_pairs_declined",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["listings.id"], name=op.f("fk_listing_pairs_declined_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["listings.id"], name=op.f("fk_listing_pairs_declined_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_listing_pairs_declined_person_id")),
        sa.PrimaryKeyConstraint("need_id", "offer_id", name=op.f("pk_listing_pairs_declined")),
    )
    op.create_index(op.f("ix_listing_pairs_declined_offer_id"), "listing_pairs_declined", ["offer_id"], unique=False)
    op.create_index(op.f("ix_listing_pairs_declined_person_id"), "listing_pairs_declined", ["person_id"], unique=False)
    op.create_table(
        "listing_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("from_owner", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_listing_messages_author_id")),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["listing_interests.id"], name=op.f("fk_listing_messages_interest_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_listing_messages_key")),
    )
    op.create_index(op.f("ix_listing_messages_author_id"), "listing_messages", ["author_id"], unique=False)
    op.create_index("ix_listing_messages_interest_id_id", "listing_messages", ["interest_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("listing_messages")
    op.drop_table("listing_pairs_declined")
    op.drop_table("listing_matches")
    op.drop_table("listing_interests")
    op.drop_table("listing_facets")
    op.drop_table("listings")
