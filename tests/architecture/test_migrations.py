"""Migrations and models say the same, and a migration file says what it is about."""

import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from academy.kernel.db import Base, database, tables_made_anew
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


def test_a_table_that_is_made_anew_keeps_the_rows_that_point_at_it(app: Academy) -> None:
    with app.app_context(), database.engine.connect() as connection:
        with connection.begin():
            connection.execute(sa.text("CREATE TABLE rooms (id INTEGER PRIMARY KEY)"))
            connection.execute(
                sa.text("CREATE TABLE chairs (room INTEGER REFERENCES rooms (id) ON DELETE CASCADE, no INTEGER)")
            )
            connection.execute(sa.text("INSERT INTO rooms VALUES (1)"))
            connection.execute(sa.text("INSERT INTO chairs VALUES (1, 5)"))
        with tables_made_anew(connection), connection.begin():
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("rooms", recreate="auto") as rooms:
                rooms.alter_column("id", existing_type=sa.Integer(), type_=sa.BigInteger())
        assert connection.scalar(sa.text("SELECT count(*) FROM chairs")) == 1
        connection.rollback()
        with pytest.raises(sa.exc.IntegrityError), connection.begin():
            connection.execute(sa.text("INSERT INTO chairs VALUES (2, 6)"))
