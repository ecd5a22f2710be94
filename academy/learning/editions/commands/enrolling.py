"""How do people come into an edition, and leave it?"""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.attendance import commands as attendance
from academy.attendance import queries as attendances
from academy.attendance.models import SeatState
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.learning import rules as course_rules
from academy.learning.editions import queries, rules
from academy.learning.editions.commands.figures import recompute
from academy.learning.editions.events import LearnerEnrolled, LearnerLeft, PeopleInvited
from academy.learning.editions.messages import send_invitation
from academy.learning.editions.models import Edition, Enrolment, Invitation
from academy.learning.editions.roster import Roster
from academy.learning.editions.rules import Standing


def enrol(edition: Edition, *, by: Person) -> SeatState:
    """A place in the edition or, where it is full, on its waiting list."""
    require(rules.may_enrol(edition, by=by))
    seat = attendance.take_seat(edition.ref, by, by=by)
    if seat.state is SeatState.SEATED:
        _enrol(edition, by.id, how=rules.SELF, by=by)
    return seat.state


def enrol_from_waiting_list(edition: Edition, person_id: int, *, by: Person | None) -> None:
    """A place has become free."""
    require(rules.may_begin(person_id, by=None))
    _enrol(edition, person_id, how=rules.SELF, by=by)


def enrol_list(edition: Edition, roster: Roster, people: Iterable[Person], *, who: Standing, by: Person) -> int:
    """Everybody on a list without a fault: all of them or nobody. Who is not given a place by the gate makes the whole list fail."""
    require(rules.may_run_edition(edition, who))
    require(rules.may_enrol(edition, by=by))
    wanted = [person for person in people if person.id in set(roster.wanted)]
    require(rules.list_fits(len(wanted), good=roster.good, left=_left(edition)))
    for person in wanted:
        attendance.take_seat(edition.ref, person, by=by)
        _enrol(edition, person.id, how=rules.LIST, by=by)
    return len(wanted)


def invite(edition: Edition, addresses: Collection[str], *, who: Standing, by: Person) -> int:
    """Those who have no account are asked to join; when they have, they are enrolled."""
    require(rules.may_run_edition(edition, who))
    require(rules.may_enrol(edition, by=by))
    now = clock.now()
    wanted = sorted(set(addresses) - queries.invited_to(edition))
    for email in wanted:
        session.add(Invitation(edition_id=edition.id, email=email, author_id=by.id, at=now))
        send_invitation(edition, email, by=by.name)
    session.flush()
    if wanted:
        publish(PeopleInvited(by=by.id, edition=edition.slug, number=len(wanted)))
    return len(wanted)


def follow_invitations(person: Person, *, by: Person | None) -> None:
    """Whoever has confirmed an address that was invited is enrolled, or waits where the places are taken."""
    require(rules.may_begin(person.id, by=None))
    for invitation in queries.invitations_to(person.email):
        if rules.may_enrol(invitation.edition, by=person):
            seat = attendance.take_seat(invitation.edition.ref, person, by=by)
            if seat.state is SeatState.SEATED:
                _enrol(invitation.edition, person.id, how=rules.INVITED, by=by)
        session.delete(invitation)


def forget_invitations(*, by: Person | None) -> None:
    """Nobody keeps the addresses of those who did not want to."""
    require(course_rules.may_count_again(by=by))
    session.execute(sa.delete(Invitation).where(Invitation.at < clock.now() - rules.INVITATIONS_LAST))


def begin(person_id: int, *, by: Person | None) -> None:
    """Whoever does a part of the course and follows no edition follows the online one from now on."""
    require(rules.may_begin(person_id, by=None))
    edition = queries.self_paced()
    if edition is not None and not queries.enrolled_anywhere(person_id):
        person = queries.people_with_ids([person_id])
        attendance.take_seat(edition.ref, person[0], by=by)
        _enrol(edition, person_id, how=rules.BEGAN, by=by)


def leave(edition: Edition, person_id: int, *, who: Standing | None, by: Person | None) -> None:
    """What was done stays done. The place goes to who waits."""
    require(rules.may_leave(person_id, edition, who))
    enrolment = queries.enrolment_of(person_id, edition)
    attendance.give_back_seat(edition.ref, person_id, by=by, runs=True)
    if enrolment is not None:
        enrolment.left_at = clock.now()
        publish(LearnerLeft(by=by.id if by else None, edition=edition.slug, person_id=person_id))


def _left(edition: Edition) -> int | None:
    gate = attendances.gate_of(edition.ref)
    return None if gate is None else (0 if gate.waiting else gate.left)


def _enrol(edition: Edition, person_id: int, *, how: str, by: Person | None) -> Enrolment:
    known = queries.any_enrolment(person_id, edition)
    if known is not None and known.left_at is None:
        return known
    enrolment = known or Enrolment(edition_id=edition.id, person_id=person_id, done=0, total=0, minutes=0)
    enrolment.how, enrolment.since, enrolment.left_at = how, clock.now(), None
    session.add(enrolment)
    session.flush()
    recompute(person_id, by=by)
    publish(LearnerEnrolled(by=by.id if by else None, edition=edition.slug, person_id=person_id, how=how))
    return enrolment
