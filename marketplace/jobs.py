"""What can wait until the worker has time?"""

from academy.kernel import jobs
from marketplace import commands


@jobs.job("marketplace.place_matches", slow=True)
def place_matches(listing_id: int) -> None:
    commands.place_matches(listing_id, by=None)


@jobs.job("marketplace.look_ahead", slow=True)
def look_ahead(listing_id: int) -> None:
    commands.look_ahead(listing_id, by=None)


@jobs.job("marketplace.refill_matches", slow=True)
def refill_matches() -> None:
    commands.refill_matches(by=None)


@jobs.job("marketplace.renew_configuration", slow=True)
def renew_configuration() -> None:
    commands.renew_configuration(by=None)


@jobs.job("marketplace.fill_configuration", slow=True)
def fill_configuration(configuration_id: int, after: int) -> None:
    commands.fill_configuration(configuration_id, after, by=None)


@jobs.every(60 * 24, "renew the means of matching")
def renew_means() -> None:
    jobs.defer("marketplace.renew_configuration")


@jobs.every(10, "expire listings")
def expire_listings() -> None:
    commands.expire_listings()


@jobs.every(60, "remind of interests")
def remind_of_interests() -> None:
    commands.remind_of_interests()


@jobs.every(60 * 12, "ask after agreements")
def ask_after_agreements() -> None:
    commands.ask_after_agreements()


@jobs.every(60 * 24, "tell what is new")
def tell_what_is_new() -> None:
    commands.tell_what_is_new()


@jobs.every(60, "warn of expiry")
def warn_of_expiry() -> None:
    commands.warn_of_expiry()
