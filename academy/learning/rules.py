"""What is allowed, what follows? Pure: no database, no request, no clock."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.learning.models import UnitKind

SELF, QUIZ, PARTS = "self", "quiz", "parts"  # who says that something is done


@dataclass(frozen=True)
class Progress:
    """So many parts of so many. Never more than all, and rounded down, so that 100 % means everything."""

    done: int
    total: int

    @property
    def percent(self) -> int | None:
        """None: nothing is asked."""
        return self.done * 100 // self.total if self.total else None

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.done == self.total


def progress(parts: Iterable[str], done: Collection[str]) -> Progress:
    """`parts` are what counts now, `done` everything this person ever did; what counts no more is in neither figure."""
    counted = set(parts)
    return Progress(len(counted.intersection(done)), len(counted))


def together(several: Iterable[Progress]) -> Progress:
    some = list(several)
    return Progress(sum(one.done for one in some), sum(one.total for one in some))


def done_after(events: Iterable[tuple[str, bool]]) -> set[str]:
    """What a person has done after all that happened, in order: (item, done or taken back)."""
    done: set[str] = set()
    for item, is_done in events:
        (done.add if is_done else done.discard)(item)
    return done


def what_next(parts: Sequence[str], done: Collection[str], place: str | None) -> str | None:
    """Where to go on: where one stopped, else the next after it that is not done, else the first that is not done."""
    open_parts = [part for part in parts if part not in done]
    if place in open_parts:
        return place
    after = parts[parts.index(place) + 1 :] if place in parts else []
    return next((part for part in after if part not in done), open_parts[0] if open_parts else None)


def may_mark_done(kind: UnitKind, *, retired: bool) -> Verdict:
    """A person says it of a lesson and of an activity. A quiz is done when it is passed."""
    if retired:
        return Verdict(say("This is no longer part of the course. What you had done stays written down."), 409)
    if kind not in {UnitKind.LESSON, UnitKind.ACTIVITY}:
        return Verdict(say("This can't be marked as done by hand."), 403)
    return ALLOWED


def may_count(kind: UnitKind, *, source: str) -> Verdict:
    """Who may say that a part is done: the learner of what is read and carried out, the marking of what is asked."""
    if source == (QUIZ if kind is UnitKind.QUIZ else SELF) and kind is not UnitKind.GUIDE:
        return ALLOWED
    return Verdict(say("This can't be marked as done by hand."), 403)


def may_leave_place(person_id: int, *, by: Person | None) -> Verdict:
    """One's own; the platform itself when it writes down a trace."""
    return ALLOWED if by is None or by.id == person_id else Verdict(say("Only the person can change this."), 403)


def may_publish(*, by: Person | None) -> Verdict:
    if by is None or by.has(Role.TRAINER, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Trainers write the lessons."), 403)


def may_import(*, by: Person | None) -> Verdict:
    if by is None or by.has(Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only an administrator imports a course."), 403)
