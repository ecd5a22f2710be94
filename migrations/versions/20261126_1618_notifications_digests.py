"""notifications, community: digests, levels of spaces, blocks"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_1618"
down_revision = "20261126_1601"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("markdowns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("htmls", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_announcements_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index("ix_announcements_author_id", "announcements", ["author_id"], unique=False)
    op.create_index("ix_announcements_published_at", "announcements", ["published_at"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("blocked_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["blocked_id"], ["people.id"], name=op.f("fk_blocks_blocked_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_blocks_person_id")),
        sa.PrimaryKeyConstraint("person_id", "blocked_id", name=op.f("pk_blocks")),
    )
    op.create_index("ix_blocks_blocked_id", "blocks", ["blocked_id"], unique=False)
    op.create_table(
        "delivery_choices",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("news_group", sa.String(length=30), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum("at_once", "digest", "none", name="delivery", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_delivery_choices_person_id")),
        sa.PrimaryKeyConstraint("person_id", "news_group", name=op.f("pk_delivery_choices")),
    )
    op.create_table(
        "inboxes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum("off", "daily", "weekly", "monthly", name="rhythm", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("digest_upto", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most_a_day", sa.Integer(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.Column("mailed_today", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("announcements_seen", sa.Integer(), nullable=False),
        sa.Column("refused_address", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_inboxes_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_inboxes")),
    )
    op.create_index("ix_inboxes_next_digest_at", "inboxes", ["next_digest_at"], unique=False)
    op.create_table(
        "space_people",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("watching", "tracking", "normal", "muted", name="level", native_enum=False, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_space_people_person_id")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_space_people_space_id")),
        sa.PrimaryKeyConstraint("person_id", "space_id", name=op.f("pk_space_people")),
    )
    op.create_index(
        "ix_space_people_space_id_level_person_id", "space_people", ["space_id", "level", "person_id"], unique=False
    )
    op.execute(
        "INSERT INTO delivery_choices (person_id, news_group, delivery, since)"
        " SELECT person_id, news_group, 'none', since FROM mail_refused"
    )
    op.drop_table("mail_refused")
    op.add_column("notifications", sa.Column("because", sa.String(length=30), nullable=False, server_default=""))
    op.add_column("notifications", sa.Column("mailed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notifications", sa.Column("first_no", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notifications", sa.Column("last_no", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "notifications",
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00+00:00"),
    )
    op.execute("UPDATE notifications SET changed_at = created_at, mailed = count")
    op.drop_index(op.f("ix_notifications_person_id_id"), table_name="notifications")
    op.create_index(
        "ix_notifications_person_id_changed_at", "notifications", ["person_id", "changed_at", "id"], unique=False
    )
    op.add_column("outgoing_messages", sa.Column("html", sa.Text(), nullable=False, server_default=""))
    op.drop_column("posts", "told_upto")


def downgrade() -> None:
    op.add_column("posts", sa.Column("told_upto", sa.Integer(), nullable=False, server_default="0"))
    op.drop_column("outgoing_messages", "html")
    op.drop_index("ix_notifications_person_id_changed_at", table_name="notifications")
    op.create_index("ix_notifications_person_id_id", "notifications", ["person_id", "id"], unique=False)
    for column in ("because", "mailed", "first_no", "last_no", "changed_at"):
        op.drop_column("notifications", column)
    op.create_table(
        "mail_refused",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("news_group", sa.String(length=30), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mail_refused_person_id")),
        sa.PrimaryKeyConstraint("person_id", "news_group", name=op.f("pk_mail_refused")),
    )
    op.execute(
        "INSERT INTO mail_refused (person_id, news_group, since)"
        " SELECT person_id, news_group, since FROM delivery_choices WHERE delivery = 'none'"
    )
    for table in ("space_people", "inboxes", "delivery_choices", "blocks", "announcements"):
        op.drop_table(table)
