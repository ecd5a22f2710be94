"""How does a text get written by several people without a word getting lost?"""

from dataclasses import asdict, dataclass
from typing import Any

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session, take_turns
from academy.kernel.events import publish
from academy.kernel.slugs import slug_of
from academy.learning import authoring_queries, queries, rules
from academy.learning.authoring.course import RESERVED, UnitText
from academy.learning.authoring.front_matter import Typed, taken_apart
from academy.learning.commands.pairing import pair
from academy.learning.commands.publishing import publish_text
from academy.learning.events import DraftDropped, TextBegun
from academy.learning.models import NOT_COUNTED, Module, Unit, UnitDraft, UnitKind, UnitVersion, place_beside_lessons
from academy.learning.rendering import Media, Renderer


@dataclass(frozen=True)
class Place:
    """What a person saw when they began to type: the draft's revision, and the version that was published. `hand`: the page they type in."""

    revision: int
    base: int
    hand: str = ""


@dataclass(frozen=True)
class Clash:
    """Somebody else was there in between: what they wrote, and the place to write on from."""

    typed: Typed
    place: Place
    author_id: int | None
    published: bool


def begin_text(module: Module, kind: UnitKind, title: str, language: str, *, by: Person) -> Unit:
    """A new lesson after the others of its module; or its activity, example or guide, of which it has one each. It begins with a draft, and
    goes with its last one as long as nothing is published."""
    take_turns(f"lessons {module.slug}")
    units = authoring_queries.units_of(module)
    lessons = [unit for unit in units if unit.kind is UnitKind.LESSON]
    if kind is UnitKind.LESSON:
        slug, position = slug_of(title), max((unit.position for unit in lessons), default=0) + 1
        require(rules.may_begin_lesson(slug, RESERVED | {unit.slug for unit in units}, has=len(lessons), by=by))
    else:
        slug, position = place_beside_lessons(kind)
        require(rules.may_begin_beside(taken=any(unit.kind is kind for unit in units), by=by))
    counts = kind not in NOT_COUNTED
    unit = Unit(module=module, kind=kind, slug=slug, position=position, required=counts, added_at=clock.now())
    session.add(unit)
    session.flush()
    save_draft(unit, language, Typed(title=title), Place(0, 0), by=by)
    publish(TextBegun(by=by.id, item=str(unit.ref)))
    return unit


def place_of(unit: Unit, language: str, *, by: Person) -> tuple[Typed, Place]:
    """What there is to write on: the draft, else what is published, else nothing."""
    require(rules.may_publish(by=by))
    draft = authoring_queries.draft_of(unit, language)
    version = queries.current_version(unit, language)
    base = version.n if version else 0
    if draft is not None:
        return _typed_in(draft), Place(draft.revision, draft.base)
    return (taken_apart(version.written) if version else Typed()), Place(0, base)


def save_draft(unit: Unit, language: str, typed: Typed, place: Place, *, by: Person) -> UnitDraft | Clash:
    """Keep what was typed. A clash is an answer and not a refusal: nobody's text is given up. What is published already, word for word, needs
    no draft: a page that saves by itself may come with it just after it was published."""
    require(rules.may_publish(by=by))
    take_turns(f"text {unit.id} {language}")
    if published := _as_published(unit, language, typed):
        return published
    if clash := _clash(unit, language, place, by):
        return clash
    draft = authoring_queries.draft_of(unit, language)
    if draft is None:
        draft = UnitDraft(unit_id=unit.id, language=language, base=place.base, revision=0, hand="")
        session.add(draft)
    elif _typed_in(draft) == typed:
        return draft
    for name, value in asdict(typed).items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.hand = place.hand
    draft.author_id, draft.saved_at = by.id, clock.now()
    session.flush()
    return draft


def _as_published(unit: Unit, language: str, typed: Typed) -> UnitDraft | None:
    """What people read, as a draft that is not kept, where nobody has another."""
    version = queries.current_version(unit, language)
    if version is None or taken_apart(version.written) != typed or authoring_queries.draft_of(unit, language):
        return None
    return UnitDraft(
        unit_id=unit.id, language=language, base=version.n, revision=0, hand="", saved_at=version.published_at
    )


def drop_draft(unit: Unit, language: str, *, revision: int, by: Person) -> bool:
    """Give up what was written and not published. False: it was the last word of a lesson that never was, and the lesson is gone."""
    draft = authoring_queries.draft_of(unit, language)
    if draft is None:
        return True
    require(rules.may_keep_draft(revision=revision, newest_revision=draft.revision, base=0, published=0, by=by))
    session.delete(draft)
    session.flush()
    publish(DraftDropped(by=by.id, item=str(unit.ref), language=language))
    if authoring_queries.has_words(unit):
        return True
    session.delete(unit)
    return False


def publish_draft(
    unit: Unit,
    text: UnitText,
    place: Place,
    *,
    serious: int,
    same_as: dict[str, int],
    renderer: Renderer,
    media: Media,
    by: Person,
) -> UnitVersion | Clash:
    """From now on people read this. `same_as`: the versions in other languages that say the same; the languages left out fall behind."""
    require(rules.may_publish(by=by))
    require(rules.may_send_live(serious, retired=unit.retired_at is not None))
    take_turns(f"text {unit.id} {text.language}")
    if clash := _clash(unit, text.language, place, by):
        return clash
    version = publish_text(unit, text, renderer=renderer, media=media, by=by)
    for other, n in same_as.items():
        pair(unit.id, {text.language: version.n, other: n}, by=by)
    if (draft := authoring_queries.draft_of(unit, text.language)) is not None:
        session.delete(draft)
    session.flush()
    return version


def bring_back(unit: Unit, language: str, n: int, *, by: Person) -> UnitDraft | Clash:
    """An earlier version becomes the draft, to be looked at and published."""
    require(rules.may_publish(by=by))
    version = authoring_queries.version_of(unit, language, n)
    current = queries.current_version(unit, language)
    place = Place(0, current.n if current else 0)
    return save_draft(unit, language, taken_apart(version.written), place, by=by)


def _typed_in(draft: UnitDraft) -> Typed:
    return Typed(draft.title, draft.summary, draft.minutes, draft.sources, draft.body)


def _clash(unit: Unit, language: str, place: Place, by: Person) -> Clash | None:
    draft = authoring_queries.draft_of(unit, language)
    version = queries.current_version(unit, language)
    published = version.n if version else 0
    if draft is not None and place.hand and draft.hand == place.hand:
        return None
    verdict = rules.may_keep_draft(
        revision=place.revision,
        newest_revision=draft.revision if draft else None,
        base=place.base,
        published=published,
        by=by,
    )
    if verdict:
        return None
    facts: dict[str, Any] = {"place": Place(draft.revision if draft else 0, published)}
    if draft is not None:
        return Clash(_typed_in(draft), author_id=draft.author_id, published=False, **facts)
    return Clash(
        taken_apart(version.written) if version else Typed(),
        author_id=version.author_id if version else None,
        published=True,
        **facts,
    )
