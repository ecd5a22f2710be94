"""What has a person done, and what does that complete?"""

from collections.abc import Iterable

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.subjects import Ref
from academy.learning import queries, rules
from academy.learning.events import ModuleCompleted, ModuleTakenBack, PartCompleted, PartTakenBack
from academy.learning.models import Completion, CompletionEvent, Module, ReadingPlace, Unit


def mark_done(unit: Unit, *, by: Person) -> None:
    """A person says that a lesson is read or an activity carried out. Twice is once."""
    require(rules.may_mark_done(unit.kind, retired=unit.retired_at is not None))
    complete(by.id, unit, source=rules.SELF, by=by)


def take_back(unit: Unit, *, by: Person) -> None:
    """The person takes the mark away. A module that had been complete is so no more: this was their own act."""
    require(rules.may_mark_done(unit.kind, retired=unit.retired_at is not None))
    queries.wait_for_turn(by.id)
    require(rules.may_take_back(queries.vouchers_for(by.id, unit.ref)))
    _uncomplete(by.id, unit, source=rules.SELF, evidence="", by=by)


def complete(person_id: int, unit: Unit, *, source: str, evidence: str = "", by: Person | None) -> None:
    """Write down that a part is done, and whether its module now is. The module must have been loaded with the unit."""
    require(rules.may_count(unit.kind, source=source))
    queries.wait_for_turn(person_id)
    if not _add(person_id, unit.ref, source=source, evidence=evidence):
        return
    publish(PartCompleted(by=by.id if by else None, person_id=person_id, item=str(unit.ref), source=source))
    _complete_module(person_id, unit.module, by=by)


def _complete_module(person_id: int, module: Module, *, by: Person | None) -> None:
    """Write down that a module is complete, if it is."""
    parts = queries.counted_parts(module.id)
    whole = Ref("module", module.slug)
    if rules.progress(parts, queries.items_done_by(person_id)).complete and _add(person_id, whole, source=rules.PARTS):
        publish(ModuleCompleted(by=by.id if by else None, person_id=person_id, module=module.slug))


def complete_modules(person_id: int, modules: Iterable[Module], *, by: Person | None) -> None:
    """The course asks for something else than before: what is whole now is written down. What was earned stays."""
    require(rules.may_count_again(by=by))
    queries.wait_for_turn(person_id)
    for module in modules:
        _complete_module(person_id, module, by=by)


def uncomplete(person_id: int, unit: Unit, *, source: str, evidence: str, by: Person | None) -> None:
    """What was said of a person was wrong. Where somebody else says the same, the part stays done."""
    require(rules.may_count(unit.kind, source=source))
    queries.wait_for_turn(person_id)
    _uncomplete(person_id, unit, source=source, evidence=evidence, by=by)


def _uncomplete(person_id: int, unit: Unit, *, source: str, evidence: str, by: Person | None) -> None:
    actor = by.id if by else None
    if _remove(person_id, unit.ref, source=source, evidence=evidence):
        publish(PartTakenBack(by=actor, person_id=person_id, item=str(unit.ref)))
        if _remove(person_id, Ref("module", unit.module.slug), source=rules.PARTS):
            publish(ModuleTakenBack(by=actor, person_id=person_id, module=unit.module.slug))


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
    """True: it was not done before. Who else says that it is done is written down as well."""
    known = queries.completion_of(person_id, item)
    if known and (source, evidence) in queries.vouchers_for(person_id, item):
        return False
    now = clock.now()
    if not known:
        session.add(Completion(person_id=person_id, item=str(item), at=now))
    session.add(
        CompletionEvent(person_id=person_id, item=str(item), done=True, source=source, evidence=evidence, at=now)
    )
    session.flush()
    return not known


def _remove(person_id: int, item: Ref, *, source: str, evidence: str = "") -> bool:
    """True: it is done no more, for nobody says so any longer."""
    vouchers = queries.vouchers_for(person_id, item)
    if (source, evidence) not in vouchers:
        return False
    session.add(
        CompletionEvent(
            person_id=person_id, item=str(item), done=False, source=source, evidence=evidence, at=clock.now()
        )
    )
    row = queries.completion_of(person_id, item)
    last = row is not None and len(vouchers) == 1
    if last:
        session.delete(row)
    session.flush()
    return last
