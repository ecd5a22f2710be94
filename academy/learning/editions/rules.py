"""What is allowed, what follows? Pure: no database, no request, no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from academy.accounts.models import Person, Role
from academy.attendance.rules import Occasion
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say, say_number
from academy.learning.editions.models import Edition, Mode, Session
from academy.learning.models import UnitKind

ONLINE_SLUG = "online"
SLUGS_TAKEN = frozenset({"new", "mine", "past", "all", "map", "rules", ONLINE_SLUG})

SELF, LIST, BEGAN, INVITED = "self", "list", "began", "invited"  # how somebody came to be enrolled

INVITATIONS_LAST = timedelta(days=60)
LONGEST_SESSION = timedelta(hours=16)
MOST_SESSIONS = 60

MODES: dict[Mode, Sentence] = {
    Mode.ONLINE: say("Online"),
    Mode.IN_PERSON: say("In person"),
    Mode.BLENDED: say("Blended: some online, some in person"),
}


class Stage(StrEnum):
    DRAFT = "draft"
    OPEN = "open"  # has not begun
    RUNNING = "running"
    ENDED = "ended"


STAGES: dict[Stage, Sentence] = {
    Stage.DRAFT: say("Draft"),
    Stage.OPEN: say("Begins soon"),
    Stage.RUNNING: say("Running"),
    Stage.ENDED: say("Finished"),
}


def stage_of(edition: Edition, today: date) -> Stage:
    if edition.published_at is None:
        return Stage.DRAFT
    if edition.ended_at is not None:
        return Stage.ENDED
    if edition.starts_on is not None and today < edition.starts_on:
        return Stage.OPEN
    return Stage.RUNNING


# --- who may


@dataclass(frozen=True)
class Standing:
    """What somebody is to an edition. `speaks_for`: numbers of the organisations that they belong to."""

    person: Person | None
    speaks_for: frozenset[int | None] = frozenset()
    teaches: bool = False


def runs(edition: Edition, who: Standing) -> bool:
    """A coordinator of the organisation in charge, and nobody else's; an administrator helps."""
    if who.person is None:
        return False
    if who.person.has(Role.ADMINISTRATOR):
        return True
    return who.person.has(Role.COORDINATOR) and edition.organisation_id in who.speaks_for


def may_set_up_editions(person: Person | None) -> Verdict:
    """Roles alone. One person may hold several: a trainer who is a coordinator too does all of it."""
    if person is not None and person.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(
        say(
            "Only coordinators set up editions. If you are to run one for your organisation, ask an administrator of this site for "
            "the role of coordinator: you keep the roles that you have."
        ),
        403,
    )


def may_create_edition(who: Standing, organisation_id: int | None) -> Verdict:
    if not (verdict := may_set_up_editions(who.person)) or who.person is None or who.person.has(Role.ADMINISTRATOR):
        return verdict
    if organisation_id not in who.speaks_for:
        return Verdict(say("You can set up editions of your own organisation only."), 403, "organisation")
    return ALLOWED


def may_run_edition(edition: Edition, who: Standing) -> Verdict:
    if runs(edition, who):
        return ALLOWED
    return Verdict(say("Only the organisation in charge can change this edition."), 403)


def may_see_learners(edition: Edition, who: Standing) -> Verdict:
    """Who runs it, who teaches in it; the online edition is every trainer's."""
    if runs(edition, who) or who.teaches:
        return ALLOWED
    if edition.self_paced and who.person is not None and who.person.has(Role.TRAINER):
        return ALLOWED
    return Verdict(say("Only those who run this edition or teach in it see its learners."), 403)


def may_take_attendance(edition: Edition, who: Standing) -> Verdict:
    if runs(edition, who) or who.teaches:
        return ALLOWED
    return Verdict(say("Only those who run this edition or teach in it keep the attendance sheet."), 403)


def may_see_edition(edition: Edition, who: Standing) -> Verdict:
    """A draft is seen by those who work on it."""
    if edition.published_at is not None or runs(edition, who) or who.teaches:
        return ALLOWED
    return Verdict(say("There is no such edition."), 404)


def may_enrol(edition: Edition, *, by: Person | None) -> Verdict:
    if by is None:
        return Verdict(say("Sign in to enrol."), 401)
    if edition.published_at is None:
        return Verdict(say("This edition is not published yet."), 409)
    if edition.ended_at is not None:
        return Verdict(
            say("This edition has ended. Everything in it can still be read, and the online edition is open."), 409
        )
    return ALLOWED


def may_leave(person_id: int, edition: Edition, who: Standing | None) -> Verdict:
    """Oneself, or whoever runs it. None: the platform."""
    if who is None or (who.person is not None and who.person.id == person_id) or runs(edition, who):
        return ALLOWED
    return Verdict(say("Only the person or those who run the edition can do this."), 403)


def may_begin(person_id: int, *, by: Person | None) -> Verdict:
    """Whoever does a part of the course without an edition follows the online one."""
    return ALLOWED if by is None or by.id == person_id else Verdict(say("Only the person can do this."), 403)


def may_end(edition: Edition, who: Standing) -> Verdict:
    if edition.self_paced:
        return Verdict(say("The online edition is always open."), 409)
    if edition.published_at is None:
        return Verdict(say("This edition is not published yet."), 409)
    return may_run_edition(edition, who)


def may_reserve(session: Session, *, enrolled: bool, now: datetime) -> Verdict:
    if not enrolled:
        return Verdict(say("Enrol in the edition first: seats are for those who follow it."), 403)
    if session.cancelled_at is not None:
        return Verdict(say("This session does not take place."), 409)
    if now >= session.starts_at:
        return Verdict(say("This session has begun."), 409)
    return ALLOWED


def may_be_present(session: Session, *, enrolled: bool) -> Verdict:
    if session.cancelled_at is not None:
        return Verdict(say("This session does not take place."), 409)
    if not enrolled:
        return Verdict(
            say(
                "You are not enrolled in this edition. Enrol on its page, or ask who leads the session to put you on the list."
            ),
            403,
        )
    return ALLOWED


def list_fits(people: int, *, good: bool, left: int | None) -> Verdict:
    if not good:
        return Verdict(say("There are lines to mend. Nobody was enrolled."), 422, "file")
    if left is not None and people > left:
        return Verdict(
            say(
                "The list names %(people)s people and there are %(left)s places. Nobody was enrolled.",
                people=people,
                left=left,
            ),
            409,
            "file",
        )
    return ALLOWED


# --- what is typed


def period_fits(starts_on: date | None, ends_on: date | None) -> Verdict:
    if starts_on and ends_on and ends_on < starts_on:
        return Verdict(say("The end is before the beginning."), 422, "ends_on")
    return ALLOWED


def slug_fits(slug: str, *, taken: bool) -> Verdict:
    if slug in SLUGS_TAKEN:
        return Verdict(say("“%(slug)s” is a word of our addresses. Choose another title.", slug=slug), 422, "title")
    if taken:
        return Verdict(say("There is an edition with this title. Add the year or the town."), 422, "title")
    return ALLOWED


def session_fits(starts_at: datetime, ends_at: datetime) -> Verdict:
    if ends_at <= starts_at:
        return Verdict(say("The end is before the beginning."), 422, "ends")
    if ends_at - starts_at > LONGEST_SESSION:
        return Verdict(say("A session lasts at most 16 hours. Make one for each day."), 422, "ends")
    return ALLOWED


MOST_MATERIALS = 20


def materials_fit(has: int) -> Verdict:
    if has >= MOST_MATERIALS:
        return Verdict(say("A session has %(number)s files. Take one away first.", number=MOST_MATERIALS), 409, "file")
    return ALLOWED


def occasion_of(session: Session) -> Occasion:
    return Occasion(session.ref, session.starts_at, session.ends_at)


# --- completion


@dataclass(frozen=True)
class Completing:
    """What the course asks for, and what being in the room stands for."""

    counts: tuple[UnitKind, ...]  # kinds of parts
    optional: tuple[str, ...]  # single parts that don't count, as Refs
    attendance: tuple[UnitKind, ...]  # kinds that being in the room does
    share: int  # of the time of a session, in per cent, from which on it counts

    def asks_for(self, kind: UnitKind, item: str) -> bool:
        return kind in self.counts and item not in self.optional

    def stands_for(self, minutes: int, of_minutes: int) -> bool:
        """Somebody who was there for so long was in the room."""
        return of_minutes > 0 and minutes * 100 >= of_minutes * self.share

    def as_body(self) -> dict[str, Any]:
        return {
            "counts": [kind.value for kind in self.counts],
            "optional": list(self.optional),
            "attendance": [kind.value for kind in self.attendance],
            "share": self.share,
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        return cls(
            counts=tuple(UnitKind(kind) for kind in body["counts"]),
            optional=tuple(body["optional"]),
            attendance=tuple(UnitKind(kind) for kind in body["attendance"]),
            share=int(body["share"]),
        )


COUNTABLE = (UnitKind.LESSON, UnitKind.ACTIVITY, UnitKind.QUIZ)
FIRST_RULES = Completing(counts=COUNTABLE, optional=(), attendance=(UnitKind.LESSON, UnitKind.ACTIVITY), share=75)


def may_publish_rules(*, by: Person | None) -> Verdict:
    if by is None or by.has(Role.TRAINER, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Trainers decide what the course asks for."), 403)


def rules_fit(wanted: Completing, because: str) -> Verdict:
    if not wanted.counts:
        return Verdict(say("Something has to count: choose at least one kind of part."), 422, "counts")
    if not 1 <= wanted.share <= 100:
        return Verdict(say("Write a share from 1 to 100 per cent."), 422, "share")
    if not because.strip():
        return Verdict(say("Say why: learners see it beside what is new for them."), 422, "because")
    return ALLOWED


# --- who to call

QUIET_DAYS = 14
BEGIN_DAYS = 7
TRIES_UNTIL_STUCK = 2
ANSWER_DAYS = 3


@dataclass(frozen=True)
class Facts:
    """What is known of a learner, for one line of advice."""

    done: int
    total: int
    since: datetime
    moved_at: datetime | None


def quiet_since(facts: Facts, now: datetime) -> Sentence | None:
    """Why somebody might need a call, from the figures alone."""
    if facts.total and facts.done == facts.total:
        return None
    if facts.moved_at is None:
        days = (now - facts.since).days
        return (
            say_number("Has not begun, enrolled %(num)s day ago", "Has not begun, enrolled %(num)s days ago", days)
            if days >= BEGIN_DAYS
            else None
        )
    days = (now - facts.moved_at).days
    return say_number("Stopped %(num)s day ago", "Stopped %(num)s days ago", days) if days >= QUIET_DAYS else None


def level(done: int, total: int) -> int:
    """The shade of a cell of the heat map: 0 nothing, 4 everything."""
    if not total or not done:
        return 0
    return 4 if done >= total else 1 + done * 3 // total


def hours(minutes: int) -> str:
    """3:20"""
    return f"{minutes // 60}:{minutes % 60:02}"


CHOSEN = "chosen"
GROUPS: dict[str, Sentence] = {
    "all": say("Everybody in this edition"),
    "not-begun": say("Those who have not begun"),
    "stopped": say("Those who have stopped"),
    "missed": say("Those who missed the last session"),
    "complete": say("Those who have completed the course"),
    CHOSEN: say("Those who are chosen one by one"),
}


def may_write_to(group: str, people: Collection[int], title: str, body: str) -> Verdict:
    if not people:
        if group == CHOSEN:
            return Verdict(say("Choose at least one person."), 422, "people")
        return Verdict(say("There is nobody in this group now."), 409, "to")
    if not title.strip() or not body.strip():
        return Verdict(say("Write a title and a text."), 422, "title")
    return ALLOWED


COURSE = ""  # the whole of it, where modules are named

Asked = Mapping[str, Collection[str]]  # parts by module


@dataclass(frozen=True)
class Effect:
    """What a change of the rules does to one person: by module, and by the course as a whole."""

    gains: tuple[str, ...]  # complete now, and was not
    new: tuple[str, ...]  # was complete, and something is new in it

    def __bool__(self) -> bool:
        return bool(self.gains or self.new)


@dataclass(frozen=True)
class Change:
    """What the modules that change ask for before and after. `parts`: what the whole course would ask for."""

    before: Asked
    after: Asked
    parts: int

    def effect(self, missing: int, done: Collection[str], stood_for: Collection[str]) -> Effect:
        """`missing`: how many parts of the course are still to be done; `done`: of the modules that change; `stood_for`: parts that being
        in the room would do. What was earned stays earned."""
        have = {*done, *stood_for}
        whole = {module for module, asked in self.after.items() if asked and have.issuperset(asked)}
        earned = {module for module in self.after if f"module:{module}" in done}
        left = missing + _missing(self.after, have) - _missing(self.before, done)
        gains = [module for module in self.after if module in whole - earned]
        new = [module for module, asked in self.after.items() if module in earned - whole and asked]
        if missing > 0 and left == 0 and self.parts:
            gains.append(COURSE)
        if missing == 0 and left > 0:
            new.append(COURSE)
        return Effect(tuple(gains), tuple(new))


def _missing(asked: Asked, done: Collection[str]) -> int:
    return sum(item not in done for items in asked.values() for item in items)
