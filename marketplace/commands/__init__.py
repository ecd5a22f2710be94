"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from marketplace.commands.contact import (
    accept_interest,
    decline_interest,
    show_interest,
    withdraw_interest,
    write_message,
)
from marketplace.commands.life import (
    approve_listing,
    begin_talks,
    close_for_want_of_people,
    close_listing,
    expire_listings,
    pause_listing,
    publish_listing,
    renew_listing,
    send_back,
    warn_of_expiry,
)
from marketplace.commands.matches import (
    count_impressions,
    decline_match,
    fill_configuration,
    index_everything,
    place_matches,
    refill_matches,
    reindex,
    renew_configuration,
)
from marketplace.commands.writing import Content, change_listing, discard_draft, draft_listing

__all__ = [
    "Content",
    "accept_interest",
    "approve_listing",
    "begin_talks",
    "change_listing",
    "close_for_want_of_people",
    "close_listing",
    "count_impressions",
    "decline_interest",
    "decline_match",
    "discard_draft",
    "draft_listing",
    "expire_listings",
    "fill_configuration",
    "index_everything",
    "pause_listing",
    "place_matches",
    "publish_listing",
    "refill_matches",
    "reindex",
    "renew_configuration",
    "renew_listing",
    "send_back",
    "show_interest",
    "warn_of_expiry",
    "withdraw_interest",
    "write_message",
]  # fmt: skip
