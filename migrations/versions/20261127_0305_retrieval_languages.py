"""The full-text index of PostgreSQL knows of which language a text is."""

from alembic import op

from academy.retrieval import schema

revision = "20261127_0305"
down_revision = "20261127_0300"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        schema.drop(op)
        schema.create(op)


def downgrade() -> None:
    """Nothing is made as it was: what was asked before finds the same, only slower."""
