"""How does Alembic reach our database? Through the application's own engine, on SQLite and PostgreSQL alike."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from academy.kernel.db import Base, Moment, database, tables_made_anew
from academy.retrieval.schema import is_ours


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave out what `academy/retrieval` makes by hand: the full-text index of each database."""
    return not (reflected and compare_to is None and is_ours(kind, name or ""))


def render_item(kind: str, thing: Any, autogen: Any) -> str | bool:
    """Migrations know plain SQL types alone: what our own types mean may change, what has happened may not."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run() -> None:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            include_object=include_object,
            render_item=render_item,
            compare_type=True,
            transaction_per_migration=True,
        )
        with tables_made_anew(connection):
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()


run()
