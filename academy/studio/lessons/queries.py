"""What lies on the desk: one text in one language, and everything that is to be known while it is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.access import Verdict
from academy.kernel.i18n import language
from academy.learning import authoring_queries, commands, queries, rules
from academy.learning.authoring.differences import Block, differences
from academy.learning.authoring.front_matter import Typed, taken_apart
from academy.learning.authoring_queries import Pointer, TextState, UnitStates
from academy.learning.commands import Place
from academy.learning.editions import queries as editions
from academy.learning.editions.queries import Preview
from academy.learning.models import Module, Unit, UnitKind, UnitVersion
from academy.learning.queries import Said, said
from academy.studio.lessons.checking import Around


@dataclass(frozen=True)
class Work:
    unit: Unit
    language: str
    languages: tuple[str, ...]  # of the course
    states: dict[str, TextState]
    current: UnitVersion | None
    typed: Typed
    place: Place
    around: Around
    sources: tuple["Source", ...]

    @property
    def title(self) -> str:
        """In this language or, while it has none, in another."""
        return self.typed.title or next((state.title for state in self.states.values() if state.title), self.unit.slug)

    @property
    def state(self) -> TextState | None:
        return self.states.get(self.language)

    @property
    def others(self) -> dict[str, int]:
        return {code: state.n for code, state in self.states.items() if code != self.language and state.n}


@dataclass(frozen=True)
class Source:
    """The text in another language, with what changed in it since the two said the same."""

    language: str
    n: int
    title: str
    blocks: list[Block]
    news: bool


def languages_of_course() -> tuple[str, ...]:
    course = queries.course()
    return tuple(course.languages) if course else ()


def work_of(person: Person, module: str, slug: str, language: str) -> Work:
    languages = languages_of_course()
    if language not in languages:
        raise NotFound
    unit = authoring_queries.unit_to_write(module, slug)
    states = authoring_queries.states_of([unit.id]).get(unit.id, {})
    current = queries.current_version(unit, language)
    typed, place = commands.place_of(unit, language, by=person)
    around = Around(
        path=queries.path_in(unit, language),
        kind=unit.kind,
        slug=unit.slug,
        language=language,
        like=current.written if current else "",
        media=authoring_queries.media_seen(unit.module),
        questions=frozenset(authoring_queries.question_keys(module)),
        places=frozenset(authoring_queries.places_of_course()),
    )
    return Work(unit, language, languages, states, current, typed, place, around, _sources(unit, language, states))


@dataclass(frozen=True)
class Effect:
    """What it does when a part, or a module with all that it holds, leaves the course, or comes back."""

    module: Module
    unit: Unit | None  # None: the whole module
    name: Said
    may: Verdict
    pointers: list[Pointer]  # what leads to it
    preview: Preview
    titles: dict[str, str]  # of modules, by slug
    done: int  # people who have done it
    begun: int  # and, of a module, those who have done something in it

    @property
    def out(self) -> bool:
        """It is part of the course, and would leave it."""
        return (self.unit or self.module).retired_at is None


def effect_of(unit: Unit, person: Person) -> Effect:
    (states,) = [one for one in authoring_queries.plan_of(unit.module) if one.unit.id == unit.id]
    pointers: list[Pointer] = []
    if unit.retired_at is None:
        pointers = authoring_queries.pointers_to(unit, language())
        may = rules.may_take_out(
            published=states.published, retired=False, pointers=[one.title for one in pointers], by=person
        )
        preview = editions.preview_of(out={unit.id})
    else:
        may = rules.may_bring_in(retired=True, of_course=unit.module.retired_at is None, by=person)
        preview = editions.preview_of(back=_counting([states]))
    done = queries.people_who_did([str(unit.ref)])
    return Effect(unit.module, unit, states.name(language()), may, pointers, preview, _titles(unit.module), done, done)


def effect_of_module(module: Module, person: Person) -> Effect:
    plan = authoring_queries.plan_of(module)
    pointers: list[Pointer] = []
    if module.retired_at is None:
        pointers = authoring_queries.pointers_to_module(module)
        may = rules.may_take_module_out(
            retired=False,
            last=len(authoring_queries.modules_standing()) == 1,
            pointers=[one.title for one in pointers],
            by=person,
        )
        preview = editions.preview_of(out={one.unit.id for one in plan})
    else:
        may = rules.may_bring_module_in(retired=True, by=person)
        preview = editions.preview_of(
            back=_counting(one for one in plan if authoring_queries.went_with_module(one.unit))
        )
    return Effect(
        module,
        None,
        said(module.title, language()),
        may,
        pointers,
        preview,
        _titles(module),
        queries.people_who_did([str(module.ref)]),
        queries.people_who_did([str(one.unit.ref) for one in plan]),
    )


def _counting(plan: Iterable[UnitStates]) -> list[Unit]:
    return [one.unit for one in plan if one.published and one.unit.kind is not UnitKind.GUIDE]


def _titles(module: Module) -> dict[str, str]:
    """Of the modules that may be named; also of one that left."""
    return {one.slug: said(one.title, language()).text for one in [*editions.modules_to_choose(), module]}


def _sources(unit: Unit, language: str, states: dict[str, TextState]) -> tuple[Source, ...]:
    """What there is to translate from: those that went on first."""
    went_on = authoring_queries.others_that_went_on(unit, language)
    found = []
    for code, state in states.items():
        if code == language or not state.n:
            continue
        now = taken_apart(authoring_queries.version_of(unit, code, state.n).written)
        n = went_on.get(code, state.n)
        then = taken_apart(authoring_queries.version_of(unit, code, n).written) if n != state.n else now
        blocks = differences(_whole(then), _whole(now))
        found.append(Source(code, state.n, now.title, blocks, news=code in went_on))
    return tuple(sorted(found, key=lambda source: not source.news))


def _whole(typed: Typed) -> str:
    """Title and summary are part of what has to be translated."""
    return f"{typed.title}\n\n{typed.summary}\n\n{typed.body}"


def difference_between(older: UnitVersion | None, newer: UnitVersion) -> list[Block]:
    return differences(_whole(taken_apart(older.written)) if older else "", _whole(taken_apart(newer.written)))


def before(listed: Sequence[authoring_queries.VersionListed], n: int) -> int:
    """The version that came before; 0: it was the first."""
    return max((version.n for version in listed if version.n < n), default=0)
