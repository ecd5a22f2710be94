"""What can other features say of topics and posts?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from academy.accounts.models import Person
from academy.community import rules
from academy.community.models import Post, Topic, TopicPerson
from academy.community.queries.spaces import space_is_open_to
from academy.kernel.db import session
from academy.kernel.files import FileUse, StoredFile
from academy.kernel.markup import excerpt
from academy.kernel.subjects import Ref, Subject, resolves, subjects_seen_by
from academy.kernel.web import shown_address
from academy.notifications.notices import Place, reads_out


@resolves("topic")
def _topics(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    topics = session.scalars(
        sa.select(Topic).join(Topic.space).where(Topic.key.in_([ref.key for ref in refs]), space_is_open_to(viewer))
    ).all()
    readable = _readable(topics, viewer)
    return {
        topic.ref: Subject(
            topic.title,
            shown_address("community.topic", address=topic.address) or "",
            visible=topic.id in readable,
        )
        for topic in topics
    }


def _readable(topics: Iterable[Topic], viewer: Any) -> set[int]:
    """Those that are neither hidden nor reserved to others."""
    abouts = {topic.id: Ref.parsed(topic.about or "") for topic in topics if topic.is_reserved}
    seen = subjects_seen_by(viewer, filter(None, abouts.values()))
    return {
        topic.id
        for topic in topics
        if (topic.hidden_at is None or rules.may_see_hidden_topic(topic, by=viewer))
        and (not topic.is_reserved or abouts[topic.id] in seen)
    }


@resolves("post")
@resolves("posted")
def _posts(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    """The key of a post is that of its topic and its number, `k7m2p9xa/3`; of what was `posted`, its own number, which never changes."""
    places = [(key, int(no)) for key, _, no in (ref.key.partition("/") for ref in refs) if no.isdecimal()]
    numbers = [int(ref.key) for ref in refs if ref.kind == "posted" and ref.key.isdecimal()]
    wanted = [sa.and_(Topic.key == key, Post.no == no) for key, no in places]
    if numbers:
        wanted.append(Post.id.in_(numbers))
    if not wanted:
        return {}
    posts = session.scalars(
        sa.select(Post)
        .join(Post.topic)
        .join(Topic.space)
        .where(space_is_open_to(viewer), sa.or_(*wanted))
        .options(contains_eager(Post.topic))
    ).all()
    readable = _readable({post.topic for post in posts}, viewer)
    subjects = {post: _subject_of(post, viewer, visible=post.topic_id in readable) for post in posts}
    by_ref = {post.ref: subject for post, subject in subjects.items()} | {
        post.own_ref: subject for post, subject in subjects.items()
    }
    return {ref: by_ref[ref] for ref in refs if ref in by_ref}


def _subject_of(post: Post, viewer: Any, *, visible: bool) -> Subject:
    return Subject(
        post.topic.title,
        shown_address("community.topic", **rules.place_of(post.topic, post.no)) or "",
        visible=visible and bool(rules.may_read_post(post, by=viewer)),
    )


LONGEST_EXCERPT = 160


@reads_out("topic")
def _excerpts(places: Sequence[Place], person: Person) -> dict[Place, str]:
    """Of posts, by topic and number."""
    wanted = [sa.and_(Topic.key == written.partition(":")[2], Post.no == no) for written, no in places]
    been_there = sa.exists().where(TopicPerson.topic_id == Topic.id, TopicPerson.person_id == person.id)
    rows = session.execute(
        sa.select(Topic.key, Post.no, Post.html)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Topic.space)
        .where(
            *(sa.or_(*wanted), Post.hidden_at.is_(None), Topic.hidden_at.is_(None), space_is_open_to(person)),
            sa.or_(~Topic.is_reserved, been_there),
        )
    )
    return {(str(Ref("topic", key)), no): excerpt(html, LONGEST_EXCERPT) for key, no, html in rows}


def pictures_to_show(post: Post, keys: Collection[str], *, by: Person) -> set[str]:
    """Of these files: what its author or this person keeps, and what it shows already."""
    shown = sa.exists().where(
        FileUse.file_id == StoredFile.id, FileUse.kind == post.own_ref.kind, FileUse.key == post.own_ref.key
    )
    return set(
        session.scalars(
            sa.select(StoredFile.key).where(
                StoredFile.key.in_(keys), sa.or_(StoredFile.owner_id.in_([post.author_id, by.id]), shown)
            )
        )
    )
