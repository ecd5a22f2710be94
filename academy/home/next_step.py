"""What should this person do next? One thing, with the reason beside it."""

from dataclasses import dataclass

from flask import url_for

from academy.home.queries import Mine
from academy.kernel.i18n import Sentence, say, say_number
from academy.learning.models import UnitKind
from academy.learning.queries import CourseSeen, ModuleSeen, Part, Said, address_of


@dataclass(frozen=True)
class NextStep:
    module: int | None  # its hue
    kicker: tuple[Said | Sentence, ...]
    title: Said | Sentence
    reason: Sentence
    label: Sentence
    address: str


def next_step(course: CourseSeen | None, attempt: Mine | None) -> NextStep | None:
    """A quiz that was begun comes first; then where the course was left; then the community. None: there is no course yet."""
    if course is None or not course.modules:
        return None
    if attempt and (module := _module(course, attempt.about)):
        return _quiz_begun(module, attempt)
    if course.next_part:
        return _part(course, course.module(course.next_part.module), course.next_part)
    return NextStep(
        module=None,
        kicker=(say("The whole course"),),
        title=say("You have done all of it"),
        reason=say(
            "What you know now is what somebody else is looking for: answer a question, or post what you can give."
        ),
        label=say("To the community"),
        address=url_for("community.spaces"),
    )


def _module(course: CourseSeen, slug: str) -> ModuleSeen | None:
    return next((module for module in course.modules if module.row.slug == slug), None)


def _quiz_begun(module: ModuleSeen, attempt: Mine) -> NextStep:
    return NextStep(
        module=module.row.hue,
        kicker=(module.title, say("Quiz")),
        title=say("One quiz, and this module is complete") if _left(module) == 1 else say("A quiz that you began"),
        reason=say_number(
            "You have answered %(num)s question, and the answer is kept.",
            "You have answered %(num)s questions, and every answer is kept.",
            attempt.number,
        )
        if attempt.number
        else say("Your questions are waiting, and nothing is lost."),
        label=say("Continue the quiz"),
        address=url_for("assessment.attempt", key=attempt.key),
    )


def _part(course: CourseSeen, module: ModuleSeen, part: Part) -> NextStep:
    minutes = (say_number("%(num)s minute", "%(num)s minutes", part.minutes),) if part.minutes else ()
    title: Said | Sentence = part.title  # of a quiz: empty
    if part.kind is UnitKind.QUIZ:
        last = _left(module) == 1
        title = say("One quiz, and this module is complete") if last else say("The quiz of this module")
        label, reason = say("To the quiz"), say("It explains its answers, and you can take it again.")
    elif part.kind is UnitKind.ACTIVITY:
        label = say("To the activity")
        reason = say("You have read the lessons. Now make something of them.")
    elif not course.begun:
        label = say("Read the first lesson")
        reason = say("You can take the modules in any order; this one is a good beginning.")
    else:
        label = say("Read on")
        reason = (
            say("Here you stopped reading.")
            if course.stopped_at
            else say_number(
                "%(num)s part of this module is left.", "%(num)s parts of this module are left.", _left(module)
            )
        )
    return NextStep(
        module=module.row.hue,
        kicker=(module.title, *minutes),
        title=title,
        reason=reason,
        label=label,
        address=address_of(part.kind, part.module, part.slug),
    )


def _left(module: ModuleSeen) -> int:
    return module.progress.total - module.progress.done
