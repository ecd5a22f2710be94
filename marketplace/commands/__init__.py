"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from marketplace.commands.agreements import (
    Promise,
    accept_agreement,
    ask_after_agreements,
    confirm_outcome,
    end_agreement,
    keep_pledge,
    propose_agreement,
    tell_outcome,
)
from marketplace.commands.broker import introduce
from marketplace.commands.contact import (
    accept_interest,
    block_interest,
    decline_interest,
    end_for_want_of_people,
    hand_on_conversations,
    leave_conversations,
    remind_of_interests,
    report_interest,
    settle_report,
    show_address,
    show_interest,
    withdraw_interest,
    write_message,
)
from marketplace.commands.glimpses import look_ahead
from marketplace.commands.history import note_step
from marketplace.commands.life import (
    approve_listing,
    begin_talks,
    close_as_met,
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
from marketplace.commands.searches import forget_search, save_search, tell_what_is_new
from marketplace.commands.sets import count_facets_anew
from marketplace.commands.writing import Content, add_file, change_listing, discard_draft, draft_listing, take_file_away

__all__ = [
    "Content", "Promise", "accept_agreement", "accept_interest", "add_file", "approve_listing", "ask_after_agreements", "begin_talks",
    "block_interest", "change_listing", "close_as_met", "close_for_want_of_people", "close_listing", "confirm_outcome", "count_facets_anew",
    "count_impressions", "decline_interest", "decline_match", "discard_draft", "draft_listing", "end_agreement", "end_for_want_of_people",
    "expire_listings", "fill_configuration", "forget_search", "hand_on_conversations", "index_everything", "introduce", "keep_pledge",
    "leave_conversations", "look_ahead", "note_step", "pause_listing", "place_matches", "propose_agreement", "publish_listing",
    "refill_matches", "reindex", "remind_of_interests", "renew_configuration", "renew_listing", "report_interest", "save_search",
    "send_back", "settle_report", "show_address", "show_interest", "take_file_away", "tell_outcome", "tell_what_is_new", "warn_of_expiry",
    "withdraw_interest", "write_message",
]  # fmt: skip
