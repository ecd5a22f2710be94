"""More time: for people who need it, and after the platform was away."""

from datetime import datetime

from academy.accounts.models import Person
from academy.assessment import queries, rules
from academy.assessment.events import AttemptExtended, OutageAnnounced
from academy.assessment.models import Attempt, Outage, State, TimeAllowance
from academy.kernel import clock, jobs
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session, take_turns
from academy.kernel.events import publish
from academy.kernel.i18n import say


def allow_time(person: Person, factor: int, *, by: Person | None) -> None:
    """From the next attempt on, this person has so much of the time of others, in per cent. 100: as everybody."""
    require(rules.may_give_time(by=by))
    require(rules.factor_possible(factor))
    known = queries.allowance_of(person)
    if factor == 100:
        if known is not None:
            session.delete(known)
    elif known is None:
        session.add(TimeAllowance(person_id=person.id, factor=factor, since=clock.now()))
    else:
        known.factor, known.since = factor, clock.now()
    session.flush()


def announce_outage(began_at: datetime, ended_at: datetime, reason: str, *, by: Person | None) -> Outage:
    """Give every attempt whose time ran meanwhile as much time as it lost; one that was closed meanwhile is opened again."""
    require(rules.may_give_time(by=by))
    now = clock.now()
    require(rules.outage_possible(began_at, ended_at, now=now))
    take_turns("outage")
    if queries.outages_between(began_at, ended_at):
        raise Refused(Verdict(say("An outage at this time has been announced already."), 409))
    outage = Outage(began_at=began_at, ended_at=ended_at, reason=reason, announced_at=now, extended=0)
    session.add(outage)
    for attempt in queries.attempts_caught_between(began_at, ended_at):
        outage.extended += _extend(attempt, outage, now, by)
    session.flush()
    publish(OutageAnnounced(by=by.id if by else None, outage_id=outage.id, extended=outage.extended))
    return outage


def _extend(attempt: Attempt, outage: Outage, now: datetime, by: Person | None) -> bool:
    lost = rules.time_lost(attempt, outage.began_at, outage.ended_at)
    if not lost or attempt.deadline_at is None:
        return False
    # whose time is over by now needs what was lost from now on
    attempt.deadline_at = max(attempt.deadline_at, now) + lost
    attempt.extended += int(lost.total_seconds())
    if attempt.state is State.HANDED_IN:
        attempt.state, attempt.submitted_at, attempt.closed_by = State.IN_PROGRESS, None, None
        attempt.score = attempt.passed = attempt.receipt = None
        attempt.to_mark = 0
    session.flush()
    jobs.defer("assessment.close", at=attempt.deadline_at + 2 * rules.GRACE, attempt_id=attempt.id)
    jobs.defer("assessment.tell", kind="assessment.extended", attempt_id=attempt.id)
    publish(AttemptExtended(by=by.id if by else None, attempt_id=attempt.id, seconds=int(lost.total_seconds())))
    return True
