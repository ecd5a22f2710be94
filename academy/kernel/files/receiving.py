"""May this file be kept, and as what? Everything slow, done before a write begins: nothing here touches the database."""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from werkzeug.datastructures import FileStorage

from academy.kernel.files import pictures
from academy.kernel.files.kinds import AUDIO, MEGABYTE, PICTURES, VIDEO, Kind, kind_of
from academy.kernel.files.recordings import without_descriptions
from academy.kernel.i18n import Sentence, say
from academy.settings import settings


class NotAccepted(Exception):
    """The sentence says why, and what would be accepted."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Incoming:
    """A file whose content is in the store already, and that no row names yet."""

    sha256: str
    name: str
    kind: Kind
    size: int
    width: int | None = None
    height: int | None = None


def received(sent: FileStorage | IO[bytes], *, accept: Set[Kind], name: str = "") -> Incoming:
    """Look at what was sent, draw a picture anew, and put the content in its place. Raises NotAccepted."""
    name = name or getattr(sent, "filename", None) or ""
    folder = settings().data_dir / "files"
    folder.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="coming-", delete=False) as coming:
        path = Path(coming.name)
        try:
            size = _copied(sent, coming, max(kind.largest for kind in accept))
            kind = kind_of(path, name)
            if size == 0:
                raise NotAccepted(say("The file is empty."))
            if kind not in accept or kind is None:
                raise NotAccepted(
                    say("This kind of file can't be used here. Possible are: %(endings)s.", endings=endings(accept))
                )
            if size > kind.largest:
                raise _too_large(kind.largest)
            width = height = None
            if kind in PICTURES:
                content, kind, (width, height) = _drawn_anew(path, kind)
                path.write_bytes(content)
                size = len(content)
            elif kind in AUDIO | VIDEO:
                without_descriptions(path, kind)
            sha256 = _hash_of(path)
            _put(path, folder / sha256)
        finally:
            path.unlink(missing_ok=True)
    return Incoming(sha256, safe_name(name, kind), kind, size, width, height)


def endings(kinds: Set[Kind]) -> str:
    return ", ".join(sorted(kind.ending.removeprefix(".") for kind in kinds))


def safe_name(name: str, kind: Kind) -> str:
    """The name as it was, without a path and without what a file system or a header could mistake; the ending says what it is."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    stem = re.sub(r"[^\w.\- ]+", "", last.rpartition(".")[0] or last).strip(" .-") or "file"
    return re.sub(r"\s+", "-", stem)[: 110 - len(kind.ending)] + kind.ending


def _copied(sent: FileStorage | IO[bytes], target: IO[bytes], largest: int) -> int:
    source = sent.stream if isinstance(sent, FileStorage) else sent
    size = 0
    while piece := source.read(256 * 1024):
        size += len(piece)
        if size > largest:
            raise _too_large(largest)
        target.write(piece)
    target.flush()
    return size


def _too_large(largest: int) -> NotAccepted:
    return NotAccepted(say("The file is too large: at most %(size)s MB.", size=largest // MEGABYTE))


def _drawn_anew(path: Path, kind: Kind) -> tuple[bytes, Kind, tuple[int, int]]:
    try:
        return pictures.drawn_anew(path, kind)
    except pictures.NoPicture as fault:
        raise NotAccepted(
            say("This picture can't be read: it may be damaged. Save it again and send it anew.")
        ) from fault
    except pictures.TooManyPixels as fault:
        raise NotAccepted(
            say(
                "This picture has too many pixels: at most %(number)s million. Make it smaller.",
                number=pictures.MOST_PIXELS // 1_000_000,
            )
        ) from fault


def _hash_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _put(path: Path, place: Path) -> None:
    """Whole or not at all; content that is there already gets a new date, so that no sweep takes it from under us."""
    if place.exists():
        os.utime(place)
    else:
        path.chmod(0o640)
        os.replace(path, place)
