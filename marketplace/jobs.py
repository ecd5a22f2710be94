"""What can wait until the worker has time?"""

from academy.kernel import jobs
from marketplace import commands


@jobs.job("marketplace.place_matches")
def place_matches(listing_id: int) -> None:
    commands.place_matches(listing_id, by=None)


@jobs.every(10, "expire listings")
def expire_listings() -> None:
    commands.expire_listings()


@jobs.every(60, "warn of expiry")
def warn_of_expiry() -> None:
    commands.warn_of_expiry()
