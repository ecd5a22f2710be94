"""Which topics and posts can be seen, and by whom?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.community import rules
from academy.community.models import (
    Block,
    Draft,
    Level,
    Post,
    PostRevision,
    ReactionKind,
    Space,
    SpaceMember,
    SpacePerson,
    Topic,
    TopicKind,
    TopicMarker,
    TopicPerson,
    TopicState,
    TopicTag,
    UsefulVote,
    Visibility,
)
from academy.community.queries.people import has_taken_course
from academy.community.queries.spaces import space_is_open_to, space_is_open_to_id
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.subjects import Ref

MOST_COUNTED = 100
FILTERS = ("all", "unanswered", "questions", "unread")
_Topics = sa.Select[Topic, int, Level]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class TopicSeen:
    """A topic as one person finds it in a list or on its page."""

    topic: Topic
    last_read_no: int = 0
    level: Level | None = None  # None: has never been there

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


@dataclass(frozen=True)
class PostSeen:
    post: Post
    reactions: dict[ReactionKind, int]
    mine: ReactionKind | None
    blocked: bool = False  # its author, by this reader

    @property
    def useful(self) -> int:
        return self.reactions.get(ReactionKind.USEFUL, 0)

    @property
    def by_me(self) -> bool:
        return self.mine is ReactionKind.USEFUL


# --- Lists of topics -----------------------------------------------------------------------------------------------


def _topics_seen_by(viewer: Person | None) -> _Topics:
    """Topic, last number read and level; with author and space."""
    return _topics_of(sa.literal(viewer.id if viewer else 0)).where(space_is_open_to(viewer))


def _topics_of(me: sa.ColumnElement[int]) -> _Topics:
    return (
        sa.select(Topic, TopicPerson.last_read_no, TopicPerson.level)
        .outerjoin(TopicPerson, sa.and_(TopicPerson.topic_id == Topic.id, TopicPerson.person_id == me))
        .join(Topic.author)
        .join(Topic.space)
        .options(contains_eager(Topic.author), contains_eager(Topic.space))
    )


def _found(statement: _Topics) -> list[TopicSeen]:
    return [TopicSeen(topic, last or 0, level) for topic, last, level in session.execute(statement)]


def _newest_first(statement: _Topics) -> _Topics:
    return statement.order_by(Topic.last_post_at.desc(), Topic.id.desc())


_IS_VISIBLE = Topic.hidden_at.is_(None)
_IS_UNREAD = sa.and_(
    TopicPerson.level.in_(rules.FOLLOWING),
    Topic.last_visible_no > TopicPerson.last_read_no,
    Topic.state != TopicState.ARCHIVED.value,
)
_IS_UNANSWERED = sa.and_(Topic.kind == TopicKind.QUESTION.value, Topic.answer_count == 0)


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
    _newest_first(_topics_of(sa.bindparam("me", type_=sa.Integer)))
    .where(Topic.about == sa.bindparam("about"), _IS_VISIBLE, space_is_open_to_id(sa.bindparam("me", type_=sa.Integer)))
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def topics_in(
    viewer: Person | None, space: Space, *, show: str = "all", tag: str = "", before: str = "", limit: int = 20
) -> list[TopicSeen]:
    """The newest first; `before` is the cursor of the last one seen. A cursor that is none begins at the top."""
    topics = _topics_seen_by(viewer).where(Topic.space_id == space.id, _IS_VISIBLE)
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
    topics = _topics_seen_by(viewer).where(_IS_VISIBLE)
    if show == "mine":
        wrote = sa.exists().where(Post.topic_id == Topic.id, Post.author_id == (viewer.id if viewer else 0))
        topics = topics.where(wrote)
    else:
        topics = topics.where(_IS_UNREAD if show == "unread" else _IS_UNANSWERED, _is_not_muted(viewer))
    return _found(_newest_first(_before(topics, before)).limit(limit))


def pinned_in(viewer: Person | None, space: Space) -> list[TopicSeen]:
    pinned = _topics_seen_by(viewer).where(Topic.space_id == space.id, Topic.pinned_at.is_not(None), _IS_VISIBLE)
    return _found(pinned.order_by(Topic.pinned_at.desc()).limit(10))


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
            .where(Topic.space_id == space.id, _IS_VISIBLE)
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
    return _found(_newest_first(_topics_seen_by(viewer).where(_IS_VISIBLE, _is_not_muted(viewer))).limit(limit))


def topics_about(viewer: Person | None, ref: Ref, *, limit: int = 5) -> list[TopicSeen]:
    """What is said about a thing of another feature."""
    rows = session.execute(_ABOUT, {"me": viewer.id if viewer else 0, "about": str(ref), "most": limit})
    return [TopicSeen(topic, last or 0, level) for topic, last, level in rows]


def topics_by_key(viewer: Person | None, keys: Sequence[str]) -> list[TopicSeen]:
    """In the order of the keys: what a search found."""
    found = {seen.topic.key: seen for seen in _found(_topics_seen_by(viewer).where(Topic.key.in_(keys), _IS_VISIBLE))}
    return [found[key] for key in keys if key in found]


def unread_topics(viewer: Person, *, limit: int = 5) -> list[TopicSeen]:
    """Topics that the person follows, with something new."""
    return _found(
        _newest_first(_topics_seen_by(viewer).where(_IS_UNREAD, _IS_VISIBLE, _is_not_muted(viewer))).limit(limit)
    )


def unread_counts(viewer: Person) -> dict[int, int]:
    """Topics with something new, by space: a hundred are counted in all, nobody needs to know more."""
    some = (
        sa.select(Topic.space_id)
        .join(TopicPerson, TopicPerson.topic_id == Topic.id)
        .join(Topic.space)
        .where(
            TopicPerson.person_id == viewer.id, _IS_UNREAD, _IS_VISIBLE, _is_not_muted(viewer), space_is_open_to(viewer)
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
        ).where(_IS_VISIBLE)
    ).one()
    return {"topics": topics, "posts": posts, "questions": questions, "answered": answered}


# --- One topic -----------------------------------------------------------------------------------------------------


# put together once: every page of a topic asks these
_ME = sa.bindparam("me", type_=sa.Integer)
_TOPIC = _topics_of(_ME).where(
    Topic.key == sa.bindparam("key"),
    sa.or_(sa.bindparam("everything", type_=sa.Boolean), space_is_open_to_id(_ME)),
)
_POSTS = (
    sa.select(
        Post,
        sa.select(UsefulVote.kind).where(UsefulVote.post_id == Post.id, UsefulVote.person_id == _ME).scalar_subquery(),
        sa.exists().where(Block.person_id == _ME, Block.blocked_id == Post.author_id),
        *(
            sa.select(sa.func.count())
            .where(UsefulVote.post_id == Post.id, UsefulVote.kind == kind)
            .correlate(Post)
            .scalar_subquery()
            for kind in ReactionKind
        ),
    )
    .where(Post.topic_id == sa.bindparam("topic"), Post.no >= sa.bindparam("first"), Post.no < sa.bindparam("end"))
    .options(joinedload(Post.author).joinedload(Person.roles))
    .order_by(Post.no)
)
_AROUND = sa.select(
    sa.select(sa.func.count())
    .where(TopicPerson.topic_id == sa.bindparam("topic"), TopicPerson.level == Level.WATCHING)
    .scalar_subquery(),
    has_taken_course(_ME, sa.bindparam("space", type_=sa.Integer)),
    sa.exists().where(SpaceMember.space_id == sa.bindparam("space"), SpaceMember.person_id == _ME, SpaceMember.steward),
    sa.select(Draft.body).where(Draft.person_id == _ME, Draft.key == sa.bindparam("draft")).scalar_subquery(),
)
_TAGS = sa.select(TopicTag.tag).where(TopicTag.topic_id == sa.bindparam("topic")).order_by(TopicTag.tag)
_MARKERS = (
    sa.select(TopicMarker)
    .where(
        TopicMarker.topic_id == sa.bindparam("topic"),
        TopicMarker.no >= sa.bindparam("first"),
        TopicMarker.no <= sa.bindparam("last"),
    )
    .order_by(TopicMarker.id)
)


def topic_seen_by(viewer: Person | None, key: str, *, anew: bool = False) -> TopicSeen:
    """By its key. A hidden topic is seen by its author and by moderators alone. `anew`: after a command that was refused."""
    who = {"me": viewer.id if viewer else 0, "everything": viewer is not None and rules.sees_everything(viewer)}
    row = session.execute(
        _TOPIC, {"key": key, **who}, execution_options={"populate_existing": True} if anew else {}
    ).first()
    if row is None:
        raise NotFound
    topic, last, level = row
    hidden = topic.hidden_at is not None and topic.merged_into is None
    if hidden and not rules.may_see_hidden_topic(topic, by=viewer):
        raise NotFound
    return TopicSeen(topic, last or 0, level)


def posts_seen_by(viewer: Person | None, topic: Topic, *, first: int, limit: int = rules.PAGE) -> list[PostSeen]:
    """A page of posts from this number on, with their authors and roles. Whose text may not be read is for `rules.may_read_post`."""
    wanted = {"me": viewer.id if viewer else 0, "topic": topic.id, "first": first, "end": first + limit}
    return [
        PostSeen(post, dict(zip(ReactionKind, counted, strict=True)), mine, bool(is_blocked))
        for post, mine, is_blocked, *counted in session.execute(_POSTS, wanted).unique()
    ]


def post_seen_by(viewer: Person | None, key: str, no: int) -> Post:
    """One post with its topic and author; a hidden one for its author and for moderators alone."""
    topic = topic_seen_by(viewer, key).topic
    post = session.scalars(
        sa.select(Post).where(Post.topic_id == topic.id, Post.no == no).options(joinedload(Post.author))
    ).first()
    if post is None or not rules.may_read_post(post, by=viewer):
        raise NotFound
    sa.orm.attributes.set_committed_value(post, "topic", topic)
    return post


@dataclass(frozen=True)
class Around:
    """What is known about a topic beside its posts."""

    followers: int
    took_course: bool
    steward: bool
    draft: str  # of an answer


def around(viewer: Person | None, topic: Topic) -> Around:
    wanted = {"me": viewer.id if viewer else 0, "topic": topic.id, "space": topic.space_id}
    row = session.execute(_AROUND, {**wanted, "draft": f"reply-{topic.key}"}).one()
    return Around(row[0], bool(row[1]), bool(row[2]), row[3] or "")


def followers_count(topic: Topic) -> int:
    return around(None, topic).followers


def tags_of(topic: Topic) -> Sequence[str]:
    return session.scalars(_TAGS, {"topic": topic.id}).all()


def markers_between(topic: Topic, first: int, last: int) -> dict[int, list[TopicMarker]]:
    """By the number of the post they stand after."""
    found: dict[int, list[TopicMarker]] = {}
    for marker in session.scalars(_MARKERS, {"topic": topic.id, "first": first - 1, "last": last}):
        found.setdefault(marker.no, []).append(marker)
    return found


def post_anywhere_seen_by(viewer: Person | None, post_id: int) -> Post:
    """By its permanent number."""
    where = session.execute(
        sa.select(Topic.key, Post.no).join(Topic, Topic.id == Post.topic_id).where(Post.id == post_id)
    ).first()
    if where is None:
        raise NotFound
    return post_seen_by(viewer, *where)


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
        ).where(Topic.space_id == space.id, _IS_VISIBLE, Topic.started_at > last)
    ).one()
    found = _topics_seen_by(viewer).where(
        Topic.space_id == space.id, is_accepted, _IS_VISIBLE, Topic.last_post_at > this
    )
    return Year(*counts, _found(_newest_first(found).limit(5)))


MOST_SEARCHED = 100  # of which filters leave some


def audiences_of(viewer: Person | None) -> set[str]:
    """To which audiences of the search index somebody belongs."""
    if viewer is None:
        return {"public"}
    private = sa.select(Space.id).where(Space.visibility == Visibility.PRIVATE.value, space_is_open_to(viewer))
    return {"public", "members", *(f"space:{space_id}" for space_id in session.scalars(private))}


def topic_with_id(topic_id: int) -> Topic | None:
    return session.scalars(
        sa.select(Topic).where(Topic.id == topic_id).options(joinedload(Topic.space), joinedload(Topic.author))
    ).first()


def post_with_id(post_id: int) -> Post | None:
    return session.scalars(
        sa.select(Post)
        .where(Post.id == post_id)
        .options(joinedload(Post.topic).joinedload(Topic.space), joinedload(Post.author))
    ).first()


def post_numbered(topic: Topic, no: int) -> Post | None:
    """With its topic."""
    return session.scalars(
        sa.select(Post).where(Post.topic_id == topic.id, Post.no == no).options(joinedload(Post.topic))
    ).first()


def topics_after(topic_id: int, *, limit: int) -> Sequence[Topic]:
    """Those that can be seen, by row number."""
    return session.scalars(
        sa.select(Topic)
        .where(Topic.id > topic_id, _IS_VISIBLE)
        .order_by(Topic.id)
        .limit(limit)
        .options(joinedload(Topic.space))
    ).all()


def visible_posts(topic: Topic, *, limit: int) -> Sequence[Post]:
    return session.scalars(
        sa.select(Post).where(Post.topic_id == topic.id, Post.hidden_at.is_(None)).order_by(Post.no).limit(limit)
    ).all()


@dataclass(frozen=True)
class Counts:
    posts: int
    answers: int
    last_no: int
    last_at: datetime | None


def counts_of(topic: Topic) -> Counts:
    """Of what can be seen in a topic, counted anew."""
    visible = sa.select(Post).where(Post.topic_id == topic.id, Post.hidden_at.is_(None)).subquery()
    posts, answers, last_no = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.case((visible.c.author_id != topic.author_id, 1))),
            sa.func.coalesce(sa.func.max(visible.c.no), 0),
        )
    ).one()
    last = post_numbered(topic, last_no) if last_no else None
    return Counts(posts, answers, last_no, last.written_at if last else None)


def posts_numbered(topic: Topic, numbers: Collection[int] | None) -> Sequence[Post]:
    """Those of a topic with these numbers, or all of them; in order."""
    posts = sa.select(Post).where(Post.topic_id == topic.id).order_by(Post.no).options(joinedload(Post.topic))
    return session.scalars(posts if numbers is None else posts.where(Post.no.in_(numbers))).all()


def followers_to_bring(topic: Topic, into: Topic) -> sa.Select[*tuple[Any, ...]]:
    """Rows for those who are in one topic and not yet in the other: they have read nothing of what stands there."""
    there = sa.select(TopicPerson.person_id).where(TopicPerson.topic_id == into.id)
    return sa.select(TopicPerson.person_id, sa.literal(into.id), sa.literal(0), TopicPerson.level).where(
        TopicPerson.topic_id == topic.id, TopicPerson.person_id.not_in(there)
    )


def thread_of(ref: Ref) -> Topic | None:
    return session.scalars(sa.select(Topic).where(Topic.about == str(ref), Topic.is_thread)).first()


def oldest_topic_about(ref: Ref) -> Topic | None:
    return session.scalars(
        sa.select(Topic).where(Topic.about == str(ref), _IS_VISIBLE).order_by(Topic.id).limit(1)
    ).first()


def _spaces_of(about: Ref) -> sa.Select[int]:
    return sa.select(Space.id).where(Space.about == str(about))


def open_topics_of(about: Ref) -> Sequence[Topic]:
    """Of the space of an edition, and those about the edition itself."""
    return session.scalars(
        sa.select(Topic).where(
            sa.or_(Topic.space_id.in_(_spaces_of(about)), Topic.about == str(about)),
            Topic.state == TopicState.OPEN.value,
            Topic.merged_into.is_(None),
        )
    ).all()


def threads_touched_by_people_of(about: Ref) -> Sequence[Topic]:
    people = sa.select(SpaceMember.person_id).where(SpaceMember.space_id.in_(_spaces_of(about)))
    wrote = sa.exists().where(Post.topic_id == Topic.id, Post.author_id.in_(people))
    return session.scalars(sa.select(Topic).where(Topic.is_thread, wrote)).all()


def topics_begun_since(person: Person, moment: datetime) -> int:
    begun = sa.select(sa.func.count()).where(Topic.author_id == person.id, Topic.started_at > moment)
    return session.scalar(begun) or 0


def post_sent_once(author: Person, once: str) -> Post | None:
    """The post that this form has made already."""
    return session.scalars(
        sa.select(Post).where(Post.author_id == author.id, Post.once == once).options(joinedload(Post.topic))
    ).first()


def revisions_of(post: Post) -> Sequence[PostRevision]:
    return session.scalars(
        sa.select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.n)
    ).all()


def vote_of(person: Person, post: Post) -> UsefulVote | None:
    return session.get(UsefulVote, (post.id, person.id))
