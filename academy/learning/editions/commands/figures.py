"""How far has everybody come, and what does being there count for?"""

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.attendance import queries as attendances
from academy.attendance.models import PresenceState
from academy.kernel.access import require
from academy.kernel.db import session
from academy.learning import commands as course
from academy.learning import queries as texts
from academy.learning import rules as course_rules
from academy.learning.editions import queries, rules
from academy.learning.editions.models import Enrolment


def recompute(person_id: int, *, by: Person | None) -> None:
    """The figures of one person's enrolments, from what they have done and where they were."""
    require(rules.may_begin(person_id, by=None))
    texts.hold_course(alone=False)
    _work_out(Enrolment.person_id == person_id)


def recompute_everybody(*, by: Person | None) -> None:
    """What the course asks for has changed: every figure, in one statement."""
    require(course_rules.may_count_again(by=None))
    texts.hold_course(alone=True)
    _work_out(Enrolment.person_id.isnot(None))


def mend_figures(*, by: Person | None) -> int:
    """Figures that differ from their recomputation are set right. How many did."""
    require(course_rules.may_count_again(by=by))
    texts.hold_course(alone=True)
    wrong = queries.wrong_figures(_items())
    if wrong:
        _work_out(Enrolment.id.in_(wrong))
    return len(wrong)


def count_presence(person_id: int, key: str, *, anew: bool, by: Person | None) -> None:
    """What being in this session stands for is done. `anew`: the sheet or the session changed, so what it stands for no more is taken
    back, but not what left the course meanwhile; without it, such as after new rules, what was earned stays. Twice is once."""
    require(course_rules.may_count_again(by=None))
    one = queries.session_with_key(key)
    if one is None:
        return
    _number, asked = queries.current_rules()
    presence = attendances.presence_of(person_id, one.ref)
    there = (
        presence is not None
        and presence.state is PresenceState.PRESENT
        and asked.stands_for(presence.minutes, one.minutes)
    )
    evidence = str(one.ref)
    wanted = texts.units_of_modules([module.slug for module in one.modules], asked.attendance if there else ())
    if anew:
        stands = texts.items_vouched_for(person_id, (course_rules.ATTENDANCE, evidence))
        for unit in texts.units_called(stands - {str(unit.ref) for unit in wanted}):
            course.uncomplete(person_id, unit, source=course_rules.ATTENDANCE, evidence=evidence, by=by)
    for unit in [one for one in wanted if one.retired_at is None]:
        course.complete(person_id, unit, source=course_rules.ATTENDANCE, evidence=evidence, by=by)
    recompute(person_id, by=by)


def _work_out(whose: sa.ColumnElement[bool]) -> None:
    session.flush()
    session.execute(
        sa.update(Enrolment)
        .where(whose)
        .values(**queries.figures(_items()))
        .execution_options(synchronize_session=False)
    )
    for row in [row for row in session if isinstance(row, Enrolment)]:
        session.expire(row)


def _items() -> list[str]:
    return sorted(item for some in texts.counted_items().values() for item in some)
