"""community, accounts: kinds of spaces, four states, moderation with decisions and objections, drafts, tags, profiles"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1712"
down_revision = "20261126_1658"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_drafts")),
    )
    op.create_table(
        "experiences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_experiences_person_id")),
        sa.PrimaryKeyConstraint("person_id", "about", name=op.f("pk_experiences")),
    )
    op.create_index("ix_experiences_about_asked_at", "experiences", ["about", "asked_at", "person_id"], unique=False)
    op.create_table(
        "profile_facts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("folded", sa.String(length=500), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("everybody", "members", "nobody", name="audience", native_enum=False, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_profile_facts_person_id")),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_profile_facts")),
    )
    op.create_index("ix_profile_facts_name_folded", "profile_facts", ["name", "folded"], unique=False)
    op.create_table(
        "space_members",
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("steward", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_space_members_person_id")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_space_members_space_id")),
        sa.PrimaryKeyConstraint("space_id", "person_id", name=op.f("pk_space_members")),
    )
    op.create_index("ix_space_members_person_id_space_id", "space_members", ["person_id", "space_id"], unique=False)
    op.create_table(
        "topic_markers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_topic_markers_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_markers")),
    )
    op.create_index("ix_topic_markers_topic_id_no", "topic_markers", ["topic_id", "no"], unique=False)
    op.create_table(
        "topic_tags",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_topic_tags_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "tag", name=op.f("pk_topic_tags")),
    )
    op.create_index("ix_topic_tags_tag_topic_id", "topic_tags", ["tag", "topic_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("flagged", "held", name="reviewkind", native_enum=False, length=20), nullable=True),
        sa.Column("action", sa.Enum("left", "hidden", name="action", native_enum=False, length=20), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "none", "off_topic", "rude", "spam", "illegal", "privacy", name="ground", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_decisions_author_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_decisions_by_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_decisions_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("key", name=op.f("uq_decisions_key")),
    )
    op.create_index("ix_decisions_at", "decisions", ["at"], unique=False)
    op.create_index("ix_decisions_author_id", "decisions", ["author_id"], unique=False)
    op.create_index("ix_decisions_by_id", "decisions", ["by_id"], unique=False)
    op.create_index("ix_decisions_post_id", "decisions", ["post_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("flagged", "held", name="reviewkind", native_enum=False, length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["people.id"], name=op.f("fk_reviews_claimed_by_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_reviews_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_claimed_by_id", "reviews", ["claimed_by_id"], unique=False)
    op.create_index(
        "ix_reviews_queue",
        "reviews",
        ["opened_at", "id"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index(
        "uq_reviews_open",
        "reviews",
        ["post_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_appeals_decided_by_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appeals_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", "person_id", name=op.f("uq_appeals_decision_id_person_id")),
    )
    op.create_index("ix_appeals_decided_by_id", "appeals", ["decided_by_id"], unique=False)
    op.create_index("ix_appeals_person_id", "appeals", ["person_id"], unique=False)
    op.create_index(
        "ix_appeals_queue",
        "appeals",
        ["id"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.add_column("posts", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "spaces",
        sa.Column(
            "kind",
            sa.Enum(
                "general",
                "module",
                "edition",
                "practice",
                "organisation",
                name="spacekind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
            server_default="general",
        ),
    )
    op.add_column(
        "spaces",
        sa.Column(
            "visibility",
            sa.Enum("public", "members", "private", name="visibility", native_enum=False, length=20),
            nullable=False,
            server_default="public",
        ),
    )
    op.execute("UPDATE spaces SET kind = 'module' WHERE about LIKE 'module:%'")
    op.execute(
        "INSERT INTO reviews (post_id, kind, version, opened_at)"
        " SELECT post_id, 'flagged', 1, min(flagged_at) FROM flags WHERE decided_at IS NULL GROUP BY post_id"
    )
    op.add_column("topics", sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("topics", sa.Column("is_thread", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("topics", sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("topics", sa.Column("merged_into", sa.String(length=8), nullable=True))
    op.create_index(
        "ix_topics_pinned",
        "topics",
        ["space_id", "pinned_at"],
        unique=False,
        sqlite_where=sa.text("pinned_at IS NOT NULL"),
        postgresql_where=sa.text("pinned_at IS NOT NULL"),
    )
    op.create_index(
        "uq_topics_thread",
        "topics",
        ["about"],
        unique=True,
        sqlite_where=sa.text("is_thread"),
        postgresql_where=sa.text("is_thread"),
    )
    op.add_column(
        "useful_votes",
        sa.Column(
            "kind",
            sa.Enum("useful", "thanks", "same", name="reactionkind", native_enum=False, length=20),
            nullable=False,
            server_default="useful",
        ),
    )


def downgrade() -> None:
    op.drop_column("useful_votes", "kind")
    op.drop_index("uq_topics_thread", table_name="topics")
    op.drop_index("ix_topics_pinned", table_name="topics")
    for column in ("merged_into", "welcomed_at", "is_thread", "pinned_at"):
        op.drop_column("topics", column)
    for column in ("visibility", "kind"):
        op.drop_column("spaces", column)
    op.drop_column("posts", "held")
    for table in (
        "appeals",
        "reviews",
        "decisions",
        "topic_tags",
        "topic_markers",
        "space_members",
        "profile_facts",
        "experiences",
        "drafts",
    ):
        op.drop_table(table)
