"""How does text that a person wrote become HTML that a page can trust?

Stored as Markdown, rendered once when it is saved, and the HTML is stored with `VERSION`. The steps: `guard`
refuses what would take minutes, `dialect` parses and gives the text the blocks of the design, `cleaning` lets
nothing else through.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from academy.kernel.markup import guard
from academy.kernel.markup.cleaning import clean
from academy.kernel.markup.dialect import Writing, parsed
from academy.kernel.markup.guard import TooTangled
from academy.kernel.markup.profiles import ENGLISH, LESSON, POST, Labels, Profile, labels
from academy.kernel.markup.reading import excerpt, plain

__all__ = [
    "ENGLISH",
    "LESSON",
    "POST",
    "VERSION",
    "Heading",
    "Html",
    "Labels",
    "Practice",
    "Profile",
    "Rendered",
    "Think",
    "TooTangled",
    "excerpt",
    "labels",
    "plain",
    "rendered",
]

VERSION = 3  # one more whenever the same Markdown gives other HTML: what is stored is then rendered again


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Html:
    html: str


@dataclass(frozen=True)
class Practice:
    key: str


@dataclass(frozen=True)
class Think:
    """Here the reader may keep a note about the box above; `key` is its number in the text."""

    key: str


@dataclass(frozen=True)
class Rendered:
    html: str  # the whole text, without its practice questions
    contents: tuple[Heading, ...]
    version: int
    parts: tuple[Html | Practice | Think, ...]  # the same text in order, with what the platform adds between


# One line of words and sentences: most texts of a question. Both passes would give it back as it is; a test compares.
_PLAIN = re.compile(r"(?!Table:)[^\W\d_][^\W_]*(?:(?:[,;:.!?”»)]{0,2} [“«(]?|[’-])[^\W_]+)*[.?!”»)]{0,2}")


def rendered(
    markdown: str,
    *,
    profile: Profile,
    labels: Labels = ENGLISH,
    media: str = "",
    sizes: Mapping[str, tuple[int, int]] | None = None,
    weights: Mapping[str, int] | None = None,
    credits: Mapping[str, str] | None = None,
    terms: Mapping[str, str] | None = None,
    top: int | None = None,
) -> Rendered:
    """`media`: the address that takes the place of `media` in `media/picture.svg`. `sizes`: width and height
    of pictures by that relative address; `weights`: bytes of every file there; `credits`: who made it. `terms`: definitions
    by the key that `[words](term:key)` names. `top`: level of the highest heading, if not the profile's own.

    Raises TooTangled, which is a refusal about the field `body`.
    """
    markdown = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    guard.check(markdown, longest=profile.longest)
    if _PLAIN.fullmatch(markdown):
        html = f"<p>{markdown}</p>"
        return Rendered(html, (), VERSION, (Html(html),))
    prefix = profile.prefix
    if profile is POST:  # many stand on one page
        prefix += hashlib.sha256(markdown.encode("utf-8", "replace")).hexdigest()[:6] + "-"
    slot = f"slot-{secrets.token_hex(8)}-"
    writing = Writing(
        profile,
        prefix,
        top or profile.top,
        labels,
        media,
        slot,
        sizes=sizes or {},
        weights=weights or {},
        credits=credits or {},
        terms=terms or {},
    )
    try:
        made, headings = parsed(markdown, writing)
        html = clean(made, profile=profile, prefix=prefix)
    except RecursionError:
        raise TooTangled() from None
    parts = _parts(html, slot)
    return Rendered(
        html="".join(part.html for part in parts if isinstance(part, Html)),
        contents=tuple(Heading(*heading) for heading in headings),
        version=VERSION,
        parts=parts,
    )


def _parts(html: str, slot: str) -> tuple[Html | Practice | Think, ...]:
    if slot not in html:  # most texts: no pattern need be made for them
        return (Html(html),) if html.strip() else ()
    pieces = re.split(rf"<p>{slot}(practice|think)-([a-z0-9-]+)</p>\n?", html)
    parts: list[Html | Practice | Think] = []
    for place in range(0, len(pieces), 3):
        if pieces[place].strip():
            parts.append(Html(pieces[place]))
        if place + 2 < len(pieces):
            kind, key = pieces[place + 1 : place + 3]
            parts.append(Practice(key) if kind == "practice" else Think(key))
    return tuple(parts)
