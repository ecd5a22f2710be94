"""Which topics stand in a list, for whom?"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from academy.accounts.models import Person
from academy.community import rules
from academy.community.models import (
    Level,
    Post,
    Space,
    SpacePerson,
    Topic,
    TopicKind,
    TopicPerson,
    TopicState,
    TopicTag,
    Visibility,
)
from academy.community.queries.spaces import some_are_private, space_is_open_to, space_is_open_to_id
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, talks
from academy.kernel.web import shown_address

MOST_COUNTED = 100
MOST_PINNED = 50
FILTERS = ("all", "unanswered", "questions", "unread")
_Topics = sa.Select[Topic, int, Level]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class TopicSeen:
    """A topic as one person finds it in a list or on its page."""

    topic: Topic
    last_read_no: int = 0
    level: Level | None = None  # None: has never been there
    about: Subject | None = None  # of a reserved topic that was asked for by its key

    @property
    def unread(self) -> bool:
        return (
            self.level in rules.FOLLOWING
            and self.topic.last_visible_no > self.last_read_no
            and self.topic.state is not TopicState.ARCHIVED
        )

    @property
    def first_unread(self) -> int:
        return min(self.last_read_no + 1, self.topic.last_visible_no)

    @property
    def cursor(self) -> str:
        """Where the next page of a list begins."""
        return f"{(self.topic.last_post_at - _EPOCH) // timedelta(microseconds=1)}-{self.topic.id}"


def _topics_seen_by(viewer: Person | None) -> _Topics:
    """Topic, last number read and level; with author and space. Reserved ones for those who have been there, and for who teaches."""
    topics = topics_of(sa.literal(viewer.id if viewer else 0)).where(space_is_open_to(viewer))
    if rules.lists_everything(viewer):
        return topics
    return topics.where(sa.or_(~Topic.is_reserved, TopicPerson.person_id.is_not(None)))


def topics_of(me: sa.ColumnElement[int]) -> _Topics:
    """From a topic to its space, never the other way round (a sum is in no index): SQLite would read and sort all topics of all spaces."""
    return (
        sa.select(Topic, TopicPerson.last_read_no, TopicPerson.level)
        .outerjoin(TopicPerson, sa.and_(TopicPerson.topic_id == Topic.id, TopicPerson.person_id == me))
        .join(Topic.author)
        .join(Space, Space.id == Topic.space_id + 0)
        .options(contains_eager(Topic.author), contains_eager(Topic.space))
    )


def _found(statement: _Topics) -> list[TopicSeen]:
    return [TopicSeen(topic, last or 0, level) for topic, last, level in session.execute(statement)]


def _newest_first(statement: _Topics) -> _Topics:
    return statement.order_by(Topic.last_post_at.desc(), Topic.id.desc())


IS_VISIBLE = Topic.hidden_at.is_(None)
_IS_UNREAD = sa.and_(
    TopicPerson.level.in_(rules.FOLLOWING),
    Topic.last_visible_no > TopicPerson.last_read_no,
    Topic.state != TopicState.ARCHIVED.value,
)
_IS_UNANSWERED = sa.and_(
    Topic.kind == TopicKind.QUESTION.value, Topic.answer_count == 0, Topic.state.in_(rules.ANSWERED_BY_SOMEBODY)
)


def _is_not_muted(viewer: Person | None) -> sa.ColumnElement[bool]:
    """Neither the topic nor its space."""
    if viewer is None:
        return sa.true()
    muted = sa.exists().where(
        SpacePerson.space_id == Topic.space_id,
        SpacePerson.person_id == viewer.id,
        SpacePerson.level == Level.MUTED,
    )
    return sa.and_(~muted, sa.func.coalesce(TopicPerson.level, Level.NORMAL) != Level.MUTED)


# put together once: every lesson asks it
_ABOUT = (
    topics_of(sa.bindparam("me", type_=sa.Integer))
    .order_by(Topic.is_thread.desc(), Topic.last_post_at.desc(), Topic.id.desc())
    .where(Topic.about == sa.bindparam("about"), IS_VISIBLE, space_is_open_to_id(sa.bindparam("me", type_=sa.Integer)))
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def topics_in(
    viewer: Person | None,
    space: Space,
    *,
    show: str = "all",
    tag: str = "",
    before: str = "",
    pinned: bool = True,
    limit: int = 20,
) -> list[TopicSeen]:
    """The newest first; `before` is the cursor of the last one seen. A cursor that is none begins at the top. `pinned`: also those that
    a page shows above the list."""
    topics = _topics_seen_by(viewer).where(Topic.space_id == space.id, IS_VISIBLE)
    if not pinned:
        topics = topics.where(Topic.pinned_at.is_(None))
    if show == "unanswered":
        topics = topics.where(_IS_UNANSWERED)
    elif show == "questions":
        topics = topics.where(Topic.kind == TopicKind.QUESTION.value)
    elif show == "unread":
        topics = topics.where(_IS_UNREAD)
    if tag:
        topics = topics.where(sa.exists().where(TopicTag.topic_id == Topic.id, TopicTag.tag == tag))
    return _found(_newest_first(_before(topics, before)).limit(limit))


def _before(topics: _Topics, cursor: str) -> _Topics:
    if place := _place(cursor):
        at, topic_id = place
        topics = topics.where(
            sa.tuple_(Topic.last_post_at, Topic.id)
            < sa.tuple_(sa.literal(at, Topic.last_post_at.type), sa.literal(topic_id))
        )
    return topics


def topics_everywhere(viewer: Person | None, *, show: str, before: str = "", limit: int = 20) -> list[TopicSeen]:
    """Over all spaces: what is new for this person, what nobody has answered, what they wrote in."""
    topics = _topics_seen_by(viewer).where(IS_VISIBLE)
    if show == "mine":
        wrote = sa.exists().where(Post.topic_id == Topic.id, Post.author_id == (viewer.id if viewer else 0))
        topics = topics.where(wrote)
    else:
        topics = topics.where(_IS_UNREAD if show == "unread" else _IS_UNANSWERED, _is_not_muted(viewer))
    return _found(_newest_first(_before(topics, before)).limit(limit))


def pinned_in(viewer: Person | None, space: Space) -> list[TopicSeen]:
    pinned = _topics_seen_by(viewer).where(Topic.space_id == space.id, Topic.pinned_at.is_not(None), IS_VISIBLE)
    return _found(pinned.order_by(Topic.pinned_at.desc()).limit(MOST_PINNED))


def _place(cursor: str) -> tuple[datetime, int] | None:
    moment, _, topic_id = cursor.partition("-")
    if not (moment.isdecimal() and topic_id.isdecimal()) or len(cursor) > 40:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(moment)), int(topic_id)
    except OverflowError:
        return None


def newest_in_each(viewer: Person | None, spaces: Sequence[Space], *, limit: int = 3) -> dict[int, list[TopicSeen]]:
    """The newest few of each space, by its id, in one statement that looks at no others."""
    found: dict[int, list[TopicSeen]] = {space.id: [] for space in spaces}
    if not spaces:
        return found
    few = [
        sa.select(
            sa.select(Topic.id)
            .where(Topic.space_id == space.id, IS_VISIBLE, ~Topic.is_reserved)
            .order_by(Topic.last_post_at.desc(), Topic.id.desc())
            .limit(limit)
            .subquery()
        )
        for space in spaces
    ]
    for seen in _found(_newest_first(_topics_seen_by(viewer).where(Topic.id.in_(sa.union_all(*few))))):
        found[seen.topic.space_id].append(seen)
    return found


def newest_topics(viewer: Person | None, *, limit: int = 5) -> list[TopicSeen]:
    return _found(_newest_first(_topics_seen_by(viewer).where(IS_VISIBLE, _is_not_muted(viewer))).limit(limit))


def topics_about(viewer: Person | None, ref: Ref, *, limit: int = 5) -> list[TopicSeen]:
    """What is said about a thing of another feature that this viewer may see: its thread, then the newest."""
    rows = session.execute(_ABOUT, {"me": viewer.id if viewer else 0, "about": str(ref), "most": limit})
    return [TopicSeen(topic, last or 0, level) for topic, last, level in rows]


MOST_SAID = 100  # about several things together


@talks
def _said_about(refs: list[Ref], viewer: Person | None) -> Mapping[Ref, Sequence[Subject]]:
    by_written = {str(ref): ref for ref in refs}
    found: defaultdict[Ref, list[Subject]] = defaultdict(list)
    topics = topics_of(sa.literal(viewer.id if viewer else 0)).where(
        Topic.about.in_(by_written), IS_VISIBLE, space_is_open_to(viewer)
    )
    for seen in _found(_newest_first(topics).limit(MOST_SAID)):
        address = shown_address("community.topic", address=seen.topic.address) or ""
        found[by_written[seen.topic.about or ""]].append(Subject(seen.topic.title, address))
    return found


def topics_by_key(viewer: Person | None, keys: Sequence[str]) -> list[TopicSeen]:
    """In the order of the keys: what a search found."""
    found = {seen.topic.key: seen for seen in _found(_topics_seen_by(viewer).where(Topic.key.in_(keys), IS_VISIBLE))}
    return [found[key] for key in keys if key in found]


def unread_topics(viewer: Person, *, limit: int = 5) -> list[TopicSeen]:
    """Topics that the person follows, with something new."""
    return _found(
        _newest_first(_topics_seen_by(viewer).where(_IS_UNREAD, IS_VISIBLE, _is_not_muted(viewer))).limit(limit)
    )


def unread_counts(viewer: Person) -> dict[int, int]:
    """Topics with something new, by space: a hundred are counted in all, nobody needs to know more."""
    some = (
        sa.select(Topic.space_id)
        .join(TopicPerson, TopicPerson.topic_id == Topic.id)
        .join(Topic.space)
        .where(
            TopicPerson.person_id == viewer.id, _IS_UNREAD, IS_VISIBLE, _is_not_muted(viewer), space_is_open_to(viewer)
        )
        .limit(MOST_COUNTED)
        .subquery()
    )
    rows = session.execute(sa.select(some.c.space_id, sa.func.count()).group_by(some.c.space_id))
    return dict(rows.all())


def figures() -> dict[str, int]:
    """What the forum holds, for those who want to know whether anybody is here."""
    topics, posts, questions, answered = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(Topic.post_count), 0),
            sa.func.count(sa.case((Topic.kind == TopicKind.QUESTION.value, 1))),
            sa.func.count(sa.case((sa.and_(Topic.kind == TopicKind.QUESTION.value, Topic.answer_count > 0), 1))),
        ).where(IS_VISIBLE)
    ).one()
    return {"topics": topics, "posts": posts, "questions": questions, "answered": answered}


def first_posts_of(topics: Sequence[Topic]) -> dict[int, str]:
    """The HTML of the first post that can be seen, by topic."""
    rows = session.execute(
        sa.select(Post.topic_id, Post.html).where(
            Post.topic_id.in_([topic.id for topic in topics]), Post.no == 1, Post.hidden_at.is_(None)
        )
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Year:
    """What has happened in a space within a year, beside the year before."""

    begun: int
    begun_before: int
    answered: int
    answered_before: int
    accepted: list[TopicSeen]  # questions that have found an answer lately


def year_of(viewer: Person | None, space: Space) -> Year:
    now = clock.now()
    this, last = now - timedelta(days=365), now - timedelta(days=730)
    is_new, is_accepted = Topic.started_at > this, Topic.accepted_no.is_not(None)
    counts = session.execute(
        sa.select(
            sa.func.count(sa.case((is_new, 1))),
            sa.func.count(sa.case((~is_new, 1))),
            sa.func.count(sa.case((sa.and_(is_new, is_accepted), 1))),
            sa.func.count(sa.case((sa.and_(~is_new, is_accepted), 1))),
        ).where(Topic.space_id == space.id, IS_VISIBLE, Topic.started_at > last)
    ).one()
    found = _topics_seen_by(viewer).where(
        Topic.space_id == space.id, is_accepted, IS_VISIBLE, Topic.last_post_at > this
    )
    return Year(*counts, _found(_newest_first(found).limit(5)))


def among(space: str, kind: str, answered: str) -> Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]] | None:
    """What a search is narrowed to, by the key of a topic; None: nothing. A word that is none of ours narrows nothing."""
    wanted: list[sa.ColumnElement[bool]] = []
    if space:
        wanted.append(Topic.space_id == sa.select(Space.id).where(Space.slug == space).scalar_subquery())
    if kind in set(TopicKind):
        wanted.append(Topic.kind == TopicKind(kind))
    if answered in ("accepted", "none"):
        wanted.append(Topic.accepted_no.is_not(None) if answered == "accepted" else Topic.answer_count == 0)
    if not wanted:
        return None
    return lambda key: sa.exists().where(Topic.key == key, *wanted)


def audiences_of(viewer: Person | None) -> set[str]:
    """To which audiences of the search index somebody belongs."""
    if viewer is None:
        return {"public"}
    if not some_are_private():
        return {"public", "members"}
    private = sa.select(Space.id).where(Space.visibility == Visibility.PRIVATE.value, space_is_open_to(viewer))
    return {"public", "members", *(f"space:{space_id}" for space_id in session.scalars(private))}
