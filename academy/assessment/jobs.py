"""What does the worker do for quizzes? It sweeps up: an attempt that nobody closes is closed soon after its deadline."""

from academy.assessment import commands, queries, rules
from academy.kernel import clock, jobs


@jobs.job("assessment.close")
def close(attempt_id: int) -> None:
    """The end is the deadline, whenever this runs. A deadline that was moved moves this too."""
    attempt = queries.attempt_with_id(attempt_id)
    if attempt is None:
        return
    attempt = commands.close_overdue_attempt(attempt, by=None)
    if attempt.deadline_at and not rules.is_over(attempt, now=clock.now()):
        jobs.defer("assessment.close", at=attempt.deadline_at + 2 * rules.GRACE, attempt_id=attempt.id)
