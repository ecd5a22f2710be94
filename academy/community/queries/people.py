"""Who is called, known, blocked? What is somebody writing?"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.community import rules
from academy.community.models import (
    Block,
    Draft,
    Experience,
    Mention,
    Post,
    PostRevision,
    SpaceMember,
    Standing,
    Topic,
    Visibility,
)
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.notifications.models import Notification


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


# put together once: whoever writes asks it
_WRITER = sa.bindparam("person", type_=sa.Integer)
_BEFORE_WRITING = sa.select(
    sa.select(Post.id).where(Post.author_id == _WRITER, Post.once == sa.bindparam("once")).scalar_subquery(),
    sa.or_(
        sa.exists().where(Standing.person_id == _WRITER),
        sa.exists().where(
            Post.author_id == _WRITER,
            Post.hidden_at.is_(None),
            Post.written_at < sa.bindparam("before", type_=Post.written_at.type),
        ),
    ),
)


class BeforeWriting(NamedTuple):
    sent: int | None  # the post that this form has made already
    known: bool  # teaches or helps here, has finished a lesson, or has a post that has stood for a while


def before_writing(person: Person, once: str, *, now: datetime) -> BeforeWriting:
    asked = {"person": person.id, "once": once, "before": now - rules.KNOWN_AFTER}
    sent, known = session.execute(_BEFORE_WRITING, asked).one()
    return BeforeWriting(sent, bool(known) or rules.known_by_role(person))


def is_known(person: Person, *, now: datetime) -> bool:
    return before_writing(person, "", now=now).known


def standing_of(person_id: int) -> Standing | None:
    return session.get(Standing, person_id)


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


def has_blocked(person: Person, other_id: int) -> bool:
    return session.get(Block, (person.id, other_id)) is not None


def blocked_among(person: Person, others: Collection[int]) -> set[int]:
    """Those of them whom this person has blocked."""
    if not others:
        return set()
    return set(
        session.scalars(sa.select(Block.blocked_id).where(Block.person_id == person.id, Block.blocked_id.in_(others)))
    )


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
            ~Topic.is_reserved,
            Topic.answer_count == 0,
            Topic.state.in_(rules.ANSWERED_BY_SOMEBODY),
            Topic.started_at < before,
            Topic.started_at > since,
            ~sa.exists().where(earlier.author_id == Topic.author_id, earlier.id < Topic.id),
        )
        .options(joinedload(Topic.space), joinedload(Topic.author))
        .order_by(Topic.started_at)
        .limit(limit)
    ).all()


WELCOME = "community.welcome"  # the kind of news


def whose_turn(topic: Topic, *, limit: int) -> Sequence[Experience]:
    """Who has worked through the module of this topic, or where it belongs to none through any, and was asked longest ago; not about the
    topic itself. In a private space its people alone."""
    was_asked = sa.exists().where(
        Notification.person_id == Experience.person_id,
        Notification.kind == WELCOME,
        Notification.subject == str(topic.ref),
    )
    found = (
        sa.select(Experience)
        .join(Person, Person.id == Experience.person_id)
        .where(Experience.person_id != topic.author_id, Person.closed_at.is_(None), ~was_asked)
    )
    about = Ref.parsed(topic.space.about or "")
    if about is not None and about.kind == "module":
        found = found.where(Experience.about == str(about))
    if topic.space.visibility is Visibility.PRIVATE:
        belongs = sa.exists().where(
            SpaceMember.space_id == topic.space_id, SpaceMember.person_id == Experience.person_id
        )
        found = found.where(belongs)
    return session.scalars(found.order_by(Experience.asked_at, Experience.person_id).limit(limit)).all()
