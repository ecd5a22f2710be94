"""retrieval: PostgreSQL's index knows of which kind a thing is, as SQLite's does"""

from alembic import op

from academy.retrieval import schema

revision = "20261127_0702"
down_revision = "20261127_0640"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        schema.drop(op)
        schema.create(op)


def downgrade() -> None:
    """The words that are more stay: without them nothing else is found."""
