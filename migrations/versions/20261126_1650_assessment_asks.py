"""assessment: what a question asks, to find the same one twice"""

import sqlalchemy as sa
from alembic import op

from academy.assessment.sameness import asks

revision = "20261126_1650"
down_revision = "20261126_1645"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("asks", sa.String(length=64), nullable=False, server_default=""))
    op.create_index("ix_questions_asks", "questions", ["asks"])
    _say_of_what_is_there()


def _say_of_what_is_there() -> None:
    questions = sa.table(
        "questions", sa.column("id", sa.Integer), sa.column("newest", sa.Integer), sa.column("asks", sa.String)
    )
    versions = sa.table(
        "question_versions",
        sa.column("question_id", sa.Integer),
        sa.column("n", sa.Integer),
        sa.column("body", sa.JSON),
    )
    connection = op.get_bind()
    newest = sa.select(questions.c.id, versions.c.body).where(
        versions.c.question_id == questions.c.id, versions.c.n == questions.c.newest
    )
    for question_id, body in connection.execute(newest).all():
        connection.execute(sa.update(questions).where(questions.c.id == question_id).values(asks=asks(body)))


def downgrade() -> None:
    op.drop_index("ix_questions_asks", "questions")
    op.drop_column("questions", "asks")
