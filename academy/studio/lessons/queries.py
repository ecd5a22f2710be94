"""What lies on the desk: one text in one language, and everything that is to be known while it is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.access import Verdict
from academy.kernel.i18n import language
from academy.learning import authoring_queries, commands, queries, rules
from academy.learning.authoring.differences import Block, differences
from academy.learning.authoring.front_matter import Typed, taken_apart
from academy.learning.authoring_queries import Pointer, TextState
from academy.learning.commands import Place
from academy.learning.editions import queries as editions
from academy.learning.editions.queries import Preview
from academy.learning.models import Unit, UnitKind, UnitVersion
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
    """What it does when a part leaves the course, or comes back."""

    name: Said
    may: Verdict
    pointers: list[Pointer]  # what leads to it
    preview: Preview
    titles: dict[str, str]  # of modules, by slug
    done: int  # people who have done it


def effect_of(unit: Unit, person: Person) -> Effect:
    out = unit.retired_at is None
    (states,) = [one for one in authoring_queries.plan_of(unit.module) if one.unit.id == unit.id]
    pointers = authoring_queries.pointers_to(unit, language()) if out else []
    _number, asked = editions.current_rules()
    parts = [part for part in queries.all_parts() if part.id != unit.id]
    if not out and unit.kind is not UnitKind.GUIDE:
        parts.append(unit)
    if out:
        may = rules.may_take_out(
            published=any(state.n for state in states.texts.values()),
            retired=False,
            pointers=[one.title for one in pointers],
            by=person,
        )
    else:
        may = rules.may_bring_in(retired=True, of_course=unit.module.retired_at is None, by=person)
    return Effect(
        states.name(language()),
        may,
        pointers,
        editions.preview_of(asked, parts=parts),
        {module.slug: said(module.title, language()).text for module in editions.modules_to_choose()},
        queries.people_who_did(unit.ref),
    )


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
