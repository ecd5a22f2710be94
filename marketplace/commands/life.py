"""How does a listing come into the open, and how does it leave it?"""

from datetime import datetime

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import lock_row
from academy.kernel.events import publish
from marketplace import queries, rules
from marketplace.commands.finding import let_it_be_found, mine_of
from marketplace.events import (
    ListingClosed,
    ListingExpiresSoon,
    ListingInTalks,
    ListingPaused,
    ListingPublished,
    ListingRenewed,
    ListingRested,
    ListingSentBack,
    ListingSubmitted,
)
from marketplace.models import (
    Kind,
    Listing,
    Outcome,
    State,
)
from marketplace.repeats import repeated


def publish_listing(listing: Listing, *, by: Person) -> None:
    """Make it public, or have it read first: `listing.state` says which. After a pause or talks, it is simply back."""
    lock_row(listing)
    now = clock.now()
    if listing.state in (State.PUBLISHED, State.REVIEW):  # a double click is not an error
        return
    require(rules.may_publish(by, listing, mine_of(by), today=now.date()))
    others = [one for one in queries.listings_not_closed_of(listing.organisation_id) if one.state != State.DRAFT]
    same = repeated(
        listing.words, listing.title, (one for one in others if one.kind == listing.kind and one is not listing)
    )
    require(rules.may_say_again(same))
    known = queries.has_published_before(listing.organisation_id)
    if rules.is_read_first(listing.organisation, published_before=known):
        listing.state, listing.changed_at = State.REVIEW, now
        publish(ListingSubmitted(by=by.id, listing_id=listing.id))
        return
    _open(listing, now, by=by)


def approve_listing(listing: Listing, *, by: Person) -> None:
    """A moderator has read it."""
    lock_row(listing)
    now = clock.now()
    require(rules.may_approve(by, listing, today=now.date()))
    _open(listing, now, by=by)


def send_back(listing: Listing, reason: str, *, by: Person) -> None:
    """A moderator has read it and says what has to change; it is a draft again."""
    lock_row(listing)
    require(rules.may_send_back(by, listing, reason=reason))
    listing.state, listing.review_note, listing.changed_at = State.DRAFT, reason.strip(), clock.now()
    publish(ListingSentBack(by=by.id, listing_id=listing.id, reason=listing.review_note))


def pause_listing(listing: Listing, *, by: Person) -> None:
    """Out of sight for everybody else, until its people publish it again."""
    lock_row(listing)
    require(rules.may_pause(by, listing, mine_of(by)))
    _move(listing, State.PAUSED)
    publish(ListingPaused(by=by.id, listing_id=listing.id))


def begin_talks(listing: Listing, *, by: Person) -> None:
    """It can still be read, and takes no new interest."""
    lock_row(listing)
    require(rules.may_begin_talks(by, listing, mine_of(by)))
    _move(listing, State.IN_TALKS)
    publish(ListingInTalks(by=by.id, listing_id=listing.id))


def close_listing(listing: Listing, outcome: str, *, by: Person) -> None:
    lock_row(listing)
    require(rules.may_close(by, listing, mine_of(by), outcome=outcome))
    listing.outcome = Outcome(outcome)
    _move(listing, State.CLOSED)
    publish(ListingClosed(by=by.id, listing_id=listing.id, outcome=outcome))


def renew_listing(listing: Listing, *, by: Person) -> None:
    """Six more months from today; one that has expired, or that rests, is public again. A day on which it was to end sooner goes."""
    lock_row(listing)
    require(rules.may_renew(by, listing, mine_of(by)))
    now = clock.now()
    comes_back = listing.state == State.CLOSED or rules.rests(listing, now=now)
    if goes_on := rules.ends_before_it_is_renewed(listing, now=now):
        listing.ends_on, listing.revision = None, listing.revision + 1
    listing.expires_at, listing.warned_at = rules.open_until(listing.ends_on, now=now), None
    if comes_back:
        listing.state, listing.outcome = State.PUBLISHED, None
    if comes_back or goes_on:
        let_it_be_found(listing, now)
    publish(ListingRenewed(by=by.id, listing_id=listing.id))


def expire_listings(*, by: None = None) -> int:
    """Close what has had its time, and let what has no end rest until somebody says that it holds; how many there were."""
    require(rules.may_expire(by))
    due = queries.listings_past_their_time(now=clock.now())
    for listing in due:
        if listing.standing:
            _move(listing, State.PAUSED)
            publish(ListingRested(by=None, listing_id=listing.id))
            continue
        listing.outcome = Outcome.EXPIRED
        _move(listing, State.CLOSED)
        publish(ListingClosed(by=None, listing_id=listing.id, outcome=Outcome.EXPIRED.value))
    return len(due)


def warn_of_expiry(*, by: None = None) -> None:
    require(rules.may_expire(by))
    now = clock.now()
    for listing in queries.listings_that_expire_soon(now=now):
        listing.warned_at = now
        publish(ListingExpiresSoon(by=None, listing_id=listing.id))


def close_for_want_of_people(organisation_id: int, *, by: None = None) -> None:
    """Nobody is left to answer for this organisation: what it has is closed."""
    require(rules.may_expire(by))
    for listing in queries.listings_not_closed_of(organisation_id):
        listing.outcome = Outcome.WITHDRAWN
        _move(listing, State.CLOSED)
        publish(ListingClosed(by=None, listing_id=listing.id, outcome=Outcome.WITHDRAWN.value))


def _open(listing: Listing, now: datetime, *, by: Person) -> None:
    if listing.expires_at is None or rules.has_expired(listing, now=now):
        listing.expires_at, listing.warned_at = rules.open_until(listing.ends_on, now=now), None
    listing.published_at = listing.published_at or now
    listing.told_through = listing.told_through or now
    listing.state, listing.review_note = State.PUBLISHED, ""
    let_it_be_found(listing, now)
    publish(ListingPublished(by=by.id, listing_id=listing.id))


def _move(listing: Listing, state: State) -> None:
    listing.state, listing.changed_at = state, clock.now()
    let_it_be_found(listing, listing.changed_at)


def close_as_met(listing: Listing, *, by: None = None) -> None:
    """Both sides of an agreement have said that it is done: a need is met. An offer may serve others too."""
    require(rules.may_expire(by))
    if listing.kind == Kind.NEED and listing.state != State.CLOSED:
        listing.outcome = Outcome.MET_HERE
        _move(listing, State.CLOSED)
        publish(ListingClosed(by=None, listing_id=listing.id, outcome=Outcome.MET_HERE.value))
