"""What does somebody who runs an edition see at a glance, and take home as a table?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from academy.accounts.models import Person
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.sheets import Cell
from academy.learning import queries as texts
from academy.learning.editions import queries, rules
from academy.learning.editions.models import Edition, Enrolment
from academy.learning.editions.queries import Summary
from academy.learning.models import Module, Unit, UnitKind
from academy.learning.queries import said


@dataclass(frozen=True)
class Column:
    """A module of the heat map."""

    number: int
    slug: str
    title: str
    total: int
    complete: int  # how many learners of the edition have done all of it


@dataclass(frozen=True)
class Row:
    person: Person
    enrolment: Enrolment
    cells: list[tuple[int, int]]  # parts done, and the shade
    advice: Sentence | None

    @property
    def percent(self) -> int:
        return self.enrolment.done * 100 // self.enrolment.total if self.enrolment.total else 0


@dataclass(frozen=True)
class Glance:
    columns: list[Column]
    rows: list[Row]
    summary: Summary
    next: tuple[str, int] | None  # where the next page begins

    @property
    def most(self) -> int:
        return max((column.total for column in self.columns), default=0)


def glance_at(edition: Edition, *, after: tuple[str, int] | None, now: datetime) -> Glance:
    """Four statements, however many learners there are."""
    parts = texts.all_parts()
    learners = queries.learners_of(edition, after=after)
    shown = learners[: queries.PAGE]
    modules, items = _modules(parts), _items(parts)
    quiet_before = now - timedelta(days=rules.QUIET_DAYS)
    summary = queries.summary_of(edition, (module.slug for module in modules), quiet_before=quiet_before)
    columns = [
        Column(
            module.position,
            module.slug,
            said(module.title, language()).text,
            len(items.get(module.slug, ())),
            summary.modules.get(module.slug, 0),
        )
        for module in modules
    ]
    done = queries.done_by_module([person.id for _enrolment, person in shown], items)
    rows = [
        Row(
            person,
            enrolment,
            [
                (number := done.get(person.id, {}).get(column.slug, 0), rules.level(number, column.total))
                for column in columns
            ],
            rules.quiet_since(rules.Facts(enrolment.done, enrolment.total, enrolment.since, enrolment.moved_at), now),
        )
        for enrolment, person in shown
    ]
    more = len(learners) > queries.PAGE
    return Glance(columns, rows, summary, (shown[-1][1].name, shown[-1][0].id) if more else None)


def table_of(edition: Edition) -> tuple[list[str], list[list[Cell]]]:
    """Everybody in the edition, one line each, with the figures of the page."""
    parts = texts.all_parts()
    items = _items(parts)
    modules = _modules(parts)
    sessions = queries.sessions_of(edition)
    learners = queries.learners_of(edition, limit=None)
    done = queries.done_by_module([person.id for _enrolment, person in learners], items)
    minutes = queries.attended(edition)
    header = [
        str(say("Name")),
        str(say("E-mail address")),
        str(say("Enrolled on")),
        str(say("Parts done")),
        str(say("Parts in all")),
        str(say("Per cent")),
        str(say("Minutes in the room")),
        str(say("Last part done on")),
        *(f"{module.position}. {said(module.title, language()).text}" for module in modules),
        *(f"{one.starts_at.date().isoformat()} {one.title}" for one in sessions),
    ]
    rows: list[list[Cell]] = [
        [
            person.name,
            person.email,
            enrolment.since.date().isoformat(),
            enrolment.done,
            enrolment.total,
            enrolment.done * 100 // enrolment.total if enrolment.total else 0,
            enrolment.minutes,
            enrolment.moved_at.date().isoformat() if enrolment.moved_at else "",
            *(done.get(person.id, {}).get(module.slug, 0) for module in modules),
            *(minutes.get(person.id, {}).get(one.key, 0) for one in sessions),
        ]
        for enrolment, person in learners
    ]
    return header, rows


def about(edition: Edition) -> list[tuple[str, str]]:
    """What a table that leaves the platform says of the edition itself."""
    facts = [
        (say("Edition"), edition.title),
        (say("In charge"), edition.organisation.name if edition.organisation else ""),
        (say("Funding notice"), edition.funding),
    ]
    return [(str(name), text) for name, text in facts if text]


def choices_of_parts() -> list[tuple[str, str]]:
    """Every part that could count, by module, for the form of the rules."""
    kinds = {UnitKind.ACTIVITY: say("Activity"), UnitKind.QUIZ: say("Quiz")}
    parts = texts.all_parts()
    titles = texts.titles_of_lessons([unit.id for unit in parts if unit.kind is UnitKind.LESSON], language())
    return [
        (str(unit.ref), f"{unit.module.position}. {titles.get(unit.id) or kinds.get(unit.kind, say('Lesson'))}")
        for unit in parts
    ]


def _items(parts: Sequence[Unit]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for unit in parts:
        if unit.required:
            found.setdefault(unit.module.slug, set()).add(str(unit.ref))
    return found


def _modules(parts: Sequence[Unit]) -> list[Module]:
    return sorted({unit.module.slug: unit.module for unit in parts}.values(), key=lambda module: module.position)
