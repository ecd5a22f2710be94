"""learning: modules and quizzes leave the course and come back"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0603"
down_revision = "20261127_0600"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quizzes", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("imported_files", sa.Column("kept", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM imported_files WHERE kept"))
    op.drop_column("imported_files", "kept")
    op.drop_column("quizzes", "retired_at")
