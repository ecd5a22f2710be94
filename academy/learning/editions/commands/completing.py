"""What does the course ask for from now on?"""

from academy.accounts.models import Person
from academy.kernel import clock, jobs
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.learning import commands as course
from academy.learning import queries as texts
from academy.learning import rules as course_rules
from academy.learning.editions import queries, rules
from academy.learning.editions.commands.figures import recompute_everybody
from academy.learning.editions.events import CompletionRulesPublished
from academy.learning.editions.models import CompletionRules
from academy.learning.editions.rules import Completing
from academy.learning.models import UnitKind

A_BATCH = 200  # people in one job


def publish_rules(wanted: Completing, *, because: str, by: Person | None) -> CompletionRules:
    """A new version of what the course asks for. What was earned stays; what is whole now is written down soon after."""
    require(rules.may_publish_rules(by=by))
    require(rules.rules_fit(wanted, because))
    texts.hold_course(alone=True)
    number, _before = queries.current_rules()
    made = CompletionRules(
        n=number + 1,
        body=wanted.as_body(),
        because=because.strip(),
        author_id=by.id if by else None,
        published_at=clock.now(),
    )
    session.add(made)
    for module in texts.modules_and_units():
        for unit in module.units:
            unit.required = unit.kind is not UnitKind.GUIDE and wanted.asks_for(unit.kind, str(unit.ref))
    session.flush()
    recompute_everybody(by=None)
    jobs.defer("learning.count_again", after=0)
    publish(CompletionRulesPublished(by=by.id if by else None, n=made.n))
    return made


def ask_as_published(*, by: Person | None) -> None:
    """A part that is new in the course is asked for or not as the rules of completion say, and every figure follows."""
    require(course_rules.may_count_again(by=None))
    number, asked = queries.current_rules()
    if number:
        for module in texts.modules_and_units():
            for unit in module.units:
                unit.required = unit.kind is not UnitKind.GUIDE and asked.asks_for(unit.kind, str(unit.ref))
        session.flush()
    recompute_everybody(by=by)


def count_again(after: int, *, by: Person | None) -> int | None:
    """Modules that are whole under the new rules, for a stretch of people; the last one's number, None at the end."""
    require(course_rules.may_count_again(by=by))
    people = queries.learners_after(after, A_BATCH)
    modules = [module for module in texts.modules_and_units() if module.retired_at is None]
    for person_id in people:
        course.complete_modules(person_id, modules, by=None)
    return people[-1] if len(people) == A_BATCH else None
