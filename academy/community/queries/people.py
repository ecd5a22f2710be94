"""Who is called, known, blocked, told? What is somebody writing?"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.community import rules
from academy.community.models import (
    Block,
    Draft,
    Experience,
    Level,
    Mention,
    Post,
    PostRevision,
    Space,
    SpaceMember,
    SpacePerson,
    Standing,
    Topic,
    TopicPerson,
    Visibility,
)
from academy.kernel.db import session


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


def followers_to_tell(post: Post, *, otherwise: Collection[int] = ()) -> sa.Select[*tuple[Any, ...]]:
    """Who follows its topic or its space and has not read it yet, as recipients with the reason; a choice for the topic counts more than
    one for the space. Not its author, who began the topic, who is called or quoted in it (`otherwise`): they are told of that. Nor who
    blocked its author, nor who has left a private space."""
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
    told = sa.select(found.c.person_id, found.c.because).where(
        found.c.person_id.not_in([post.author_id, topic.author_id, *otherwise]),
        ~sa.exists().where(Mention.post_id == post.id, Mention.person_id == found.c.person_id),
        ~sa.exists().where(Block.person_id == found.c.person_id, Block.blocked_id == post.author_id),
    )
    if topic.space.visibility is not Visibility.PRIVATE:
        return told
    belongs = sa.exists().where(SpaceMember.space_id == topic.space_id, SpaceMember.person_id == found.c.person_id)
    return told.where(belongs)


def who_has_blocked(author_id: int) -> set[int]:
    return set(session.scalars(sa.select(Block.person_id).where(Block.blocked_id == author_id)))


def level_in(topic: Topic, person_id: int) -> TopicPerson | None:
    return session.get(TopicPerson, (person_id, topic.id))


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


def has_taken_course(
    person_id: int | sa.ColumnElement[int], space_id: int | sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Has worked through a part of it, or belongs to the space of its edition."""
    return sa.or_(
        sa.exists().where(Standing.person_id == person_id),
        sa.exists().where(SpaceMember.space_id == space_id, SpaceMember.person_id == person_id),
    )


def took_course(person: Person, space_id: int) -> bool:
    return session.scalar(sa.select(has_taken_course(person.id, space_id))) or False


def waits_for_a_moderator(person: Person) -> bool:
    """Is one of their posts held?"""
    return session.scalar(sa.select(sa.exists().where(Post.author_id == person.id, Post.held))) or False


def may_enter(topic: Topic, people: Collection[int]) -> set[int]:
    """Who of these may read what is in its space."""
    if topic.space.visibility is not Visibility.PRIVATE:
        return set(people)
    return set(
        session.scalars(
            sa.select(SpaceMember.person_id).where(
                SpaceMember.space_id == topic.space_id, SpaceMember.person_id.in_(people)
            )
        )
    )


def authors_of(posts: Collection[int], topic: Topic) -> set[int]:
    """Of posts that are quoted, as far as they can be read by whoever reads this topic."""
    return set(
        session.scalars(
            sa.select(Post.author_id)
            .join(Post.topic)
            .join(Topic.space)
            .where(
                Post.id.in_(posts),
                Post.hidden_at.is_(None),
                sa.or_(Space.visibility != Visibility.PRIVATE.value, Topic.space_id == topic.space_id),
            )
        )
    )


def has_blocked(person: Person, other_id: int) -> bool:
    return session.get(Block, (person.id, other_id)) is not None


def blocked_by(person: Person) -> Sequence[Person]:
    return session.scalars(
        sa.select(Person)
        .join(Block, Block.blocked_id == Person.id)
        .where(Block.person_id == person.id)
        .order_by(Person.name)
    ).all()


def draft_of(person: Person, key: str) -> Draft | None:
    return session.get(Draft, (person.id, key))


# --- Newcomers -----------------------------------------------------------------------------------------------------


def first_posts_without_reply(*, before: datetime, since: datetime, limit: int = 50) -> Sequence[Topic]:
    """Topics that are the first their author began, and that nobody has answered since then."""
    earlier = sa.orm.aliased(Topic)
    return session.scalars(
        sa.select(Topic)
        .where(
            Topic.hidden_at.is_(None),
            Topic.answer_count == 0,
            Topic.started_at < before,
            Topic.started_at > since,
            ~sa.exists().where(earlier.author_id == Topic.author_id, earlier.id < Topic.id),
        )
        .options(joinedload(Topic.space), joinedload(Topic.author))
        .order_by(Topic.started_at)
        .limit(limit)
    ).all()


def whose_turn(about: str | None, *, without: int, limit: int) -> Sequence[Experience]:
    """Who has worked through this module, or any, and was asked longest ago."""
    found = (
        sa.select(Experience)
        .join(Person, Person.id == Experience.person_id)
        .where(Experience.person_id != without, Person.closed_at.is_(None))
    )
    if about:
        found = found.where(Experience.about == about)
    return session.scalars(found.order_by(Experience.asked_at, Experience.person_id).limit(limit)).all()
