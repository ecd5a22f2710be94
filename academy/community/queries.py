"""What can be seen, and by whom?"""

from collections.abc import Mapping, Sequence
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
    Flag,
    Level,
    Mention,
    Post,
    PostRevision,
    Space,
    SpacePerson,
    Standing,
    Topic,
    TopicKind,
    TopicPerson,
    UsefulVote,
)
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address

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
        return self.level in rules.FOLLOWING and self.topic.last_visible_no > self.last_read_no

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
    useful: int
    by_me: bool  # I found it useful


# --- Spaces --------------------------------------------------------------------------------------------------------


def spaces_seen_by(_viewer: Person | None) -> Sequence[Space]:
    """Every space there is: all are public."""
    return session.scalars(sa.select(Space).order_by(Space.position, Space.id)).all()


def space_seen_by(_viewer: Person | None, slug: str) -> Space:
    space = space_called(slug)
    if space is None:
        raise NotFound
    return space


def space_called(slug: str) -> Space | None:
    return session.scalars(sa.select(Space).where(Space.slug == slug)).first()


# --- Lists of topics -----------------------------------------------------------------------------------------------


def _topics_seen_by(viewer: Person | None) -> _Topics:
    """Topic, last number read and level; with author and space."""
    return _topics_of(sa.literal(viewer.id if viewer else 0))


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
_IS_UNREAD = sa.and_(TopicPerson.level.in_(rules.FOLLOWING), Topic.last_visible_no > TopicPerson.last_read_no)


# put together once: every lesson asks it
_ABOUT = (
    _newest_first(_topics_of(sa.bindparam("me", type_=sa.Integer)))
    .where(Topic.about == sa.bindparam("about"), _IS_VISIBLE)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def topics_in(
    viewer: Person | None, space: Space, *, show: str = "all", before: str = "", limit: int = 20
) -> list[TopicSeen]:
    """The newest first; `before` is the cursor of the last one seen. A cursor that is none begins at the top."""
    topics = _topics_seen_by(viewer).where(Topic.space_id == space.id, _IS_VISIBLE)
    if show == "unanswered":
        topics = topics.where(Topic.kind == TopicKind.QUESTION.value, Topic.answer_count == 0)
    elif show == "questions":
        topics = topics.where(Topic.kind == TopicKind.QUESTION.value)
    elif show == "unread":
        topics = topics.where(_IS_UNREAD)
    if place := _place(before):
        at, topic_id = place
        topics = topics.where(
            sa.tuple_(Topic.last_post_at, Topic.id)
            < sa.tuple_(sa.literal(at, Topic.last_post_at.type), sa.literal(topic_id))
        )
    return _found(_newest_first(topics).limit(limit))


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
    return _found(_newest_first(_topics_seen_by(viewer).where(_IS_VISIBLE)).limit(limit))


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
    return _found(_newest_first(_topics_seen_by(viewer).where(_IS_UNREAD, _IS_VISIBLE)).limit(limit))


def unread_counts(viewer: Person) -> dict[int, int]:
    """Topics with something new, by space: a hundred are counted in all, nobody needs to know more."""
    some = (
        sa.select(Topic.space_id)
        .join(TopicPerson, TopicPerson.topic_id == Topic.id)
        .where(TopicPerson.person_id == viewer.id, _IS_UNREAD, _IS_VISIBLE)
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


def topic_seen_by(viewer: Person | None, key: str, *, anew: bool = False) -> TopicSeen:
    """By its key. A hidden topic is seen by its author and by moderators alone. `anew`: after a command that was refused."""
    topics = _topics_seen_by(viewer).where(Topic.key == key)
    found = _found(topics.execution_options(populate_existing=True) if anew else topics)
    if not found or (found[0].topic.hidden_at and not rules.may_see_hidden_topic(found[0].topic, by=viewer)):
        raise NotFound
    return found[0]


def posts_seen_by(viewer: Person | None, topic: Topic, *, first: int, limit: int = rules.PAGE) -> list[PostSeen]:
    """A page of posts from this number on, with their authors and roles. Whose text may not be read is for `rules.may_read_post`."""
    votes = sa.select(sa.func.count()).where(UsefulVote.post_id == Post.id).scalar_subquery()
    mine = sa.exists().where(UsefulVote.post_id == Post.id, UsefulVote.person_id == (viewer.id if viewer else 0))
    rows = session.execute(
        sa.select(Post, votes, mine)
        .where(Post.topic_id == topic.id, Post.no >= first, Post.no < first + limit)
        .options(joinedload(Post.author).joinedload(Person.roles))
        .order_by(Post.no)
    ).unique()
    return [PostSeen(post, useful, bool(by_me)) for post, useful, by_me in rows]


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


def followers_count(topic: Topic) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count()).where(TopicPerson.topic_id == topic.id, TopicPerson.level == Level.WATCHING)
        )
        or 0
    )


def topic_with_id(topic_id: int) -> Topic | None:
    return session.scalars(
        sa.select(Topic).where(Topic.id == topic_id).options(joinedload(Topic.space), joinedload(Topic.author))
    ).first()


def post_with_id(post_id: int) -> Post | None:
    return session.scalars(
        sa.select(Post).where(Post.id == post_id).options(joinedload(Post.topic), joinedload(Post.author))
    ).first()


def post_numbered(topic: Topic, no: int) -> Post | None:
    return session.scalars(sa.select(Post).where(Post.topic_id == topic.id, Post.no == no)).first()


def topics_after(topic_id: int, *, limit: int) -> Sequence[Topic]:
    """Those that can be seen, by row number."""
    return session.scalars(
        sa.select(Topic).where(Topic.id > topic_id, _IS_VISIBLE).order_by(Topic.id).limit(limit)
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


# --- People --------------------------------------------------------------------------------------------------------


def people_called(slugs: Sequence[str]) -> dict[str, int]:
    """The ids of those who exist, by slug."""
    if not slugs:
        return {}
    rows = session.execute(
        sa.select(Person.slug, Person.id).where(
            Person.slug.in_(slugs), Person.closed_at.is_(None), Person.confirmed_at.is_not(None)
        )
    )
    return dict(rows.all())


def is_known(person: Person, *, now: datetime) -> bool:
    """Teaches or helps here, has finished a lesson, or has a post that has stood for a while."""
    stood = sa.exists().where(
        Post.author_id == person.id, Post.hidden_at.is_(None), Post.written_at < now - rules.KNOWN_AFTER
    )
    return rules.known_by_role(person) or bool(
        session.scalar(sa.select(sa.or_(sa.exists().where(Standing.person_id == person.id), stood)))
    )


def standing_of(person_id: int) -> Standing | None:
    return session.get(Standing, person_id)


def followers_to_tell(post: Post) -> sa.Select[Any]:
    """Who follows its topic or its space and has not read it yet, as recipients with the reason; a choice for the topic counts more than
    one for the space. Not its author, who began the topic, who is called or quoted in it: they are told of that. Nor who blocked its author."""
    topic = post.topic
    in_topic = sa.select(TopicPerson.person_id, sa.literal("topic", sa.String).label("because")).where(
        TopicPerson.topic_id == topic.id, TopicPerson.level == Level.WATCHING, TopicPerson.last_read_no < post.no
    )
    in_space = (
        sa.select(SpacePerson.person_id, sa.literal("space", sa.String).label("because"))
        .outerjoin(
            TopicPerson, sa.and_(TopicPerson.topic_id == topic.id, TopicPerson.person_id == SpacePerson.person_id)
        )
        .where(
            SpacePerson.space_id == topic.space_id,
            SpacePerson.level == Level.WATCHING,
            sa.func.coalesce(TopicPerson.level, Level.TRACKING) == Level.TRACKING,
            sa.func.coalesce(TopicPerson.last_read_no, 0) < post.no,
        )
    )
    found = in_topic.union_all(in_space).subquery()
    return sa.select(found.c.person_id, found.c.because).where(
        found.c.person_id.not_in([post.author_id, topic.author_id]),
        ~sa.exists().where(Mention.post_id == post.id, Mention.person_id == found.c.person_id),
        ~sa.exists().where(Block.person_id == found.c.person_id, Block.blocked_id == post.author_id),
    )


def who_has_blocked(author_id: int) -> set[int]:
    return set(session.scalars(sa.select(Block.person_id).where(Block.blocked_id == author_id)))


def level_in(topic: Topic, person_id: int) -> TopicPerson | None:
    return session.get(TopicPerson, (person_id, topic.id))


def space_level_of(viewer: Person | None, space: Space) -> Level:
    found = session.get(SpacePerson, (viewer.id, space.id)) if viewer else None
    return found.level if found else Level.NORMAL


def calls_to_tell(post: Post) -> list[tuple[Mention, Level | None]]:
    """Who is called in a post and has not been told, with how they follow its topic."""
    rows = session.execute(
        sa.select(Mention, TopicPerson.level)
        .outerjoin(
            TopicPerson,
            sa.and_(TopicPerson.topic_id == post.topic_id, TopicPerson.person_id == Mention.person_id),
        )
        .where(Mention.post_id == post.id, ~Mention.told, Mention.person_id != post.author_id)
    )
    return [(mention, level) for mention, level in rows]


def calls_in(post: Post) -> set[int]:
    return set(session.scalars(sa.select(Mention.person_id).where(Mention.post_id == post.id)))


def posts_calling(person_id: int) -> Sequence[Post]:
    return session.scalars(
        sa.select(Post).join(Mention).where(Mention.person_id == person_id).options(joinedload(Post.topic))
    ).all()


def revisions_naming(slug: str) -> Sequence[PostRevision]:
    """Earlier versions in which a person may be called; only of posts that have some."""
    return session.scalars(
        sa.select(PostRevision).where(PostRevision.markdown.contains(f"@{slug}", autoescape=True))
    ).all()


# --- Reports -------------------------------------------------------------------------------------------------------


def flags_waiting(*, after: int = 0, limit: int = 50) -> Sequence[Flag]:
    """Oldest first, with post, topic, author and who reported."""
    return session.scalars(
        sa.select(Flag)
        .where(Flag.decided_at.is_(None), Flag.id > after)
        .options(
            joinedload(Flag.post).joinedload(Post.topic),
            joinedload(Flag.post).joinedload(Post.author),
            joinedload(Flag.person),
        )
        .order_by(Flag.id)
        .limit(limit)
    ).all()


def flags_waiting_count() -> int:
    some = sa.select(Flag.id).where(Flag.decided_at.is_(None)).limit(MOST_COUNTED).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def flags_waiting_on(post: Post) -> Sequence[Flag]:
    return session.scalars(sa.select(Flag).where(Flag.post_id == post.id, Flag.decided_at.is_(None))).all()


def flag_waiting_of(person: Person, post: Post) -> Flag | None:
    return session.scalars(
        sa.select(Flag).where(Flag.post_id == post.id, Flag.person_id == person.id, Flag.decided_at.is_(None))
    ).first()


# --- For others ----------------------------------------------------------------------------------------------------


@resolves("topic")
def _topics(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    topics = session.scalars(sa.select(Topic).where(Topic.key.in_([ref.key for ref in refs])))
    return {
        topic.ref: Subject(
            topic.title,
            shown_address("community.topic", address=topic.address) or "",
            visible=topic.hidden_at is None or rules.may_see_hidden_topic(topic, by=viewer),
        )
        for topic in topics
    }


@resolves("post")
def _posts(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    """The key of a post is that of its topic and its number: `k7m2p9xa/3`."""
    wanted = [(key, int(no)) for key, _, no in (ref.key.partition("/") for ref in refs) if no.isdecimal()]
    posts = (
        session.scalars(
            sa.select(Post)
            .join(Post.topic)
            .where(sa.or_(*(sa.and_(Topic.key == key, Post.no == no) for key, no in wanted)))
            .options(contains_eager(Post.topic))
        ).all()
        if wanted
        else []
    )
    return {
        post.ref: Subject(
            post.topic.title,
            shown_address("community.topic", **rules.place_of(post.topic, post.no)) or "",
            visible=bool(rules.may_read_post(post, by=viewer))
            and (post.topic.hidden_at is None or rules.may_see_hidden_topic(post.topic, by=viewer)),
        )
        for post in posts
    }
