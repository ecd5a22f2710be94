"""What can be seen of the library, and by whom? All of it, by everybody."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import contains_eager, load_only
from werkzeug.exceptions import NotFound

from academy.kernel.db import session
from academy.kernel.i18n import language as language_of_page
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.learning.authoring.citations import Citation, citation
from academy.learning.models import Guide, GuideVersion, Module, Unit, UnitVersion
from academy.learning.queries import Said, nearest, said


@dataclass(frozen=True)
class GuideListed:
    slug: str
    title: Said
    summary: Said
    minutes: int


@dataclass(frozen=True)
class GuideSeen:
    """A guide to read, in the language of the page or, where that is missing, in another."""

    guide: Guide
    version: GuideVersion
    title: Said
    summary: Said
    languages: tuple[str, ...]
    before: GuideListed | None
    after: GuideListed | None

    @property
    def foreign(self) -> bool:
        return self.title.foreign

    @property
    def body(self) -> Markup:
        """Cleaned when it was published."""
        return Markup("").join(Markup(part.get("html", "")) for part in self.version.parts)  # noqa: S704


def library(language: str) -> list[GuideListed]:
    """Every guide that is not retired, in order."""
    return [
        GuideListed(guide.slug, *_heading(versions, language)) for guide, versions in _read_now(language) if versions
    ]


def guide_seen(slug: str, language: str) -> GuideSeen:
    """One that was retired can still be read at its address."""
    rows = session.scalars(
        sa.select(GuideVersion)
        .join(GuideVersion.guide)
        .where(Guide.slug == slug, GuideVersion.is_current)
        .options(contains_eager(GuideVersion.guide))
    ).all()
    if not rows:
        raise NotFound
    texts = {version.language: version for version in rows}
    version = texts[nearest(texts, language)]
    listed = library(language)
    here = next((place for place, other in enumerate(listed) if other.slug == slug), None)
    title, summary, _ = _heading(texts, language)
    return GuideSeen(
        guide=version.guide,
        version=version,
        title=title,
        summary=summary,
        languages=tuple(texts),
        before=listed[here - 1] if here else None,
        after=listed[here + 1] if here is not None and here + 1 < len(listed) else None,
    )


def _read_now(language: str) -> list[tuple[Guide, dict[str, GuideVersion]]]:
    rows = session.scalars(
        sa.select(GuideVersion)
        .join(GuideVersion.guide)
        .where(GuideVersion.is_current, Guide.retired_at.is_(None))
        .options(
            contains_eager(GuideVersion.guide),
            load_only(GuideVersion.language, GuideVersion.title, GuideVersion.summary, GuideVersion.minutes),
        )
        .order_by(Guide.position, Guide.id)
    )
    found: defaultdict[Guide, dict[str, GuideVersion]] = defaultdict(dict)
    for version in rows:
        found[version.guide][version.language] = version
    return list(found.items())


def _heading(texts: Mapping[str, GuideVersion], language: str) -> tuple[Said, Said, int]:
    return (
        said({code: version.title for code, version in texts.items()}, language),
        said({code: version.summary for code, version in texts.items()}, language),
        texts[nearest(texts, language)].minutes,
    )


# --- what all of it rests on


@dataclass
class Work:
    """A source that the course or a guide names, and where."""

    citation: Citation
    language: str
    modules: dict[int, str]  # slug by number, in order
    in_guides: bool = False


def works(language: str) -> list[Work]:
    """Each once, whoever names it, by author and year. A text not yet in this language counts with the one it is read in."""
    found: dict[str, Work] = {}
    for place, code, sources in _sources(language):
        for source in sources:
            cited = citation(source)
            if cited is None:
                continue
            work = found.setdefault(cited.key, Work(cited, code, {}))
            if place is None:
                work.in_guides = True
            else:
                work.modules[place[0]] = place[1]
    return sorted(found.values(), key=lambda work: (work.citation.author.casefold(), work.citation.year))


def _sources(language: str) -> Iterator[tuple[tuple[int, str] | None, str, list[str]]]:
    """Of every text that is read now: number and slug of its module, if it has one; its language; its sources."""
    rows = session.execute(
        sa.select(Unit.id, Module.position, Module.slug, UnitVersion.language, UnitVersion.sources)
        .join(UnitVersion.unit)
        .join(Unit.module)
        .where(UnitVersion.is_current, Unit.retired_at.is_(None), Module.retired_at.is_(None))
        .order_by(Module.position, Unit.position, Unit.id)
    )
    for _, several in groupby(rows, key=lambda row: row[0]):
        texts = {code: (position, slug, sources) for _, position, slug, code, sources in several}
        code = nearest(texts, language)
        position, slug, sources = texts[code]
        yield (position, slug), code, sources
    guides = session.execute(
        sa.select(Guide.id, GuideVersion.language, GuideVersion.sources)
        .join(GuideVersion.guide)
        .where(GuideVersion.is_current, Guide.retired_at.is_(None))
        .order_by(Guide.position, Guide.id)
    )
    for _, some in groupby(guides, key=lambda row: row[0]):
        named = {code: sources for _, code, sources in some}
        code = nearest(named, language)
        yield None, code, named[code]


# --- for commands


def guides() -> Sequence[Guide]:
    return session.scalars(sa.select(Guide)).all()


def current_version(guide: Guide, language: str) -> GuideVersion | None:
    return session.scalars(
        sa.select(GuideVersion).where(
            GuideVersion.guide_id == guide.id, GuideVersion.language == language, GuideVersion.is_current
        )
    ).first()


def last_number(guide: Guide, language: str) -> int:
    last = sa.select(sa.func.max(GuideVersion.n))
    return session.scalar(last.where(GuideVersion.guide_id == guide.id, GuideVersion.language == language)) or 0


# --- for other features


@resolves("library")
def _subjects(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    rows = session.execute(
        sa.select(Guide.slug, GuideVersion.language, GuideVersion.title)
        .join(GuideVersion.guide)
        .where(Guide.slug.in_({ref.key for ref in refs}), GuideVersion.is_current)
    )
    titles: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for slug, code, title in rows:
        titles[slug][code] = title
    return {
        Ref("library", slug): Subject(said(texts, language_of_page()).text, address_of(slug))
        for slug, texts in titles.items()
    }


def address_of(slug: str) -> str:
    """In the language of the page that is being made."""
    return shown_address("guides.guide", slug=slug) or ""
