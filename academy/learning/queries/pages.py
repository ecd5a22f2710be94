"""What can be read? The course is public; how far somebody has come in it is their own."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.kernel.shared import released, shared
from academy.kernel.subjects import Ref
from academy.learning import rules
from academy.learning.models import (
    Completion,
    Course,
    ImportedFile,
    Module,
    Note,
    ReadingPlace,
    Unit,
    UnitKind,
    UnitVersion,
    ref_of,
)
from academy.learning.queries.parts import course
from academy.learning.queries.seen import CourseSeen, ModuleSeen, Part, Piece, TextSeen, pieces_of
from academy.learning.queries.wording import Said, nearest, said


def course_seen_by(viewer: Person | None, language: str) -> CourseSeen | None:
    """The course and how far the viewer has come; None while nothing has been imported."""
    row = _course()
    if row is None:
        return None
    done = _done_by(viewer)
    every = [_seen(one, done, language) for one in _outlines(language).values()]
    modules = tuple(module for module in every if module.row.retired_at is None)
    past = tuple(module for module in every if module.row.retired_at is not None)
    places = _places_of(viewer)
    next_part, stopped_at = _go_on(modules, places)
    return CourseSeen(row, said(row.title, language), said(row.summary, language), modules, past, next_part, stopped_at)


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


def picture(module_slug: str, name: str) -> ImportedFile:
    found = session.get(ImportedFile, f"{module_slug}/media/{name}")
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class _Outline:
    """A module as everybody sees it."""

    row: Module
    title: Said
    summary: Said
    units: tuple[Part, ...]


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
        if not texts and kind is not UnitKind.QUIZ:
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
