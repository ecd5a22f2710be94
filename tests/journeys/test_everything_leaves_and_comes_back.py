"""The whole site goes into one file, and comes back from it in another database, of the other kind too."""

import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from academy import archive, cli, demo, loading
from academy.app import create_app
from academy.kernel.db import database, session
from academy.kernel.shared import Edition
from academy.kernel.web import Academy
from academy.migrating import migrate
from academy.settings import settings
from tests import databases
from tests.conftest import settings_for
from tests.given import Given


@pytest.fixture
def small(app: Academy) -> Academy:
    """A site with the invented community, and an uploaded file."""
    demo.load(app)
    cli.init_app(app)
    upload = app.extensions["settings"].data_dir / archive.FILES / "ab" / "cdef"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(bytes(range(256)))
    return app


@pytest.fixture
def elsewhere(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Academy]:
    """A site without tables, on the other kind of database where there is one."""
    url = f"sqlite:///{tmp_path}/elsewhere.db"
    if database_kind == "sqlite" and not request.config.getoption("--fast"):
        server = request.getfixturevalue("postgresql")
        databases.on_server(server, "DROP DATABASE IF EXISTS academy_elsewhere WITH (FORCE)")
        databases.on_server(server, "CREATE DATABASE academy_elsewhere")
        url = databases.url_of(server, "academy_elsewhere")
    app = create_app(settings_for(tmp_path / "elsewhere", url))
    yield app
    with app.app_context():
        database.engine.dispose()


def everything(app: Academy) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as Python sees it; but for the number that a process compares with its own."""
    with app.app_context():
        tables = [table for table in database.metadata.sorted_tables if table is not Edition.__table__]
        found = {
            table.name: [tuple(row) for row in session.execute(sa.select(table).order_by(*table.primary_key))]
            for table in tables
        }
        session.rollback()
        return found


def written(app: Academy, file: Path) -> archive.Contents:
    with app.app_context():
        return archive.write(file)


def test_all_rows_and_files_come_back_and_the_site_goes_on(small: Academy, elsewhere: Academy, tmp_path: Path) -> None:
    loading.load_course(small)
    file = tmp_path / "all.zip"
    contents = written(small, file)
    assert archive.read_into(elsewhere, file) == contents
    assert everything(elsewhere) == everything(small)
    export = tmp_path / "export.zip"
    assert small.test_cli_runner().invoke(args=["data", "export", str(export)]).exit_code == 0
    with zipfile.ZipFile(export) as opened:
        assert opened.read("course/course.yaml") == (loading.MODULES / "course.yaml").read_bytes()
    assert contents.rows == sum(len(rows) for rows in everything(small).values()) > 1000
    came = elsewhere.extensions["settings"].data_dir / archive.FILES / "ab" / "cdef"
    assert came.read_bytes() == bytes(range(256))

    there = Given(elsewhere)
    newcomer = there.person("Somebody New")  # gets a number of their own
    page = there.signed_in(newcomer).get("/en/search?q=participation")
    assert "/en/learn/" in page.text, "what came is found"


def test_a_database_with_something_in_it_is_left_alone(small: Academy, elsewhere: Academy, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    written(small, file)
    migrate(elsewhere)
    Given(elsewhere).person("Already Here")
    before = everything(elsewhere)
    with pytest.raises(archive.Unusable, match="not empty"):
        archive.read_into(elsewhere, file)
    assert everything(elsewhere) == before


def rewritten(
    file: Path, target: Path, part: str, content: bytes | None, manifest: dict[str, object] | None = None
) -> Path:
    """The archive with a part changed, or without it."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            kept = old.read(name)
            if name == archive.MANIFEST and manifest:
                kept = json.dumps({**json.loads(kept), **manifest}).encode()
            if name != part:
                new.writestr(name, kept)
            elif content is not None:
                new.writestr(name, content)
    return target


def test_an_archive_that_is_damaged_or_strange_says_so_and_changes_nothing(
    small: Academy, elsewhere: Academy, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    written(small, file)
    people = "tables/people.jsonl"
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:5000])
    no_zip = tmp_path / "no.zip"
    no_zip.write_text("not an archive")
    other_zip = tmp_path / "other.zip"
    with zipfile.ZipFile(other_zip, "w") as other:
        other.writestr("a.txt", "a")
    for source, said in (
        (cut, "can't be read"),
        (no_zip, "can't be read"),
        (other_zip, "not an archive of an academy"),
        (rewritten(file, tmp_path / "a.zip", people, b""), "people.jsonl was changed"),
        (rewritten(file, tmp_path / "b.zip", people, None), "people.jsonl is missing"),
        (rewritten(file, tmp_path / "c.zip", "", None, {"revision": "of_tomorrow"}), "newer version"),
        (rewritten(file, tmp_path / "d.zip", "", None, {"format": 99}), "does not know"),
    ):
        with pytest.raises(archive.Unusable, match=said):
            archive.read_into(elsewhere, source)
    with elsewhere.app_context():
        assert sa.inspect(database.engine).get_table_names() == []


def test_a_file_name_that_climbs_is_refused(small: Academy, elsewhere: Academy, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    contents = written(small, file)
    climbing = f"{archive.FILES}/../../escaped"
    bad = tmp_path / "bad.zip"
    shutil.copy(file, bad)
    hashes = {**contents.hashes, climbing: contents.hashes[f"{archive.FILES}/ab/cdef"]}
    bad = rewritten(file, bad, "", None, {"hashes": hashes})
    with zipfile.ZipFile(bad, "a") as opened:
        opened.writestr(climbing, bytes(range(256)))
    with pytest.raises(archive.Unusable, match="leads out"):
        archive.read_into(elsewhere, bad)
    assert not (tmp_path / "escaped").exists()


def test_a_backup_is_made_by_command_checked_and_only_the_newest_are_kept(small: Academy, tmp_path: Path) -> None:
    run = small.test_cli_runner().invoke
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in ("20250101", "20250102"):
        (folder / f"academy-{day}-000000.zip").write_text("old")
    made = run(args=["backup", "create", "--folder", str(folder), "--keep", "2", "--json"])
    assert made.exit_code == 0, made.output
    file = Path(json.loads(made.output)["file"])
    assert sorted(folder.iterdir()) == [folder / "academy-20250102-000000.zip", file]
    assert file.stat().st_mode & 0o077 == 0, "everybody's data is for its owner alone"

    good = run(args=["backup", "verify", str(file), "--json"])
    assert good.exit_code == 0, good.output
    assert json.loads(good.output)["rows"] == json.loads(made.output)["rows"]
    bad = run(args=["backup", "verify", str(folder / "academy-20250102-000000.zip")])
    assert bad.exit_code == 1
    assert "can't be read as an archive" in bad.output


def test_an_export_is_readable_and_never_overwrites_a_file(small: Academy, tmp_path: Path) -> None:
    run = small.test_cli_runner().invoke
    file = tmp_path / "export.zip"
    done = run(args=["data", "export", str(file)])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(file) as opened:
        person = json.loads(opened.read("tables/people.jsonl").splitlines()[0])
    assert person["email"].endswith("@example.org")
    again = run(args=["data", "export", str(file)])
    assert again.exit_code == 1
    assert "exists" in again.output


def test_what_is_written_meanwhile_is_all_in_or_all_out(small: Academy, tmp_path: Path) -> None:
    """The archive sees one moment, even when rows come between two of its tables."""
    given = Given(small)
    file = tmp_path / "moment.zip"
    before = written(small, tmp_path / "before.zip").tables
    original = archive._write_rows
    came: list[str] = []

    def slowly(opened, name, connection, table):  # type: ignore[no-untyped-def]
        if not came:
            came.append("somebody")
            writer = threading.Thread(target=given.person, args=("Came Meanwhile",))
            writer.start()
            writer.join()
        return original(opened, name, connection, table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "_write_rows", slowly)
        during = written(small, file).tables
    assert came
    assert during == before
    assert written(small, tmp_path / "after.zip").tables["people"] == before["people"] + 1


def test_a_setting_of_the_archive_is_never_read(small: Academy, tmp_path: Path) -> None:
    """The secret key stays where it is."""
    file = tmp_path / "all.zip"
    written(small, file)
    with small.app_context():
        secret = replace(settings()).secret_key
    with zipfile.ZipFile(file) as opened:
        assert all(secret.encode() not in opened.read(name) for name in opened.namelist())
