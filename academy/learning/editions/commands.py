"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.attendance import commands as attendance
from academy.attendance import queries as attendances
from academy.attendance.models import Presence, PresenceState, Seat, SeatState
from academy.kernel import clock, files, jobs
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.files import Incoming
from academy.kernel.markup import Rendered
from academy.kernel.web import random_key
from academy.learning import commands as course
from academy.learning import queries as texts
from academy.learning import rules as course_rules
from academy.learning.editions import queries, rules
from academy.learning.editions.events import (
    CompletionRulesPublished,
    EditionChanged,
    EditionEnded,
    GroupMessageSent,
    LearnerEnrolled,
    LearnerLeft,
    PeopleInvited,
    SessionCancelled,
    SessionChanged,
)
from academy.learning.editions.messages import send_invitation
from academy.learning.editions.models import (
    CompletionRules,
    Edition,
    Enrolment,
    GroupMessage,
    Invitation,
    Mode,
    Session,
)
from academy.learning.editions.roster import Roster
from academy.learning.editions.rules import Completing, Standing
from academy.learning.models import Module, UnitKind
from academy.organisations.models import Organisation

A_BATCH = 200  # people in one job


@dataclass(frozen=True)
class Announcement:
    """What is said of an edition."""

    title: str
    summary: str
    language: str
    country: str
    mode: Mode
    nuts2: str = ""
    municipality: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    time_zone: str = "Europe/Rome"
    body: str = ""
    body_html: str = ""
    body_version: int = 0
    funding: str = ""
    contact: str = ""


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


# --- editions


def create_edition(
    said: Announcement,
    organisation: Organisation,
    *,
    seats: int | None,
    who: Standing,
    by: Person | None,
    example: bool = False,
) -> Edition:
    """A draft, which only those who work on it see."""
    require(rules.may_create_edition(who, organisation.id))
    require(rules.period_fits(said.starts_on, said.ends_on))
    slug = rules.slug_of(said.title)
    require(rules.slug_fits(slug, taken=queries.slug_taken(slug)))
    edition = Edition(
        slug=slug,
        self_paced=False,
        organisation_id=organisation.id,
        created_at=clock.now(),
        example=example,
        **asdict(said),
    )
    session.add(edition)
    session.flush()
    attendance.set_gate(edition.ref, capacity=seats, open=False, runs=True, by=by)
    publish(EditionChanged(by=_id(by), edition=slug))
    return edition


def change_edition(edition: Edition, said: Announcement, *, seats: int | None, who: Standing, by: Person) -> None:
    """Its address stays, whatever it is called now."""
    require(rules.may_run_edition(edition, who))
    require(rules.period_fits(said.starts_on, said.ends_on))
    for name, value in asdict(said).items():
        setattr(edition, name, value)
    session.flush()
    attendance.set_gate(edition.ref, capacity=seats, open=_open(edition), runs=True, by=by)
    publish(EditionChanged(by=by.id, edition=edition.slug))


def publish_edition(edition: Edition, *, who: Standing, by: Person | None) -> None:
    """Everybody sees it, and can enrol."""
    require(rules.may_run_edition(edition, who))
    if edition.published_at is not None:
        return
    edition.published_at = clock.now()
    gate = attendances.gate_of(edition.ref)
    attendance.set_gate(edition.ref, capacity=gate.capacity if gate else None, open=True, runs=True, by=by)
    publish(EditionChanged(by=_id(by), edition=edition.slug))


def end_edition(edition: Edition, *, who: Standing, by: Person) -> None:
    """Nobody enrols any more, its people are alumni. All of it stays readable, and so does what they have done."""
    require(rules.may_end(edition, who))
    if edition.ended_at is not None:
        return
    edition.ended_at = clock.now()
    gate = attendances.gate_of(edition.ref)
    attendance.set_gate(edition.ref, capacity=gate.capacity if gate else None, open=False, runs=True, by=by)
    publish(EditionEnded(by=by.id, edition=edition.slug, people=tuple(sorted(queries.enrolled_ids(edition)))))


def ensure_self_paced(*, title: str, summary: str, language: str, by: Person | None) -> Edition:
    """The online edition, which is there as soon as there is a course."""
    require(course_rules.may_import(by=by))
    edition = queries.self_paced()
    if edition is None:
        now = clock.now()
        edition = Edition(
            slug=rules.ONLINE_SLUG,
            self_paced=True,
            title=title,
            summary=summary,
            language=language,
            mode=Mode.ONLINE,
            created_at=now,
            published_at=now,
        )
        session.add(edition)
        session.flush()
        attendance.set_gate(edition.ref, capacity=None, open=True, runs=True, by=None)
        publish(EditionChanged(by=_id(by), edition=edition.slug))
    return edition


def _open(edition: Edition) -> bool:
    return edition.published_at is not None and edition.ended_at is None


# --- sessions


def add_session(edition: Edition, said: Meeting, *, who: Standing, by: Person | None) -> Session:
    require(rules.may_run_edition(edition, who))
    require(rules.session_fits(said.starts_at, said.ends_at))
    made = Session(key=random_key(8), edition_id=edition.id, modules=[], trainers=[])
    session.add(made)
    _say(made, said)
    session.flush()
    _set_places(made, by=by)
    publish(SessionChanged(by=_id(by), edition=edition.slug, session=made.key, moved=False))
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


def _say(one: Session, said: Meeting) -> None:
    for name in ("title", "starts_at", "ends_at", "place", "link", "seats", "body", "body_html", "body_version"):
        setattr(one, name, getattr(said, name))
    one.modules, one.trainers = list(said.modules), list(said.trainers)


def _set_places(one: Session, *, by: Person | None) -> None:
    attendance.set_gate(one.ref, capacity=one.seats, open=one.cancelled_at is None, runs=True, by=by)
    attendance.set_door(rules.occasion_of(one), runs=True, by=by)


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


# --- enrolling


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
        publish(LearnerLeft(by=_id(by), edition=edition.slug, person_id=person_id))


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
    publish(LearnerEnrolled(by=_id(by), edition=edition.slug, person_id=person_id, how=how))
    return enrolment


# --- figures


def recompute(person_id: int, *, by: Person | None) -> None:
    """The figures of one person's enrolments, from what they have done and where they were."""
    require(rules.may_begin(person_id, by=None))
    texts.hold_course(alone=False)
    _work_out(Enrolment.person_id == person_id)


def recompute_everybody(*, by: Person | None) -> None:
    """What the course asks for has changed: every figure, in one statement."""
    require(course_rules.may_count_again(by=None))
    texts.hold_course(alone=True)
    _work_out(Enrolment.person_id.isnot(None))


def mend_figures(*, by: Person | None) -> int:
    """Figures that differ from their recomputation are set right. How many did."""
    require(course_rules.may_count_again(by=by))
    texts.hold_course(alone=True)
    wrong = queries.wrong_figures(_items())
    if wrong:
        _work_out(Enrolment.id.in_(wrong))
    return len(wrong)


def _work_out(whose: sa.ColumnElement[bool]) -> None:
    session.flush()
    session.execute(
        sa.update(Enrolment)
        .where(whose)
        .values(**queries.figures(_items()))
        .execution_options(synchronize_session=False)
    )
    for row in [row for row in session if isinstance(row, Enrolment)]:
        session.expire(row)


def _items() -> list[str]:
    return sorted(item for some in texts.counted_items().values() for item in some)


# --- what attendance counts for


def count_presence(person_id: int, key: str, *, anew: bool, by: Person | None) -> None:
    """What being in this session stands for is done. `anew`: the sheet or the session changed, so what it stands for no more is taken
    back; without it, such as after new rules, what was earned stays. Twice is once."""
    require(course_rules.may_count_again(by=None))
    one = queries.session_with_key(key)
    if one is None:
        return
    _number, asked = queries.current_rules()
    presence = attendances.presence_of(person_id, one.ref)
    there = (
        presence is not None
        and presence.state is PresenceState.PRESENT
        and asked.stands_for(presence.minutes, one.minutes)
    )
    evidence = str(one.ref)
    wanted = texts.units_of_modules([module.slug for module in one.modules], asked.attendance if there else ())
    if anew:
        stands = texts.items_vouched_for(person_id, (course_rules.ATTENDANCE, evidence))
        for unit in texts.units_called(stands - {str(unit.ref) for unit in wanted}):
            course.uncomplete(person_id, unit, source=course_rules.ATTENDANCE, evidence=evidence, by=by)
    for unit in wanted:
        course.complete(person_id, unit, source=course_rules.ATTENDANCE, evidence=evidence, by=by)
    recompute(person_id, by=by)


# --- rules of completion


def publish_rules(wanted: Completing, *, because: str, by: Person | None) -> CompletionRules:
    """A new version of what the course asks for. What was earned stays; what is whole now is written down soon after."""
    require(rules.may_publish_rules(by=by))
    require(rules.rules_fit(wanted, because))
    texts.hold_course(alone=True)
    number, _before = queries.current_rules()
    made = CompletionRules(
        n=number + 1,
        body=wanted.as_body(),
        because=because.strip(),
        author_id=by.id if by else None,
        published_at=clock.now(),
    )
    session.add(made)
    for module in texts.modules_and_units():
        for unit in module.units:
            unit.required = unit.kind is not UnitKind.GUIDE and wanted.asks_for(unit.kind, str(unit.ref))
    session.flush()
    _work_out(Enrolment.person_id.isnot(None))
    jobs.defer("learning.count_again", after=0)
    publish(CompletionRulesPublished(by=_id(by), n=made.n))
    return made


def ask_as_published(*, by: Person | None) -> None:
    """A part that is new in the course is asked for or not as the rules of completion say, and every figure follows."""
    require(course_rules.may_count_again(by=None))
    number, asked = queries.current_rules()
    if number:
        for module in texts.modules_and_units():
            for unit in module.units:
                unit.required = unit.kind is not UnitKind.GUIDE and asked.asks_for(unit.kind, str(unit.ref))
        session.flush()
    recompute_everybody(by=by)


def count_again(after: int, *, by: Person | None) -> int | None:
    """Modules that are whole under the new rules, for a stretch of people; the last one's number, None at the end."""
    require(course_rules.may_count_again(by=by))
    people = queries.learners_after(after, A_BATCH)
    modules = [module for module in texts.modules_and_units() if module.retired_at is None]
    for person_id in people:
        course.complete_modules(person_id, modules, by=None)
    return people[-1] if len(people) == A_BATCH else None


# --- messages


def write_to_group(
    edition: Edition,
    group: str,
    *,
    title: str,
    body: str,
    written: Rendered,
    who: Standing,
    by: Person,
    chosen: Collection[int] = (),
) -> GroupMessage:
    """A message to everybody who is in the group now; each is told in the inbox and, if they want, by mail. `chosen`: whom, where the
    group is those who are chosen one by one; whoever has left meanwhile gets none."""
    require(rules.may_see_learners(edition, who))
    now = clock.now()
    if group == rules.CHOSEN:
        people = sorted(queries.enrolled_ids(edition).intersection(chosen))
    else:
        people = queries.group_of(edition, group, now=now, quiet_before=now - timedelta(days=rules.QUIET_DAYS))
    require(rules.may_write_to(group, people, title, body))
    message = GroupMessage(
        key=random_key(10),
        edition_id=edition.id,
        author_id=by.id,
        to=group,
        title=title,
        body=body,
        body_html=written.html,
        body_version=written.version,
        people=people,
        at=now,
    )
    session.add(message)
    session.flush()
    jobs.defer("learning.tell_group", key=message.key)
    publish(GroupMessageSent(by=by.id, edition=edition.slug, message=message.key, people=len(people)))
    return message


def _id(person: Person | None) -> int | None:
    return person.id if person else None
