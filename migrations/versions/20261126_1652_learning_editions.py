"""learning: editions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_1652"
down_revision = "20261126_1650"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "completion_rules",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("because", sa.String(length=300), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_completion_rules_author_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_completion_rules")),
    )
    op.create_index(op.f("ix_completion_rules_author_id"), "completion_rules", ["author_id"], unique=False)

    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("self_paced", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("nuts2", sa.String(length=4), nullable=False),
        sa.Column("municipality", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "mode", sa.Enum("online", "in-person", "blended", name="mode", native_enum=False, length=20), nullable=False
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", sa.Integer(), nullable=False),
        sa.Column("funding", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_editions_ends_after_it_starts")),
        sa.CheckConstraint("self_paced OR organisation_id IS NOT NULL", name=op.f("ck_editions_somebody_is_in_charge")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_editions_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("slug", name=op.f("uq_editions_slug")),
    )
    op.create_index(op.f("ix_editions_organisation_id"), "editions", ["organisation_id"], unique=False)
    op.create_index("ix_editions_published_at_starts_on", "editions", ["published_at", "starts_on"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("done BETWEEN 0 AND total", name=op.f("ck_enrolments_never_more_than_all")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_enrolments_edition_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("person_id", "edition_id", name=op.f("uq_enrolments_person_id_edition_id")),
    )
    op.create_index("ix_enrolments_edition_id_name", "enrolments", ["edition_id", "id"], unique=False)

    op.create_table(
        "group_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("to_group", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", sa.Integer(), nullable=False),
        sa.Column("people", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_group_messages_author_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_group_messages_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_group_messages_key")),
    )
    op.create_index(op.f("ix_group_messages_author_id"), "group_messages", ["author_id"], unique=False)
    op.create_index(op.f("ix_group_messages_edition_id"), "group_messages", ["edition_id"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", sa.Integer(), nullable=False),
        sa.Column("cancelled_because", sa.String(length=300), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_sessions_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_sessions_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("key", name=op.f("uq_sessions_key")),
    )
    op.create_index("ix_sessions_edition_id_starts_at", "sessions", ["edition_id", "starts_at"], unique=False)
    op.create_index("ix_sessions_starts_at", "sessions", ["starts_at"], unique=False)

    op.create_table(
        "session_modules",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_session_modules_module_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_modules_session_id")),
        sa.PrimaryKeyConstraint("session_id", "module_id", name=op.f("pk_session_modules")),
    )
    op.create_index(op.f("ix_session_modules_module_id"), "session_modules", ["module_id"], unique=False)

    op.create_table(
        "session_trainers",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_session_trainers_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_trainers_session_id")),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_trainers")),
    )
    op.create_index(op.f("ix_session_trainers_person_id"), "session_trainers", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_session_trainers_person_id"), table_name="session_trainers")

    op.drop_table("session_trainers")
    op.drop_index(op.f("ix_session_modules_module_id"), table_name="session_modules")

    op.drop_table("session_modules")
    op.drop_index("ix_sessions_starts_at", table_name="sessions")
    op.drop_index("ix_sessions_edition_id_starts_at", table_name="sessions")

    op.drop_table("sessions")
    op.drop_index(op.f("ix_group_messages_edition_id"), table_name="group_messages")
    op.drop_index(op.f("ix_group_messages_author_id"), table_name="group_messages")

    op.drop_table("group_messages")
    op.drop_index("ix_enrolments_edition_id_name", table_name="enrolments")

    op.drop_table("enrolments")
    op.drop_index("ix_editions_published_at_starts_on", table_name="editions")
    op.drop_index(op.f("ix_editions_organisation_id"), table_name="editions")

    op.drop_table("editions")
    op.drop_index(op.f("ix_completion_rules_author_id"), table_name="completion_rules")

    op.drop_table("completion_rules")
