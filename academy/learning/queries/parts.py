"""What does the course hold, and what does it ask for?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.learning.models import NOT_COUNTED, Course, Module, Unit, UnitKind, UnitVersion
from academy.learning.queries.wording import said


def course() -> Course | None:
    return session.scalars(sa.select(Course).limit(1)).first()


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
            Unit.kind.not_in(NOT_COUNTED),
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
    """Of these kinds, those too that are no longer part of the course."""
    return session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Module.slug.in_(set(slugs)), Unit.kind.in_(set(kinds)))
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
