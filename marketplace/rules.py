"""What is allowed, what follows? Pure: no database, no request, no clock."""

import re
from collections.abc import Container
from datetime import date, datetime, timedelta
from typing import Protocol

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say
from academy.organisations.models import Organisation
from marketplace.masking import has_address
from marketplace.models import (
    Agreement,
    AgreementState,
    Interest,
    InterestState,
    Kind,
    Listing,
    Outcome,
    SavedSearch,
    State,
)
from marketplace.vocabulary import NOT_FOR_US, OUTCOMES_TO_CHOOSE

OPEN_FOR = timedelta(days=183)  # six months; renewed by one click
WARNED_BEFORE = timedelta(days=14)
WARNED_AGAIN = timedelta(days=2)
MOST_OPEN = 100  # listings of one organisation that are not closed
INTERESTS_PER_DAY = (40, timedelta(days=1))
REPORTS_PER_DAY = (10, timedelta(days=1))
SILENT_FOR = timedelta(days=5)
ASKED_AFTER = (30, 90)  # days
MOST_PLEDGES = 10
MESSAGES_PER_HOUR = (60, timedelta(hours=1))
LONGEST_NOTE = 500
LARGEST_CAPACITY = 10_000

# words that are addresses under /marketplace, or could become one
RESERVED_SLUGS = frozenset(
    {
        "new", "mine", "review", "edit", "preview", "interest", "how-matching-works",
        "map", "search", "feeds", "needs", "offers", "saved", "broker", "reports",
    }
)  # fmt: skip

_NOT_YOURS = say("Only those who write for this organisation can do this.")
_LIVE = (State.PUBLISHED, State.IN_TALKS)


class Wording(Protocol):
    """What a listing says, stored or just typed."""

    @property
    def kind(self) -> Kind: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def goals(self) -> list[str]: ...
    @property
    def fields(self) -> list[str]: ...
    @property
    def targets(self) -> list[str]: ...
    @property
    def resources(self) -> list[str]: ...
    @property
    def country(self) -> str: ...
    @property
    def contact_languages(self) -> list[str]: ...
    @property
    def conditions(self) -> str: ...
    @property
    def ends_on(self) -> date | None: ...


def gaps(wording: Wording, *, today: date) -> dict[str, Sentence]:
    """What is missing before it can be published, by field. A draft may have any of these."""
    missing: dict[str, Sentence] = {}
    need = wording.kind == Kind.NEED
    if len(wording.title) < 10:
        missing["title"] = say("Say it in a sentence that somebody who does not know you understands.")
    if len(wording.summary) < 20:
        missing["summary"] = say("Add one or two sentences: they stand in the list.")
    if len(wording.body) < 40:
        missing["body"] = say("Describe it in a few sentences.")
    if not wording.resources:
        missing["resources"] = say("Choose what you look for.") if need else say("Choose what you can give.")
    if not wording.goals and not wording.fields:
        missing["fields"] = say("Choose at least one field.")
    if not wording.targets:
        missing["targets"] = say("Choose whom it is for.")
    if not wording.country:
        missing["country"] = say("Choose a country.")
    if not wording.contact_languages:
        missing["contact_languages"] = say("Choose at least one language.")
    if not wording.conditions:
        missing["conditions"] = say("Choose one.")
    if wording.ends_on is not None and wording.ends_on < today:
        missing["ends_on"] = say("Choose a date after today.")
    return missing


def contradictions(
    *, capacity: int | None, starts_on: date | None, ends_on: date | None, standing: bool
) -> dict[str, Sentence]:
    """What can't be true at the same time, by field; not even a draft may say it."""
    wrong: dict[str, Sentence] = {}
    if capacity is not None and not 1 <= capacity <= LARGEST_CAPACITY:
        wrong["capacity"] = say(
            "Write a number from 1 to %(most)s, or nothing where it does not matter.", most=LARGEST_CAPACITY
        )
    if starts_on and ends_on and ends_on < starts_on:
        wrong["ends_on"] = say("The end comes before the beginning.")
    elif standing and ends_on:
        wrong["ends_on"] = say("It can't end on a day and have no end. Leave one of the two out.")
    return wrong


# A need that begins with one of these usually names a solution. Said, never refused.
_SOLUTIONS = re.compile(
    r"^(we need |we want |we would like |looking for |serve |ci serve |cerchiamo |vorremmo )?"
    r"(an? |the |una? |un['’]|il |la |lo |uno )?(new |mobile |online |nuov[oa] |digital )?"
    r"(apps?|applications?|platforms?|websites?|web ?sites?|software|chatbots?|portals?|databases?|dashboards?|courses?|workshops?|"
    r"conferences?|campaigns?|app|applicazion[ei]|piattaform[ae]|sit[oi]( web| internet)?|portal[ei]|corso|corsi|convegno|campagna|"
    r"sportello|evento|eventi)\b",
    re.IGNORECASE,
)


def reads_like_a_solution(kind: Kind, title: str) -> bool:
    """“An app for older people”: a solution where a need was asked for."""
    return kind == Kind.NEED and _SOLUTIONS.match(title.strip()) is not None


# --- writing and publishing ---------------------------------------------------------------------------------------


def may_speak_for(person: Person | None, organisation_id: int, mine: Container[int]) -> Verdict:
    """`mine`: ids of the organisations that the person belongs to."""
    if person is None:
        return Verdict(say("Sign in to write a need or an offer."), 401)
    return ALLOWED if organisation_id in mine else Verdict(_NOT_YOURS, 403, "organisation")


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


def has_expired(listing: Listing, *, now: datetime) -> bool:
    return listing.expires_at is not None and listing.expires_at <= now


def rests(listing: Listing, *, now: datetime) -> bool:
    """It has no end, and nobody has said for six months that it still holds: out of sight until somebody does."""
    return listing.standing and listing.state == State.PAUSED and has_expired(listing, now=now)


def is_open(listing: Listing, *, now: datetime) -> bool:
    """Can be found, fits others, and can be answered."""
    return listing.state == State.PUBLISHED and not has_expired(listing, now=now)


def may_expire(by: Person | None) -> Verdict:
    """Time does it, no person."""
    return ALLOWED if by is None else Verdict(say("Nobody does this by hand."), 403)


def may_keep_matches(by: Person | None) -> Verdict:
    return ALLOWED if by is None or by.has(Role.ADMINISTRATOR) else Verdict(say("The platform does this itself."), 403)


def may_decline_match(person: Person | None, listing: Listing, mine: Container[int], *, reason: str) -> Verdict:
    if reason not in NOT_FOR_US:
        return Verdict(say("Choose a reason."), 422, "reason")
    return may_speak_for(person, listing.organisation_id, mine)


# --- contact ------------------------------------------------------------------------------------------------------

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def note_is_fit(note: str) -> Verdict:
    """The first words to somebody who has not agreed to talk yet."""
    if not note.strip():
        return Verdict(say("Write a few words: who you are and what you have in mind."), 422, "body")
    if len(note) > LONGEST_NOTE:
        return Verdict(say("At most %(number)s characters to begin with.", number=LONGEST_NOTE), 422, "body")
    if has_address(note):
        return Verdict(
            say("Leave addresses and telephone numbers out for now. You can exchange them once they have accepted."),
            422,
            "body",
        )
    if len(_LINK.findall(note)) > 2:
        return Verdict(say("Two links are enough to begin with."), 422, "body")
    return ALLOWED


def shows_addresses(interest: Interest) -> bool:
    """Both sides have said so. Until then addresses in messages are hidden too."""
    return interest.address_of_owner_id is not None and interest.address_of_sender_id is not None


def not_too_often(wait: timedelta | None) -> Verdict:
    return (
        ALLOWED if wait is None else Verdict(say("That is a lot at once. Come back to it in an hour or tomorrow."), 429)
    )


def may_show_interest(
    person: Person | None, listing: Listing, mine: Container[int], known: Interest | None, *, now: datetime
) -> Verdict:
    """`known`: what this person, or their organisation, has sent before."""
    if person is None:
        return Verdict(say("Sign in to write to them."), 401)
    if listing.organisation_id in mine:
        return Verdict(say("This is from your own organisation."), 409)
    if not is_open(listing, now=now):
        return Verdict(say("They take no new messages about this now."), 409)
    if known is not None and known.state == InterestState.DECLINED:
        return Verdict(say("They have answered that it does not fit."), 409)
    return ALLOWED


def may_answer(person: Person | None, interest: Interest, mine: Container[int]) -> Verdict:
    """`interest` with its listing."""
    if not (verdict := may_speak_for(person, interest.listing.organisation_id, mine)):
        return verdict
    if interest.state != InterestState.WAITING:
        return Verdict(say("This has been answered already."), 409)
    return ALLOWED


def may_withdraw(person: Person | None, interest: Interest, mine: Container[int]) -> Verdict:
    if not may_see(person, interest, mine) or is_from_owner(interest, mine):
        return Verdict(say("Only the side that wrote first can withdraw."), 403)
    if interest.state in (InterestState.WAITING, InterestState.ACCEPTED):
        return ALLOWED
    return Verdict(say("This has ended already."), 409)


def may_see(person: Person | None, interest: Interest, mine: Container[int]) -> bool:
    """The two sides, nobody else: not even a moderator."""
    if person is None:
        return False
    if interest.listing.organisation_id in mine:
        return True
    if interest.organisation_id is not None:  # whoever has left it has left its conversations too
        return interest.organisation_id in mine
    return interest.person_id == person.id


def is_from_owner(interest: Interest, mine: Container[int]) -> bool:
    """Does the person stand on the side of the listing? `interest` with its listing."""
    return interest.listing.organisation_id in mine


def may_write(person: Person | None, interest: Interest, mine: Container[int]) -> Verdict:
    if not may_see(person, interest, mine):
        return Verdict(say("This conversation is not yours."), 404)
    if interest.state == InterestState.ACCEPTED:
        return ALLOWED
    return Verdict(say("Messages can be exchanged once the interest is accepted, and until one side ends it."), 409)


def not_blocked(blocked: bool) -> Verdict:
    return Verdict(say("One of the two sides wants no more contact."), 409) if blocked else ALLOWED


def may_block(person: Person | None, interest: Interest, mine: Container[int]) -> Verdict:
    return ALLOWED if may_see(person, interest, mine) else Verdict(say("This conversation is not yours."), 404)


def may_report(person: Person | None, interest: Interest, mine: Container[int], *, reason: str) -> Verdict:
    if not may_see(person, interest, mine):
        return Verdict(say("This conversation is not yours."), 404)
    return ALLOWED if reason.strip() else Verdict(say("Say what is wrong."), 422, "reason")


# --- agreements ---------------------------------------------------------------------------------------------------


def may_propose(
    person: Person | None,
    interest: Interest,
    mine: Container[int],
    known: Agreement | None,
    *,
    purpose: str,
    promises: int,
) -> Verdict:
    """`known`: what the two have proposed or agreed so far."""
    if not (verdict := may_write(person, interest, mine)):
        return verdict
    if known is not None and known.state != AgreementState.PROPOSED:
        return Verdict(say("You have agreed already. Say first what came of it."), 409, "purpose")
    if not purpose.strip():
        return Verdict(say("Say in a sentence what you want to reach together."), 422, "purpose")
    if not promises:
        return Verdict(say("Say at least one thing that one of you does."), 422, "ours")
    return ALLOWED


def may_accept_agreement(person: Person | None, agreement: Agreement, mine: Container[int]) -> Verdict:
    """`agreement` with its interest and listing, here and below. The other side agrees, never the one that has proposed."""
    if not (verdict := may_write(person, agreement.interest, mine)):
        return verdict
    if agreement.state != AgreementState.PROPOSED:
        return Verdict(say("This is agreed already."), 409)
    if is_from_owner(agreement.interest, mine) == agreement.by_owner:
        return Verdict(say("The other side has to agree."), 403)
    return ALLOWED


def may_go_on(person: Person | None, agreement: Agreement, mine: Container[int]) -> Verdict:
    if not may_see(person, agreement.interest, mine):
        return Verdict(say("This conversation is not yours."), 404)
    if agreement.state in (AgreementState.AGREED, AgreementState.RUNNING):
        return ALLOWED
    return Verdict(say("This is not possible as it stands now."), 409)


def may_end_agreement(person: Person | None, agreement: Agreement, mine: Container[int], *, why: str) -> Verdict:
    if not (verdict := may_go_on(person, agreement, mine)):
        return verdict
    return ALLOWED if why.strip() else Verdict(say("Say in a few words why."), 422, "why")


def may_tell_outcome(person: Person | None, agreement: Agreement, mine: Container[int], *, result: str) -> Verdict:
    if not (verdict := may_go_on(person, agreement, mine)):
        return verdict
    return (
        ALLOWED if result.strip() else Verdict(say("Say what there is now that was not there before."), 422, "result")
    )


def may_confirm_outcome(person: Person | None, agreement: Agreement, mine: Container[int]) -> Verdict:
    if not (verdict := may_go_on(person, agreement, mine)):
        return verdict
    if agreement.told_at is None:
        return Verdict(say("Nobody has said yet what came of it."), 409)
    if is_from_owner(agreement.interest, mine) == agreement.told_by_owner:
        return Verdict(say("The other side has to confirm."), 403)
    return ALLOWED


def days_long(days: int) -> timedelta:
    return timedelta(days=days)


def days_to_ask_after(agreement: Agreement, *, now: datetime) -> int:
    """The latest of the days that have passed since the two agreed."""
    since = now - (agreement.agreed_at or now)
    return max((days for days in ASKED_AFTER if since >= days_long(days)), default=0)


# --- brokers ------------------------------------------------------------------------------------------------------


def may_broker(person: Person | None) -> Verdict:
    """Coordinators of an edition know the territory; moderators and administrators the platform."""
    if person is None:
        return Verdict(say("Sign in first."), 401)
    if person.has(Role.COORDINATOR, Role.MODERATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only those who bring people together see this."), 403)


def may_introduce(person: Person | None, need: Listing, offer: Listing, *, now: datetime) -> Verdict:
    if not (verdict := may_broker(person)):
        return verdict
    if need.kind != Kind.NEED or offer.kind != Kind.OFFER or need.organisation_id == offer.organisation_id:
        return Verdict(say("Introduce a need to an offer of another organisation."), 422)
    if not is_open(need, now=now) or not is_open(offer, now=now):
        return Verdict(say("One of the two is no longer open."), 409)
    return ALLOWED


# --- saved searches -----------------------------------------------------------------------------------------------

MOST_SEARCHES = 20
MATCHED_WITHIN = timedelta(minutes=10)


def may_save_search(person: Person | None, *, number: int) -> Verdict:
    if person is None:
        return Verdict(say("Sign in first."), 401)
    if number >= MOST_SEARCHES:
        return Verdict(say("There are %(number)s already. Forget some first.", number=number), 409)
    return ALLOWED


def may_forget_search(person: Person | None, search: SavedSearch) -> Verdict:
    owns = person is not None and person.id == search.person_id
    return ALLOWED if owns else Verdict(say("This search is not yours."), 404)
