"""How does an author's Markdown become the parts of a page, with its pictures and its practice questions?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from academy.kernel.i18n import in_language
from academy.kernel.markup import LESSON, VERSION, Html, Practice, labels, plain, rendered
from academy.learning.authoring import pictures
from academy.learning.authoring.course import CourseText, ModuleText
from academy.learning.authoring.credits import credits_in, stem_of, with_credits
from academy.learning.authoring.tree import key_of, sha256
from academy.learning.changes import Changes
from academy.learning.models import ModuleFile


@dataclass(frozen=True)
class Media:
    """What a page must know of its module: pictures and files with who made them, and the glossary."""

    module: str
    hashes: Mapping[str, str] = field(default_factory=dict)  # by file name
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)  # in bytes
    credits: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # definitions by key and language

    @property
    def signature(self) -> str:
        return sha256(
            repr(
                (
                    self.module,
                    sorted(self.hashes.items()),
                    sorted(self.credits.items()),
                    sorted(map(repr, self.terms.items())),
                )
            ).encode()
        )


@dataclass(frozen=True)
class Page:
    parts: list[dict[str, Any]]
    contents: list[dict[str, Any]]
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


@dataclass(frozen=True)
class About:
    """What is said about the files of a module, and its glossary: as the tree and the row of a module both have it."""

    written: bytes = b""  # media.yaml
    authors: Sequence[str] = ()  # who made the module: what is theirs needs no credit below it
    glossary: Sequence[Mapping[str, Any]] = ()


def about_in(module: ModuleText) -> About:
    """As the tree says it."""
    return About(module.about_media, module.authors, module.glossary)


def decides_pages(key: str) -> bool:
    """A change of this file is seen on pages whose own text did not change."""
    return "/media/" in key or key.endswith("/glossary.yaml")


def media_of(
    module: str, files: Mapping[str, bytes], added: Sequence[ModuleFile] = (), about: About | None = None
) -> Media:
    """What came with the tree, and in its place what was added on the web."""
    known = [(name, sha256(content), pictures.size_of(name, content), len(content)) for name, content in files.items()]
    return media_known(module, known, added, about or About())


def media_known(
    module: str,
    files: Iterable[tuple[str, str, tuple[int, int] | None, int]],
    added: Sequence[ModuleFile],
    about: About,
) -> Media:
    """The same where name, hash, size and weight are known already."""
    found = [*files]
    for file in added:
        row = file.file
        size = (row.width, row.height) if row.width and row.height else None
        found.append((file.name, row.sha256, size, row.size))
    told = credits_in(with_credits(about.written, added))
    credits = {name: told.get(stem_of(name), ("", "")) for name, _hashed, _size, _weight in found}
    return Media(
        module,
        hashes={name: hashed for name, hashed, _size, _weight in found},
        sizes={name: size for name, _hashed, size, _weight in found if size},
        weights={name: weight for name, _hashed, _size, weight in found},
        credits={
            name: ", ".join(part for part in credit if part)
            for name, credit in credits.items()
            if credit[0] and credit[0] not in {*about.authors, "The authors"}
        },
        terms={entry["key"]: entry["definition"] for entry in about.glossary},
    )


def make_ready(
    course: CourseText, changes: Changes, renderer: Renderer, added: Mapping[str, Sequence[ModuleFile]]
) -> None:
    """Before the write of an import begins: Markdown is slow, and the lock is everybody's."""
    for module in course.modules:
        mine = [file for file in added.get(module.slug, ()) if file.name not in module.media]
        media = media_of(module.slug, module.media, mine, about_in(module))
        again = any(decides_pages(key) for key in changes.new | changes.removed if key.startswith(f"{module.slug}/"))
        for text in module.texts:
            if again or key_of(text.path) in changes.new:
                renderer.page(text.markdown, text.language, media)


def _page(markdown: str, language: str, media: Media) -> Page:
    with in_language(language):
        made = rendered(
            markdown,
            profile=LESSON,
            labels=labels(),
            media=f"/media/{media.module}",
            sizes={f"media/{name}": size for name, size in media.sizes.items()},
            weights={f"media/{name}": weight for name, weight in media.weights.items()},
            credits={f"media/{name}": credit for name, credit in media.credits.items()},
            terms={key: texts.get(language, "") for key, texts in media.terms.items()},
        )
    parts: list[dict[str, Any]] = []
    for part in made.parts:
        if isinstance(part, Html):
            parts.append({"html": _with_versions(part.html, media)})
        elif isinstance(part, Practice):
            parts.append({"practice": part.key})
        else:
            parts.append({"think": part.key, "prompt": _prompt(parts)})
    return Page(
        parts=parts,
        contents=[{"level": heading.level, "id": heading.id, "text": heading.text} for heading in made.contents],
        markup=VERSION,
    )


def _prompt(parts: list[dict[str, Any]]) -> str:
    """What the box asks that a note is kept for: it stands last in what came before."""
    before = parts[-1].get("html", "") if parts else ""
    return plain(before[before.rfind("<aside") :])[:2_000]


def _with_versions(html: str, media: Media) -> str:
    """The hash of a picture in its address: browsers keep it for good, and a new picture has a new address."""

    def address(found: re.Match[str]) -> str:
        version = media.hashes.get(found[1], "")
        return f"{found[0]}?v={version[:12]}" if version else found[0]

    return re.sub(rf'(?:(?<=src=")|(?<=href="))/media/{re.escape(media.module)}/([^"?]+)', address, html)
