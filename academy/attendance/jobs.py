"""What does the worker do?"""

from academy.attendance import commands
from academy.kernel import jobs
from academy.kernel.logs import logger


@jobs.every(60 * 24, "count seats")
def count_seats() -> None:
    """Counters that differ from their seats are a fault of ours: it is written down, and they are set right."""
    if mended := commands.mend_counters(by=None):
        logger.error("counters of seats were wrong", extra={"facts": {"gates": mended}})
