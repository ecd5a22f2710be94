"""What is on the page of a topic, and who may see it?"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.community import rules
from academy.community.models import (
    Block,
    Draft,
    Level,
    Post,
    ReactionKind,
    SpaceMember,
    Topic,
    TopicMarker,
    TopicPerson,
    TopicTag,
    UsefulVote,
)
from academy.community.queries.lists import TopicSeen, topics_of
from academy.community.queries.people import has_taken_course
from academy.community.queries.spaces import space_is_open_to_id
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, subjects_seen_by


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


# put together once: every page of a topic asks these
_ME = sa.bindparam("me", type_=sa.Integer)
_TOPIC = topics_of(_ME).where(
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
    """By its key. A hidden topic is seen by its author and by moderators alone, a reserved one by who may see what it is about.

    `anew`: after a command that was refused."""
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
    about = subject_of_reserved(viewer, topic) if topic.is_reserved else None
    if topic.is_reserved and about is None:
        raise NotFound
    return TopicSeen(topic, last or 0, level, about)


def subject_of_reserved(viewer: Person | None, topic: Topic) -> Subject | None:
    """What it is about, for those who may see that: the topic is for nobody else."""
    ref = Ref.parsed(topic.about or "")
    return subjects_seen_by(viewer, [ref]).get(ref) if ref else None


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
