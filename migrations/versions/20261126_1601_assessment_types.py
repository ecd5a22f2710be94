"""assessment: tags of questions, retired questions, previews"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1601"
down_revision = "20261126_1559"
branch_labels = None
depends_on = None

_IN_PROGRESS = sa.text("state = 'in_progress'")


def upgrade() -> None:
    op.create_table(
        "question_tags",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_question_tags_question_id")),
        sa.PrimaryKeyConstraint("question_id", "tag", name=op.f("pk_question_tags")),
    )
    op.create_index("ix_question_tags_tag", "question_tags", ["tag"])
    op.add_column("questions", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("uq_attempts_in_progress", "attempts")
    op.add_column("attempts", sa.Column("is_preview", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "uq_attempts_in_progress",
        "attempts",
        ["quiz_id", "person_id", "is_preview"],
        unique=True,
        sqlite_where=_IN_PROGRESS,
        postgresql_where=_IN_PROGRESS,
    )
    _tag_what_is_there()


def _tag_what_is_there() -> None:
    questions = sa.table("questions", sa.column("id", sa.Integer), sa.column("newest", sa.Integer))
    versions = sa.table(
        "question_versions",
        sa.column("question_id", sa.Integer),
        sa.column("n", sa.Integer),
        sa.column("body", sa.JSON),
    )
    tags = sa.table("question_tags", sa.column("question_id", sa.Integer), sa.column("tag", sa.String))
    current = sa.select(questions.c.id, versions.c.body).join(
        versions, sa.and_(versions.c.question_id == questions.c.id, versions.c.n == questions.c.newest)
    )
    rows = [
        {"question_id": question_id, "tag": tag}
        for question_id, body in op.get_bind().execute(current).all()
        for tag in dict.fromkeys(body.get("tags", []))
    ]
    if rows:
        op.bulk_insert(tags, rows)


def downgrade() -> None:
    op.drop_index("uq_attempts_in_progress", "attempts")
    op.drop_column("attempts", "is_preview")
    op.create_index(
        "uq_attempts_in_progress",
        "attempts",
        ["quiz_id", "person_id"],
        unique=True,
        sqlite_where=_IN_PROGRESS,
        postgresql_where=_IN_PROGRESS,
    )
    op.drop_column("questions", "retired_at")
    op.drop_table("question_tags")
