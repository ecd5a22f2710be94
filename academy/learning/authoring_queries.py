"""What do those who write the course see? Drafts, versions, what is behind, and the files of a module."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.assessment.bank import queries as bank
from academy.assessment.wording import plain_prompt
from academy.kernel.db import session
from academy.kernel.files import StoredFile
from academy.learning import rules
from academy.learning.authoring import pictures
from academy.learning.authoring.links import addresses_in
from academy.learning.models import (
    ImportedFile,
    Module,
    ModuleFile,
    OutsideLink,
    TextPair,
    Unit,
    UnitDraft,
    UnitKind,
    UnitVersion,
)
from academy.learning.queries import Said, said
from academy.learning.rendering import About, Media, media_known

WRITTEN = (UnitKind.LESSON, UnitKind.ACTIVITY, UnitKind.EXAMPLE, UnitKind.GUIDE)


@dataclass(frozen=True)
class TextState:
    """How it stands with one text in one language."""

    language: str
    n: int  # of the published version; 0: none
    title: str
    published_at: datetime | None
    draft_at: datetime | None
    draft_by: str
    behind: tuple[str, ...]  # the languages that went on


@dataclass(frozen=True)
class UnitStates:
    unit: Unit
    texts: dict[str, TextState]  # by language, of those that there are

    def name(self, language: str) -> Said:
        titles = {code: state.title for code, state in self.texts.items() if state.title}
        return said(titles or {language: self.unit.slug}, language)


def units_written() -> dict[Module, list[UnitStates]]:
    """Everything that can be written, in order, with how it stands in each language; a module that holds nothing yet is there too."""
    modules = session.scalars(
        sa.select(Module).where(Module.retired_at.is_(None)).order_by(Module.position).options(defer(Module.glossary))
    ).all()
    units = session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Unit.retired_at.is_(None), Module.retired_at.is_(None), Unit.kind.in_(WRITTEN))
        .options(contains_eager(Unit.module).options(defer(Module.glossary)))
        .order_by(Module.position, Unit.position, Unit.id)
    ).all()
    states = states_of([unit.id for unit in units])
    found: dict[Module, list[UnitStates]] = {module: [] for module in modules}
    for unit in units:
        found[unit.module].append(UnitStates(unit, states.get(unit.id, {})))
    return found


def states_of(units: Collection[int]) -> dict[int, dict[str, TextState]]:
    """By unit and language, in three statements."""
    drafts = {
        (unit, language): (at, name or "", title)
        for unit, language, at, name, title in session.execute(
            sa.select(UnitDraft.unit_id, UnitDraft.language, UnitDraft.saved_at, Person.name, UnitDraft.title)
            .outerjoin(Person, Person.id == UnitDraft.author_id)
            .where(UnitDraft.unit_id.in_(units))
        )
    }
    versions = {
        (unit, language): (n, title, at)
        for unit, language, n, title, at in session.execute(
            sa.select(
                UnitVersion.unit_id, UnitVersion.language, UnitVersion.n, UnitVersion.title, UnitVersion.published_at
            ).where(UnitVersion.is_current, UnitVersion.unit_id.in_(units))
        )
    }
    current: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for (unit, language), (n, _title, _at) in versions.items():
        current[unit][language] = n
    behind = {unit: rules.gone_on(current[unit], pairs) for unit, pairs in _pairs(units).items()}
    found: defaultdict[int, dict[str, TextState]] = defaultdict(dict)
    for unit, language in sorted(versions.keys() | drafts.keys()):
        draft_at, draft_by, draft_title = drafts.get((unit, language), (None, "", ""))
        n, title, published_at = versions.get((unit, language), (0, draft_title, None))
        late = tuple(sorted(behind.get(unit, {}).get(language, {})))
        found[unit][language] = TextState(language, n, title, published_at, draft_at, draft_by, late)
    return found


def texts_that_wait(person: Person) -> int:
    """Drafts, and texts whose other language went on: what a trainer could do now."""
    drafts = sa.select(sa.func.count()).select_from(UnitDraft).scalar_subquery()
    one, other = sa.orm.aliased(UnitVersion), sa.orm.aliased(UnitVersion)
    behind = (
        sa.select(sa.func.count())
        .select_from(TextPair)
        .join(one, (one.unit_id == TextPair.unit_id) & (one.language == TextPair.language) & one.is_current)
        .join(other, (other.unit_id == TextPair.unit_id) & (other.language == TextPair.other) & other.is_current)
        .where((one.n != TextPair.n) | (other.n != TextPair.other_n))
        .scalar_subquery()
    )
    return session.scalar(sa.select(drafts + behind)) or 0


def _pairs(units: Collection[int]) -> dict[int, list[tuple[str, int, str, int]]]:
    found: defaultdict[int, list[tuple[str, int, str, int]]] = defaultdict(list)
    for pair in session.scalars(sa.select(TextPair).where(TextPair.unit_id.in_(units))):
        found[pair.unit_id].append((pair.language, pair.n, pair.other, pair.other_n))
    return found


def others_that_went_on(unit: Unit, language: str) -> dict[str, int]:
    """Of each language that is ahead of this one, the version of it that this text still says the same as."""
    current = current_numbers(unit)
    return rules.gone_on(current, _pairs([unit.id]).get(unit.id, [])).get(language, {})


def languages_paired_with(unit: Unit, language: str) -> set[str]:
    return {
        other if one == language else one
        for one, _n, other, _other_n in _pairs([unit.id]).get(unit.id, [])
        if language in (one, other)
    }


def current_numbers(unit: Unit) -> dict[str, int]:
    rows = session.execute(
        sa.select(UnitVersion.language, UnitVersion.n).where(UnitVersion.unit_id == unit.id, UnitVersion.is_current)
    )
    return {language: n for language, n in rows}  # noqa: C416  # a Row is no pair to mypy


def unit_to_write(module: str, slug: str) -> Unit:
    """With its module and the module's glossary."""
    unit = session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Module.slug == module, Unit.slug == slug, Unit.kind.in_(WRITTEN))
        .options(contains_eager(Unit.module))
    ).first()
    if unit is None:
        raise NotFound
    return unit


def module_to_write(slug: str) -> Module:
    """One that is part of the course."""
    module = session.scalars(sa.select(Module).where(Module.slug == slug, Module.retired_at.is_(None))).first()
    if module is None:
        raise NotFound
    return module


def units_of(module: Module) -> Sequence[Unit]:
    """In order; retired ones too: an address is never given twice."""
    return session.scalars(
        sa.select(Unit)
        .where(Unit.module_id == module.id)
        .options(joinedload(Unit.module))
        .order_by(Unit.position, Unit.id)
    ).all()


def lessons_of(units: Sequence[Unit]) -> list[Unit]:
    """Those that are part of the course, in order."""
    standing = [unit for unit in units if unit.kind is UnitKind.LESSON and unit.retired_at is None]
    return sorted(standing, key=lambda unit: (unit.position, unit.id))


def plan_of(module: Module) -> list[UnitStates]:
    """Everything that can be written, in order, also what is no longer part of the course."""
    units = [unit for unit in units_of(module) if unit.kind in WRITTEN]
    states = states_of([unit.id for unit in units])
    return [UnitStates(unit, states.get(unit.id, {})) for unit in units]


@dataclass(frozen=True)
class Pointer:
    """A text or a question that leads to a lesson; exactly one of `unit` and `question` (its key) is there."""

    title: str
    unit: Unit | None = None
    language: str = ""
    question: str = ""


def pointers_to(unit: Unit, language: str) -> list[Pointer]:
    """What leads to a lesson, of what people read and are asked now; questions as they are asked in this language. Pages beside the lessons
    always have an address."""
    if unit.kind is not UnitKind.LESSON:
        return []
    place = re.compile(rf"(?:/[a-z]{{2}}/learn/{re.escape(unit.module.slug)}/)?{re.escape(unit.slug)}(?:[/?#].*)?")
    rows = session.execute(
        sa.select(UnitVersion.title, UnitVersion.language, UnitVersion.written, Unit)
        .join(UnitVersion.unit)
        .join(Unit.module)
        .where(
            UnitVersion.is_current,
            UnitVersion.written.contains(unit.slug, autoescape=True),
            Unit.id != unit.id,
            Unit.retired_at.is_(None),
            Module.retired_at.is_(None),
        )
        .options(contains_eager(Unit.module))
        .order_by(Module.position, Unit.position, UnitVersion.language)
    )
    found = [
        Pointer(title, other, language)
        for title, language, written, other in rows
        if any(
            place.fullmatch(address) and (address.startswith("/") or other.module_id == unit.module_id)
            for line in written.split("\n")
            for address in addresses_in(line)
        )
    ]
    for question in bank.all_questions([unit.module.slug]):
        body = question.current.body
        if body.get("lesson") == unit.slug or f"](lesson:{unit.slug})" in str(body):
            found.append(Pointer(plain_prompt(question.current.shown, language), question=question.key))
    return found


def has_words(unit: Unit) -> bool:
    """Of any language, published once or in a draft; what came with the tree has its place there in any case."""
    versions = sa.exists().where(UnitVersion.unit_id == unit.id)
    drafts = sa.exists().where(UnitDraft.unit_id == unit.id)
    return bool(session.scalar(sa.select(versions | drafts)))


def draft_of(unit: Unit, language: str) -> UnitDraft | None:
    return session.get(UnitDraft, (unit.id, language))


def version_of(unit: Unit, language: str, n: int) -> UnitVersion:
    found = session.scalars(
        sa.select(UnitVersion).where(
            UnitVersion.unit_id == unit.id, UnitVersion.language == language, UnitVersion.n == n
        )
    ).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class VersionListed:
    n: int
    is_current: bool
    title: str
    published_at: datetime
    author: str  # empty: came with the tree, or has left


def history_of_text(unit: Unit, language: str) -> list[VersionListed]:
    """Newest first."""
    rows = session.execute(
        sa.select(UnitVersion.n, UnitVersion.is_current, UnitVersion.title, UnitVersion.published_at, Person.name)
        .outerjoin(Person, Person.id == UnitVersion.author_id)
        .where(UnitVersion.unit_id == unit.id, UnitVersion.language == language)
        .order_by(UnitVersion.n.desc())
    )
    return [VersionListed(n, current, title, at, name or "") for n, current, title, at, name in rows]


def name_of(person_id: int | None) -> str:
    return session.scalar(sa.select(Person.name).where(Person.id == person_id)) or "" if person_id else ""


# --- the files of a module


_facts: dict[
    str, tuple[tuple[int, int] | None, int]
] = {}  # size and weight of each picture, by hash: they never change


def media_seen(module: Module) -> Media:
    """The pictures that came with the tree and the files that were added on the web, as a page must know them."""
    start = f"{module.slug}/media/"
    mine = ImportedFile.key.startswith(start, autoescape=True) & ~ImportedFile.key.endswith(".yaml")
    hashes = {
        key.removeprefix(start): hashed
        for key, hashed in session.execute(sa.select(ImportedFile.key, ImportedFile.sha256).where(mine))
    }
    new = [start + name for name, hashed in hashes.items() if hashed not in _facts]
    if new:
        rows = session.execute(
            sa.select(ImportedFile.key, ImportedFile.sha256, ImportedFile.content).where(ImportedFile.key.in_(new))
        )
        for key, hashed, content in rows:
            _facts[hashed] = (pictures.size_of(key, content), len(content))
    known = [(name, hashed, *_facts[hashed]) for name, hashed in hashes.items()]
    told = session.get(ImportedFile, f"{start}media.yaml")
    about = About(told.content if told else b"", module.authors, module.glossary)
    return media_known(module.slug, known, files_added_to(module), about)


def files_added_to(module: Module) -> Sequence[ModuleFile]:
    return session.scalars(
        sa.select(ModuleFile)
        .where(ModuleFile.module_id == module.id)
        .options(joinedload(ModuleFile.file))
        .order_by(ModuleFile.name)
    ).all()


def all_files_added() -> dict[str, list[ModuleFile]]:
    """By the module's slug."""
    found: defaultdict[str, list[ModuleFile]] = defaultdict(list)
    rows = session.execute(
        sa.select(Module.slug, ModuleFile)
        .join(Module, Module.id == ModuleFile.module_id)
        .options(joinedload(ModuleFile.file))
        .order_by(ModuleFile.id)
    )
    for slug, file in rows:
        found[slug].append(file)
    return found


def file_added_as(module_slug: str, name: str) -> StoredFile | None:
    return session.scalars(
        sa.select(StoredFile)
        .join(ModuleFile, ModuleFile.file_id == StoredFile.id)
        .join(Module, Module.id == ModuleFile.module_id)
        .where(Module.slug == module_slug, ModuleFile.name == name)
    ).first()


def names_taken(module: Module) -> set[str]:
    """In media/, from the tree or from the web."""
    start = f"{module.slug}/media/"
    came = session.scalars(sa.select(ImportedFile.key).where(ImportedFile.key.startswith(start, autoescape=True)))
    added = session.scalars(sa.select(ModuleFile.name).where(ModuleFile.module_id == module.id))
    return {key.removeprefix(start) for key in came} | set(added)


def outside_links(addresses: Collection[str]) -> Mapping[str, OutsideLink]:
    rows = session.scalars(sa.select(OutsideLink).where(OutsideLink.address.in_(addresses)))
    return {link.address: link for link in rows}


def links_to_look_at(before: datetime, limit: int) -> Sequence[OutsideLink]:
    """Those never looked at, then those not looked at for longest."""
    return session.scalars(
        sa.select(OutsideLink)
        .where(sa.or_(OutsideLink.checked_at.is_(None), OutsideLink.checked_at < before))
        .order_by(OutsideLink.checked_at.asc().nulls_first(), OutsideLink.id)
        .limit(limit)
    ).all()


def question_keys(module_slug: str) -> set[str]:
    start = f"{module_slug}/questions/"
    keys = session.scalars(sa.select(ImportedFile.key).where(ImportedFile.key.startswith(start, autoescape=True)))
    return {key.removeprefix(start).removesuffix(".yaml") for key in keys}


def places_of_course() -> set[str]:
    """ "module" and "module/lesson", as links inside the course name them; retired ones can still be read."""
    rows = session.execute(sa.select(Module.slug, Unit.slug).outerjoin(Unit, Unit.module_id == Module.id))
    return {place for module, unit in rows for place in (module, f"{module}/{unit}")}
