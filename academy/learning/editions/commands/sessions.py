"""How do people meet, keep a seat and check in?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from academy.accounts.models import Person
from academy.attendance import commands as attendance
from academy.attendance.models import Presence, Seat
from academy.kernel import clock, files, jobs
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.files import Incoming
from academy.kernel.web import random_key
from academy.learning.editions import queries, rules
from academy.learning.editions.events import SessionCancelled, SessionChanged
from academy.learning.editions.models import Edition, Session
from academy.learning.editions.rules import Standing
from academy.learning.models import Module


@dataclass(frozen=True)
class Meeting:
    """What is said of a session."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""
    seats: int | None = None
    body: str = ""
    body_html: str = ""
    body_version: int = 0
    modules: Sequence[Module] = field(default_factory=tuple)
    trainers: Sequence[Person] = field(default_factory=tuple)


def add_session(edition: Edition, said: Meeting, *, who: Standing, by: Person | None) -> Session:
    require(rules.may_run_edition(edition, who))
    require(rules.session_fits(said.starts_at, said.ends_at))
    made = Session(key=random_key(8), edition_id=edition.id, modules=[], trainers=[])
    session.add(made)
    _say(made, said)
    session.flush()
    _set_places(made, by=by)
    publish(SessionChanged(by=by.id if by else None, edition=edition.slug, session=made.key, moved=False))
    return made


def change_session(one: Session, said: Meeting, *, who: Standing, by: Person) -> None:
    """Who comes is told when it moves. Who was there is asked anew what that counts for."""
    require(rules.may_run_edition(one.edition, who))
    require(rules.session_fits(said.starts_at, said.ends_at))
    moved = (one.starts_at, one.ends_at, one.place, one.link) != (said.starts_at, said.ends_at, said.place, said.link)
    taught = {module.id for module in one.modules}
    _say(one, said)
    session.flush()
    _set_places(one, by=by)
    if taught != {module.id for module in said.modules} or moved:
        jobs.defer("learning.count_session", key=one.key)
    publish(SessionChanged(by=by.id, edition=one.edition.slug, session=one.key, moved=moved))


def cancel_session(one: Session, *, because: str, who: Standing, by: Person) -> None:
    require(rules.may_run_edition(one.edition, who))
    if one.cancelled_at is None:
        one.cancelled_at, one.cancelled_because = clock.now(), because
        publish(SessionCancelled(by=by.id, edition=one.edition.slug, session=one.key))


def add_material(one: Session, found: Incoming, *, alternative: str, who: Standing, by: Person) -> None:
    """A file for those who come, seen by whoever sees the edition. It stays when the person leaves."""
    require(rules.may_take_attendance(one.edition, who))
    there = files.files_used_by([one.ref])[one.ref]
    require(rules.materials_fit(len(there)))
    kept = files.keep(found, owner_id=None, alternative=alternative)
    files.uses(one.ref, [*(file.key for file in there), kept.key])


def take_material_away(one: Session, key: str, *, who: Standing, by: Person) -> None:
    require(rules.may_take_attendance(one.edition, who))
    there = files.files_used_by([one.ref])[one.ref]
    files.uses(one.ref, [file.key for file in there if file.key != key])


def reserve_seat(one: Session, *, by: Person) -> Seat:
    enrolled = queries.enrolment_of(by.id, one.edition) is not None
    require(rules.may_reserve(one, enrolled=enrolled, now=clock.now()))
    return attendance.take_seat(one.ref, by, by=by)


def give_back_seat(one: Session, *, by: Person) -> None:
    require(rules.may_reserve(one, enrolled=True, now=clock.now()))
    attendance.give_back_seat(one.ref, by.id, by=by)


def check_in(one: Session, *, at: datetime, by: Person) -> Presence:
    """The person is in the room, with the code of the screen. `at`: when they scanned it."""
    enrolled = queries.enrolment_of(by.id, one.edition) is not None
    require(rules.may_be_present(one, enrolled=enrolled))
    return attendance.check_in(rules.occasion_of(one), at=at, by=by)


def _say(one: Session, said: Meeting) -> None:
    for name in ("title", "starts_at", "ends_at", "place", "link", "seats", "body", "body_html", "body_version"):
        setattr(one, name, getattr(said, name))
    one.modules, one.trainers = list(said.modules), list(said.trainers)


def _set_places(one: Session, *, by: Person | None) -> None:
    attendance.set_gate(one.ref, capacity=one.seats, open=one.cancelled_at is None, runs=True, by=by)
    attendance.set_door(rules.occasion_of(one), runs=True, by=by)
