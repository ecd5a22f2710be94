"""How do the parts of a module come into another order, and how does one of them, or all of it, leave the course and come back? What people
have done stays done."""

from collections.abc import Iterable

from academy.accounts.models import Person
from academy.assessment import commands as assessment
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session, take_turns
from academy.kernel.events import publish
from academy.kernel.i18n import language
from academy.learning import authoring_queries, rules
from academy.learning.commands.indexing import index_again, index_module
from academy.learning.events import LessonMoved, ModuleRetired, PartsChanged, UnitRetired
from academy.learning.models import Module, Unit, UnitKind
from academy.retrieval import commands as retrieval


def move_lesson(unit: Unit, *, up: bool, by: Person) -> None:
    """One place up or down. At the end of the list it stays where it is."""
    require(rules.may_move(unit.kind, retired=unit.retired_at is not None, by=by))
    take_turns(f"lessons {unit.module.slug}")
    order = authoring_queries.lessons_of(authoring_queries.units_of(unit.module))
    here = order.index(unit)
    there = here + (-1 if up else 1)
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, lesson in enumerate(order, 1):
        lesson.position = position
    session.flush()
    publish(LessonMoved(by=by.id, item=str(unit.ref), position=unit.position))


def take_out(unit: Unit, *, by: Person) -> None:
    """It is no longer part of the course. Its page stays at its address, and whoever had done it has done it."""
    pointers = [one.title for one in authoring_queries.pointers_to(unit, language())]
    published = authoring_queries.is_published(unit)
    require(rules.may_take_out(published=published, retired=unit.retired_at is not None, pointers=pointers, by=by))
    retire(unit, by=by)
    publish(PartsChanged(by=by.id, module=unit.module.slug))


def bring_in(unit: Unit, *, by: Person) -> None:
    """A lesson comes back as the last one of its module."""
    require(rules.may_bring_in(retired=unit.retired_at is not None, of_course=unit.module.retired_at is None, by=by))
    take_turns(f"lessons {unit.module.slug}")
    if unit.kind is UnitKind.LESSON:
        lessons = authoring_queries.lessons_of(authoring_queries.units_of(unit.module))
        unit.position = max((lesson.position for lesson in lessons), default=0) + 1
    come_back(unit, by=by)
    publish(PartsChanged(by=by.id, module=unit.module.slug))


def take_module_out(module: Module, *, by: Person) -> None:
    """With everything in it. Whoever has done it, or part of it, has done that."""
    take_turns("modules")
    pointers = [one.title for one in authoring_queries.pointers_to_module(module)]
    last = len(authoring_queries.modules_standing()) == 1
    require(rules.may_take_module_out(retired=module.retired_at is not None, last=last, pointers=pointers, by=by))
    retire_module(module, authoring_queries.units_of(module), by=by)
    publish(PartsChanged(by=by.id, module=module.slug))


def bring_module_in(module: Module, *, by: Person) -> None:
    """In its old place, with what was part of it when it left."""
    require(rules.may_bring_module_in(retired=module.retired_at is not None, by=by))
    take_turns("modules")
    with_it = [unit for unit in authoring_queries.units_of(module) if authoring_queries.went_with_module(unit)]
    module.retired_at = None
    standing = authoring_queries.modules_standing()
    if any(one.position == module.position for one in standing if one is not module):
        for one in standing:
            if one is not module and one.position >= module.position:
                one.position += 1
    for unit in with_it:
        come_back(unit, by=by)
    index_module(module, by=by)
    publish(PartsChanged(by=by.id, module=module.slug))


def retire(unit: Unit, *, by: Person | None) -> None:
    """No search finds it any more, and a quiz is begun by nobody."""
    require(rules.may_publish(by=by))
    unit.retired_at = clock.now()
    session.flush()
    retrieval.forget(unit.ref, by=by)
    if unit.kind is UnitKind.QUIZ:
        assessment.retire_quiz(unit.module.ref, by=by)
    publish(UnitRetired(by=by.id if by else None, item=str(unit.ref)))


def come_back(unit: Unit, *, by: Person | None) -> None:
    """It is found again, and a quiz can be begun."""
    require(rules.may_publish(by=by))
    unit.retired_at = None
    index_again(unit, by=by)
    if unit.kind is UnitKind.QUIZ:
        assessment.restore_quiz(unit.module.ref, by=by)


def retire_module(module: Module, units: Iterable[Unit], *, by: Person | None) -> int:
    """With its parts, from the same moment on: by that they are known when it comes back. How many they were."""
    require(rules.may_publish(by=by))
    module.retired_at = clock.now()
    retrieval.forget(module.ref, by=by)
    standing = [unit for unit in units if unit.retired_at is None]
    for unit in standing:
        retire(unit, by=by)
    publish(ModuleRetired(by=by.id if by else None, module=module.slug))
    return len(standing)
