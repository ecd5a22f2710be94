"""How do two sides agree on who does what, and say together what came of it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from marketplace import queries, rules
from marketplace.commands.finding import mine_of
from marketplace.commands.life import close_as_met
from marketplace.events import (
    AgreementAccepted,
    AgreementAskedAfter,
    AgreementEnded,
    AgreementProposed,
    OutcomeConfirmed,
    OutcomeTold,
    PledgeKept,
)
from marketplace.models import Agreement, AgreementState, Interest, Pledge


@dataclass(frozen=True)
class Promise:
    by_owner: bool
    what: str
    due_on: date | None


def propose_agreement(interest: Interest, purpose: str, promises: Sequence[Promise], *, by: Person) -> Agreement:
    """Who does what by when, as one side sees it; it holds when the other side agrees. A newer proposal replaces one that waits."""
    lock_row(interest)
    mine = mine_of(by)
    known = queries.agreement_of(interest)
    require(rules.may_propose(by, interest, mine, known, purpose=purpose, promises=len(promises)))
    if known is not None:
        for pledge in known.pledges:
            session.delete(pledge)
        session.delete(known)
        session.flush()
    now = clock.now()
    agreement = Agreement(
        interest_id=interest.id,
        person_id=by.id,
        by_owner=rules.is_from_owner(interest, mine),
        state=AgreementState.PROPOSED,
        purpose=purpose.strip(),
        created_at=now,
    )
    session.add(agreement)
    session.flush()
    session.add_all(
        Pledge(agreement_id=agreement.id, by_owner=one.by_owner, what=one.what.strip(), due_on=one.due_on)
        for one in promises
    )
    session.flush()
    publish(AgreementProposed(by=by.id, interest_id=interest.id))
    return agreement


def accept_agreement(agreement: Agreement, *, by: Person) -> None:
    lock_row(agreement)
    require(rules.may_accept_agreement(by, agreement, mine_of(by)))
    agreement.state, agreement.agreed_at = AgreementState.AGREED, clock.now()
    publish(AgreementAccepted(by=by.id, interest_id=agreement.interest_id))


def keep_pledge(agreement: Agreement, pledge_id: int, *, by: Person) -> None:
    """One thing is done. With the first the whole is running."""
    lock_row(agreement)
    require(rules.may_go_on(by, agreement, mine_of(by)))
    for pledge in agreement.pledges:
        if pledge.id == pledge_id and pledge.done_at is None:
            pledge.done_at = clock.now()
            agreement.state = AgreementState.RUNNING
            publish(PledgeKept(by=by.id, interest_id=agreement.interest_id))


def end_agreement(agreement: Agreement, why: str, *, by: Person) -> None:
    """It will not be done. That happens, and the reason helps others."""
    lock_row(agreement)
    require(rules.may_end_agreement(by, agreement, mine_of(by), why=why))
    agreement.state, agreement.ended_at, agreement.why = AgreementState.NOT_DONE, clock.now(), why.strip()
    publish(AgreementEnded(by=by.id, interest_id=agreement.interest_id))


def tell_outcome(
    agreement: Agreement, result: str, people: int | None, goals: Sequence[str], evidence: str, *, by: Person
) -> None:
    """What came of it, as one side sees it; it counts when the other side confirms. Told anew, it waits anew."""
    lock_row(agreement)
    mine = mine_of(by)
    require(rules.may_tell_outcome(by, agreement, mine, result=result))
    agreement.result, agreement.people_reached = result.strip(), people
    agreement.goals, agreement.evidence = list(goals), evidence.strip()
    agreement.told_by_owner, agreement.told_at = rules.is_from_owner(agreement.interest, mine), clock.now()
    publish(OutcomeTold(by=by.id, interest_id=agreement.interest_id))


def confirm_outcome(agreement: Agreement, *, by: Person) -> None:
    """The other side sees it so too: it is done, and the needs of both are met."""
    lock_row(agreement)
    require(rules.may_confirm_outcome(by, agreement, mine_of(by)))
    agreement.state, agreement.confirmed_at = AgreementState.DONE, clock.now()
    agreement.ended_at = agreement.confirmed_at
    for listing in (agreement.interest.listing, agreement.interest.with_listing):
        if listing is not None:
            close_as_met(listing)
    publish(OutcomeConfirmed(by=by.id, interest_id=agreement.interest_id))


def ask_after_agreements(*, by: None = None) -> None:
    """Thirty and ninety days on, both sides are asked how it goes, once each."""
    require(rules.may_expire(by))
    now = clock.now()
    for agreement in queries.agreements_to_ask_after(now=now):
        agreement.asked_after = rules.days_to_ask_after(agreement, now=now)
        publish(AgreementAskedAfter(by=None, interest_id=agreement.interest_id))
