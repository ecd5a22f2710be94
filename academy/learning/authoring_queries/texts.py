"""How does it stand with each text in each language? Drafts, versions, and what is behind."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.kernel.i18n import say
from academy.learning import rules
from academy.learning.models import (
    Module,
    TextPair,
    Unit,
    UnitDraft,
    UnitKind,
    UnitVersion,
)
from academy.learning.queries import Said, said

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

    @property
    def published(self) -> bool:
        """A quiz comes with its questions; of a text, somebody has to have published it."""
        return self.unit.kind is UnitKind.QUIZ or any(state.n for state in self.texts.values())

    def name(self, language: str) -> Said:
        if self.unit.kind is UnitKind.QUIZ:
            return Said(str(say("Quiz")), language, False)
        titles = {code: state.title for code, state in self.texts.items() if state.title}
        return said(titles or {language: self.unit.slug}, language)


def units_written() -> dict[Module, list[UnitStates]]:
    """Everything that can be written, in order, with how it stands in each language; a module that holds nothing yet is there too, and one
    that left the course with nothing."""
    modules = session.scalars(sa.select(Module).order_by(Module.position).options(defer(Module.glossary))).all()
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
