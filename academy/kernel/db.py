"""Which database do we run on, and where does a transaction begin and end?

The only file, with `academy/retrieval`, that knows the difference between SQLite and PostgreSQL.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

LONGEST_TURN = 30.0  # seconds that a write waits for those before it
_TURN = "has its turn"  # of a connection to SQLite that writes

View = TypeVar("View", bound=Callable[..., Any])


class Moment(sa.TypeDecorator[datetime]):
    """An instant: aware UTC in Python on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    __shared__: ClassVar[bool] = False  # everybody reads these rows: kernel/shared.py
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        dict[str, Any]: sa.JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: sa.JSON().with_variant(JSONB(), "postgresql"),
    }


def stored(kind: type[StrEnum]) -> sa.Enum:
    """A column that holds the values of an enumeration as words: a new value needs no change of a type in the database."""
    return sa.Enum(
        kind, native_enum=False, length=20, values_callable=lambda members: [member.value for member in members]
    )


database = SQLAlchemy(metadata=Base.metadata)  # Flask-Migrate reads the tables from here
session = database.session

_looking: ContextVar[bool] = ContextVar("looking", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """The only commit and the only rollback: the web, the CLI and the worker all end here."""
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def looking() -> Iterator[None]:
    """Read something before the write begins, and let go of the database.

    A write takes its lock with its first statement. What is slow (a password hash, Markdown) has to happen before, and
    sometimes needs a row first. What was read stays usable and belongs to no transaction.
    """
    before = _looking.set(True)
    try:
        yield
    finally:
        _looking.reset(before)
        session.expunge_all()
        session.rollback()


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """A connection that sees everything as it was at one moment, however long it reads, while others write."""
    before = _looking.set(True)
    engine = database.engine
    try:
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as connection:
            yield connection
    finally:
        _looking.reset(before)


def only_reads(view: View) -> View:
    """Mark a POST view that reads alone, such as a preview: it takes no write lock."""
    view.only_reads = True  # type: ignore[attr-defined]  # read back in `reading`
    return view


def reading() -> bool:
    """A request that may not write is being answered: the database itself refuses every write."""
    if _looking.get():
        return True
    if not has_request_context():
        return False
    if request.method in SAFE_METHODS:
        return True
    return getattr(current_app.view_functions.get(request.endpoint or ""), "only_reads", False)


def lock_row(row: Base) -> None:
    """Take a scarce row for this transaction: a row lock on PostgreSQL, on SQLite the write lock is already ours.

    Its columns are read again; the rows that were loaded with it stay loaded.
    """
    session.refresh(row, [column.key for column in sa.inspect(row).mapper.column_attrs], with_for_update=True)


def take_turns(what: str) -> None:
    """From here to its end, this transaction is alone among those that take turns at the same thing. On SQLite every write is."""
    if database.engine.dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(what))))


def gather_statistics() -> None:
    """Let the database look at its tables, to choose its ways by what is there. PostgreSQL does so by itself; SQLite, when it is asked.

    Each table in a transaction of its own, and a thousand rows of each index: nobody waits long.
    """
    if database.engine.dialect.name != "sqlite":
        return
    for table in database.metadata.sorted_tables:
        with transaction():
            session.execute(sa.text("PRAGMA analysis_limit=1000"))
            session.execute(sa.text(f'ANALYZE "{table.name}"'))


def continue_numbering(connection: sa.Connection, table: sa.Table) -> None:
    """After rows that brought their numbers along: the next row gets a new one. SQLite sees to that by itself."""
    keys = list(table.primary_key)
    if connection.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, sa.Integer):
        return
    sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, keys[0].name)))
    if sequence:
        last = sa.select(sa.func.coalesce(sa.func.max(keys[0]), 0) + 1).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sequence, last, False)))


@contextmanager
def tables_made_anew(connection: sa.Connection) -> Iterator[None]:
    """For migrations. SQLite changes a table by making another and dropping it, and a drop would take along, or stumble over, the rows that
    point at it: keys are looked at once, at the end. To be entered before a transaction begins."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if lost := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows point at nothing after the migration: {lost[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def on_commit(act: Callable[[], None]) -> None:
    """Call `act` once this transaction is committed, not at all if it is undone. Never for what must not be lost."""
    session.info.setdefault("on_commit", []).append(act)


def init_app(app: Flask) -> None:
    database.init_app(app)
    with app.app_context():
        prepare = _prepare_sqlite if database.engine.dialect.name == "sqlite" else _prepare_postgresql
        prepare(database.engine)


def engine_options(url: str) -> dict[str, Any]:
    """What Flask-SQLAlchemy passes to `create_engine`; a pool as large as the threads of one process."""
    if url.startswith("sqlite"):
        # made anew now and then: a connection knows the statistics of when it was made
        return {"pool_size": 10, "max_overflow": 10, "pool_recycle": 1800}
    return {
        "pool_size": 10,
        "max_overflow": 10,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        # every statement here is small: to compile it, or to start workers for it, takes longer than to run it; and what it wants is in
        # memory or on a disk that does not turn, so an index is worth more than PostgreSQL thinks
        "connect_args": {"options": "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"},
    }


@event.listens_for(session, "after_commit")
def _after_commit(scoped: Any) -> None:
    for act in scoped.info.pop("on_commit", ()):
        act()


@event.listens_for(session, "after_rollback")
def _after_rollback(scoped: Any) -> None:
    scoped.info.pop("on_commit", None)


def _prepare_sqlite(sqlite: Engine) -> None:
    @event.listens_for(sqlite, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=10000",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-512",  # half a megabyte for each thread's connection, not two: the system keeps the file's pages once for all
        ):
            connection.execute(f"PRAGMA {pragma}")

    turn = threading.Lock()

    @event.listens_for(sqlite, "begin")
    def _begin(connection: sa.Connection) -> None:
        # `exec_driver_sql` would be counted and traced as a statement of the page; these two are its frame
        raw = connection.connection.driver_connection
        assert raw is not None
        if reading():
            raw.execute("PRAGMA query_only=ON")
            raw.execute("BEGIN")
            return
        # SQLite lets whoever asks at the right moment go first, and gives up after ten seconds: with many writers some never get their turn.
        # So those of one process queue here, and at most one of each process asks.
        if not turn.acquire(timeout=LONGEST_TURN):
            raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        connection.info[_TURN] = True
        raw.execute("PRAGMA query_only=OFF")
        raw.execute("BEGIN IMMEDIATE")

    def _done(connection: Any) -> None:
        if connection.info.pop(_TURN, False):
            turn.release()

    event.listen(sqlite, "commit", _done)
    event.listen(sqlite, "rollback", _done)
    event.listen(sqlite, "checkin", lambda _raw, record: _done(record))  # whatever way it went


def _prepare_postgresql(postgresql: Engine) -> None:
    @event.listens_for(postgresql, "begin")
    def _begin(connection: sa.Connection) -> None:
        if reading():
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("SET TRANSACTION READ ONLY")
