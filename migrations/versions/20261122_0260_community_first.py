"""community"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0260"
down_revision = "20261122_0250"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("summaries", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("hue", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        sa.UniqueConstraint("slug", name=op.f("uq_spaces_slug")),
    )
    op.create_table(
        "standings",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_standings_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_standings")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "kind", sa.Enum("question", "discussion", name="topickind", native_enum=False, length=20), nullable=False
        ),
        sa.Column("about", sa.String(length=200), nullable=True),
        sa.Column("state", sa.Enum("open", "closed", name="topicstate", native_enum=False, length=20), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("highest_no", sa.Integer(), nullable=False),
        sa.Column("last_visible_no", sa.Integer(), nullable=False),
        sa.Column("last_post_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("answer_count", sa.Integer(), nullable=False),
        sa.Column("accepted_no", sa.Integer(), nullable=True),
        sa.CheckConstraint("last_visible_no <= highest_no", name=op.f("ck_topics_visible_numbers_exist")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_topics_author_id")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_topics_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("key", name=op.f("uq_topics_key")),
    )
    op.create_index("ix_topics_about", "topics", ["about", "last_post_at"], unique=False)
    op.create_index("ix_topics_author_id", "topics", ["author_id"], unique=False)
    op.create_index(
        "ix_topics_newest",
        "topics",
        ["last_post_at", "id"],
        unique=False,
        sqlite_where=sa.text("hidden_at IS NULL"),
        postgresql_where=sa.text("hidden_at IS NULL"),
    )
    op.create_index(
        "ix_topics_newest_in_space",
        "topics",
        ["space_id", "last_post_at", "id"],
        unique=False,
        sqlite_where=sa.text("hidden_at IS NULL"),
        postgresql_where=sa.text("hidden_at IS NULL"),
    )
    op.create_index(
        "ix_topics_newest_of_kind",
        "topics",
        ["space_id", "kind", "last_post_at", "id"],
        unique=False,
        sqlite_where=sa.text("hidden_at IS NULL"),
        postgresql_where=sa.text("hidden_at IS NULL"),
    )
    op.create_index(
        "ix_topics_unanswered",
        "topics",
        ["space_id", "last_post_at", "id"],
        unique=False,
        sqlite_where=sa.text("hidden_at IS NULL AND kind = 'question' AND answer_count = 0"),
        postgresql_where=sa.text("hidden_at IS NULL AND kind = 'question' AND answer_count = 0"),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=40), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("markup", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_because", sa.String(length=300), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_because", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told_upto", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_posts_author_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_posts_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_posts_author_id_once")),
        sa.UniqueConstraint("topic_id", "no", name=op.f("uq_posts_topic_id_no")),
    )
    op.create_index("ix_posts_author_id_id", "posts", ["author_id", "id"], unique=False)
    op.create_table(
        "topic_people",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("last_read_no", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("watching", "tracking", "normal", "muted", name="level", native_enum=False, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_topic_people_person_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_topic_people_topic_id")),
        sa.PrimaryKeyConstraint("person_id", "topic_id", name=op.f("pk_topic_people")),
    )
    op.create_index("ix_topic_people_person_id_level", "topic_people", ["person_id", "level", "topic_id"], unique=False)
    op.create_index(
        "ix_topic_people_topic_id_level_person_id", "topic_people", ["topic_id", "level", "person_id"], unique=False
    )
    op.create_table(
        "flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("off_topic", "rude", "spam", "illegal", "other", name="flagkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome", sa.Enum("hidden", "left", name="flagoutcome", native_enum=False, length=20), nullable=True
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_flags_decided_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_flags_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_flags_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    op.create_index("ix_flags_person_id", "flags", ["person_id"], unique=False)
    op.create_index(op.f("ix_flags_decided_by_id"), "flags", ["decided_by_id"], unique=False)
    op.create_index(
        "ix_flags_queue",
        "flags",
        ["id"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index(
        "uq_flags_waiting",
        "flags",
        ["post_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "mentions",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mentions_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_mentions_post_id")),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_mentions")),
    )
    op.create_index("ix_mentions_person_id", "mentions", ["person_id"], unique=False)
    op.create_table(
        "post_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_post_revisions_author_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_revisions_post_id")),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["people.id"], name=op.f("fk_post_revisions_replaced_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_revisions")),
        sa.UniqueConstraint("post_id", "n", name=op.f("uq_post_revisions_post_id_n")),
    )
    op.create_index(op.f("ix_post_revisions_author_id"), "post_revisions", ["author_id"], unique=False)
    op.create_index(op.f("ix_post_revisions_replaced_by_id"), "post_revisions", ["replaced_by_id"], unique=False)
    op.create_table(
        "useful_votes",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_useful_votes_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_useful_votes_post_id")),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_useful_votes")),
    )
    op.create_index("ix_useful_votes_person_id", "useful_votes", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("useful_votes")
    op.drop_table("post_revisions")
    op.drop_table("mentions")
    op.drop_table("flags")
    op.drop_table("topic_people")
    op.drop_table("posts")
    op.drop_table("topics")
    op.drop_table("standings")
    op.drop_table("spaces")
