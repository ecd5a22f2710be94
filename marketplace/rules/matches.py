"""Who may keep lists of matches, and say of one that it is not for them?"""

from collections.abc import Container

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from marketplace.models import Listing
from marketplace.rules.speaking import may_speak_for
from marketplace.vocabulary import NOT_FOR_US


def may_keep_matches(by: Person | None) -> Verdict:
    return ALLOWED if by is None or by.has(Role.ADMINISTRATOR) else Verdict(say("The platform does this itself."), 403)


def may_decline_match(person: Person | None, listing: Listing, mine: Container[int], *, reason: str) -> Verdict:
    if reason not in NOT_FOR_US:
        return Verdict(say("Choose a reason."), 422, "reason")
    return may_speak_for(person, listing.organisation_id, mine)
