"""How does an author's Markdown become the parts of a page, with its pictures and its practice questions?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from academy.kernel.i18n import in_language
from academy.kernel.markup import LESSON, VERSION, Html, labels, plain, rendered
from academy.learning.authoring import pictures
from academy.learning.authoring.tree import sha256


@dataclass(frozen=True)
class Media:
    """The pictures of a module: what a page must know of them."""

    module: str
    hashes: Mapping[str, str] = field(default_factory=dict)  # by file name
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        return sha256(repr((self.module, sorted(self.hashes.items()))).encode())


@dataclass(frozen=True)
class Page:
    parts: list[dict[str, Any]]
    contents: list[dict[str, Any]]
    plain: str
    markup: int


class Renderer:
    """Makes each page once, so that the slow work can be done before a write begins and is only looked up inside it."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str], Page] = {}

    def page(self, markdown: str, language: str, media: Media) -> Page:
        key = (sha256(markdown.encode()), language, media.signature)
        if key not in self._made:
            self._made[key] = _page(markdown, language, media)
        return self._made[key]


def media_of(module: str, files: Mapping[str, bytes]) -> Media:
    sizes = {name: size for name, content in files.items() if (size := pictures.size_of(name, content))}
    return Media(module, {name: sha256(content) for name, content in files.items()}, sizes)


def _page(markdown: str, language: str, media: Media) -> Page:
    with in_language(language):
        made = rendered(
            markdown,
            profile=LESSON,
            labels=labels(),
            media=f"/media/{media.module}",
            sizes={f"media/{name}": size for name, size in media.sizes.items()},
        )
    return Page(
        parts=[
            {"html": _with_versions(part.html, media)} if isinstance(part, Html) else {"practice": part.key}
            for part in made.parts
        ],
        contents=[{"level": heading.level, "id": heading.id, "text": heading.text} for heading in made.contents],
        plain=plain(made.html),
        markup=VERSION,
    )


def _with_versions(html: str, media: Media) -> str:
    """The hash of a picture in its address: browsers keep it for good, and a new picture has a new address."""

    def address(found: re.Match[str]) -> str:
        version = media.hashes.get(found[1], "")
        return f"{found[0]}?v={version[:12]}" if version else found[0]

    return re.sub(rf'(?<=src=")/media/{re.escape(media.module)}/([^"?]+)', address, html)
