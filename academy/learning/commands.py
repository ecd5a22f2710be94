"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment import commands as assessment
from academy.community import commands as community
from academy.kernel import clock
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.markup import VERSION, plain
from academy.kernel.subjects import Ref
from academy.learning import queries, rules
from academy.learning.authoring.course import CourseText, ModuleText, UnitText, split_text
from academy.learning.authoring.tree import Files, key_of, sha256
from academy.learning.changes import Changes
from academy.learning.events import (
    CourseImported,
    ModuleCompleted,
    ModuleTakenBack,
    PartCompleted,
    PartTakenBack,
    TextPublished,
    UnitRetired,
)
from academy.learning.library import commands as library
from academy.learning.models import (
    Completion,
    CompletionEvent,
    Course,
    ImportedFile,
    Module,
    ReadingPlace,
    Unit,
    UnitKind,
    UnitVersion,
)
from academy.learning.rendering import Media, Renderer, media_of
from academy.learning.versions import kept
from academy.retrieval import commands as retrieval

IMPORTANT = 3  # few write lessons, many write posts: a search must not lose the few


# --- progress


def mark_done(unit: Unit, *, by: Person) -> None:
    """A person says that a lesson is read or an activity carried out. Twice is once."""
    require(rules.may_mark_done(unit.kind, retired=unit.retired_at is not None))
    complete(by.id, unit, source=rules.SELF, by=by)


def take_back(unit: Unit, *, by: Person) -> None:
    """The person takes the mark away. A module that had been complete is so no more: this was their own act."""
    require(rules.may_mark_done(unit.kind, retired=unit.retired_at is not None))
    queries.wait_for_turn(by.id)
    if _remove(by.id, unit.ref, source=rules.SELF):
        publish(PartTakenBack(by=by.id, person_id=by.id, item=str(unit.ref)))
        if _remove(by.id, Ref("module", unit.module.slug), source=rules.PARTS):
            publish(ModuleTakenBack(by=by.id, person_id=by.id, module=unit.module.slug))


def complete(person_id: int, unit: Unit, *, source: str, evidence: str = "", by: Person | None) -> None:
    """Write down that a part is done, and whether its module now is. The module must have been loaded with the unit."""
    require(rules.may_count(unit.kind, source=source))
    queries.wait_for_turn(person_id)
    if not _add(person_id, unit.ref, source=source, evidence=evidence):
        return
    publish(PartCompleted(by=by.id if by else None, person_id=person_id, item=str(unit.ref), source=source))
    parts = queries.counted_parts(unit.module_id)
    whole = Ref("module", unit.module.slug)
    if rules.progress(parts, queries.items_done_by(person_id)).complete and _add(person_id, whole, source=rules.PARTS):
        publish(ModuleCompleted(by=by.id if by else None, person_id=person_id, module=unit.module.slug))


def note_place(person_id: int, module_id: int, unit_id: int, *, by: Person | None) -> None:
    """Where a person stopped: a trace."""
    require(rules.may_leave_place(person_id, by=by))
    now = clock.now()
    place = session.get(ReadingPlace, (person_id, module_id))
    if place is None:
        session.add(ReadingPlace(person_id=person_id, module_id=module_id, unit_id=unit_id, at=now))
    else:
        place.unit_id, place.at = unit_id, now


def _add(person_id: int, item: Ref, *, source: str, evidence: str = "") -> bool:
    """False: it was there."""
    if queries.completion_of(person_id, item):
        return False
    now = clock.now()
    session.add(Completion(person_id=person_id, item=str(item), at=now))
    session.add(
        CompletionEvent(person_id=person_id, item=str(item), done=True, source=source, evidence=evidence, at=now)
    )
    session.flush()
    return True


def _remove(person_id: int, item: Ref, *, source: str) -> bool:
    row = queries.completion_of(person_id, item)
    if row is None:
        return False
    session.delete(row)
    session.add(
        CompletionEvent(person_id=person_id, item=str(item), done=False, source=source, evidence="", at=clock.now())
    )
    session.flush()
    return True


# --- texts


def publish_text(unit: Unit, text: UnitText, *, renderer: Renderer, media: Media, by: Person | None) -> UnitVersion:
    """A new version in one language, which people read from now on. Unchanged text makes no version."""
    require(rules.may_publish(by=by))
    before = queries.current_version(unit, text.language)
    if before is not None and before.sha256 == sha256(text.written.encode()):
        return before
    if before is not None:
        before.is_current = False
        session.flush()
    page = renderer.page(text.markdown, text.language, media)
    n = queries.last_number(unit, text.language) + 1
    version = UnitVersion(unit_id=unit.id, **kept(text, page, n=n, by=by))
    session.add(version)
    session.flush()
    retrieval.index(
        unit.ref,
        language=text.language,
        title=text.title,
        body=f"{text.summary}\n{page.plain}",
        weight=IMPORTANT,
        updated_at=version.published_at,
        by=by,
    )
    publish(TextPublished(by=by.id if by else None, item=str(unit.ref), language=text.language, n=version.n))
    return version


def make_pages_again(units: set[int] | None, renderer: Renderer, *, by: Person | None) -> int:
    """Make the HTML of current versions anew, where a picture or the renderer changed; of all stale ones where no units are given.
    What was written stays as it is, and so does its number."""
    require(rules.may_import(by=by))
    count = 0
    media: dict[str, Media] = {}
    for version in queries.current_versions(units):
        if units is None and version.markup == VERSION:
            continue
        pieces = split_text(version.written)
        slug = version.unit.module.slug
        if pieces is None:
            continue
        if slug not in media:
            media[slug] = media_of(slug, queries.pictures_of(slug))
        page = renderer.page(pieces[1], version.language, media[slug])
        version.parts, version.contents, version.markup = page.parts, page.contents, page.markup
        count += 1
    return count + (library.make_pages_again(renderer, by=by) if units is None else 0)


# --- import


class ConflictingEdits(Refused):
    """Files that changed both in the tree and on the web."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            Verdict(
                say("Changed both here and on the web: %(paths)s. Nothing was imported.", paths=", ".join(paths)), 409
            )
        )
        self.paths = paths


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    removed: int
    published: int  # new versions of texts
    retired: int


def import_course(
    course: CourseText, files: Files, *, renderer: Renderer, fingerprint: str, by: Person | None
) -> Imported:
    """Take over what changed since the tree that was imported last: all of it, or nothing."""
    require(rules.may_import(by=by))
    changes = queries.changes_in(course, files)
    paths = {key_of(path): path for path in files}
    if changes.conflicts:
        raise ConflictingEdits([paths.get(key, key) for key in changes.conflicts])
    last = queries.imported_files()
    row = _course_row(course, fingerprint)
    counts = {"published": 0, "retired": 0}
    known = {module.slug: module for module in queries.modules_and_units()}
    for module in course.modules:
        counts["published"] += _import_module(module, known.get(module.slug), changes, renderer, by)
        counts["retired"] += _retire_missing(module, known.get(module.slug), last, by)
    there = {module.slug for module in course.modules}
    for slug, gone in known.items():
        if slug not in there and f"{slug}/module.yaml" in last and gone.retired_at is None:
            counts["retired"] += _retire_module(gone, by)
    _withdraw(changes, there)
    published, retired = library.import_guides(course, changes, last.keys(), renderer=renderer, by=by)
    counts["published"] += published
    counts["retired"] += retired
    _remember(files, last)
    again = _units_with_new_pictures(changes)
    if again:
        make_pages_again(again, renderer, by=by)
    row.imported_at = clock.now()
    done = Imported(len(changes.added), len(changes.changed), len(changes.removed), **counts)
    if changes:
        publish(
            CourseImported(
                by=by.id if by else None,
                added=done.added,
                changed=done.changed + len(changes.agreed),
                removed=done.removed,
            )
        )
    return done


def note_fingerprint(fingerprint: str, *, by: Person | None) -> None:
    """The same tree in other clothes: times differ, contents do not."""
    require(rules.may_import(by=by))
    row = queries.course()
    if row is not None:
        row.fingerprint = fingerprint


def _course_row(course: CourseText, fingerprint: str) -> Course:
    row = queries.course()
    if row is None:
        row = Course()
        session.add(row)
    row.title, row.summary, row.licence = course.title, course.summary, course.licence
    row.languages, row.fingerprint, row.imported_at = list(course.languages), fingerprint, clock.now()
    return row


def _import_module(
    module: ModuleText, row: Module | None, changes: Changes, renderer: Renderer, by: Person | None
) -> int:
    """How many new versions there are."""
    now = clock.now()
    if row is None:
        row = Module(slug=module.slug, added_at=now, units=[])
        session.add(row)
    row.retired_at = None
    row.folder, row.position, row.hue, row.minutes = module.folder, module.position, module.hue, module.minutes
    row.title, row.summary, row.artefact = module.title, module.summary, module.artefact
    row.outcomes, row.authors = list(module.outcomes), list(module.authors)
    row.glossary, row.credits = list(module.glossary), list(module.credits)
    row.quiz = {**module.quiz.settings, "questions": len(module.quiz.keys)} if module.quiz else {}
    session.flush()
    retired = [unit for unit in row.units if unit.retired_at]
    units = _units_of(module, row)
    if f"{module.slug}/module.yaml" in changes.new:
        _index_module(row, by)
    _store_questions(module, changes, by)
    community.ensure_space(
        module.slug,
        module.position,
        module.title,
        module.hue,
        Ref("module", module.slug),
        summaries=module.summary,
        by=by,
    )
    media = media_of(module.slug, module.media)
    published = 0
    for text in module.texts:
        if key_of(text.path) in changes.new:
            publish_text(units[text.slug], text, renderer=renderer, media=media, by=by)
            published += 1
    for unit in retired:
        if unit.retired_at is None:
            _index_again(unit)
    return published


def _units_of(module: ModuleText, row: Module) -> dict[str, Unit]:
    """The units that the tree holds, by slug, made where they are new; each in its place."""
    wanted = dict.fromkeys(module.lessons, UnitKind.LESSON)
    kinds = {text.kind for text in module.texts} | ({UnitKind.QUIZ} if module.quiz else set())
    for kind, slug in ((UnitKind.ACTIVITY, "activity"), (UnitKind.QUIZ, "quiz"), (UnitKind.GUIDE, "facilitator")):
        if kind in kinds:
            wanted[slug] = kind
    known = {unit.slug: unit for unit in row.units}
    for position, (slug, kind) in enumerate(wanted.items(), 1):
        unit = known.get(slug)
        if unit is None:
            unit = Unit(module=row, kind=kind, slug=slug, required=kind is not UnitKind.GUIDE, added_at=clock.now())
            session.add(unit)
            known[slug] = unit
        # lessons first, as they are numbered; then activity, quiz and guide, also after lessons that are written on the web
        unit.position = position if kind is UnitKind.LESSON else 1_000 + position
        unit.retired_at = None
    session.flush()
    return known


def _retire_missing(module: ModuleText, row: Module | None, last: Mapping[str, ImportedFile], by: Person | None) -> int:
    """What the tree held and holds no longer in any language. What was made on the web alone was never in it."""
    if row is None:
        return 0
    wanted = {text.slug for text in module.texts} | ({"quiz"} if module.quiz else set())
    once = {_slug_in(key) for key in last if key.startswith(f"{module.slug}/")}
    gone = [unit for unit in row.units if unit.slug in once - wanted and unit.retired_at is None]
    for unit in gone:
        _retire(unit, by)
    return len(gone)


def _slug_in(key: str) -> str:
    """The unit that a file belongs to; empty where it belongs to none."""
    found = re.fullmatch(r"[^/]+/(?:lessons/([^/]+)/..\.md|(activity|facilitator)/..\.md|(quiz)\.yaml)", key)
    return next((name for name in found.groups() if name), "") if found else ""


def _retire(unit: Unit, by: Person | None) -> None:
    unit.retired_at = clock.now()
    retrieval.forget(unit.ref, by=by)
    publish(UnitRetired(by=by.id if by else None, item=str(unit.ref)))


def _retire_module(module: Module, by: Person | None) -> int:
    module.retired_at = clock.now()
    retrieval.forget(Ref("module", module.slug), by=by)
    standing = [unit for unit in module.units if unit.retired_at is None]
    for unit in standing:
        _retire(unit, by)
    return len(standing)


def _withdraw(changes: Changes, modules: set[str]) -> None:
    """One language of a text that goes on in others. The last text of what is retired stays readable at its address."""
    gone = {key for key in changes.removed if key.endswith(".md")}
    if not gone:
        return
    for version in queries.current_versions():
        if queries.key_of_version(version) in gone and version.unit.retired_at is None:
            version.is_current = False
            retrieval.forget(version.unit.ref)
            _index_again(version.unit)


def _index_again(unit: Unit) -> None:
    """The languages that are left: an entry is forgotten in all of them at once."""
    session.flush()
    for version in queries.current_versions({unit.id}):
        _index_version(version)


def _index_version(version: UnitVersion) -> None:
    words = plain("".join(part.get("html", "") for part in version.parts))
    retrieval.index(
        version.unit.ref,
        language=version.language,
        title=version.title,
        body=f"{version.summary}\n{words}",
        weight=IMPORTANT,
        updated_at=version.published_at,
    )


def _index_module(module: Module, by: Person | None) -> None:
    for language, title in module.title.items():
        outcomes = "\n".join(outcome.get(language, "") for outcome in module.outcomes)
        retrieval.index(
            Ref("module", module.slug),
            language=language,
            title=title,
            body=f"{module.summary.get(language, '')}\n{outcomes}",
            weight=IMPORTANT,
            updated_at=clock.now(),
            by=by,
        )


def _store_questions(module: ModuleText, changes: Changes, by: Person | None) -> None:
    for key, body in module.questions.items():
        if f"{module.slug}/questions/{key}.yaml" in changes.new:
            assessment.store_question(module.slug, key, body, by=by)
    if module.quiz and f"{module.slug}/quiz.yaml" in changes.new:
        assessment.store_quiz(Ref("module", module.slug), module.quiz.settings, module.quiz.keys, by=by)


def _remember(files: Files, last: Mapping[str, ImportedFile]) -> None:
    """This is now the tree that was imported last."""
    now = {key_of(path): (path, content) for path, content in files.items()}
    gone = [key for key in last if key not in now]
    if gone:
        session.execute(sa.delete(ImportedFile).where(ImportedFile.key.in_(gone)))
    for key, (path, content) in now.items():
        hashed, file = sha256(content), last.get(key)
        if file is None:
            session.add(ImportedFile(key=key, path=path, sha256=hashed, content=content))
            continue
        file.path = path
        if file.sha256 != hashed:
            file.sha256, file.content = hashed, content
    session.flush()


def _units_with_new_pictures(changes: Changes) -> set[int]:
    """Pages show the hash of each picture in its address."""
    modules = {
        key.split("/")[0] for key in changes.new | changes.removed if "/media/" in key and not key.endswith(".yaml")
    }
    return {unit.id for module in queries.modules_and_units() if module.slug in modules for unit in module.units}


# --- search


def reindex(after: int = 0, *, by: Person | None) -> int | None:
    """Let the whole course be found again. Where to go on; None: that was all."""
    require(rules.may_import(by=by))
    for module in queries.modules_and_units():
        if module.retired_at is None:
            _index_module(module, by)
    for version in queries.current_versions():
        if version.unit.retired_at is None:
            _index_version(version)
    library.reindex(by=by)
    return None


# --- export


def exported_tree(*, by: Person | None) -> dict[str, bytes]:
    """The tree as it is now: the files as they came, and in their place what was edited on the web."""
    require(rules.may_import(by=by))
    files = queries.imported_contents()
    found = {path: content for key, (path, content) in files.items() if not key.endswith(".md")}
    for version in queries.current_versions():
        if version.unit.retired_at is None:
            key = queries.key_of_version(version)
            path = files[key][0] if key in files else queries.path_of(version)
            found[path] = version.written.encode()
    for guide in queries.current_guide_versions():
        if guide.guide.retired_at is None:
            found[queries.path_of_guide(guide)] = guide.written.encode()
    return found
