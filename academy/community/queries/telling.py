"""Whom does a post concern, and why?

Every post asks this, so each statement is put together once.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from academy.accounts.models import RoleHeld
from academy.accounts.queries import person_with_id
from academy.community import rules
from academy.community.models import (
    Block,
    Level,
    Mention,
    Post,
    Space,
    SpaceMember,
    SpacePerson,
    Topic,
    TopicPerson,
    Visibility,
)
from academy.community.queries.topics import subject_of_reserved
from academy.kernel.db import session


def _given(name: str, kind: type[sa.types.TypeEngine[Any]] = sa.Integer) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=kind)


_POST_TO_TELL = (
    sa.select(Post)
    .join(Post.topic)
    .join(Topic.space)
    .where(Post.id == _given("post"))
    .options(contains_eager(Post.topic).contains_eager(Topic.space))
    .with_for_update(of=Post)
)


def post_to_tell(post_id: int) -> Post | None:
    """With its topic and space; taken for this transaction."""
    return session.scalars(_POST_TO_TELL, {"post": post_id}).first()


class Concerned(NamedTuple):
    """A person whom a post concerns beyond those who follow."""

    person_id: int
    because: str  # a key of the reasons: called, quoted or wrote
    told: bool  # of this call
    level: Level | None
    last_read_no: int


def _belongs(person_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """May read what is in the space of the post."""
    member = sa.exists().where(SpaceMember.space_id == _given("space"), SpaceMember.person_id == person_id)
    return sa.or_(_given("open", sa.Boolean), member)


def _has_blocked(person_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Block.person_id == person_id, Block.blocked_id == _given("author"))


def _concerned() -> sa.Select[*tuple[Any, ...]]:
    is_left_alone = sa.exists().where(Block.person_id == _given("author"), Block.blocked_id == Mention.person_id)
    called = sa.select(Mention.person_id, sa.literal("called", sa.String).label("because"), Mention.told).where(
        Mention.post_id == _given("post"), ~is_left_alone
    )
    quoted = (
        sa.select(Post.author_id, sa.literal("quoted", sa.String), sa.false())
        .join(Post.topic)
        .join(Topic.space)
        .where(
            Post.id.in_(sa.bindparam("quoted", expanding=True, type_=sa.Integer)),
            Post.hidden_at.is_(None),
            sa.or_(Space.visibility != Visibility.PRIVATE.value, Topic.space_id == _given("space")),
        )
    )
    wrote = sa.select(Topic.author_id, sa.literal("wrote", sa.String), sa.false()).where(Topic.id == _given("topic"))
    found = called.union_all(quoted, wrote).subquery()
    here = sa.and_(TopicPerson.topic_id == _given("topic"), TopicPerson.person_id == found.c.person_id)
    return (
        sa.select(
            found.c.person_id,
            found.c.because,
            found.c.told,
            TopicPerson.level,
            sa.func.coalesce(TopicPerson.last_read_no, 0),
        )
        .select_from(found)
        .outerjoin(TopicPerson, here)
        .where(found.c.person_id != _given("author"), ~_has_blocked(found.c.person_id), _belongs(found.c.person_id))
    )


_CONCERNED = _concerned()


def concerned_by(post: Post, *, quoted: Collection[int]) -> Sequence[Concerned]:
    """Who is called in it, whose post it quotes, and who began the topic, as far as they may read it and have not blocked its author. Whom
    the author has blocked is not called."""
    rows = session.execute(_CONCERNED, {**_facts_of(post), "quoted": list(quoted)})
    found = [Concerned(*row) for row in rows]
    return [one for one in found if _sees(one.person_id, post.topic)] if post.topic.is_reserved else found


def _sees(person_id: int, topic: Topic) -> bool:
    person = person_with_id(person_id)
    return person is not None and subject_of_reserved(person, topic) is not None


def _followers() -> sa.Select[*tuple[Any, ...]]:
    no = _given("no")
    in_topic = sa.select(TopicPerson.person_id, sa.literal("topic", sa.String).label("because")).where(
        TopicPerson.topic_id == _given("topic"), TopicPerson.level == Level.WATCHING, TopicPerson.last_read_no < no
    )
    teaches = sa.exists().where(
        RoleHeld.person_id == SpacePerson.person_id, RoleHeld.role.in_(rules.READ_WHAT_IS_RESERVED)
    )
    in_space = (
        sa.select(SpacePerson.person_id, sa.literal("space", sa.String).label("because"))
        .outerjoin(
            TopicPerson,
            sa.and_(TopicPerson.topic_id == _given("topic"), TopicPerson.person_id == SpacePerson.person_id),
        )
        .where(
            SpacePerson.space_id == _given("space"),
            SpacePerson.level == Level.WATCHING,
            sa.or_(~_given("reserved", sa.Boolean), teaches),
            sa.func.coalesce(TopicPerson.level, Level.TRACKING) == Level.TRACKING,
            sa.func.coalesce(TopicPerson.last_read_no, 0) < no,
        )
    )
    found = in_topic.union_all(in_space).subquery()
    return sa.select(found.c.person_id, found.c.because).where(
        found.c.person_id.not_in(sa.bindparam("otherwise", expanding=True, type_=sa.Integer)),
        ~_has_blocked(found.c.person_id),
        _belongs(found.c.person_id),
    )


FOLLOWERS = _followers()
"""Who follows the topic or its space and has not read it yet, as recipients with the reason; a choice for the topic counts more than one
for the space, which tells of a reserved topic only who teaches or moderates. Not who blocked its author, nor who has left a private space.
What it asks: `facts_for_followers`."""


def facts_for_followers(post: Post, *, otherwise: Collection[int]) -> dict[str, Any]:
    """Not its author, nor who began the topic, who is called or quoted in it (`otherwise`): they are told of that."""
    return {
        **_facts_of(post),
        "no": post.no,
        "reserved": post.topic.is_reserved,
        "otherwise": [post.author_id, post.topic.author_id, *otherwise],
    }


def _facts_of(post: Post) -> dict[str, Any]:
    topic = post.topic
    return {
        "post": post.id,
        "author": post.author_id,
        "topic": topic.id,
        "space": topic.space_id,
        "open": topic.space.visibility is not Visibility.PRIVATE,
    }
