"""What would learners see, and what is wrong with it? The same check and the same rendering as for the tree and for the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from markupsafe import Markup

from academy.kernel.access import Refused
from academy.kernel.i18n import say
from academy.learning.authoring.course import UnitText, read_text
from academy.learning.authoring.faults import Fault
from academy.learning.authoring.front_matter import Typed, put_together
from academy.learning.authoring.links import links_in
from academy.learning.authoring.readability import Figures
from academy.learning.models import OutsideLink, UnitKind
from academy.learning.queries import Piece, pieces_of
from academy.learning.rendering import Media, Page, Renderer


@dataclass(frozen=True)
class Around:
    """What a text may refer to, and what is known already; read before the check begins."""

    path: str
    kind: UnitKind
    slug: str
    language: str
    like: str  # the file as it was, whose front matter stays where nobody touched it
    media: Media
    questions: frozenset[str]
    places: frozenset[str]  # "module" and "module/lesson": where a link inside the course may lead


@dataclass(frozen=True)
class LinkSeen:
    address: str
    fault: str
    checked_at: datetime | None


_BESIDE = re.compile(r'(?<=href=")(?=[a-z-]+["#])')  # a page of the same module: `[…](example)`


@dataclass(frozen=True)
class Checked:
    written: str
    text: UnitText | None
    faults: list[Fault]
    page: Page | None
    weight: int  # of the page with its pictures, in bytes
    place: str  # where learners find it: links to pages beside it lead there from the desk too
    links: list[str] = field(default_factory=list)  # that lead to other sites

    @property
    def serious(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.serious]

    @property
    def advice(self) -> list[Fault]:
        return [fault for fault in self.faults if not fault.serious]

    @property
    def figures(self) -> Figures | None:
        return self.text.figures if self.text else None

    @property
    def pieces(self) -> list[Piece]:
        made = pieces_of(self.page.parts if self.page else [])
        return [replace(piece, html=Markup(_BESIDE.sub(self.place, piece.html))) for piece in made]  # noqa: S704

    def links_seen(self, known: Mapping[str, OutsideLink]) -> list[LinkSeen]:
        return [
            LinkSeen(address, known[address].fault, known[address].checked_at)
            if address in known
            else LinkSeen(address, "", None)
            for address in self.links
        ]


HEAVY = 1_500_000  # bytes: half a minute on a slow phone


def checked(typed: Typed, around: Around, renderer: Renderer) -> Checked:
    """Slow: before a write begins."""
    written = put_together(typed, around.like)
    text, faults = read_text(
        written,
        path=around.path,
        kind=around.kind,
        slug=around.slug,
        language=around.language,
        pictures=around.media.hashes.keys(),
        questions=around.questions,
        terms=around.media.terms.keys(),
        places=around.places,
    )
    page: Page | None = None
    if text is not None:
        try:
            page = renderer.page(text.markdown, around.language, around.media)
        except Refused:
            page = None  # too tangled: the check has said so
    weight = _weight(page, text, around.media)
    if weight > HEAVY:
        faults.append(
            Fault(
                around.path,
                0,
                say("The page with its pictures weighs %(size)s kB.", size=weight // 1000),
                say("Make pictures smaller: many read on a phone that pays by the megabyte."),
                serious=False,
            )
        )
    first = text.first_line - 1 if text else 0
    faults = [_in_the_form(fault, first) for fault in faults]
    place = f"/{around.language}/learn/{around.media.module}/"
    return Checked(written, text, faults, page, weight, place, links_in(text.markdown) if text else [])


def _in_the_form(fault: Fault, first: int) -> Fault:
    """Lines are counted from the beginning of the text that is typed, not of the file."""
    line = fault.line - first if fault.line > first else 0
    return Fault(fault.path, line, fault.message, fault.remedy, fault.serious)


def _weight(page: Page | None, text: UnitText | None, media: Media) -> int:
    if page is None or text is None:
        return 0
    html = sum(len(part.get("html", "")) for part in page.parts)
    return html + sum(
        weight for name, weight in media.weights.items() if f"media/{name}" in text.markdown and _shown(name)
    )


def _shown(name: str) -> bool:
    """Loaded with the page; sound and film only when somebody wants them."""
    return name.endswith((".svg", ".png", ".jpg", ".webp"))
