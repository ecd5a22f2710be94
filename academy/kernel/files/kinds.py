"""What is a file, by its content? Never by its name or by what the browser says."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """`shown`: a page may show it in place; everything else is given to be kept."""

    type: str
    ending: str
    largest: int
    shown: bool = False


JPEG = Kind("image/jpeg", ".jpg", 15 * MEGABYTE, shown=True)
PNG = Kind("image/png", ".png", 15 * MEGABYTE, shown=True)
WEBP = Kind("image/webp", ".webp", 15 * MEGABYTE, shown=True)
GIF = Kind("image/gif", ".gif", 15 * MEGABYTE, shown=True)
MP3 = Kind("audio/mpeg", ".mp3", 60 * MEGABYTE, shown=True)
OGG = Kind("audio/ogg", ".ogg", 60 * MEGABYTE, shown=True)
M4A = Kind("audio/mp4", ".m4a", 60 * MEGABYTE, shown=True)
MP4 = Kind("video/mp4", ".mp4", 60 * MEGABYTE, shown=True)
WEBM = Kind("video/webm", ".webm", 60 * MEGABYTE, shown=True)
VTT = Kind("text/vtt", ".vtt", MEGABYTE, shown=True)
PDF = Kind("application/pdf", ".pdf", 30 * MEGABYTE)
TXT = Kind("text/plain", ".txt", 5 * MEGABYTE)
CSV = Kind("text/csv", ".csv", 5 * MEGABYTE)
_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
ODT = Kind(_OPEN + "text", ".odt", 30 * MEGABYTE)
ODS = Kind(_OPEN + "spreadsheet", ".ods", 30 * MEGABYTE)
ODP = Kind(_OPEN + "presentation", ".odp", 30 * MEGABYTE)
DOCX = Kind(_OFFICE + "wordprocessingml.document", ".docx", 30 * MEGABYTE)
XLSX = Kind(_OFFICE + "spreadsheetml.sheet", ".xlsx", 30 * MEGABYTE)
PPTX = Kind(_OFFICE + "presentationml.presentation", ".pptx", 30 * MEGABYTE)
ZIP = Kind("application/zip", ".zip", 300 * MEGABYTE)  # only where somebody looks inside: it is no part of MEDIA

PICTURES = frozenset({JPEG, PNG, WEBP, GIF})
AUDIO = frozenset({MP3, OGG, M4A})
VIDEO = frozenset({MP4, WEBM})
SUBTITLES = frozenset({VTT})
DOCUMENTS = frozenset({PDF, TXT, CSV, ODT, ODS, ODP, DOCX, XLSX, PPTX})
MEDIA = PICTURES | AUDIO | VIDEO | SUBTITLES | DOCUMENTS

BY_TYPE = {kind.type: kind for kind in (*MEDIA, ZIP)}


def kind_of(path: Path, name: str) -> Kind | None:
    """None: nothing that is known, or something that can act by itself. The name only chooses among kinds of plain text."""
    with path.open("rb") as opened:
        return _kind_of(opened, name, path.stat().st_size)


def kind_of_bytes(content: bytes, name: str) -> Kind | None:
    return _kind_of(io.BytesIO(content), name, len(content))


def _kind_of(opened: IO[bytes], name: str, size: int) -> Kind | None:
    head = opened.read(4096)
    opened.seek(0)
    return _by_signature(head) or (
        _in_zip(opened) if head.startswith(b"PK\x03\x04") else _plain(opened, head, name, size)
    )


def _by_signature(head: bytes) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return GIF
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in {b"\xfb", b"\xf3", b"\xf2"}):
        return MP3
    if head.startswith(b"OggS"):
        return OGG
    if head[4:8] == b"ftyp":
        return M4A if head[8:11] == b"M4A" else MP4 if head[8:12] in _MP4_BRANDS else None
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else None
    return PDF if head.startswith(b"%PDF-") else None


_MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}


def _in_zip(content: IO[bytes]) -> Kind | None:
    """A document of an office suite, without macros. Only the list of contents is read, and the one short entry that names the type."""
    try:
        with zipfile.ZipFile(content) as opened:
            names = set(opened.namelist())
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                return None
            if "mimetype" in names and opened.getinfo("mimetype").file_size < 100:
                written = opened.read("mimetype").decode("ascii", "replace").strip()
                return next((kind for kind in (ODT, ODS, ODP) if kind.type == written), None)
    except (zipfile.BadZipFile, RuntimeError, OSError):
        return None
    if "[Content_Types].xml" not in names:
        return ZIP
    marks: Iterable[tuple[str, Kind]] = (
        ("word/document.xml", DOCX),
        ("xl/workbook.xml", XLSX),
        ("ppt/presentation.xml", PPTX),
    )
    return next((kind for mark, kind in marks if mark in names), ZIP)


def _plain(content: IO[bytes], head: bytes, name: str, size: int) -> Kind | None:
    ending = Path(name.lower()).suffix
    if b"\0" in head or size > TXT.largest:
        return None
    try:
        text = content.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if ending == VTT.ending:
        return VTT if text.startswith("WEBVTT") else None
    return {CSV.ending: CSV, TXT.ending: TXT}.get(ending)
