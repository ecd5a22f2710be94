"""Who may write a listing, make it public, change it and close it, and when is it open?"""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.organisations.models import Organisation
from marketplace.models import Listing, Outcome, State
from marketplace.rules.speaking import may_speak_for
from marketplace.rules.wording import gaps
from marketplace.vocabulary import OUTCOMES_TO_CHOOSE

OPEN_FOR = timedelta(days=183)  # six months; renewed by one click
WARNED_BEFORE = timedelta(days=14)
WARNED_AGAIN = timedelta(days=2)
MOST_FILES = 6  # of one listing
MOST_OPEN = 100  # listings of one organisation that are not closed
_LIVE = (State.PUBLISHED, State.IN_TALKS)


def may_draft(person: Person | None, organisation_id: int, mine: Container[int], *, not_closed: int) -> Verdict:
    if not (verdict := may_speak_for(person, organisation_id, mine)):
        return verdict
    if not_closed >= MOST_OPEN:
        return Verdict(say("There are %(number)s already. Close some first.", number=not_closed), 409, "organisation")
    return ALLOWED


def may_change(
    person: Person | None, listing: Listing, mine: Container[int], *, revision: int | None = None
) -> Verdict:
    """`revision`: the one that was on the form; another since then means that a colleague was at work too."""
    if not (verdict := may_speak_for(person, listing.organisation_id, mine)):
        return verdict
    if listing.state == State.CLOSED:
        return Verdict(say("This is closed. Renew it first, or write a new one."), 409, "title")
    if revision is not None and revision != listing.revision:
        return Verdict(
            say(
                "A colleague has changed this in the meantime. Open it in another window and compare, then save again."
            ),
            409,
            "title",
        )
    return ALLOWED


def may_add_file(person: Person | None, listing: Listing, mine: Container[int], *, has: int) -> Verdict:
    if has >= MOST_FILES:
        return Verdict(say("It holds %(number)s files. Take one away first.", number=MOST_FILES), 409, "file")
    return may_change(person, listing, mine)


def may_publish(person: Person | None, listing: Listing, mine: Container[int], *, today: date) -> Verdict:
    if not (verdict := may_speak_for(person, listing.organisation_id, mine)):
        return verdict
    if listing.state not in (State.DRAFT, State.PAUSED, State.IN_TALKS):
        return Verdict(say("This can't be published as it stands now."), 409)
    for field, sentence in gaps(listing, today=today).items():
        return Verdict(sentence, 422, field)
    return ALLOWED


def may_say_again(same: Listing | None) -> Verdict:
    """`same`: what the organisation has open already and says the same."""
    if same is None:
        return ALLOWED
    return Verdict(
        say(
            "You have this already: “%(title)s”. Change that one, or say in the title how this one differs.",
            title=same.title,
        ),
        409,
        "title",
    )


def is_read_first(organisation: Organisation, *, published_before: bool) -> bool:
    """The first listing of an organisation that nobody vouches for is read by a moderator before it is public."""
    return not organisation.verified and not published_before


def may_review(person: Person | None) -> Verdict:
    if person is None:
        return Verdict(say("Sign in first."), 401)
    if person.has(Role.MODERATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only moderators read what is new before it is public."), 403)


def may_approve(person: Person | None, listing: Listing, *, today: date) -> Verdict:
    if not (verdict := may_decide(person, listing)):
        return verdict
    if listing.ends_on is not None and listing.ends_on < today:
        return Verdict(say("It was to end before today. Send it back, so that its people set another day."), 409)
    return ALLOWED


def may_decide(person: Person | None, listing: Listing) -> Verdict:
    if not (verdict := may_review(person)):
        return verdict
    return ALLOWED if listing.state == State.REVIEW else Verdict(say("Somebody has decided this already."), 409)


def may_send_back(person: Person | None, listing: Listing, *, reason: str) -> Verdict:
    if not (verdict := may_decide(person, listing)):
        return verdict
    return ALLOWED if reason.strip() else Verdict(say("Say what has to change."), 422, "reason")


def may_discard(person: Person | None, listing: Listing, mine: Container[int]) -> Verdict:
    if not (verdict := may_speak_for(person, listing.organisation_id, mine)):
        return verdict
    if listing.state == State.DRAFT and listing.published_at is None:
        return ALLOWED
    return Verdict(say("Only a draft can be thrown away. Close it instead."), 409)


def may_pause(person: Person | None, listing: Listing, mine: Container[int]) -> Verdict:
    return _while(person, listing, mine, _LIVE)


def may_begin_talks(person: Person | None, listing: Listing, mine: Container[int]) -> Verdict:
    return _while(person, listing, mine, (State.PUBLISHED,))


def may_close(person: Person | None, listing: Listing, mine: Container[int], *, outcome: str) -> Verdict:
    if outcome not in {one.value for one in OUTCOMES_TO_CHOOSE}:
        return Verdict(say("Choose why it is closed."), 422, "outcome")
    return _while(person, listing, mine, (State.PUBLISHED, State.IN_TALKS, State.PAUSED, State.REVIEW))


def may_renew(person: Person | None, listing: Listing, mine: Container[int]) -> Verdict:
    """While it is open, so that it stays; once it has expired, so that it comes back."""
    if listing.state == State.CLOSED and listing.outcome != Outcome.EXPIRED:
        return Verdict(say("This is closed. Write a new one."), 409)
    return _while(person, listing, mine, (State.PUBLISHED, State.IN_TALKS, State.PAUSED, State.CLOSED))


def _while(person: Person | None, listing: Listing, mine: Container[int], states: Container[State]) -> Verdict:
    if not (verdict := may_speak_for(person, listing.organisation_id, mine)):
        return verdict
    return ALLOWED if listing.state in states else Verdict(say("This is not possible as it stands now."), 409)


def open_until(ends_on: date | None, *, now: datetime) -> datetime:
    """Six months from now, or the evening of the day on which it ends, if that comes first."""
    longest = now + OPEN_FOR
    return longest if ends_on is None else min(longest, datetime.combine(ends_on, time.max, UTC))


def ends_before_it_is_renewed(listing: Listing, *, now: datetime) -> bool:
    """It names a day on which it ends, and renewing would keep it beyond: then that day no longer holds."""
    return listing.ends_on is not None and open_until(listing.ends_on, now=now) < now + OPEN_FOR


def has_expired(listing: Listing, *, now: datetime) -> bool:
    return listing.expires_at is not None and listing.expires_at <= now


def rests(listing: Listing, *, now: datetime) -> bool:
    """It has no end, and nobody has said for six months that it still holds: out of sight until somebody does."""
    return listing.standing and listing.state == State.PAUSED and has_expired(listing, now=now)


def is_open(listing: Listing, *, now: datetime) -> bool:
    """Can be found, fits others, and can be answered."""
    return listing.state == State.PUBLISHED and not has_expired(listing, now=now)


def is_shown(listing: Listing, viewer: Person | None, *, now: datetime) -> bool:
    """Open or in talks, and not for members alone where a visitor asks."""
    shown = listing.state in _LIVE and not has_expired(listing, now=now)
    return shown and (viewer is not None or not listing.members_only)


def may_expire(by: Person | None) -> Verdict:
    """Time does it, no person."""
    return ALLOWED if by is None else Verdict(say("Nobody does this by hand."), 403)
