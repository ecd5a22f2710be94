"""How does the course go from a tree of files into the database, and back?"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment import commands as assessment
from academy.assessment import queries as asking
from academy.community import commands as community
from academy.kernel import clock, files
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.subjects import Ref
from academy.learning import authoring_queries, queries, question_files, rules
from academy.learning.authoring import pictures
from academy.learning.authoring.course import CourseText, ModuleText
from academy.learning.authoring.credits import with_credits
from academy.learning.authoring.listed import COURSE, with_modules
from academy.learning.authoring.tree import Files, key_of, order_of_lessons, sha256
from academy.learning.changes import Changes, order_after_import
from academy.learning.commands.arranging import come_back, retire, retire_module
from academy.learning.commands.indexing import index_again, index_module
from academy.learning.commands.pairing import pair_imported
from academy.learning.commands.publishing import make_pages_again, publish_text
from academy.learning.events import CourseImported
from academy.learning.library import commands as library
from academy.learning.models import (
    BESIDE_LESSONS,
    NOT_COUNTED,
    Course,
    ImportedFile,
    Module,
    Unit,
    UnitKind,
    place_beside_lessons,
)
from academy.learning.rendering import Renderer, about_in, decides_pages, media_of
from academy.retrieval import commands as retrieval


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
    course: CourseText, tree: Files, *, renderer: Renderer, fingerprint: str, by: Person | None
) -> Imported:
    """Take over what changed since the tree that was imported last: all of it, or nothing."""
    require(rules.may_import(by=by))
    changes = queries.changes_in(course, tree)
    paths = {key_of(path): path for path in tree}
    if changes.conflicts:
        raise ConflictingEdits([paths.get(key, key) for key in changes.conflicts])
    last = queries.imported_files()
    last_order = order_of_lessons(file.path for file in last.values())
    row = _course_row(course, fingerprint)
    counts = {"published": 0, "retired": 0}
    known = {module.slug: module for module in queries.modules_and_units()}
    _let_go_of_files(known, paths)
    for module in course.modules:
        if module.slug in changes.out:
            continue
        order = last_order.get(module.slug, [])
        counts["published"] += _import_module(module, known.get(module.slug), order, changes, renderer, by)
        counts["retired"] += _retire_missing(module, known.get(module.slug), last, by)
    there = {module.slug for module in course.modules}
    for slug, gone in known.items():
        if slug not in there and f"{slug}/module.yaml" in last and gone.retired_at is None:
            counts["retired"] += retire_module(gone, gone.units, by=by)
    _withdraw(changes, by)
    published, retired = library.import_guides(course, changes, last.keys(), renderer=renderer, by=by)
    counts["published"] += published
    counts["retired"] += retired
    _remember(tree, last, {slug for slug, module in known.items() if module.retired_at is not None})
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


def note_quiz(module: str, policy: Mapping[str, Any], questions: int, *, by: Person | None) -> None:
    """The page of a module says how its quiz goes: as it goes now."""
    require(rules.may_import(by=by))
    row = queries.module_with_slug(module)
    if row is not None:
        row.quiz = _quiz_in_short(policy, questions)


def _quiz_in_short(policy: Mapping[str, Any], questions: int) -> dict[str, Any]:
    return {**policy, "questions": questions}


def _course_row(course: CourseText, fingerprint: str) -> Course:
    row = queries.course()
    if row is None:
        row = Course()
        session.add(row)
    row.title, row.summary, row.licence = course.title, course.summary, course.licence
    row.languages, row.fingerprint, row.imported_at = list(course.languages), fingerprint, clock.now()
    return row


def _import_module(
    module: ModuleText,
    row: Module | None,
    last_order: Sequence[str],
    changes: Changes,
    renderer: Renderer,
    by: Person | None,
) -> int:
    """How many new versions there are."""
    now = clock.now()
    if row is None:
        row = Module(slug=module.slug, added_at=now, quiz={}, units=[])
        session.add(row)
    row.retired_at = None
    row.folder, row.position, row.hue, row.minutes = module.folder, module.position, module.hue, module.minutes
    row.title, row.summary, row.artefact = module.title, module.summary, module.artefact
    row.outcomes, row.authors = list(module.outcomes), list(module.authors)
    row.glossary, row.credits = list(module.glossary), list(module.credits)
    session.flush()
    retired = [unit for unit in row.units if unit.retired_at]
    units = _units_of(module, row, last_order, changes)
    if f"{module.slug}/module.yaml" in changes.new:
        index_module(row, by=by)
    _store_questions(module, row, changes, by)
    community.ensure_space(
        module.slug,
        module.position,
        module.title,
        module.hue,
        Ref("module", module.slug),
        summaries=module.summary,
        by=by,
    )
    media = media_of(module.slug, module.media, authoring_queries.files_added_to(row), about_in(module))
    new: defaultdict[str, list[str]] = defaultdict(list)
    for text in module.texts:
        if key_of(text.path) in changes.new:
            publish_text(units[text.slug], text, renderer=renderer, media=media, by=by)
            new[text.slug].append(text.language)
    for slug, languages in new.items():
        pair_imported(units[slug], languages, by=by)
    for unit in retired:
        if unit.retired_at is None:
            come_back(unit, by=by)
    return sum(map(len, new.values()))


def _let_go_of_files(modules: Mapping[str, Module], paths: Mapping[str, str]) -> None:
    """What was added on the web and is now in the tree comes from there."""
    for slug, added in authoring_queries.all_files_added().items():
        mine = [file for file in added if f"{slug}/media/{file.name}" in paths]
        for file in mine:
            session.delete(file)
        if mine and slug in modules:
            files.uses(modules[slug].ref, [file.file.key for file in added if file not in mine])
    session.flush()


def _units_of(module: ModuleText, row: Module, last_order: Sequence[str], changes: Changes) -> dict[str, Unit]:
    """The units of a module by slug, made where they are new; each in its place. What was taken out of the course on the web stays out
    unless the tree has news of it."""
    news = {text.slug for text in module.texts if key_of(text.path) in changes.new | changes.agreed}
    if f"{module.slug}/quiz.yaml" in changes.new | changes.agreed:
        news.add("quiz")
    wanted = dict.fromkeys(module.lessons, UnitKind.LESSON)
    kinds = {text.kind for text in module.texts} | ({UnitKind.QUIZ} if module.quiz else set())
    for slug, kind in BESIDE_LESSONS.items():
        if kind in kinds:
            wanted[slug] = kind
    known = {unit.slug: unit for unit in row.units}
    order = order_after_import(
        last_order, module.lessons, [unit.slug for unit in authoring_queries.lessons_of(row.units)]
    )
    for slug, kind in wanted.items():
        unit = known.get(slug)
        if unit is None:
            counts = kind not in NOT_COUNTED
            unit = Unit(module=row, kind=kind, slug=slug, position=0, required=counts, added_at=clock.now())
            session.add(unit)
            known[slug] = unit
        elif slug in news:
            unit.retired_at = None
        if kind is not UnitKind.LESSON:
            unit.position = place_beside_lessons(kind)[1]
    for position, slug in enumerate(order, 1):
        known[slug].position = position
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
        retire(unit, by=by)
    return len(gone)


def _slug_in(key: str) -> str:
    """The unit that a file belongs to; empty where it belongs to none."""
    found = re.fullmatch(r"[^/]+/(?:lessons/([^/]+)/..\.md|(activity|example|facilitator)/..\.md|(quiz)\.yaml)", key)
    return next((name for name in found.groups() if name), "") if found else ""


def _withdraw(changes: Changes, by: Person | None) -> None:
    """One language of a text that goes on in others. The last text of what is retired stays readable at its address."""
    gone = {key for key in changes.removed if key.endswith(".md")}
    if not gone:
        return
    for version in queries.current_versions():
        if queries.key_of_version(version) in gone and version.unit.retired_at is None:
            version.is_current = False
            retrieval.forget(version.unit.ref, by=by)
            index_again(version.unit, by=by)


def _store_questions(module: ModuleText, row: Module, changes: Changes, by: Person | None) -> None:
    sizes = {f"media/{name}": pictures.size_of(name, content) for name, content in module.media.items()}
    known = {address: size for address, size in sizes.items() if size}
    for key, body in module.questions.items():
        if f"{module.slug}/questions/{key}.yaml" in changes.new:
            assessment.store_question(module.slug, key, body, sizes=known, by=by)
    if module.quiz is not None and f"{module.slug}/quiz.yaml" in changes.new:
        version = assessment.store_quiz(Ref("module", module.slug), module.quiz.settings, module.quiz.keys, by=by)
        row.quiz = _quiz_in_short(version.policy, version.pool)
    for key in changes.removed:
        if question_files.is_of_questions(key) and key.startswith(f"{module.slug}/questions/"):
            _retire_question(module.slug, key.rsplit("/", 1)[1].removesuffix(".yaml"), by)


def _retire_question(bank: str, key: str, by: Person | None) -> None:
    """One that a quiz was made to draw from on the web stays."""
    question = asking.question_with(bank, key)
    if question is not None and not asking.quizzes_that_ask(question):
        assessment.retire_question(question, by=by)


def _remember(tree: Files, last: Mapping[str, ImportedFile], out: Collection[str]) -> None:
    """This is now the tree that was imported last. What it held of a module that is gone is kept until the tree brings that module again."""
    now = {key_of(path): (path, content) for path, content in tree.items()}
    modules = {key.partition("/")[0] for key in now if key.endswith("/module.yaml")}
    kept = queries.files_kept()
    for key in last.keys() - now.keys():
        last[key].kept = key.partition("/")[0] in out
    known = {**kept, **last}
    gone = [
        key for key, file in known.items() if key not in now and (not file.kept or key.partition("/")[0] in modules)
    ]
    if gone:
        session.execute(sa.delete(ImportedFile).where(ImportedFile.key.in_(gone)))
    for key, (path, content) in now.items():
        hashed, file = sha256(content), known.get(key)
        if file is None:
            session.add(ImportedFile(key=key, path=path, sha256=hashed, content=content))
            continue
        file.path, file.kept = path, False
        if file.sha256 != hashed:
            file.sha256, file.content = hashed, content
    session.flush()


def _units_with_new_pictures(changes: Changes) -> set[int]:
    """Pages show the hash of each picture in its address, who made it, and the definitions of terms."""
    modules = {key.split("/")[0] for key in changes.new | changes.removed if decides_pages(key)}
    return {unit.id for module in queries.modules_and_units() if module.slug in modules for unit in module.units}


def exported_tree(*, by: Person | None) -> dict[str, bytes]:
    """The tree as it is now: the files as they came, and in their place what was edited on the web."""
    require(rules.may_import(by=by))
    modules = [module for module in queries.modules_and_units() if module.retired_at is None]
    folders = {module.slug: module.folder for module in sorted(modules, key=lambda module: module.position)}
    came = queries.contents_of_course(folders)
    found = {
        path: content
        for key, (path, content) in came.items()
        if not (key.endswith(".md") or question_files.is_of_questions(key))
    }
    if about := found.get(COURSE):
        found[COURSE] = with_modules(about, list(folders.values()))
    for asked in question_files.on_the_web(modules):
        path, content = came.get(asked.key, (_path_of(asked.key, folders), b""))
        found[path] = content if content and asked.said_by(content) else asked.written.encode()
    paths = queries.paths_of_texts({key: path for key, (path, _content) in came.items()})
    for version in queries.current_versions():
        if version.id in paths:
            found[paths[version.id]] = version.written.encode()
    for slug, added in authoring_queries.all_files_added().items():
        if (folder := folders.get(slug)) is None:
            continue
        for file in added:
            found[f"{folder}/media/{file.name}"] = files.path_of(file.file).read_bytes()
        credited = f"{folder}/media/media.yaml"
        found[credited] = with_credits(found.get(credited, b""), added)
    for guide in queries.current_guide_versions():
        if guide.guide.retired_at is None:
            found[queries.path_of_guide(guide)] = guide.written.encode()
    return found


def _path_of(key: str, folders: Mapping[str, str]) -> str:
    slug, _, rest = key.partition("/")
    return f"{folders[slug]}/{rest}"
