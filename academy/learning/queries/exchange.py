"""What would an import change, and what does an export hold? What came last, what was made on the web, and the current texts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer

from academy.kernel.db import session
from academy.kernel.files import StoredFile
from academy.kernel.markup import VERSION
from academy.learning import question_files
from academy.learning.authoring import pictures
from academy.learning.authoring.course import CourseText
from academy.learning.authoring.tree import Files, key_of, numbers_of_lessons, order_of_lessons, sha256
from academy.learning.changes import Changes, changes_between
from academy.learning.models import Guide, GuideVersion, ImportedFile, Module, ModuleFile, Unit, UnitKind, UnitVersion
from academy.learning.queries.parts import modules_and_units


def imported_files() -> dict[str, ImportedFile]:
    return _files(ImportedFile.kept.is_(False))


def files_kept() -> dict[str, ImportedFile]:
    """Of modules that the tree holds no more."""
    return _files(ImportedFile.kept.is_(True))


def _files(which: sa.ColumnElement[bool]) -> dict[str, ImportedFile]:
    rows = session.scalars(sa.select(ImportedFile).where(which).options(defer(ImportedFile.content)))
    return {file.key: file for file in rows}


def changes_in(course: CourseText, files: Files) -> Changes:
    """What importing these files would do."""
    came = imported_files()
    last = {key: file.sha256 for key, file in came.items()}
    now = {key_of(path): sha256(content) for path, content in files.items()}
    shown = [version for version in current_versions() if version.unit.retired_at is None]
    web = {key_of_version(version): version.sha256 for version in shown}
    guides = [version for version in current_guide_versions() if version.guide.retired_at is None]
    web |= {path_of_guide(version): version.sha256 for version in guides}
    web |= web_files()
    web |= _questions_on_the_web(last, files)
    left = sa.select(Module.slug).where(Module.retired_at.isnot(None))
    out = frozenset(slug for slug in session.scalars(left) if f"{slug}/module.yaml" in came)
    texts = {key_of(text.path) for text in course.texts}
    edited = {key for key in last if key.endswith(".md") or question_files.is_of_questions(key)}
    orders = _orders([file.path for file in came.values()], files)
    for state, order in zip((last, now, web), orders, strict=True):
        state.update(order)
    return changes_between(last, now, web, frozenset(texts | web.keys() | edited), out)


def _orders(last: Iterable[str], now: Iterable[str]) -> list[dict[str, str]]:
    """How the lessons follow each other, as if `<module>/lessons` were a file that says so: of those that the tree imported last, the tree now
    and the web all hold."""
    states = [order_of_lessons(last), order_of_lessons(now), order_on_the_web()]
    found: list[dict[str, str]] = [{}, {}, {}]
    for module in states[0].keys() & states[1].keys() & states[2].keys():
        common = set.intersection(*(set(state[module]) for state in states))
        for state, says in zip(states, found, strict=True):
            says[f"{module}/lessons"] = " ".join(slug for slug in state[module] if slug in common)
    return found


def order_on_the_web() -> dict[str, list[str]]:
    """Slugs of the lessons by module."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = session.execute(
        sa.select(Module.slug, Unit.slug)
        .join(Unit, Unit.module_id == Module.id)
        .where(Unit.kind == UnitKind.LESSON, Unit.retired_at.is_(None))
        .order_by(Unit.position, Unit.id)
    )
    for module, slug in rows:
        found[module].append(slug)
    return found


def paths_of_texts(came: Mapping[str, str]) -> dict[int, str]:
    """Where the file of each text that people read stands, by the number of its version: where it came from (`came`: path by key) unless the
    lessons of its module follow each other in another order now."""
    shown = [version for version in current_versions() if version.unit.retired_at is None]
    found = {version.id: came.get(key_of_version(version)) or path_of(version) for version in shown}
    orders = order_on_the_web()
    for module, lessons in numbers_of_lessons(found.values()).items():
        numbers = [lessons[slug] for slug in orders[module] if slug in lessons]
        if any(one >= next_one for one, next_one in pairwise(numbers)):
            moved = [one for one in shown if one.unit.kind is UnitKind.LESSON and one.unit.module.slug == module]
            found |= {version.id: path_of(version) for version in moved}
    return found


def _questions_on_the_web(last: Mapping[str, str], files: Files) -> dict[str, str]:
    """Hash by key of questions and quizzes; only of those whose files changed, for they have to be read."""
    now = {key_of(path): content for path, content in files.items()}
    changed = [key for key in last.keys() | now.keys() if last.get(key) != (sha256(now[key]) if key in now else None)]
    wanted = [key for key in changed if question_files.is_of_questions(key)]
    if not wanted:
        return {}
    came = {key: content for key, (_path, content) in imported_contents(wanted).items()}
    return question_files.hashes_on_the_web(wanted, modules_and_units(), came, now)


def lessons_that_practise(language: str) -> dict[tuple[str, str], list[str]]:
    """By module and question: titles of what people read now and asks it on the way, first in this language."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for version in sorted(current_versions(), key=lambda version: version.language != language):
        for part in () if version.unit.retired_at else version.parts:
            if question := part.get("practice"):
                found[version.unit.module.slug, question].append(version.title)
    return found


def web_files() -> dict[str, str]:
    """Hash by key of the files that were added on the web."""
    rows = session.execute(
        sa.select(Module.slug, ModuleFile.name, StoredFile.sha256)
        .join(ModuleFile, ModuleFile.module_id == Module.id)
        .join(StoredFile, StoredFile.id == ModuleFile.file_id)
    )
    return {f"{slug}/media/{name}": hashed for slug, name, hashed in rows}


def contents_of_course(modules: Collection[str]) -> dict[str, tuple[str, bytes]]:
    """Path and content by key: what came with these modules, and what belongs to none."""
    everything = set(session.scalars(sa.select(Module.slug)))
    gone = everything.difference(modules)
    return {key: one for key, one in imported_contents().items() if key.partition("/")[0] not in gone}


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
