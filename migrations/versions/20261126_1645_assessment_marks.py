"""assessment: marks by people, challenges, more time, receipts"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1645"
down_revision = "20261126_1633"
branch_labels = None
depends_on = None

_TO_MARK = sa.text("to_mark > 0")
_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.add_column("quizzes", sa.Column("counts", sa.String(length=20), nullable=False, server_default="best"))
    op.add_column("attempts", sa.Column("time_factor", sa.Integer(), nullable=False, server_default="100"))
    op.add_column("attempts", sa.Column("extended", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempts", sa.Column("to_mark", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempts", sa.Column("receipt", sa.String(length=20), nullable=True))
    op.create_index("uq_attempts_receipt", "attempts", ["receipt"], unique=True)
    op.create_index(
        "ix_attempts_to_mark", "attempts", ["submitted_at"], sqlite_where=_TO_MARK, postgresql_where=_TO_MARK
    )
    op.add_column("attempt_steps", sa.Column("note", sa.Text(), nullable=True))
    op.execute(  # SQLite takes a foreign key with a new column, and alembic does not say it so
        "ALTER TABLE attempt_steps ADD COLUMN question_version_id INTEGER "
        "CONSTRAINT fk_attempt_steps_question_version_id REFERENCES question_versions (id)"
    )
    op.create_index(op.f("ix_attempt_steps_question_version_id"), "attempt_steps", ["question_version_id"])
    op.create_table(
        "challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["slot_id"], ["attempt_slots.id"], name=op.f("fk_challenges_slot_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_challenges_person_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_challenges_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("slot_id", name=op.f("uq_challenges_slot_id")),
    )
    op.create_index(op.f("ix_challenges_person_id"), "challenges", ["person_id"])
    op.create_index(op.f("ix_challenges_decided_by_id"), "challenges", ["decided_by_id"])
    op.create_index("ix_challenges_open", "challenges", ["created_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "time_allowances",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_time_allowances_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_time_allowances")),
    )
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
    )


def downgrade() -> None:
    for table in ("outages", "time_allowances", "challenges"):
        op.drop_table(table)
    op.drop_index(op.f("ix_attempt_steps_question_version_id"), "attempt_steps")
    with op.batch_alter_table("attempt_steps") as table:
        table.drop_column("question_version_id")
        table.drop_column("note")
    op.drop_index("ix_attempts_to_mark", "attempts")
    op.drop_index("uq_attempts_receipt", "attempts")
    for column in ("receipt", "to_mark", "extended", "time_factor"):
        op.drop_column("attempts", column)
    op.drop_column("quizzes", "counts")
