"""What does a page know of the course, of a module, of a text?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from markupsafe import Markup

from academy.kernel.markup.films import hosts_in
from academy.kernel.subjects import Ref
from academy.learning import rules
from academy.learning.models import Course, Module, UnitKind, UnitVersion, ref_of
from academy.learning.queries.wording import SPELLED_LANGUAGES, Said, said
from academy.learning.rules import Progress


@dataclass(frozen=True)
class Part:
    """A lesson, an activity, a quiz or a guide, as a page lists it."""

    unit_id: int
    kind: UnitKind
    module: str
    slug: str
    required: bool
    retired: bool
    title: Said  # of a quiz: empty
    summary: Said
    minutes: int
    version_id: int | None
    languages: tuple[str, ...]
    done_at: datetime | None = None

    @property
    def ref(self) -> Ref:
        return ref_of(self.kind, self.module, self.slug)

    @cached_property
    def item(self) -> str:
        """Its Ref as text: what completions are written down by."""
        return str(self.ref)

    @property
    def counts(self) -> bool:
        return self.required and not self.retired


@dataclass(frozen=True)
class Term:
    key: str
    name: Said
    definition: Said
    elsewhere: list[tuple[str, str]]  # the word in other languages


@dataclass(frozen=True)
class ModuleSeen:
    row: Module
    title: Said
    summary: Said
    units: tuple[Part, ...]  # all that have a text, retired ones too
    progress: Progress
    completed_at: datetime | None  # when everything was done for the first time; what came later is "new since"
    language: str = field(repr=False)

    @property
    def parts(self) -> list[Part]:
        """What counts, in order."""
        return [unit for unit in self.units if unit.counts]

    @property
    def lessons(self) -> list[Part]:
        return [part for part in self.parts if part.kind is UnitKind.LESSON]

    @property
    def activity(self) -> Part | None:
        return next((part for part in self.parts if part.kind is UnitKind.ACTIVITY), None)

    @property
    def quiz(self) -> Part | None:
        return next((part for part in self.parts if part.kind is UnitKind.QUIZ), None)

    @property
    def guide(self) -> Part | None:
        return self._beside(UnitKind.GUIDE)

    @property
    def example(self) -> Part | None:
        return self._beside(UnitKind.EXAMPLE)

    def _beside(self, kind: UnitKind) -> Part | None:
        return next((unit for unit in self.units if unit.kind is kind and not unit.retired), None)

    @property
    def lessons_done(self) -> int:
        return sum(lesson.done_at is not None for lesson in self.lessons)

    @property
    def new_since(self) -> list[Part]:
        """Asked for only after this person had done everything."""
        return [part for part in self.parts if part.done_at is None] if self.completed_at else []

    @property
    def once(self) -> list[Part]:
        """What was part of the course, and is no longer."""
        return [unit for unit in self.units if unit.retired]

    @property
    def done_once(self) -> list[Part]:
        """Of these, what this person had done: it counts no more, and stays written down."""
        return [unit for unit in self.once if unit.done_at]

    @property
    def artefact(self) -> Said:
        return said(self.row.artefact, self.language)

    @property
    def outcomes(self) -> list[Said]:
        return [said(outcome, self.language) for outcome in self.row.outcomes]

    @property
    def terms(self) -> list["Term"]:
        """The glossary, in the order of the alphabet."""
        found = [
            Term(
                key=entry["key"],
                name=said(entry["term"], self.language),
                definition=said(entry["definition"], self.language),
                elsewhere=[(code, word) for code, word in sorted(entry["term"].items()) if code != self.language],
            )
            for entry in self.row.glossary
        ]
        return sorted(found, key=lambda term: term.name.text.casefold())

    @property
    def languages(self) -> list[str]:
        """In which at least one lesson can be read."""
        there = {code for lesson in self.lessons for code in lesson.languages}
        return [code for code in SPELLED_LANGUAGES if code in there]

    def next_part(self, place: str | None = None) -> Part | None:
        parts = {part.item: part for part in self.parts}
        done = {key for key, part in parts.items() if part.done_at}
        found = rules.what_next(list(parts), done, place)
        return parts[found] if found else None


@dataclass(frozen=True)
class CourseSeen:
    row: Course
    title: Said
    summary: Said
    modules: tuple[ModuleSeen, ...]
    past: tuple[ModuleSeen, ...]  # no longer part of the course
    next_part: Part | None
    stopped_at: datetime | None  # when the next part was last open

    @property
    def progress(self) -> Progress:
        return rules.together(module.progress for module in self.modules)

    @property
    def minutes_done(self) -> int:
        """How long what is done usually takes: an estimate, for nobody is watched."""
        return sum(part.minutes for module in self.modules for part in module.parts if part.done_at)

    @property
    def done_once(self) -> list[ModuleSeen]:
        """The modules in which this person did something that is no longer part of the course."""
        return [module for module in (*self.modules, *self.past) if module.done_once]

    @property
    def begun(self) -> bool:
        return self.stopped_at is not None or self.progress.done > 0

    def module(self, slug: str) -> ModuleSeen:
        return next(module for module in self.modules if module.row.slug == slug)


@dataclass(frozen=True)
class Piece:
    """One of these: a stretch of the text, the key of a practice question, the number of a box that a note is kept for."""

    html: Markup
    practice: str
    box: int
    prompt: str


def pieces_of(parts: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """In order; the HTML was cleaned when the page was made."""
    return [
        Piece(
            Markup(part.get("html", "")),  # noqa: S704
            part.get("practice", ""),
            int(part.get("think", 0)),
            part.get("prompt", ""),
        )
        for part in parts
    ]


@dataclass(frozen=True)
class TextSeen:
    """A page to read: its module, its own place in it, and what is written."""

    module: ModuleSeen
    part: Part
    version: UnitVersion
    language: str

    @property
    def foreign(self) -> bool:
        return self.version.language != self.language

    @property
    def practice_keys(self) -> list[str]:
        return [part["practice"] for part in self.version.parts if "practice" in part]

    @property
    def pieces(self) -> list[Piece]:
        return pieces_of(self.version.parts)

    @property
    def asks_for_notes(self) -> bool:
        return any("think" in part for part in self.version.parts)

    @property
    def film_hosts(self) -> list[str]:
        """Whose players this page may load, once the reader asks for it."""
        return sorted({host for part in self.version.parts for host in hosts_in(part.get("html", ""))})

    @property
    def number(self) -> int:
        """Of a lesson: which one it is; 0 where it is no longer part of the course."""
        return next((n for n, lesson in enumerate(self.module.lessons, 1) if lesson.unit_id == self.part.unit_id), 0)

    @property
    def before(self) -> Part | None:
        return self._neighbour(-1)

    @property
    def after(self) -> Part | None:
        return self._neighbour(1)

    def _neighbour(self, step: int) -> Part | None:
        parts = self.module.parts
        here = next((place for place, part in enumerate(parts) if part.unit_id == self.part.unit_id), None)
        if here is None or not 0 <= here + step < len(parts):
            return None
        return parts[here + step]
