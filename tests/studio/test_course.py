"""The whole course as a zip: out with what was edited on the web, in after a look, all of it or nothing."""

import io
import re
import stat
import zipfile

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from academy.accounts.models import Role
from tests.given import Given
from tests.learning.given_learning import course_files, edited_on_the_web, exported, imported, lesson, versions

COURSE = "/en/studio/course"


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.fixture
def admin(given: Given) -> FlaskClient:
    imported(given)
    return given.signed_in(given.person("Ada", Role.ADMINISTRATOR))


def send(client: FlaskClient, content: bytes) -> TestResponse:
    """What the preview says."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="course.zip"\r\n\r\n%b\r\n--x--\r\n' % content
    sent = client.post(COURSE, data=body, content_type="multipart/form-data; boundary=x")
    return client.get(sent.headers["Location"]) if sent.status_code == 303 else sent


def confirm(client: FlaskClient, shown: TestResponse) -> TestResponse:
    return client.post(shown.request.path)


def test_the_zip_holds_what_people_read_and_comes_back_without_a_change(given: Given, admin: FlaskClient) -> None:
    trainer = given.person("Tea", Role.TRAINER)
    edited_on_the_web(given, "needs", "asking", "en", lesson("Asking", "Edited."), by=trainer)
    got = admin.get(f"{COURSE}/course.zip", buffered=True)
    assert got.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == exported(given) and b"Edited." in found["01-needs/lessons/02-asking/en.md"]
    assert admin.get(f"{COURSE}/course.zip", buffered=True).data == got.data
    shown = send(admin, got.data)
    assert "1 changes" not in shown.text and confirm(admin, shown).status_code == 303
    assert versions(given, "needs", "asking", "en")[-1][0] == 2
    assert "Nothing: everything in it is here already." in send(admin, got.data).text


def test_one_sees_what_changes_before_it_does(given: Given, admin: FlaskClient, client: FlaskClient) -> None:
    files = course_files()
    files["01-needs/lessons/02-asking/en.md"] = lesson("Asking (en)", "From the zip.").encode()
    files["01-needs/lessons/03-newest/en.md"] = lesson("New", "A new one.").encode()
    del files["02-money/lessons/01-paying/en.md"]
    shown = send(admin, zipped({f"modules/{name}": content for name, content in files.items()}))
    for path in ("02-asking/en.md", "03-newest/en.md", "money/lessons/paying/en.md"):
        assert path in shown.text
    assert "From the zip." not in client.get("/en/learn/needs/asking").text
    done = confirm(admin, shown)
    assert done.status_code == 303
    assert "Imported: 1 added, 1 changed, 1 removed." in admin.get(COURSE).text
    assert "From the zip." in client.get("/en/learn/needs/asking").text
    assert confirm(admin, shown).status_code == 409, "there is nothing left to import"


def test_a_conflict_is_reported_and_nothing_is_imported(given: Given, admin: FlaskClient) -> None:
    trainer = given.person("Tea", Role.TRAINER)
    edited_on_the_web(given, "needs", "asking", "en", lesson("Asking", "Edited on the web."), by=trainer)
    files = course_files()
    files["01-needs/lessons/02-asking/en.md"] = lesson("Asking (en)", "Edited in the zip.").encode()
    files["01-needs/lessons/01-seeing/en.md"] = lesson("Seeing (en)", "Harmless.").encode()
    shown = send(admin, zipped(files))
    assert "changed both in the zip and on the web" in shown.text and "Import all of this" not in shown.text
    assert confirm(admin, shown).status_code == 409
    assert len(versions(given, "needs", "seeing", "en")) == 1


def test_broken_files_are_named_and_nothing_is_imported_by_half(given: Given, admin: FlaskClient) -> None:
    files = course_files()
    files["01-needs/lessons/01-seeing/en.md"] = lesson("Seeing (en)", "Fine.").encode()
    files["01-needs/lessons/02-asking/en.md"] = b"---\ntitle: [\n---\n\nBroken."
    shown = send(admin, zipped(files))
    assert "01-needs/lessons/02-asking/en.md:" in shown.text and "Nothing was imported" in shown.text
    assert confirm(admin, shown).status_code == 409
    assert len(versions(given, "needs", "seeing", "en")) == 1


def bomb() -> bytes:
    return zipped({"course.yaml": b"x", "a.pdf": bytes(50_000_000)})


def link() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("course.yaml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return made.getvalue()


def liar() -> bytes:
    """It says that a file is small, and it is not."""
    made = zipped({"course.yaml": b"x" * 5_000})
    return made.replace((5_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(), "far too large"),
        (zipped({"../course.yaml": b"x"}), "points outside"),
        (zipped({"/course.yaml": b"x"}), "points outside"),
        (zipped({"a/../../course.yaml": b"x"}), "points outside"),
        (zipped({"C:course.yaml": b"x"}), "points outside"),
        (link(), "points outside"),
        (liar(), "can.t be read|far too large"),
        (zipped({"readme.txt": b"x"}), "holds no course"),
        (zipped({str(number): b"" for number in range(5_001)}), "more than 5000 files"),
        (zipped({"course.yaml": b"x" * 40_000}) [:-30], "can.t be used here|can.t be read"),
        (b"no zip at all", "can.t be used here"),
    ],
    ids=["bomb", "up", "root", "inside-up", "drive", "link", "liar", "no-course", "many", "cut", "no-zip"],
)  # fmt: skip
def test_a_zip_that_is_none_or_means_harm_is_refused_in_words(
    given: Given, admin: FlaskClient, content: bytes, reason: str
) -> None:
    before = exported(given)
    shown = send(admin, content)
    assert re.search(reason, shown.text.replace("&#39;", "'")), shown.text
    if "/course/" in shown.request.path:
        assert confirm(admin, shown).status_code == 409
    assert exported(given) == before


def test_only_administrators_carry_the_course_and_nobody_sees_anothers_zip(
    given: Given, admin: FlaskClient, client: FlaskClient
) -> None:
    shown = send(admin, zipped(course_files()))
    another = given.signed_in(given.person("Eva", Role.ADMINISTRATOR))
    assert [another.get(shown.request.path).status_code, confirm(another, shown).status_code] == [404, 404]
    trainer = given.signed_in(given.person("Tea", Role.TRAINER))
    for address in (COURSE, f"{COURSE}/course.zip", shown.request.path):
        assert [trainer.get(address).status_code, client.get(address).status_code] == [403, 401]
    assert [trainer.post(COURSE).status_code, confirm(trainer, shown).status_code] == [403, 403]
    assert admin.post(COURSE).status_code == 422
