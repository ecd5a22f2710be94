"""What does the worker do for the index?"""

from academy.kernel import jobs
from academy.kernel.db import transaction
from academy.retrieval import commands


@jobs.every(60 * 24, "join parts of the search index")
def join_parts() -> None:
    """A little at a time, each in a transaction of its own: nobody waits long."""
    more = True
    while more:
        with transaction():
            more = commands.join_parts(by=None)
