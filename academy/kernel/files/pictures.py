"""How does a picture from anywhere become one that can safely be shown? It is drawn anew: nothing but its pixels is kept."""

import io
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from academy.kernel.files.kinds import GIF, JPEG, PNG, WEBP, Kind

MOST_PIXELS = 60_000_000
LARGEST_SIDE = 2400
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", GIF: "GIF"}


class NoPicture(Exception):
    """It can't be read as what it says it is."""


class TooManyPixels(Exception):
    """To draw it would take more memory than anybody's picture needs."""


def drawn_anew(path: Path, kind: Kind) -> tuple[bytes, Kind, tuple[int, int]]:
    """Upright, at most 2400 pixels on its longer side, in sRGB, without place, camera or comment. Of a moving picture the first image."""
    try:
        with Image.open(path, formats=[_FORMATS[kind]]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise TooManyPixels
            opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            opened.load()
            picture = _in_srgb(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise TooManyPixels from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as fault:
        raise NoPicture from fault
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    made = io.BytesIO()
    if kind is JPEG:
        clean.save(made, "JPEG", quality=84, optimize=True, progressive=True)
    elif kind is WEBP:
        clean.save(made, "WEBP", quality=84, method=4)
    else:
        kind = PNG
        clean.save(made, "PNG", optimize=True)
    return made.getvalue(), kind, clean.size


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The colours as they were meant: a profile is applied, then dropped with everything else."""
    see_through = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if changed is not None:
                return changed
        except ImageCms.PyCMSError:
            pass  # a broken profile: the plain numbers are the best that is known
    return picture.convert("RGBA" if see_through else "RGB")
