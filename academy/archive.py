"""How does everything leave the house in one file, and how does it come back?

An archive is a zip: each table as JSON Lines, each uploaded file, and a manifest with counts and hashes, all of one moment, made while
people go on writing. It knows nothing of the database it came from, so it is the backup, the way from SQLite to PostgreSQL and back, and
what one takes along when one leaves. It is read into an empty database, which is first brought to the migration that the archive was
made at and afterwards to the newest: a backup of last year can be restored by the program of today.
"""

import base64
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

import sqlalchemy as sa
from flask import Flask

from academy.app import create_app
from academy.kernel import clock, shared
from academy.kernel.db import continue_numbering, database, session, snapshot, transaction
from academy.migrating import knows, migrate, revision_of
from academy.retrieval.schema import is_ours
from academy.settings import settings

FORMAT = 1
MANIFEST = "manifest.json"
BATCH = 1_000
FILES = "files"  # of the data directory: what people uploaded


class Unusable(Exception):
    """An archive that can't be read, or a database it can't be read into; the message says what to do."""


@dataclass(frozen=True)
class Contents:
    """What the manifest says."""

    made_at: str
    revision: str
    tables: Mapping[str, int]  # rows
    hashes: Mapping[str, str]  # of every part but the manifest

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def write(target: Path, extra: Mapping[str, bytes] | None = None) -> Contents:
    """Write the archive of this site; `extra` holds more parts, for people to read. Raises OSError, and leaves nothing half written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(prefix=".unfinished-", dir=target.parent)
    os.close(handle)  # readable by its owner alone, as mkstemp makes it: it holds everybody's data
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            contents = _write_parts(archive, extra or {})
        with open(unfinished, "rb") as finished:
            os.fsync(finished.fileno())
        os.replace(unfinished, target)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    return contents


def read_into(app: Flask, source: Path) -> Contents:
    """Fill the empty database of this application, all or nothing, and bring it to the newest migration.

    Raises Unusable.
    """
    contents = checked(source)
    with app.app_context():
        _require_room(contents)
        migrate(app, contents.revision)
        with zipfile.ZipFile(source) as archive:
            _put_files(archive, contents)
            with transaction():
                _put_rows(archive, contents)
        migrate(app)
        with transaction():
            shared.changed()
    return contents


def checked(source: Path) -> Contents:
    """What the archive holds, when every part is there and is what was written. Raises Unusable."""
    try:
        with zipfile.ZipFile(source) as archive:
            contents = _contents(archive)
            names = {name for name in archive.namelist() if name != MANIFEST}
            for name in sorted(names ^ contents.hashes.keys()):
                raise Unusable(f"{name} is {'not in the manifest' if name in names else 'missing'}.")
            for name, expected in contents.hashes.items():
                with archive.open(name) as part:
                    if _digest(part) != expected:
                        raise Unusable(f"{name} was changed after the archive was made.")
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as fault:
        raise Unusable(f"{source} can't be read as an archive: {fault}") from fault
    return contents


def verified(source: Path) -> Contents:
    """What the archive holds, after it was read into a database of its own, which is thrown away. Raises Unusable."""
    with tempfile.TemporaryDirectory(prefix="academy-verify-") as folder:
        scratch = Path(folder)
        here = replace(settings(), data_dir=scratch, database_url=f"sqlite:///{scratch}/academy.db", testing=True)
        app = create_app(here)
        try:
            return read_into(app, source)
        except sa.exc.SQLAlchemyError as fault:
            raise Unusable(f"{source} can't be read into a database: {fault}") from fault
        finally:
            with app.app_context():
                database.engine.dispose()


# --- writing


def _write_parts(archive: zipfile.ZipFile, extra: Mapping[str, bytes]) -> Contents:
    hashes: dict[str, str] = {}
    rows: dict[str, int] = {}
    with snapshot() as connection:
        revision = revision_of(connection)
        if revision is None:
            raise Unusable("There is no database here yet.")
        for table in _tables(connection):
            name = f"tables/{table.name}.jsonl"
            rows[table.name], hashes[name] = _write_rows(archive, name, connection, table)
    for path in _uploaded():
        name = f"{FILES}/{path.relative_to(settings().data_dir / FILES).as_posix()}"
        archive.write(path, name)
        with path.open("rb") as upload:
            hashes[name] = _digest(upload)
    for name, content in extra.items():
        archive.writestr(name, content)
        hashes[name] = hashlib.sha256(content).hexdigest()
    contents = Contents(clock.now().isoformat(timespec="seconds"), revision, rows, hashes)
    archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **vars(contents)}, indent=1, ensure_ascii=False))
    return contents


def _write_rows(archive: zipfile.ZipFile, name: str, connection: sa.Connection, table: sa.Table) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    found = connection.execution_options(yield_per=BATCH).execute(sa.select(table).order_by(*table.primary_key))
    with archive.open(name, "w", force_zip64=True) as part:
        for some in found.mappings().partitions():
            lines = "".join(
                json.dumps({c: _plain(v) for c, v in row.items()}, ensure_ascii=False) + "\n" for row in some
            )
            part.write(encoded := lines.encode())
            digest.update(encoded)
            count += len(some)
    return count, digest.hexdigest()


def _plain(value: Any) -> Any:
    """As JSON has it: an instant in UTC, bytes as base64."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _uploaded() -> list[Path]:
    """Whole files; what is still coming in belongs to nobody yet."""
    found = (path for path in (settings().data_dir / FILES).rglob("*") if path.is_file())
    return sorted(path for path in found if not path.name.startswith("coming-"))


# --- reading


def _contents(archive: zipfile.ZipFile) -> Contents:
    try:
        said = json.loads(archive.read(MANIFEST))
        if said.pop("format") != FORMAT:
            raise Unusable("It was made by a version of the program that this one does not know.")
        return Contents(**said)
    except (KeyError, TypeError, ValueError) as fault:
        raise Unusable(f"It has no {MANIFEST} that can be read: this is not an archive of an academy.") from fault


def _require_room(contents: Contents) -> None:
    if not knows(contents.revision):
        raise Unusable(
            f"It was made by a newer version of the program (migration {contents.revision}). Update the program first."
        )
    with snapshot() as connection:
        revision = revision_of(connection)
        full = [
            table.name
            for table in _tables(connection)
            if connection.scalar(sa.select(sa.literal(1)).select_from(table).limit(1))
        ]
    if full:
        raise Unusable(
            f"The database is not empty ({full[0]}): nothing was changed. Name an empty one in ACADEMY_DATABASE_URL, "
            "or for SQLite move academy.db and the files beside it away first."
        )
    if revision not in {None, contents.revision}:
        raise Unusable(
            f"The database has tables of another version (migration {revision}, the archive {contents.revision}). "
            "Give it a database without tables."
        )


def _put_files(archive: zipfile.ZipFile, contents: Contents) -> None:
    folder = (settings().data_dir / FILES).resolve()
    for name in contents.hashes:
        if PurePosixPath(name).parts[0] != FILES:
            continue
        target = (settings().data_dir / name).resolve()
        if not target.is_relative_to(folder):
            raise Unusable(f"{name} leads out of the folder of uploaded files.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as part, target.open("wb") as kept:
            shutil.copyfileobj(part, kept)


def _put_rows(archive: zipfile.ZipFile, contents: Contents) -> None:
    connection = session.connection()
    tables = _tables(connection)
    if strange := contents.tables.keys() - {table.name for table in tables}:
        raise Unusable(f"This version has no table {sorted(strange)[0]}.")
    place = {table.name: number for number, table in enumerate(tables)}
    for table in tables:
        if table.name not in contents.tables:
            raise Unusable(f"The archive has no table {table.name}.")
        # what points at a row that comes later is filled in at the end
        late = [key.parent.name for key in table.foreign_keys if place[key.column.table.name] >= place[table.name]]
        count = 0
        for rows in _batches(archive, table):
            connection.execute(sa.insert(table), [row | dict.fromkeys(late) for row in rows])
            count += len(rows)
        if count != contents.tables[table.name]:
            raise Unusable(f"{table.name}: {count} rows instead of {contents.tables[table.name]}.")
        if late:
            _fill_in(connection, archive, table, late)
        continue_numbering(connection, table)


def _fill_in(connection: sa.Connection, archive: zipfile.ZipFile, table: sa.Table, late: Sequence[str]) -> None:
    keys = [column.name for column in table.primary_key]
    change = (
        sa.update(table)
        .where(*(table.c[key] == sa.bindparam(f"key_{key}") for key in keys))
        .values({name: sa.bindparam(f"new_{name}") for name in late})
    )
    for rows in _batches(archive, table):
        wanted = [row for row in rows if any(row[name] is not None for name in late)]
        if wanted:
            connection.execute(
                change,
                [
                    {f"key_{key}": row[key] for key in keys} | {f"new_{name}": row[name] for name in late}
                    for row in wanted
                ],
            )


def _batches(archive: zipfile.ZipFile, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    with archive.open(f"tables/{table.name}.jsonl") as part:
        while lines := list(islice(part, BATCH)):
            yield [_row(json.loads(line), table) for line in lines]


def _row(said: Mapping[str, Any], table: sa.Table) -> dict[str, Any]:
    return {name: _typed(value, table.c[name].type) for name, value in said.items()}


def _typed(value: Any, kind: sa.types.TypeEngine[Any]) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(value)
    return value


# --- both


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables that are there, whatever version made them; first those that others point at.

    The search index makes itself, and the edition of what is shared belongs to this house.
    """
    inspector, metadata = sa.inspect(connection), sa.MetaData()
    for name in inspector.get_table_names():
        if name in {"alembic_version", shared.Edition.__tablename__} or is_ours("table", name):
            continue
        keys = inspector.get_pk_constraint(name)["constrained_columns"]
        columns = [
            sa.Column(column["name"], _kind(column["type"]), primary_key=column["name"] in keys)
            for column in inspector.get_columns(name)
            if "computed" not in column
        ]
        links = [
            sa.ForeignKeyConstraint(
                link["constrained_columns"], [f"{link['referred_table']}.{to}" for to in link["referred_columns"]]
            )
            for link in inspector.get_foreign_keys(name)
        ]
        sa.Table(name, metadata, *columns, *links)
    return metadata.sorted_tables


def _kind(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    return type(kind)(none_as_null=True) if isinstance(kind, sa.JSON) else kind


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while some := content.read(1 << 20):
        digest.update(some)
    return digest.hexdigest()
