"""What does a module hold, in which order, what left the course, and what leads there?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload
from werkzeug.exceptions import NotFound

from academy.assessment.bank import queries as bank
from academy.assessment.wording import plain_prompt
from academy.kernel.db import session
from academy.learning.authoring.links import addresses_in
from academy.learning.authoring_queries.texts import UnitStates, current_numbers, states_of
from academy.learning.models import (
    Guide,
    GuideVersion,
    Module,
    Unit,
    UnitKind,
    UnitVersion,
)


def part_to_arrange(module: str, slug: str) -> Unit:
    """Whatever a module holds, with the module."""
    unit = session.scalars(
        sa.select(Unit)
        .join(Unit.module)
        .where(Module.slug == module, Unit.slug == slug)
        .options(contains_eager(Unit.module))
    ).first()
    if unit is None:
        raise NotFound
    return unit


def is_published(unit: Unit) -> bool:
    return unit.kind is UnitKind.QUIZ or bool(current_numbers(unit))


def module_to_arrange(slug: str) -> Module:
    """One that is, or was, part of the course."""
    module = session.scalars(sa.select(Module).where(Module.slug == slug)).first()
    if module is None:
        raise NotFound
    return module


def modules_standing() -> Sequence[Module]:
    """Those that are part of the course."""
    return session.scalars(
        sa.select(Module).where(Module.retired_at.is_(None)).order_by(Module.position).options(defer(Module.glossary))
    ).all()


def went_with_module(unit: Unit) -> bool:
    """It was part of its module when that left the course."""
    left = unit.module.retired_at
    return left is not None and unit.retired_at is not None and unit.retired_at >= left


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
    """Everything that it holds, in order, also what is no longer part of the course."""
    units = units_of(module)
    states = states_of([unit.id for unit in units])
    return [UnitStates(unit, states.get(unit.id, {})) for unit in units]


@dataclass(frozen=True)
class Pointer:
    """A text or a question that leads somewhere; exactly one of `unit`, `question` (its key) and `guide` (its slug) is there."""

    title: str
    unit: Unit | None = None
    language: str = ""
    question: str = ""
    guide: str = ""


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


def pointers_to_module(module: Module) -> list[Pointer]:
    """What leads into a module, of what people read now in other modules and in the library."""
    place = re.compile(rf"/[a-z]{{2}}/learn/{re.escape(module.slug)}(?:[/?#].*)?")

    def leads_here(written: str) -> bool:
        return any(place.fullmatch(address) for line in written.split("\n") for address in addresses_in(line))

    part = f"/learn/{module.slug}"
    texts = session.execute(
        sa.select(UnitVersion.title, UnitVersion.language, UnitVersion.written, Unit)
        .join(UnitVersion.unit)
        .join(Unit.module)
        .where(
            UnitVersion.is_current,
            UnitVersion.written.contains(part, autoescape=True),
            Unit.module_id != module.id,
            Unit.retired_at.is_(None),
        )
        .options(contains_eager(Unit.module))
        .order_by(Module.position, Unit.position, UnitVersion.language)
    )
    guides = session.execute(
        sa.select(GuideVersion.title, GuideVersion.language, GuideVersion.written, Guide.slug)
        .join(GuideVersion.guide)
        .where(
            GuideVersion.is_current, GuideVersion.written.contains(part, autoescape=True), Guide.retired_at.is_(None)
        )
        .order_by(Guide.position, GuideVersion.language)
    )
    return [
        *(Pointer(title, unit, language) for title, language, written, unit in texts if leads_here(written)),
        *(
            Pointer(title, None, language, guide=slug)
            for title, language, written, slug in guides
            if leads_here(written)
        ),
    ]


def places_of_course() -> set[str]:
    """ "module" and "module/lesson", as links inside the course name them; retired ones can still be read."""
    rows = session.execute(sa.select(Module.slug, Unit.slug).outerjoin(Unit, Unit.module_id == Module.id))
    return {place for module, unit in rows for place in (module, f"{module}/{unit}")}
