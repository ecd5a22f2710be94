"""What can be seen, and by whom? Where one page wants a little of several features, it is one statement here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment.models import COUNTED, Attempt, AttemptSlot, AttemptStep
from academy.assessment.models import State as AttemptState
from academy.community.models import Topic, TopicPerson
from academy.community.rules import FOLLOWING
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.learning.editions.models import Edition, Enrolment, Session, SessionTrainer
from academy.learning.models import Completion, Module, Unit, UnitKind, UnitVersion
from academy.learning.portfolio.models import PortfolioItem
from academy.learning.queries import Said, said
from academy.organisations.models import Membership, Organisation
from marketplace.models import Interest, InterestState, Listing
from marketplace.models import State as ListingState

MOST_SHOWN = 5


@dataclass(frozen=True)
class Cover:
    """A module as a booklet on the shelf."""

    slug: str
    number: int
    hue: int
    title: Said
    artefact: Said
    lessons: int
    first_lesson: str | None


def covers(language: str) -> list[Cover]:
    """The modules in order, each with how many lessons it has."""
    lessons = (
        sa.select(Unit)
        .where(
            Unit.module_id == Module.id,
            Unit.kind == UnitKind.LESSON,
            Unit.required,
            Unit.retired_at.is_(None),
            sa.exists().where(UnitVersion.unit_id == Unit.id, UnitVersion.is_current),
        )
        .correlate(Module)
    )
    rows = session.execute(
        sa.select(
            Module.slug,
            Module.hue,
            Module.title,
            Module.artefact,
            lessons.with_only_columns(sa.func.count(Unit.id)).scalar_subquery(),
            lessons.with_only_columns(Unit.slug).order_by(Unit.position, Unit.id).limit(1).scalar_subquery(),
        )
        .where(Module.retired_at.is_(None))
        .order_by(Module.position, Module.id)
    )
    return [
        Cover(slug, number, hue, said(title, language), said(artefact, language), count, first)
        for number, (slug, hue, title, artefact, count, first) in enumerate(rows, 1)
    ]


def learner_figures() -> dict[str, int]:
    """Different people: those who have done any part of the course, and those who have done the whole of a module."""
    whole_module = sa.case((Completion.item.like("module:%"), Completion.person_id))
    begun, finished = session.execute(
        sa.select(
            sa.func.count(sa.distinct(Completion.person_id)),
            sa.func.count(sa.distinct(whole_module)),
        )
    ).one()
    return {"begun": begun, "finished": finished}


@dataclass(frozen=True)
class Mine:
    """Something of a person's own, wherever it lives."""

    key: str
    title: str
    language: str
    state: str
    about: str
    number: int
    at: datetime

    @property
    def topic_address(self) -> str:
        return f"{self.key}-{self.about}"


@dataclass(frozen=True)
class Belongings:
    attempts: Sequence[
        Mine
    ]  # quizzes that were begun and can be gone on with; `about` is the module, `number`: answered questions
    unread: Sequence[Mine]  # followed topics with something new; `number`: how many posts
    listings: Sequence[Mine]  # of my organisations; `about` is need or offer, `number`: who waits for an answer
    topics: Sequence[Mine]  # that I began; `number`: answers
    pieces: Sequence[Mine]  # of my portfolio; `state`: who may see it, `number`: the hue of the module
    sessions: Sequence[Mine]  # to come, soonest first; `key` is the edition, `about` the session, `state` the place


_Branch = sa.Select[*tuple[Any, ...]]  # the columns of `Mine`, in order
_NOTHING = sa.literal("")


def belongings_of(person: Person) -> Belongings:
    """The newest few of everything that is a person's own, in one statement."""
    kinds = {
        "attempts": _attempts_of(person),
        "unread": _unread_topics_of(person),
        "listings": _listings_of(person),
        "topics": _topics_of(person),
        "pieces": _pieces_of(person),
        "sessions": _sessions_of(person),
    }
    branches = [
        sa.select(sa.literal(kind), *statement.limit(MOST_SHOWN).subquery().c) for kind, statement in kinds.items()
    ]
    found: dict[str, list[Mine]] = {kind: [] for kind in kinds}
    for kind, *facts in session.execute(sa.union_all(*branches)):
        found[kind].append(Mine(*facts))
    return Belongings(
        **{kind: sorted(some, key=lambda one: one.at, reverse=kind != "sessions") for kind, some in found.items()}
    )


def _attempts_of(person: Person) -> _Branch:
    answered = (
        sa.select(sa.func.count(sa.distinct(AttemptStep.slot_id)))
        .join(AttemptSlot, AttemptSlot.id == AttemptStep.slot_id)
        .where(AttemptSlot.attempt_id == Attempt.id, AttemptStep.kind.in_(COUNTED))
        .scalar_subquery()
    )
    return (
        sa.select(Attempt.key, _NOTHING, _NOTHING, _NOTHING, Attempt.about_key, answered, Attempt.started_at)
        .where(
            Attempt.person_id == person.id,
            Attempt.state == AttemptState.IN_PROGRESS,
            ~Attempt.is_preview,
            sa.or_(Attempt.deadline_at.is_(None), Attempt.deadline_at > clock.now()),
        )
        .order_by(Attempt.started_at.desc())
    )


def _unread_topics_of(person: Person) -> _Branch:
    new = Topic.last_visible_no - TopicPerson.last_read_no
    return (
        sa.select(Topic.key, Topic.title, Topic.language, _NOTHING, Topic.slug, new, Topic.last_post_at)
        .join(TopicPerson, TopicPerson.topic_id == Topic.id)
        .where(
            TopicPerson.person_id == person.id,
            TopicPerson.level.in_(FOLLOWING),
            Topic.last_visible_no > TopicPerson.last_read_no,
            Topic.hidden_at.is_(None),
        )
        .order_by(Topic.last_post_at.desc(), Topic.id.desc())
    )


def _listings_of(person: Person) -> _Branch:
    waiting = (
        sa.select(sa.func.count())
        .where(Interest.listing_id == Listing.id, Interest.state == InterestState.WAITING)
        .scalar_subquery()
    )
    return (
        sa.select(
            Listing.slug, Listing.title, Listing.language, Listing.state, Listing.kind, waiting, Listing.changed_at
        )
        .join(Membership, Membership.organisation_id == Listing.organisation_id)
        .where(Membership.person_id == person.id, Listing.state != ListingState.CLOSED)
        .order_by(Listing.changed_at.desc(), Listing.id.desc())
    )


def _topics_of(person: Person) -> _Branch:
    return (
        sa.select(
            Topic.key, Topic.title, Topic.language, Topic.state, Topic.slug, Topic.answer_count, Topic.last_post_at
        )
        .where(Topic.author_id == person.id, Topic.hidden_at.is_(None))
        .order_by(Topic.last_post_at.desc(), Topic.id.desc())
    )


def _pieces_of(person: Person) -> _Branch:
    return (
        sa.select(
            PortfolioItem.key, PortfolioItem.title, PortfolioItem.language, PortfolioItem.visibility,
            _NOTHING, Module.hue, PortfolioItem.changed_at,
        )
        .join(PortfolioItem.module)
        .where(PortfolioItem.person_id == person.id)
        .order_by(PortfolioItem.changed_at.desc(), PortfolioItem.id.desc())
    )  # fmt: skip


def _sessions_of(person: Person) -> _Branch:
    follows = sa.exists().where(
        Enrolment.edition_id == Session.edition_id, Enrolment.person_id == person.id, Enrolment.left_at.is_(None)
    )
    teaches = sa.exists().where(SessionTrainer.session_id == Session.id, SessionTrainer.person_id == person.id)
    return (
        sa.select(
            Edition.slug, Session.title, Edition.language, Session.place, Session.key, sa.literal(0), Session.starts_at
        )
        .join(Session.edition)
        .where(
            Session.ends_at > clock.now(),
            Session.cancelled_at.is_(None),
            Edition.published_at.isnot(None),
            Edition.ended_at.is_(None),
            follows | teaches,
        )
        .order_by(Session.starts_at)
    )


# What members make and everybody may find: row number, key and last change, by kind of Ref.
LISTED: Mapping[str, tuple[Any, Any, Any]] = {
    "listing": (Listing.id, Listing.slug, Listing.changed_at),
    "topic": (Topic.id, Topic.key, Topic.last_post_at),
    "organisation": (Organisation.id, Organisation.slug, sa.null()),
}


def last_id(kind: str) -> int:
    number, _key, _changed = LISTED[kind]
    return session.scalar(sa.select(sa.func.max(number))) or 0


def things_between(kind: str, after: int, last: int) -> list[tuple[Ref, datetime | None]]:
    """Of these row numbers, whoever may see them."""
    number, key, changed_at = LISTED[kind]
    rows = session.execute(sa.select(key, changed_at).where(number > after, number <= last).order_by(number))
    return [(Ref(kind, name), at) for name, at in rows]
