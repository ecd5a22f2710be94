"""Which desks are there, who may sit down at each, and what waits there?

A desk is a package of its own (`studio/lessons`, `studio/questions`, …) with views, forms and queries. It says here that it exists:

    at_desk(Desk("lessons", say("Lessons"), say("Write, translate and publish."), "studio_lessons.overview", "pen",
                 may_enter=rules.may_write_lessons, waiting=queries.drafts_of))
"""

from collections.abc import Callable
from dataclasses import dataclass

from academy.accounts.models import Person
from academy.kernel.access import Verdict
from academy.kernel.i18n import Sentence, say


@dataclass(frozen=True)
class Desk:
    """`may_enter` asks roles alone, since the menu of every page asks it. `waiting` reads, in one statement, what is to be done."""

    name: str
    title: Sentence
    summary: Sentence
    endpoint: str
    icon: str
    may_enter: Callable[[Person], Verdict]
    waiting: Callable[[Person], int] | None = None


_desks: dict[str, Desk] = {}
ORDER = ("lessons", "questions", "marking", "editions", "meetings", "ecosystem", "impact", "course", "people")


def at_desk(desk: Desk) -> None:
    """Put up a desk. The order is that of the work: first what is taught, then to whom."""
    _desks[desk.name] = desk


def desks_of(person: Person | None) -> list[Desk]:
    """The desks that this person may enter."""
    if person is None:
        return []
    places = {name: place for place, name in enumerate(ORDER)}
    mine = [desk for desk in _desks.values() if desk.may_enter(person)]
    return sorted(mine, key=lambda desk: (places.get(desk.name, len(ORDER)), desk.name))


def may_enter_studio(person: Person) -> Verdict:
    """Whoever has a desk there."""
    if desks_of(person):
        return Verdict(None)
    return Verdict(say("The studio is for trainers and coordinators. Ask an administrator if you should be one."), 403)
