"""Who may agree on what, and say and confirm what came of it?"""

from collections.abc import Container
from datetime import datetime, timedelta

from academy.accounts.models import Person
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from marketplace.models import Agreement, AgreementState, Interest
from marketplace.rules.contact import is_from_owner, may_see, may_write

ASKED_AFTER = (30, 90)  # days
MOST_PLEDGES = 10


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
