"""Files that people send: looked at, drawn anew, kept once, shown to whoever may see what they belong to, and gone when nobody needs them."""

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import request
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.accounts.models import Person
from academy.kernel import clock, files
from academy.kernel.access import Refused
from academy.kernel.db import session
from academy.kernel.files import storing
from academy.kernel.privacy import everything_about
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import Academy
from tests.given import Given

OPEN, CLOSED = Ref("test shelf", "open"), Ref("test shelf", "closed")


@resolves("test shelf")
def _shelves(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    return {ref: Subject(ref.key, "/", visible=ref == OPEN) for ref in refs}


def photograph(width: int = 300, height: int = 200, *, kind: str = "JPEG", orientation: int = 1) -> bytes:
    picture = Image.new("RGB", (width, height), "teal")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "taken in a secret garden"
    made = io.BytesIO()
    picture.save(made, kind, **({"exif": exif} if kind != "GIF" else {}))
    return made.getvalue()


def receive(app: Academy, content: bytes, name: str, accept: frozenset[files.Kind] = files.MEDIA) -> files.Incoming:
    with app.app_context():
        return files.received(FileStorage(io.BytesIO(content), name), accept=accept)


def keep(given: Given, content: bytes, name: str, owner: Person | None = None) -> files.StoredFile:
    found = receive(given.app, content, name)
    return given.done(lambda: files.keep(found, owner_id=owner.id if owner else None))


def got(client: FlaskClient, file: files.StoredFile, **headers: str) -> TestResponse:
    """Read to its end, so that nothing stays open."""
    return client.get(f"/files/{file.key}/{file.name}", headers=headers, buffered=True)


def zipped(names: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_a_picture_is_drawn_anew_upright_and_without_what_the_camera_wrote(app: Academy) -> None:
    content = photograph(300, 200, orientation=6)
    assert b"secret garden" in content
    found = receive(app, content, "../Mein Foto (1).PNG")
    assert (found.name, found.kind.type, found.width, found.height) == ("Mein-Foto-1.jpg", "image/jpeg", 200, 300)
    kept = (app.extensions["settings"].data_dir / "files" / found.sha256).read_bytes()
    assert b"secret garden" not in kept and hashlib.sha256(kept).hexdigest() == found.sha256
    assert not Image.open(io.BytesIO(kept)).getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_a_large_picture_of_any_kind_is_made_smaller(app: Academy, kind: str) -> None:
    found = receive(app, photograph(5000, 1000, kind=kind), "wide.jpg")
    assert (found.width, found.height) == (2400, 480)
    assert found.kind.type == {"PNG": "image/png", "WEBP": "image/webp", "GIF": "image/png"}[kind]


@pytest.mark.parametrize(
    ("content", "name", "type"),
    [
        (b"%PDF-1.7 and so on", "plan.exe", "application/pdf"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello", "talk.vtt", "text/vtt"),
        ("nome;città\n".encode(), "people.csv", "text/csv"),
        (b"\0\0\0\x20ftypisom\0\0", "talk.jpg", "video/mp4"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x84webm", "talk.mp4", "video/webm"),
        (b"ID3\x04 sound", "talk.html", "audio/mpeg"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "a.doc", "application/vnd.oasis.opendocument.text"),
        (
            zipped({"[Content_Types].xml": b"", "word/document.xml": b""}),
            "a.zip",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)  # fmt: skip
def test_what_a_file_is_is_said_by_its_content(app: Academy, content: bytes, name: str, type: str) -> None:
    found = receive(app, content, name)
    assert found.kind.type == type and found.name.endswith(found.kind.ending)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "nothing.txt", "empty"),
        (b"<script>alert(1)</script>", "picture.jpg", "can't be used here"),
        (b"<html><script>alert(1)</script>", "page.html", "can't be used here"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing.svg", "can't be used here"),
        (b"MZ\x90\0", "report.pdf", "can't be used here"),
        (b"\xff\xd8\xff\xe0 and then nothing", "broken.jpg", "can't be read"),
        (b"caf\xe9", "latin.txt", "can't be used here"),
        (zipped({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""}), "macro.docx", "can't be used"),
        (zipped({"anything": b""}), "archive.zip", "can't be used here"),
        (b"PK\x03\x04 broken", "broken.docx", "can't be used here"),
    ],
)  # fmt: skip
def test_what_can_act_or_is_not_what_it_seems_is_refused_with_a_reason(
    app: Academy, content: bytes, name: str, reason: str
) -> None:
    with pytest.raises(files.NotAccepted) as refused:
        receive(app, content, name)
    assert reason in str(refused.value.sentence.message)
    assert not list((app.extensions["settings"].data_dir / "files").iterdir())


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return (8 + len(inside)).to_bytes(4, "big") + name + inside


PLACE = b"+45.4064+011.8768/"
_TAGS = b"\x12\x54\xc3\x67"


@pytest.mark.parametrize(
    ("name", "before", "told", "after"),
    [
        (
            "film.mp4",
            box(b"ftyp", b"isom\0\0\0\0"),
            box(b"moov", box(b"mvhd", b"1234"), box(b"udta", box(b"\xa9xyz", PLACE)), box(b"trak", box(b"meta", PLACE))),
            box(b"mdat", b"pictures"),
        ),
        ("talk.mp3", b"", b"ID3\x04\0\0\0\0\0\x1cTXXX" + PLACE + b"\0" * 6, b"\xff\xfbsound" * 30 + b"TAG" + PLACE.ljust(125, b"\0")),
        (
            "film.webm",
            b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm" + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff",
            _TAGS + bytes([0x80 | len(PLACE)]) + PLACE + _TAGS + b"\x01" + len(PLACE).to_bytes(7, "big") + PLACE,
            b"\x1f\x43\xb6\x75\x84more",
        ),
    ],
)  # fmt: skip
def test_a_film_or_a_recording_loses_what_the_device_wrote_and_keeps_its_length(
    app: Academy, name: str, before: bytes, told: bytes, after: bytes
) -> None:
    with app.app_context():
        found = files.received(io.BytesIO(before + told + after), accept=files.MEDIA, name=name)
        kept = (app.extensions["settings"].data_dir / "files" / found.sha256).read_bytes()
    assert PLACE not in kept and len(kept) == len(before + told + after)
    assert kept.startswith(before) and after[:8] in kept


def test_a_film_that_is_cut_off_is_left_as_it_is(app: Academy) -> None:
    broken = box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\xff\xffmoov" + box(b"udta", PLACE)
    with app.app_context():
        found = files.received(io.BytesIO(broken), accept=files.MEDIA, name="film.mp4")
        kept = (app.extensions["settings"].data_dir / "files" / found.sha256).read_bytes()
    assert kept == broken


def test_a_picture_that_would_fill_the_memory_is_refused(app: Academy) -> None:
    made = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(made, "PNG")
    with pytest.raises(files.NotAccepted, match="too many pixels"):
        receive(app, made.getvalue(), "bomb.png")


def test_the_same_content_is_kept_once(app: Academy, given: Given) -> None:
    one, other = keep(given, b"%PDF-1.7", "a.pdf"), keep(given, b"%PDF-1.7", "b.pdf")
    assert one.key != other.key and one.sha256 == other.sha256
    assert len(list((app.extensions["settings"].data_dir / "files").iterdir())) == 1


def test_a_file_is_seen_by_its_owner_and_by_who_sees_the_thing_that_uses_it(client: FlaskClient, given: Given) -> None:
    owner = given.person()
    file = keep(given, photograph(), "garden.jpg", owner)
    mine, others = given.signed_in(owner), given.signed_in(given.person())
    assert [got(each, file).status_code for each in (mine, others, client)] == [200, 404, 404]
    given.done(lambda: files.uses(CLOSED, [file.key]))
    assert [got(each, file).status_code for each in (mine, others)] == [200, 404]
    given.done(lambda: files.uses(OPEN, [file.key]))
    assert [got(each, file).status_code for each in (mine, others, client)] == [200, 200, 200]
    given.done(lambda: files.uses(OPEN, []))
    assert got(client, file).status_code == 404
    assert client.get("/files/abcdefgh/garden.jpg").status_code == 404


def test_a_browser_shows_pictures_and_keeps_everything_else(client: FlaskClient, given: Given) -> None:
    picture, plan = keep(given, photograph(), "garden.jpg"), keep(given, b"%PDF-1.7", "il piano.pdf")
    given.done(lambda: files.uses(OPEN, [picture.key, plan.key]))
    shown, saved = got(client, picture), got(client, plan)
    assert shown.headers["Content-Disposition"].startswith("inline") and shown.mimetype == "image/jpeg"
    assert saved.headers["Content-Disposition"] == "attachment; filename=il-piano.pdf"
    for answer in (shown, saved):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "private" in answer.headers["Cache-Control"]
    again = got(client, picture, **{"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304


def test_a_film_is_sent_in_the_pieces_that_a_player_asks_for(client: FlaskClient, given: Given) -> None:
    content = b"\0\0\0\x20ftypisom" + bytes(range(200))
    film = keep(given, content, "talk.mp4")
    given.done(lambda: files.uses(OPEN, [film.key]))
    piece = got(client, film, Range="bytes=4-7")
    assert (piece.status_code, piece.data) == (206, b"ftyp")
    assert piece.headers["Content-Range"] == f"bytes 4-7/{len(content)}"
    assert got(client, film, Range="bytes=9000-").status_code == 416


def test_only_a_view_that_takes_files_gets_a_large_body(app: Academy) -> None:
    def take() -> str:
        request.files["file"].close()
        return "taken"

    app.add_url_rule("/en/small", "small", take, methods=["POST"])
    app.add_url_rule("/en/large", "large", files.takes_files(5)(take), methods=["POST"])
    client = app.test_client()

    def sent(where: str, megabytes: int) -> int:
        part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n%b\r\n--x--\r\n'
        body = part % bytes(megabytes * 1024 * 1024)
        return client.post(where, data=body, content_type="multipart/form-data; boundary=x").status_code

    assert [sent("/en/small", 3), sent("/en/large", 3), sent("/en/large", 6)] == [413, 200, 413]


def test_a_person_keeps_only_so_much(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "ALLOWANCE", 20)
    owner = given.person()
    keep(given, b"%PDF-1.7 0123", "first.pdf", owner)
    with pytest.raises(Refused, match="already"):
        keep(given, b"%PDF-1.7 4567", "second.pdf", owner)
    keep(given, b"%PDF-1.7 4567", "of-the-course.pdf")


def test_what_nobody_uses_goes_after_a_day_and_its_content_with_it(app: Academy, given: Given) -> None:
    used, unused = keep(given, b"%PDF-1.7 used", "a.pdf"), keep(given, b"%PDF-1.7 unused", "b.pdf")
    given.done(lambda: files.uses(OPEN, [used.key]))
    folder = app.extensions["settings"].data_dir / "files"
    given.done(files.sweep)
    assert len(list(folder.iterdir())) == 2
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        given.done(files.sweep)
    assert [path.name for path in folder.iterdir()] == [used.sha256]
    assert given.seen(lambda: session.scalars(sa.select(files.StoredFile.key)).all()) == [used.key]
    assert unused.sha256 != used.sha256


def test_a_persons_files_are_exported_and_go_with_them(client: FlaskClient, given: Given) -> None:
    owner = given.person()
    mine, shared = keep(given, b"%PDF-1.7 mine", "mine.pdf", owner), keep(given, b"%PDF-1.7 shared", "shared.pdf")
    given.done(lambda: files.uses(OPEN, [mine.key, shared.key]))
    exported = given.seen(lambda: everything_about(owner.id))
    assert [row["name"] for row in exported["files"]] == ["mine.pdf"]

    def close() -> None:
        person = people.person_with_id(owner.id)
        assert person is not None
        accounts.close_account(person, by=person)

    given.done(close)
    assert [got(client, file).status_code for file in (mine, shared)] == [404, 200]
