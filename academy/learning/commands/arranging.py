"""How do the parts of a module come into another order, and how does one leave the course and come back? What people have done stays done."""

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session, take_turns
from academy.kernel.events import publish
from academy.kernel.i18n import language
from academy.learning import authoring_queries, rules
from academy.learning.commands.indexing import index_again
from academy.learning.events import LessonMoved, PartsChanged, UnitRetired
from academy.learning.models import Unit, UnitKind
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
    published = bool(authoring_queries.current_numbers(unit))
    pointers = [one.title for one in authoring_queries.pointers_to(unit, language())]
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
    unit.retired_at = None
    index_again(unit, by=by)
    publish(PartsChanged(by=by.id, module=unit.module.slug))


def retire(unit: Unit, *, by: Person | None) -> None:
    """No search finds it any more."""
    require(rules.may_publish(by=by))
    unit.retired_at = clock.now()
    session.flush()
    retrieval.forget(unit.ref, by=by)
    publish(UnitRetired(by=by.id if by else None, item=str(unit.ref)))
