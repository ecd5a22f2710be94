"""What is allowed, what follows? Pure: no database, no request, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.learning.models import UnitKind

SELF, QUIZ, PARTS, ATTENDANCE = "self", "quiz", "parts", "attendance"  # who says that something is done

Voucher = tuple[str, str]  # who says that a thing is done, and the evidence: a Ref as text, or empty


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


def vouched_after(events: Iterable[tuple[str, Voucher, bool]]) -> dict[str, set[Voucher]]:
    """What stands after all that happened, in order: (item, who says so, said or taken back). Read online and heard in the room is done
    twice: when one of them is taken back, the other still stands."""
    vouched: dict[str, set[Voucher]] = {}
    for item, voucher, said in events:
        stands = vouched.setdefault(item, set())
        (stands.add if said else stands.discard)(voucher)
    return {item: stands for item, stands in vouched.items() if stands}


def done_after(events: Iterable[tuple[str, Voucher, bool]]) -> set[str]:
    """What a person has done after all that happened, in order."""
    return set(vouched_after(events))


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


def may_take_back(vouchers: Collection[Voucher]) -> Verdict:
    """A person takes back what they said themselves."""
    if vouchers and (SELF, "") not in vouchers:
        return Verdict(
            say(
                "This counts because you were there: the attendance sheet says so. If that is wrong, tell the trainer."
            ),
            409,
        )
    return ALLOWED


def may_count(kind: UnitKind, *, source: str) -> Verdict:
    """Who may say that a part is done: the learner of what is read and carried out, the marking of what is asked, the attendance sheet of
    whatever being in the room stands for."""
    if kind is not UnitKind.GUIDE and source in {QUIZ if kind is UnitKind.QUIZ else SELF, ATTENDANCE}:
        return ALLOWED
    return Verdict(say("This can't be marked as done by hand."), 403)


def may_count_again(*, by: Person | None) -> Verdict:
    """The platform does it, after the course has changed."""
    return ALLOWED if by is None else Verdict(say("The platform does this itself."), 403)


LONGEST_NOTE = 10_000


def may_keep_note(text: str) -> Verdict:
    if len(text) > LONGEST_NOTE:
        return Verdict(say("A note has at most %(number)s characters.", number=LONGEST_NOTE), 422, "text")
    return ALLOWED


def may_leave_place(person_id: int, *, by: Person | None) -> Verdict:
    """One's own; the platform itself when it writes down a trace."""
    return ALLOWED if by is None or by.id == person_id else Verdict(say("Only the person can change this."), 403)


def may_publish(*, by: Person | None) -> Verdict:
    if by is None or by.has(Role.TRAINER, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Trainers write the lessons."), 403)


def may_write_lessons(person: Person) -> Verdict:
    """Roles alone: every page asks it."""
    return may_publish(by=person)


MOST_LESSONS = 40


def may_begin_lesson(slug: str, taken: Collection[str], *, has: int, by: Person) -> Verdict:
    if not (verdict := may_publish(by=by)):
        return verdict
    if not slug:
        return Verdict(say("Use some letters of the Latin alphabet: the address is made of them."), 422, "title")
    if slug in taken:
        return Verdict(say("“%(slug)s” is taken in this module. Choose another title.", slug=slug), 409, "title")
    if has >= MOST_LESSONS:
        return Verdict(say("A module holds %(number)s lessons.", number=MOST_LESSONS), 409, "title")
    return ALLOWED


def may_begin_beside(*, taken: bool, by: Person) -> Verdict:
    """An activity, an example, a guide: a module has one each."""
    if taken:
        return Verdict(
            say("The module has one already. If it was taken out of the course, bring it back and rewrite it."),
            409,
            "title",
        )
    return may_publish(by=by)


def may_move(kind: UnitKind, *, retired: bool, by: Person) -> Verdict:
    if kind is not UnitKind.LESSON or retired:
        return Verdict(say("Only the lessons of a module have an order."), 409)
    return may_publish(by=by)


def may_take_out(*, published: bool, retired: bool, pointers: Sequence[str], by: Person) -> Verdict:
    """`pointers`: titles of texts and questions that lead to it. They are mended first: a course does not lead out of itself."""
    if not (verdict := may_publish(by=by)):
        return verdict
    if retired:
        return Verdict(say("This is no longer part of the course."), 409)
    if not published:
        return Verdict(say("This was never published: give up its drafts, and it is gone."), 409)
    if pointers:
        return Verdict(
            say("“%(title)s” leads here, among others. Mend what leads here first.", title=pointers[0])
            if len(pointers) > 1
            else say("“%(title)s” leads here. Mend that first.", title=pointers[0]),
            409,
        )
    return ALLOWED


def may_take_module_out(*, retired: bool, last: bool, pointers: Sequence[str], by: Person) -> Verdict:
    """`pointers`: titles of texts of other modules, and of guides, that lead into it."""
    if retired or not pointers:
        verdict = may_take_out(published=True, retired=retired, pointers=(), by=by)
        if verdict and last:
            return Verdict(say("This is the only module. A course holds at least one."), 409)
        return verdict
    return may_take_out(published=True, retired=False, pointers=pointers, by=by)


def may_bring_module_in(*, retired: bool, by: Person) -> Verdict:
    if not retired:
        return Verdict(say("This is part of the course."), 409)
    return may_publish(by=by)


def may_bring_in(*, retired: bool, of_course: bool, by: Person) -> Verdict:
    if not retired or not of_course:
        return Verdict(say("This is part of the course, or its module no longer is."), 409)
    return may_publish(by=by)


def may_keep_draft(*, revision: int, newest_revision: int | None, base: int, published: int, by: Person) -> Verdict:
    """Whoever writes on has seen what was written last: the newest draft, and what was published."""
    if not (verdict := may_publish(by=by)):
        return verdict
    if newest_revision is None and revision == 0 and base == published:
        return ALLOWED
    if newest_revision is not None and revision == newest_revision:
        return ALLOWED
    return Verdict(
        say("Somebody else has saved this text since you opened it. Both are kept: look at them side by side."), 409
    )


def may_send_live(serious: int, *, retired: bool) -> Verdict:
    """Only what is wrong stops a text, never what could be better."""
    if retired:
        return Verdict(say("This is no longer part of the course, so it can't be published."), 409)
    if serious:
        return Verdict(say("What is marked as wrong has to be mended before this text can be published."), 422)
    return ALLOWED


def gone_on(current: Mapping[str, int], pairs: Iterable[tuple[str, int, str, int]]) -> dict[str, dict[str, int]]:
    """For each language, the others that went on since the two said the same, with the version of theirs that they did so.

    `pairs`: (language, version, other language, its version), of which each two languages have one at most.
    """
    found: dict[str, dict[str, int]] = {language: {} for language in current}
    for language, n, other, other_n in pairs:
        if language not in current or other not in current:
            continue
        if current[language] != n:
            found[other][language] = n
        if current[other] != other_n:
            found[language][other] = other_n
    return found


def may_carry_course(person: Person) -> Verdict:
    """The whole course out and in. Roles alone: every page asks it."""
    return may_import(by=person)


def may_import(*, by: Person | None) -> Verdict:
    if by is None or by.has(Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only an administrator imports a course."), 403)
