"""What do commands and jobs need to know of topics and posts, whoever may see them?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.community.models import (
    Post,
    PostRevision,
    Space,
    SpaceMember,
    Topic,
    TopicPerson,
    TopicState,
    UsefulVote,
)
from academy.community.queries.lists import IS_VISIBLE
from academy.kernel.db import session
from academy.kernel.subjects import Ref


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


def topics_after(topic_id: int, *, space_id: int | None = None, limit: int) -> Sequence[Topic]:
    """Those that can be seen, of one space or of all, by row number."""
    found = sa.select(Topic).where(Topic.id > topic_id, IS_VISIBLE).order_by(Topic.id).limit(limit)
    if space_id is not None:
        found = found.where(Topic.space_id == space_id)
    return session.scalars(found.options(joinedload(Topic.space))).all()


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


def some_are_hidden(post_ids: Collection[int]) -> bool:
    """Is one of these posts, or its topic, hidden?"""
    hidden = sa.or_(Post.hidden_at.is_not(None), Topic.hidden_at.is_not(None))
    found = sa.exists().where(Post.id.in_(post_ids), Topic.id == Post.topic_id, hidden)
    return session.scalar(sa.select(found)) or False


def revisions_of(post: Post) -> Sequence[PostRevision]:
    return session.scalars(
        sa.select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.n)
    ).all()


def vote_of(person: Person, post: Post) -> UsefulVote | None:
    return session.get(UsefulVote, (post.id, person.id))
