"""What can be seen, and by whom? The course is public; what has been done is each person's own."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup, escape
from sqlalchemy.orm import contains_eager, defer, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.told import tells
from academy.kernel.db import session
from academy.kernel.files import StoredFile
from academy.kernel.i18n import language as language_of_page
from academy.kernel.markup import VERSION
from academy.kernel.markup.films import hosts_in
from academy.kernel.shared import released, shared
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.learning import question_files, rules
from academy.learning.authoring import pictures
from academy.learning.authoring.course import CourseText
from academy.learning.authoring.tree import Files, key_of, sha256
from academy.learning.changes import Changes, changes_between
from academy.learning.models import (
    Completion,
    CompletionEvent,
    Course,
    Guide,
    GuideVersion,
    ImportedFile,
    Module,
    ModuleFile,
    Note,
    ReadingPlace,
    Unit,
    UnitKind,
    UnitVersion,
    ref_of,
)
from academy.learning.rules import Progress

_SPELLED_LANGUAGES = ("en", "it", "de", "hu", "sl", "sk", "pl")  # which to show where the wanted one is missing


@dataclass(frozen=True)
class Said:
    """A text of the course in the language of the page or, where that is missing, in another one, which the page then names."""

    text: str
    language: str
    foreign: bool

    def __html__(self) -> Markup:
        if not self.foreign:
            return escape(self.text)
        return Markup('<span lang="{}">{}</span>').format(self.language, self.text)

    def __str__(self) -> str:
        return self.text


def said(texts: Mapping[str, str], language: str) -> Said:
    code = nearest(texts, language)
    return Said(texts.get(code, ""), code, foreign=code != language)


def nearest(texts: Iterable[str], language: str) -> str:
    there = set(texts)
    if language in there or not there:
        return language
    return next((code for code in _SPELLED_LANGUAGES if code in there), min(there))


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
class _Outline:
    """A module as everybody sees it."""

    row: Module
    title: Said
    summary: Said
    units: tuple[Part, ...]


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
        return [code for code in _SPELLED_LANGUAGES if code in there]

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


# --- pages


def course_seen_by(viewer: Person | None, language: str) -> CourseSeen | None:
    """The course and how far the viewer has come; None while nothing has been imported."""
    row = _course()
    if row is None:
        return None
    done = _done_by(viewer)
    modules = tuple(_seen(one, done, language) for one in _outlines(language).values() if one.row.retired_at is None)
    places = _places_of(viewer)
    next_part, stopped_at = _go_on(modules, places)
    return CourseSeen(row, said(row.title, language), said(row.summary, language), modules, next_part, stopped_at)


def module_seen_by(viewer: Person | None, slug: str, language: str) -> ModuleSeen:
    outline = _outlines(language).get(slug)
    if outline is None:
        raise NotFound
    return _seen(outline, _done_by(viewer), language)


def text_seen_by(viewer: Person | None, module_slug: str, slug: str, language: str) -> TextSeen:
    """A lesson, an activity or a guide. One that was retired can still be read at its address."""
    module = module_seen_by(viewer, module_slug, language)
    part = next((unit for unit in module.units if unit.slug == slug and unit.version_id), None)
    if part is None or part.version_id is None:
        raise NotFound
    return TextSeen(module, part, _version(part.version_id), language)


@dataclass(frozen=True)
class TextPrinted:
    id: str  # of its place on the page
    kind: UnitKind
    language: str
    title: str
    summary: str
    sources: list[str]
    pieces: list[Piece]


def texts_to_print(module: ModuleSeen) -> list[TextPrinted]:
    """All lessons and the activity in one statement; the ids of each text are made its own."""
    parts = [part for part in module.parts if part.version_id]
    wanted = [part.version_id for part in parts]
    versions = {row.id: row for row in session.scalars(sa.select(UnitVersion).where(UnitVersion.id.in_(wanted)))}
    return [_printed(number, part, versions[part.version_id or 0]) for number, part in enumerate(parts, 1)]


def _printed(number: int, part: Part, version: UnitVersion) -> TextPrinted:
    own = [{**piece, "html": _ids_of(number, piece["html"])} if "html" in piece else piece for piece in version.parts]
    return TextPrinted(
        f"text-{number}",
        part.kind,
        version.language,
        version.title,
        version.summary,
        version.sources,
        pieces_of(own),
    )


def _ids_of(number: int, html: str) -> str:
    """Headings and notes of several texts may have the same id. Boxes of several texts have the same name, so none is a landmark."""
    html = html.replace("<aside ", '<div role="note" ').replace("</aside>", "</div>")
    return re.sub(r'( id="| href="#| aria-labelledby="| popovertarget=")s-', rf"\g<1>s{number}-", html)


def notes_about(viewer: Person | None, unit_id: int) -> dict[int, Note]:
    """What this person wrote about one text, by box."""
    if viewer is None:
        return {}
    rows = session.scalars(sa.select(Note).where(Note.person_id == viewer.id, Note.unit_id == unit_id))
    return {note.box: note for note in rows}


def notes_of(person: Person) -> list[tuple[Ref, list[Note]]]:
    """All of them, in the order of the course."""
    rows = session.execute(
        sa.select(Note, Unit.kind, Unit.slug, Module.slug)
        .join(Unit, Unit.id == Note.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .where(Note.person_id == person.id)
        .order_by(Module.position, Unit.position, Unit.id, Note.box)
    )
    found: defaultdict[Ref, list[Note]] = defaultdict(list)
    for note, kind, slug, module in rows:
        found[ref_of(kind, module, slug)].append(note)
    return list(found.items())


def licence_of_course() -> str:
    row = _course()
    return row.licence if row else ""


def unit_seen_by(viewer: Person, module_slug: str, slug: str) -> Unit:
    """What a person wants to do something with."""
    unit = session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Module.slug == module_slug, Unit.slug == slug)
        .options(contains_eager(Unit.module).options(defer(Module.glossary)))
    ).first()
    if unit is None:
        raise NotFound
    return unit


def picture(module_slug: str, name: str) -> ImportedFile:
    found = session.get(ImportedFile, f"{module_slug}/media/{name}")
    if found is None:
        raise NotFound
    return found


@shared
def _course() -> Course | None:
    row = course()
    return row and released(row)


@shared
def _version(version_id: int) -> UnitVersion:
    return released(session.get_one(UnitVersion, version_id))


@shared
def _outlines(language: str) -> Mapping[str, _Outline]:
    """Every module by its slug, in the order of the course, retired ones too."""
    rows = session.scalars(sa.select(Module).order_by(Module.position, Module.id)).all()
    units = _units(rows, language)
    return {
        row.slug: _Outline(released(row), said(row.title, language), said(row.summary, language), tuple(units[row.id]))
        for row in rows
    }


def _units(modules: Sequence[Module], language: str) -> Mapping[int, list[Part]]:
    """By module, in order; a unit that nobody has published a text of is not there."""
    version = UnitVersion
    rows = session.execute(
        sa.select(
            Unit.id, Unit.module_id, Unit.kind, Unit.slug, Unit.required, Unit.retired_at,
            version.id.label("version_id"), version.language, version.title, version.summary, version.minutes,
        )
        .outerjoin(version, (version.unit_id == Unit.id) & version.is_current)
        .order_by(Unit.position, Unit.id, version.language)
    ).all()  # fmt: skip
    slugs = {module.id: module.slug for module in modules}
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for _, several in groupby(rows, key=lambda row: row[0]):
        some = list(several)
        unit_id, module_id, kind, slug, required, retired_at, *_version = some[0]
        texts = {row.language: row for row in some if row.version_id is not None}
        if not texts and (kind is not UnitKind.QUIZ or retired_at):
            continue
        code = nearest(texts, language)
        text = texts.get(code)
        found[module_id].append(
            Part(
                unit_id=unit_id,
                kind=kind,
                module=slugs[module_id],
                slug=slug,
                required=required,
                retired=retired_at is not None,
                title=Said(text.title if text else "", code, code != language),
                summary=Said(text.summary if text else "", code, code != language),
                minutes=text.minutes if text else 0,
                version_id=text.version_id if text else None,
                languages=tuple(texts),
            )
        )
    return found


def _seen(outline: _Outline, done: Mapping[str, datetime], language: str) -> ModuleSeen:
    units = tuple(replace(unit, done_at=done[unit.item]) if unit.item in done else unit for unit in outline.units)
    return ModuleSeen(
        row=outline.row,
        title=outline.title,
        summary=outline.summary,
        units=units,
        progress=rules.progress((unit.item for unit in units if unit.counts), done.keys()),
        completed_at=done.get(str(Ref("module", outline.row.slug))),
        language=language,
    )


_DONE = sa.select(Completion.item, Completion.at).where(Completion.person_id == sa.bindparam("person"))


def _done_by(viewer: Person | None) -> dict[str, datetime]:
    if viewer is None:
        return {}
    rows = session.execute(_DONE, {"person": viewer.id})
    return {item: at for item, at in rows}  # noqa: C416  # a Row is no pair to mypy


def _places_of(viewer: Person | None) -> list[tuple[int, int, datetime]]:
    if viewer is None:
        return []
    rows = session.execute(
        sa.select(ReadingPlace.module_id, ReadingPlace.unit_id, ReadingPlace.at)
        .where(ReadingPlace.person_id == viewer.id)
        .order_by(ReadingPlace.at.desc())
    )
    return [(module_id, unit_id, at) for module_id, unit_id, at in rows]


def _go_on(
    modules: Sequence[ModuleSeen], places: Sequence[tuple[int, int, datetime]]
) -> tuple[Part | None, datetime | None]:
    """In the module that was open last, where it was left; else in the first that is not complete."""
    by_id = {module.row.id: module for module in modules}
    for module_id, unit_id, at in places:
        if module := by_id.get(module_id):
            place = next((part for part in module.parts if part.unit_id == unit_id), None)
            if found := module.next_part(str(place.ref) if place else None):
                return found, at if place and found.unit_id == place.unit_id else None
    begun = [module for module in modules if module.progress.done and not module.progress.complete]
    for module in [*begun, *modules]:
        if found := module.next_part():
            return found, None
    return None, None


# --- for commands


def module_with_slug(slug: str) -> Module | None:
    return session.scalars(sa.select(Module).where(Module.slug == slug)).first()


def modules_and_units() -> Sequence[Module]:
    return session.scalars(sa.select(Module).options(joinedload(Module.units).joinedload(Unit.module))).unique().all()


def quiz_of(module_slug: str) -> Unit | None:
    return session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Module.slug == module_slug, Unit.kind == UnitKind.QUIZ)
        .options(contains_eager(Unit.module).options(defer(Module.glossary)))
    ).first()


def wait_for_turn(person_id: int) -> None:
    """Let what one person does come one after the other, until the end of the transaction: of the last two parts of a module, done in two
    tabs at once, one has to see the other."""
    session.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def completion_of(person_id: int, item: Ref) -> Completion | None:
    return session.get(Completion, (person_id, str(item)))


def counted_parts(module_id: int) -> set[str]:
    """What the module asks for now: published, not retired, not optional."""
    return {str(unit.ref) for unit in _counted(Unit.module_id == module_id)}


def counted_items() -> dict[str, set[str]]:
    """What the whole course asks for now, by module."""
    found: dict[str, set[str]] = {}
    for unit in _counted(Module.retired_at.is_(None)):
        found.setdefault(unit.module.slug, set()).add(str(unit.ref))
    return found


def all_parts() -> Sequence[Unit]:
    """Whatever could count: what is published and part of the course, asked for or not."""
    published = sa.exists().where(UnitVersion.unit_id == Unit.id, UnitVersion.is_current)
    return session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(
            Module.retired_at.is_(None),
            Unit.retired_at.is_(None),
            Unit.kind != UnitKind.GUIDE,
            published | (Unit.kind == UnitKind.QUIZ),
        )
        .options(contains_eager(Unit.module).options(defer(Module.glossary)))
        .order_by(Module.position, Unit.position)
    ).all()


def titles_of_lessons(units: Collection[int], language: str) -> dict[int, str]:
    """By unit; in another language where that one is missing."""
    rows = session.execute(
        sa.select(UnitVersion.unit_id, UnitVersion.language, UnitVersion.title).where(
            UnitVersion.unit_id.in_(units), UnitVersion.is_current
        )
    )
    titles: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for unit_id, code, title in rows:
        titles[unit_id][code] = title
    return {unit_id: said(some, language).text for unit_id, some in titles.items()}


def _counted(which: sa.ColumnElement[bool]) -> Sequence[Unit]:
    published = sa.exists().where(UnitVersion.unit_id == Unit.id, UnitVersion.is_current)
    return session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(which, Unit.required, Unit.retired_at.is_(None), published | (Unit.kind == UnitKind.QUIZ))
        .options(contains_eager(Unit.module).options(defer(Module.glossary)))
    ).all()


def hold_course(*, alone: bool) -> None:
    """What the course asks for stays as it is until the end of this transaction; `alone`: it is about to change, for everybody."""
    session.execute(sa.select(Course.id).with_for_update(read=not alone))


def units_of_modules(slugs: Iterable[str], kinds: Iterable[UnitKind]) -> Sequence[Unit]:
    """Of these kinds, and part of the course."""
    return session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Module.slug.in_(set(slugs)), Unit.kind.in_(set(kinds)), Unit.retired_at.is_(None))
        .options(contains_eager(Unit.module).options(defer(Module.glossary)))
        .order_by(Module.position, Unit.position)
    ).all()


def units_called(items: Collection[str]) -> Sequence[Unit]:
    """By their Refs as text, retired ones too."""
    slugs = {ref.key.partition("/")[0] for item in items if (ref := Ref.parsed(item))}
    units = session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Module.slug.in_(slugs))
        .options(contains_eager(Unit.module).options(defer(Module.glossary)))
    )
    return [unit for unit in units if str(unit.ref) in items]


def items_vouched_for(person_id: int, voucher: rules.Voucher) -> set[str]:
    """What this person has done because of it, as things stand."""
    source, evidence = voucher
    rows = session.execute(
        sa.select(CompletionEvent.item, CompletionEvent.done)
        .where(
            CompletionEvent.person_id == person_id,
            CompletionEvent.source == source,
            CompletionEvent.evidence == evidence,
        )
        .order_by(CompletionEvent.id)
    )
    return rules.done_after((item, voucher, done) for item, done in rows)


def items_done_by(person_id: int) -> set[str]:
    return set(session.scalars(sa.select(Completion.item).where(Completion.person_id == person_id)))


def history_of(person_id: int) -> list[tuple[str, rules.Voucher, bool]]:
    """Item, who says so, said or taken back; oldest first."""
    rows = session.execute(
        sa.select(CompletionEvent.item, CompletionEvent.source, CompletionEvent.evidence, CompletionEvent.done)
        .where(CompletionEvent.person_id == person_id)
        .order_by(CompletionEvent.id)
    )
    return [(item, (source, evidence), done) for item, source, evidence, done in rows]


def vouchers_for(person_id: int, item: Ref) -> set[rules.Voucher]:
    """Who says that this person has done it, as things stand."""
    rows = session.execute(
        sa.select(CompletionEvent.source, CompletionEvent.evidence, CompletionEvent.done)
        .where(CompletionEvent.person_id == person_id, CompletionEvent.item == str(item))
        .order_by(CompletionEvent.id)
    )
    events = [(str(item), (source, evidence), done) for source, evidence, done in rows]
    return rules.vouched_after(events).get(str(item), set())


# --- for import and export


def course() -> Course | None:
    return session.scalars(sa.select(Course).limit(1)).first()


def imported_files() -> dict[str, ImportedFile]:
    return {file.key: file for file in session.scalars(sa.select(ImportedFile).options(defer(ImportedFile.content)))}


def changes_in(course: CourseText, files: Files) -> Changes:
    """What importing these files would do."""
    last = {key: file.sha256 for key, file in imported_files().items()}
    now = {key_of(path): sha256(content) for path, content in files.items()}
    shown = [version for version in current_versions() if version.unit.retired_at is None]
    web = {key_of_version(version): version.sha256 for version in shown}
    guides = [version for version in current_guide_versions() if version.guide.retired_at is None]
    web |= {path_of_guide(version): version.sha256 for version in guides}
    web |= web_files()
    web |= _questions_on_the_web(last, files)
    texts = {key_of(text.path) for text in course.texts}
    edited = {key for key in last if key.endswith(".md") or question_files.is_of_questions(key)}
    return changes_between(last, now, web, frozenset(texts | web.keys() | edited))


def _questions_on_the_web(last: Mapping[str, str], files: Files) -> dict[str, str]:
    """Hash by key of questions and quizzes; only of those whose files changed, for they have to be read."""
    now = {key_of(path): content for path, content in files.items()}
    changed = [key for key in last.keys() | now.keys() if last.get(key) != (sha256(now[key]) if key in now else None)]
    wanted = [key for key in changed if question_files.is_of_questions(key)]
    if not wanted:
        return {}
    came = {key: content for key, (_path, content) in imported_contents(wanted).items()}
    return question_files.hashes_on_the_web(wanted, modules_and_units(), came, now)


def lessons_that_practise(module: str, question: str, language: str) -> list[str]:
    """Titles of what people read now and asks this question on the way."""
    shown = [
        version for version in current_versions() if version.unit.module.slug == module and not version.unit.retired_at
    ]
    asking = [version for version in shown if any(part.get("practice") == question for part in version.parts)]
    return [version.title for version in sorted(asking, key=lambda version: version.language != language)]


def web_files() -> dict[str, str]:
    """Hash by key of the files that were added on the web."""
    rows = session.execute(
        sa.select(Module.slug, ModuleFile.name, StoredFile.sha256)
        .join(ModuleFile, ModuleFile.module_id == Module.id)
        .join(StoredFile, StoredFile.id == ModuleFile.file_id)
    )
    return {f"{slug}/media/{name}": hashed for slug, name, hashed in rows}


def imported_contents(keys: Collection[str] | None = None) -> dict[str, tuple[str, bytes]]:
    """Path and content by key; of all files where no keys are given."""
    wanted = sa.select(ImportedFile.key, ImportedFile.path, ImportedFile.content)
    if keys is not None:
        wanted = wanted.where(ImportedFile.key.in_(keys))
    return {key: (path, content) for key, path, content in session.execute(wanted)}


def sizes_of_pictures(module_slug: str) -> dict[str, tuple[int, int]]:
    """Width and height, by the address that texts give: `media/steps.svg`."""
    sizes = {f"media/{name}": pictures.size_of(name, content) for name, content in pictures_of(module_slug).items()}
    return {address: size for address, size in sizes.items() if size}


def pictures_of(module_slug: str) -> dict[str, bytes]:
    """Content by file name."""
    start = f"{module_slug}/media/"
    rows = session.execute(
        sa.select(ImportedFile.key, ImportedFile.content).where(
            ImportedFile.key.startswith(start, autoescape=True), ~ImportedFile.key.endswith(".yaml")
        )
    )
    return {key.removeprefix(start): content for key, content in rows}


def current_versions(units: Collection[int] | None = None) -> Sequence[UnitVersion]:
    """What people read now, with its unit and module."""
    wanted = (
        sa.select(UnitVersion)
        .join(UnitVersion.unit)
        .join(Unit.module)
        .where(UnitVersion.is_current)
        .options(contains_eager(UnitVersion.unit).contains_eager(Unit.module))
        .order_by(Module.position, Unit.position, UnitVersion.language)
    )
    if units is not None:
        wanted = wanted.where(UnitVersion.unit_id.in_(units))
    return session.scalars(wanted).all()


def current_guide_versions() -> Sequence[GuideVersion]:
    """What people read now of the library, with its guide."""
    return session.scalars(
        sa.select(GuideVersion)
        .join(GuideVersion.guide)
        .where(GuideVersion.is_current)
        .options(contains_eager(GuideVersion.guide))
        .order_by(Guide.position, Guide.id, GuideVersion.language)
    ).all()


def path_of_guide(version: GuideVersion) -> str:
    """Where its file stands in the tree, which is its key as well; the guide must have been loaded."""
    return f"guides/{version.guide.slug}/{version.language}.md"


def current_version(unit: Unit, language: str) -> UnitVersion | None:
    return session.scalars(
        sa.select(UnitVersion).where(
            UnitVersion.unit_id == unit.id, UnitVersion.language == language, UnitVersion.is_current
        )
    ).first()


def last_number(unit: Unit, language: str) -> int:
    last = sa.select(sa.func.max(UnitVersion.n)).where(UnitVersion.unit_id == unit.id, UnitVersion.language == language)
    return session.scalar(last) or 0


def stale_pages() -> bool:
    """Pages were made by another version of the renderer."""
    units = sa.exists().where(UnitVersion.is_current, UnitVersion.markup != VERSION)
    guides = sa.exists().where(GuideVersion.is_current, GuideVersion.markup != VERSION)
    return session.scalar(sa.select(units | guides)) or False


def path_of(version: UnitVersion) -> str:
    """Where its file stands in the tree; unit and module must have been loaded."""
    return path_in(version.unit, version.language)


def path_in(unit: Unit, language: str) -> str:
    place = f"lessons/{unit.position:02}-{unit.slug}" if unit.kind is UnitKind.LESSON else unit.slug
    return f"{unit.module.folder}/{place}/{language}.md"


def key_of_version(version: UnitVersion) -> str:
    return key_of(path_of(version))


# --- for other features


@tells("modules")
def _modules_finished(person: Person) -> list[Ref]:
    """For a profile, in the order in which they were finished."""
    items = session.scalars(
        sa.select(Completion.item)
        .where(Completion.person_id == person.id, Completion.item.startswith("module:"))
        .order_by(Completion.at)
    )
    return [ref for item in items if (ref := Ref.parsed(item))]


@resolves("module")
@resolves("lesson")
@resolves("activity")
@resolves("guide")
@resolves("example")
def _subjects(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    """In one statement, whatever is asked for: it looks at all that these modules hold, which is little."""
    language = language_of_page()
    rows = session.execute(
        sa.select(Module.slug, Module.title, Module.hue, Unit.kind, Unit.slug, UnitVersion.language, UnitVersion.title)
        .outerjoin(Unit, Unit.module_id == Module.id)
        .outerjoin(UnitVersion, (UnitVersion.unit_id == Unit.id) & UnitVersion.is_current)
        .where(Module.slug.in_({ref.key.partition("/")[0] for ref in refs}))
    )
    found: dict[Ref, Subject] = {}
    parts: defaultdict[tuple[UnitKind, str, str], dict[str, str]] = defaultdict(dict)
    hues: dict[str, int] = {}
    for module, title, hue, kind, slug, code, part_title in rows:
        address = shown_address("learning.module", module=module) or ""
        hues[module] = hue
        found[Ref("module", module)] = Subject(said(title, language).text, address, hue=hue)
        if code is not None:
            parts[kind, module, slug][code] = part_title
    for (kind, module, slug), titles in parts.items():
        address = address_of(kind, module, slug)
        found[ref_of(kind, module, slug)] = Subject(said(titles, language).text, address, hue=hues[module])
    return {ref: found[ref] for ref in refs if ref in found}


_PAGES = {
    UnitKind.ACTIVITY: "learning.activity",
    UnitKind.GUIDE: "learning.facilitator",
    UnitKind.EXAMPLE: "learning.example",
}


def address_of(kind: UnitKind, module: str, slug: str) -> str:
    """The page of a part, in the language of the page that is being made."""
    if kind is UnitKind.LESSON:
        found = shown_address("learning.lesson", module=module, lesson=slug)
    elif kind is UnitKind.QUIZ:
        found = shown_address("assessment.start_page", module=module)
    else:
        found = shown_address(_PAGES[kind], module=module)
    return found or shown_address("learning.module", module=module) or ""
