"""Which files does a course tree hold, and did any of them change?"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from academy.kernel.i18n import say
from academy.learning.authoring.faults import Fault

Files = Mapping[str, bytes]  # by path from the root of the tree, with slashes

LARGEST_FILE = 2 * 1024 * 1024
LARGEST_FILM = 60 * 1024 * 1024  # and recording, and document
LARGE = {".mp4", ".webm", ".mp3", ".ogg", ".m4a", ".pdf", ".odt", ".ods", ".odp", ".docx", ".xlsx", ".pptx"}
_NUMBER = re.compile(r"^\d+-")
_LESSON = re.compile(r"\d+-([^/]+)/lessons/(\d+)-([^/]+)/..\.md")


class TooLarge(Exception):
    """A file that can't be part of a course."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        size = largest(path) // (1024 * 1024)
        self.fault = Fault(path, 0, say("The file is larger than %(size)s MB.", size=size), say("Make it smaller."))


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file, hidden ones and editors' copies left out. Raises TooLarge, and FileNotFoundError where there is no such folder."""
    found = {}
    for path, place in _places(folder):
        if place.stat().st_size > largest(path):
            raise TooLarge(path)
        found[path] = place.read_bytes()
    return found


def largest(path: str) -> int:
    """How large this file may be."""
    return LARGEST_FILM if PurePosixPath(path).suffix in LARGE else LARGEST_FILE


def fingerprint(folder: Path) -> str:
    """Of paths, times and sizes: the quick way to see that nothing changed."""
    seen = hashlib.sha256(str(folder.resolve()).encode())
    for path, place in _places(folder):
        stat = place.stat()
        seen.update(f"{path}\0{stat.st_mtime_ns}\0{stat.st_size}\n".encode())
    return seen.hexdigest()


def key_of(path: str) -> str:
    """The path without the numbers of its folders: what is moved to another place in the order stays the same thing."""
    *folders, name = path.split("/")
    return "/".join([*(_NUMBER.sub("", folder) for folder in folders), name])


def numbers_of_lessons(paths: Iterable[str]) -> dict[str, dict[str, int]]:
    """The numbers of the lessons' folders, by module and slug."""
    found: dict[str, dict[str, int]] = {}
    for path in paths:
        if lesson := _LESSON.fullmatch(path):
            found.setdefault(lesson[1], {})[lesson[3]] = int(lesson[2])
    return found


def order_of_lessons(paths: Iterable[str]) -> dict[str, list[str]]:
    """Slugs of the lessons in the order of their folders, by module."""
    return {
        module: sorted(one, key=lambda slug: (one[slug], slug)) for module, one in numbers_of_lessons(paths).items()
    }


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(files: Files, folder: Path) -> tuple[int, int]:
    """Write the tree; how many files were written, and how many were the same already. Each is replaced whole."""
    written = same = 0
    for path, content in sorted(files.items()):
        place = folder / path
        if place.is_file() and place.read_bytes() == content:
            same += 1
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".", delete=False) as new:
            new.write(content)
        Path(new.name).chmod(0o644)
        os.replace(new.name, place)
        written += 1
    return written, same


def _places(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    for place in sorted(folder.rglob("*")):
        relative = place.relative_to(folder)
        hidden = any(part.startswith(".") or part.endswith("~") for part in relative.parts)
        if not hidden and place.is_file() and not place.is_symlink():
            yield relative.as_posix(), place
