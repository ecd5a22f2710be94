"""assessment"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0230"
down_revision = "20261122_0220"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("bank", "key", name=op.f("uq_questions_bank_key")),
    )
    op.create_table(
        "quizzes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=False),
        sa.Column("about_key", sa.String(length=160), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes")),
        sa.UniqueConstraint("about_kind", "about_key", name=op.f("uq_quizzes_about_kind_about_key")),
    )
    op.create_table(
        "question_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("markup", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_question_versions_author_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_question_versions_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint("question_id", "n", name=op.f("uq_question_versions_question_id_n")),
    )
    with op.batch_alter_table("question_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_versions_author_id"), ["author_id"], unique=False)

    op.create_table(
        "quiz_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("policy", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_quiz_versions_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_versions")),
        sa.UniqueConstraint("quiz_id", "n", name=op.f("uq_quiz_versions_quiz_id_n")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("quiz_version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(length=40), nullable=False),
        sa.Column("about_key", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state", sa.Enum("in_progress", "handed_in", name="state", native_enum=False, length=20), nullable=False
        ),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_by",
            sa.Enum("learner", "deadline", "sweeper", "trainer", name="closedby", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("max_score", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND max_score", name=op.f("ck_attempts_score_in_bounds")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attempts_person_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_attempts_quiz_id")),
        sa.ForeignKeyConstraint(["quiz_version_id"], ["quiz_versions.id"], name=op.f("fk_attempts_quiz_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("key", name=op.f("uq_attempts_key")),
        sa.UniqueConstraint("quiz_id", "person_id", "number", name=op.f("uq_attempts_quiz_id_person_id_number")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempts_quiz_version_id"), ["quiz_version_id"], unique=False)
        batch_op.create_index(
            "uq_attempts_in_progress",
            ["quiz_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'in_progress'"),
            postgresql_where=sa.text("state = 'in_progress'"),
        )

    op.create_table(
        "quiz_questions",
        sa.Column("quiz_version_id", sa.Integer(), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_quiz_questions_question_id")),
        sa.ForeignKeyConstraint(
            ["quiz_version_id"], ["quiz_versions.id"], name=op.f("fk_quiz_questions_quiz_version_id")
        ),
        sa.PrimaryKeyConstraint("quiz_version_id", "pos", name=op.f("pk_quiz_questions")),
        sa.UniqueConstraint(
            "quiz_version_id", "question_id", name=op.f("uq_quiz_questions_quiz_version_id_question_id")
        ),
    )
    with op.batch_alter_table("quiz_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_questions_question_id"), ["question_id"], unique=False)

    op.create_table(
        "attempt_slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_slots_attempt_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_versions.id"], name=op.f("fk_attempt_slots_question_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_slots")),
        sa.UniqueConstraint("attempt_id", "pos", name=op.f("uq_attempt_slots_attempt_id_pos")),
    )
    with op.batch_alter_table("attempt_slots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_slots_question_version_id"), ["question_version_id"], unique=False)

    op.create_table(
        "attempt_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("autosave", "answer", "stale", "late", "mark", name="stepkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("client_uuid", sa.String(length=48), nullable=True),
        sa.Column("chosen", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("typed", sa.Text(), nullable=True),
        sa.Column("fraction", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_attempt_steps_actor_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["attempt_slots.id"], name=op.f("fk_attempt_steps_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_steps")),
        sa.UniqueConstraint("client_uuid", name=op.f("uq_attempt_steps_client_uuid")),
        sa.UniqueConstraint("slot_id", "seq", name=op.f("uq_attempt_steps_slot_id_seq")),
    )
    with op.batch_alter_table("attempt_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_steps_actor_id"), ["actor_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("attempt_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_steps_actor_id"))

    op.drop_table("attempt_steps")
    with op.batch_alter_table("attempt_slots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_slots_question_version_id"))

    op.drop_table("attempt_slots")
    with op.batch_alter_table("quiz_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_questions_question_id"))

    op.drop_table("quiz_questions")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempts_in_progress",
            sqlite_where=sa.text("state = 'in_progress'"),
            postgresql_where=sa.text("state = 'in_progress'"),
        )
        batch_op.drop_index(batch_op.f("ix_attempts_quiz_version_id"))
        batch_op.drop_index(batch_op.f("ix_attempts_person_id"))

    op.drop_table("attempts")
    op.drop_table("quiz_versions")
    with op.batch_alter_table("question_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_versions_author_id"))

    op.drop_table("question_versions")
    op.drop_table("quizzes")
    op.drop_table("questions")
