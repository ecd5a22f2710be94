"""The full-text index of PostgreSQL knows of which language a text is."""

from alembic import op

from academy.retrieval import schema

revision = "20261127_0305"
down_revision = "20261127_0300"


def upgrade() -> None:
    _make_anew()


def downgrade() -> None:
    """What was there before is not made again: the index of today answers what was asked of it then."""


def _make_anew() -> None:
    if op.get_context().dialect.name == "postgresql":
        schema.drop(op)
        schema.create(op)
