"""What does the worker do for quizzes? It closes an attempt that nobody closes, soon after its deadline, tells people of their marks, and adds
up what many have answered."""

from typing import Any

from academy.accounts.queries import person_with_id
from academy.assessment import commands, queries, rules
from academy.assessment.bank import commands as bank_commands
from academy.assessment.bank import figures, keeping, spool
from academy.assessment.bank import queries as bank
from academy.assessment.models import Quiz
from academy.kernel import clock, jobs
from academy.kernel.db import looking
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


@jobs.every(60, "sweep imports")
def sweep_imports() -> None:
    """What was looked at and not imported lies a day on the disk."""
    spool.sweep(now=clock.now())


@jobs.every(10, "add up large quizzes")
def add_up() -> None:
    """Quizzes whose figures nobody should wait for. They are read without holding anybody up, and written in a moment."""
    with looking():
        stale = [quiz for quiz, _learners in bank.quizzes() if _is_stale(quiz)]
        found = [(quiz.id, bank.progress_of(quiz), _added_up(quiz)) for quiz in stale]
    for quiz_id, (learners, points), tallies in found:
        bank_commands.keep_tallies(quiz_id, tallies, learners=learners, points=points, by=None)


def _is_stale(quiz: Quiz) -> bool:
    learners, points = bank.progress_of(quiz)
    if learners <= figures.MANY:
        return False
    kept = bank.kept_tallies(quiz)
    return kept is None or (kept.learners, kept.points) != (learners, points)


def _added_up(quiz: Quiz) -> dict[str, Any]:
    tallies = figures.tallies_of(bank.first_attempts(quiz))
    versions = {version.id: version for version in bank.versions_with_ids(tallies.questions)}
    return keeping.plain(tallies, versions)


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
