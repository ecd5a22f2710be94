"""How does a film or a recording lose what the device wrote into it: place, names, model? In place, without touching picture or sound.

Descriptions are overwritten with nothing of the same length, so that every offset in the file stays right. Ogg has none that a device writes
by itself, and its pages carry checksums: it is left as it is (docs/decisions/0013-recordings-lose-their-descriptions.md).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from academy.kernel.files.kinds import M4A, MP3, MP4, WEBM, Kind

_HOLDS_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_DESCRIPTIONS = {b"udta", b"meta", b"uuid"}
_SEGMENT, _TAGS, _VOID = b"\x18\x53\x80\x67", b"\x12\x54\xc3\x67", b"\xec"
_A_PIECE = 1 << 20


def without_descriptions(path: Path, kind: Kind) -> None:
    """What can't be understood is left alone: it was shown to be of its kind by its first bytes, and no more is known."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        if kind in {MP4, M4A}:
            for name, start, body, end in _boxes(file, 0, size):
                if name in _DESCRIPTIONS:
                    file.seek(start + 4)
                    file.write(b"free")
                    _blank(file, body, end)
        elif kind is MP3:
            _blank_id3(file, size)
        elif kind is WEBM:
            _blank_tags(file, size)


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """ISO 14496-12: name, where it starts, where its content starts, where it ends; also of boxes inside boxes."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        length, name, body = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if length == 1:
            length, body = int.from_bytes(head[8:16], "big"), start + 16
        elif length == 0:
            length = end - start
        if length < body - start or start + length > end:
            return
        yield name, start, body, start + length
        if name in _HOLDS_BOXES:
            yield from _boxes(file, body, start + length)
        start += length


def _blank_id3(file: IO[bytes], size: int) -> None:
    """ID3v2 before the sound becomes padding of its own kind, ID3v1 behind it is emptied."""
    file.seek(0)
    head = file.read(10)
    if head[:3] == b"ID3" and len(head) == 10:
        length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        file.seek(5)
        file.write(b"\0")  # no extended header, no footer: nothing but padding follows
        _blank(file, 10, min(10 + length, size))
    if size >= 128:
        file.seek(size - 128)
        if file.read(3) == b"TAG":
            _blank(file, size - 125, size)


def _blank_tags(file: IO[bytes], size: int) -> None:
    """Matroska: the elements of the segment one after the other; its tags become a void of the same length."""
    start = 0
    while found := _element(file, start):
        name, body, length = found
        end = size if length is None else min(body + length, size)
        if name == _SEGMENT:
            start = body
            continue
        if name == _TAGS and length is not None:
            width = min(8, body - start - 1)
            body = start + 1 + width
            file.seek(start)
            file.write(_VOID + ((end - body) | 1 << 7 * width).to_bytes(width, "big"))
            _blank(file, body, end)
        if end <= start:
            return
        start = end


def _element(file: IO[bytes], start: int) -> tuple[bytes, int, int | None] | None:
    """Name, where its content starts, and how long that is; None where the writer did not know."""
    file.seek(start)
    head = file.read(12)
    if not head or not head[0]:
        return None
    name = 9 - head[0].bit_length()
    if name > 4 or len(head) <= name or not head[name]:
        return None
    width = 9 - head[name].bit_length()
    if len(head) < name + width:
        return None
    written = int.from_bytes(head[name : name + width], "big")
    length = written & ((1 << 7 * width) - 1)
    return head[:name], start + name + width, None if length == (1 << 7 * width) - 1 else length


def _blank(file: IO[bytes], start: int, end: int) -> None:
    file.seek(start)
    while start < end:
        piece = min(_A_PIECE, end - start)
        file.write(bytes(piece))
        start += piece
