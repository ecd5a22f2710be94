"""How large is a picture, and may it be shown? By its content, never by what it is called."""

import re
import struct

from academy.kernel.files import AUDIO, DOCUMENTS, MEDIA, PICTURES, VIDEO

DRAWN = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
KINDS = DRAWN | {kind.ending: kind.type for kind in MEDIA if kind.ending not in DRAWN and kind not in PICTURES}
KEPT = {kind.type for kind in DOCUMENTS}  # a browser does not open them in place
PLAYED = {kind.ending for kind in AUDIO | VIDEO}

_VIEW_BOX = re.compile(rb"""<svg\b[^>]*?\bviewBox\s*=\s*["']\s*\S+[\s,]+\S+[\s,]+([\d.]+)[\s,]+([\d.]+)""")
_ACTIVE = re.compile(
    rb"<\s*(script|foreignObject|iframe|embed|object|handler|!ENTITY)|\son[a-z]+\s*=|javascript:", re.IGNORECASE
)
_OUTSIDE = re.compile(
    rb"""(?:href|src)\s*=\s*["']\s*(?![#"'\s])(?!data:image/(?:png|jpeg);)|url\(\s*["']?\s*(?!#)|@import""",
    re.IGNORECASE,
)


def size_of(name: str, content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where this is no picture of the kind that its name says."""
    if name.endswith(".svg"):
        box = _VIEW_BOX.search(content)
        return (round(float(box[1])), round(float(box[2]))) if box else None
    if name.endswith(".png"):
        if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
            return None
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if name.endswith(".webp"):
        return _size_of_webp(content)
    return _size_of_jpeg(content) if name.endswith(".jpg") else None


def is_active(content: bytes) -> bool:
    """An SVG that would do something, or ask another place for something."""
    return bool(_ACTIVE.search(content) or _OUTSIDE.search(content))


def _size_of_webp(content: bytes) -> tuple[int, int] | None:
    """Of the three forms: extended, lossless, lossy."""
    form = content[12:16]
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    if form == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    """Go from one segment to the next up to the start of a frame, which says it."""
    if content[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
