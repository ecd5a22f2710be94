"""How does a course come out of a zip that somebody sent, and into one? Nothing is written to a disk on the way."""

import io
import stat
import zipfile
from pathlib import Path
from typing import IO

from academy.kernel.i18n import Sentence, say
from academy.learning.authoring.tree import Files, largest

MOST_FILES = 5_000
MOST_BYTES = 300 * 1024 * 1024
MOST_TIMES = 200  # larger than its packed form: text packs well, but not so well


class NotACourse(Exception):
    """The sentence says why nothing was taken out of it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def files_in_zip(path: Path) -> dict[str, bytes]:
    """The tree inside, whether it lies at the top or in a folder. Raises NotACourse."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if _wanted(entry)]
            _check(entries)
            found = {entry.filename: _read(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as fault:
        raise NotACourse(say("This zip can't be read: it may be damaged. Pack it again.")) from fault
    top = _top(found)
    if top is None:
        raise NotACourse(say("There is no course.yaml in this zip, so it holds no course."))
    return {name.removeprefix(top): content for name, content in found.items() if name.startswith(top)}


def zip_of(files: Files) -> IO[bytes]:
    """The same tree makes the same zip, byte for byte."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    made.seek(0)
    return made


def _wanted(entry: zipfile.ZipInfo) -> bool:
    """Not folders, nor what systems and editors leave behind."""
    parts = entry.filename.split("/")
    hidden = any(part.startswith(".") and part not in {".", ".."} for part in parts)
    return not entry.is_dir() and parts[0] != "__MACOSX" and not hidden


def _check(entries: list[zipfile.ZipInfo]) -> None:
    """Before anything is unpacked: by what the zip says of itself. `_read` holds it to that."""
    if len(entries) > MOST_FILES:
        raise NotACourse(say("This zip holds more than %(number)s files.", number=MOST_FILES))
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > MOST_BYTES or (total > 10_000_000 and total > MOST_TIMES * max(packed, 1)):
        raise NotACourse(say("This zip would become far too large. Nothing was unpacked."))
    seen = set()
    for entry in entries:
        name = entry.filename
        if (
            name.startswith("/")
            or "\\" in name
            or ":" in name
            or ".." in name.split("/")
            or not name.isprintable()
            or stat.S_ISLNK(entry.external_attr >> 16)
        ):
            raise NotACourse(say("“%(name)s” points outside of the course. Nothing was unpacked.", name=name[:80]))
        if entry.flag_bits & 1:
            raise NotACourse(say("This zip is locked with a password."))
        if entry.file_size > largest(name):
            raise NotACourse(say("“%(name)s” is too large.", name=name[:80]))
        if name in seen:
            raise NotACourse(say("“%(name)s” is there twice.", name=name[:80]))
        seen.add(name)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as opened:
        content = opened.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise NotACourse(say("This zip would become far too large. Nothing was unpacked."))
    return content


def _top(found: dict[str, bytes]) -> str | None:
    """The folder that the course lies in, with its slash."""
    tops = [name.removesuffix("course.yaml") for name in found if name.split("/")[-1] == "course.yaml"]
    return min((top for top in tops if top.count("/") <= 1), key=len, default=None)
