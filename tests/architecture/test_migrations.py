"""Migrations and models say the same, and a migration file says what it is about."""

import re

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from academy.kernel.db import Base, database
from academy.kernel.web import Academy
from academy.retrieval.schema import is_ours
from academy.settings import ROOT


def test_models_equal_migrations(app: Academy) -> None:
    with app.app_context(), database.engine.connect() as connection:

        def ours(_thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
            return not (reflected and compare_to is None and is_ours(kind, name or ""))

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, Base.metadata) == []


def test_every_foreign_key_is_indexed(app: Academy) -> None:
    """Erasing a person or a topic must not read whole tables."""
    with app.app_context(), database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        missing = []
        for table in Base.metadata.sorted_tables:
            firsts = {index["column_names"][0] for index in inspector.get_indexes(table.name)}
            firsts |= {unique["column_names"][0] for unique in inspector.get_unique_constraints(table.name)}
            firsts.add((inspector.get_pk_constraint(table.name)["constrained_columns"] or [""])[0])
            missing += [
                f"{table.name}.{column.name}" for column in table.c if column.foreign_keys and column.name not in firsts
            ]
        assert missing == []


def test_a_migration_is_named_by_its_day_and_feature() -> None:
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        assert re.fullmatch(r"\d{8}_\d{4}_[a-z]+_[a-z_]+", path.stem), path.name
