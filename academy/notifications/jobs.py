"""What can wait until nobody waits: digests, a hundred people in one transaction."""

from academy.kernel import jobs
from academy.notifications import commands

AT_ONCE = 100


@jobs.every(5, "send digests")
def begin_digests() -> None:
    commands.ensure_inboxes(by=None)
    jobs.defer("notifications.digests")


@jobs.job("notifications.digests", slow=True)
def make_digests() -> None:
    """As many as are due now, and the next ones in a job of their own."""
    if commands.make_digests(limit=AT_ONCE, by=None) == AT_ONCE:
        jobs.defer("notifications.digests")
