"""What does the worker do for quizzes? It closes an attempt that nobody closes, soon after its deadline, and tells people of their marks."""

from typing import Any

from academy.accounts.queries import person_with_id
from academy.assessment import commands, queries, rules
from academy.kernel import clock, jobs
from academy.kernel.i18n import in_language
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import base_address, external_address
from academy.notifications.commands import notify
from academy.settings import settings


@jobs.job("assessment.close")
def close(attempt_id: int) -> None:
    """The end is the deadline, whenever this runs. A deadline that was moved moves this too."""
    attempt = queries.attempt_with_id(attempt_id)
    if attempt is None:
        return
    attempt = commands.close_overdue_attempt(attempt, by=None)
    if attempt.deadline_at and not rules.is_over(attempt, now=clock.now()):
        jobs.defer("assessment.close", at=attempt.deadline_at + 2 * rules.GRACE, attempt_id=attempt.id)


@jobs.job("assessment.tell")
def tell(kind: str, attempt_id: int, **facts: Any) -> None:
    """News about an attempt, to whose it is."""
    attempt = queries.attempt_with_id(attempt_id)
    person = person_with_id(attempt.person_id) if attempt and attempt.person_id else None
    if attempt is None or person is None:
        return
    with in_language(person.language):
        subject = subjects_seen_by(person, [attempt.about]).get(attempt.about)
        address = external_address("assessment.attempt", lang=person.language, key=attempt.key)
    notify(
        [person.id],
        kind,
        Ref("attempt", attempt.key),
        address=address.removeprefix(base_address(settings())),
        by=None,
        title=subject.title if subject else "",
        **facts,
    )
