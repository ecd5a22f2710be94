"""What is a thing called in its address?"""

import re
import unicodedata
from collections.abc import Callable

from academy.kernel.web import random_key

# what does not come apart into a plain letter and its accent; an apostrophe parts words: “l’acqua”
_LETTERS = str.maketrans({"ł": "l", "ß": "ss", "đ": "d", "’": "-"})


LONGEST = 60


def slug_of(title: str, *, otherwise: str = "") -> str:
    """Its words, whole, joined by hyphens; `otherwise` where it has no letter that an address can hold."""
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug or otherwise


def free_slug(base: str, taken: Callable[[str], bool]) -> str:
    """The base, or where others have it, the base with letters by chance."""
    slug = base
    while taken(slug):
        slug = f"{base}-{random_key(4)}"
    return slug
