"""What would learners see, and what is wrong with it? The same check and the same rendering as for the tree and for the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from markupsafe import Markup

from academy.kernel.access import Refused
from academy.kernel.i18n import Sentence, say
from academy.learning.authoring.course import UnitText, read_text, split_text
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
    first = _lines_above(written)
    faults = [_in_the_form(fault, first) for fault in faults if fault.serious or typed.body.strip()]
    place = f"/{around.language}/learn/{around.media.module}/"
    return Checked(written, text, faults, page, weight, place, links_in(text.markdown) if text else [])


# What a form calls the lines at the head of a file, and what there is to do here instead of with files
_FIELDS = {"title": say("Title"), "summary": say("Summary"), "minutes": say("Minutes"), "sources": say("Sources")}
_REMEDIES = {
    "Write for example “%(name)s: %(least)s”.": say("Write how many minutes it takes to read, as a number."),
    "Add “sources” to the front matter.": say("Name them in “Sources”, one a line."),
    "Write it, or take the file away.": say("Write it."),
    "Put it in quotation marks: YAML takes words such as yes, no and numbers for something else.": say(
        "Write it in words."
    ),
    "Put the file into the module's folder media/ and write media/ before its name.": say(
        "Add the file below the text: then it stands in the text with its address."
    ),
    "Mend the key, or add questions/%(key)s.yaml.": say(
        "Mend the key, or write this question at the desk of questions."
    ),
    "Add them as media/%(name)s.": say("Add a file with the name %(name)s below the text."),
}


def _lines_above(written: str) -> int:
    """How many lines of the file stand above what is typed as the text: the front matter, and what is empty below it."""
    pieces = split_text(written)
    if pieces is None:
        return 0
    _front, body, line = pieces
    return line - 1 + len(body) - len(body.lstrip("\n"))


def _in_the_form(fault: Fault, first: int) -> Fault:
    """Lines are counted from the beginning of the text that is typed, not of the file, and fields are called as they are called there."""
    line = fault.line - first if fault.line > first else 0
    message, remedy = fault.message, fault.remedy
    if isinstance(message, Sentence) and not line:
        named = tuple((key, _FIELDS.get(str(value), value)) for key, value in message.values)
        message = replace(message, values=named)
    if isinstance(remedy, Sentence) and (here := _REMEDIES.get(remedy.message)):
        remedy = replace(here, values=remedy.values)
    return Fault(fault.path, line, message, remedy, fault.serious)


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
