"""Who may write to whom, and what?"""

from collections.abc import Container
from datetime import datetime, timedelta

from academy.accounts.models import Person
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from marketplace.masking import address_in
from marketplace.models import Interest, InterestState, Listing
from marketplace.rules.life import is_open
from marketplace.rules.speaking import may_speak_for
from marketplace.rules.wording import links_in

INTERESTS_PER_DAY = (40, timedelta(days=1))
REPORTS_PER_DAY = (10, timedelta(days=1))
SILENT_FOR = timedelta(days=5)
MESSAGES_PER_HOUR = (60, timedelta(hours=1))
LONGEST_NOTE = 500


def note_is_fit(note: str) -> Verdict:
    """The first words to somebody who has not agreed to talk yet."""
    if not note.strip():
        return Verdict(say("Write a few words: who you are and what you have in mind."), 422, "body")
    if len(note) > LONGEST_NOTE:
        return Verdict(say("At most %(number)s characters to begin with.", number=LONGEST_NOTE), 422, "body")
    if address_in(note):
        return Verdict(
            say("Leave addresses and telephone numbers out for now. You can exchange them once they have accepted."),
            422,
            "body",
        )
    if links_in(note) > 2:
        return Verdict(say("Two links are enough to begin with."), 422, "body")
    return ALLOWED


def shows_addresses(interest: Interest) -> bool:
    """Both sides have said so. Until then addresses in messages are hidden too."""
    return interest.address_of_owner_id is not None and interest.address_of_sender_id is not None


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
