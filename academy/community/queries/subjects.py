"""What can other features say of topics and posts?"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from academy.community import rules
from academy.community.models import Post, Topic
from academy.community.queries.spaces import space_is_open_to
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address


@resolves("topic")
def _topics(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    topics = session.scalars(
        sa.select(Topic).join(Topic.space).where(Topic.key.in_([ref.key for ref in refs]), space_is_open_to(viewer))
    )
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
            .join(Topic.space)
            .where(space_is_open_to(viewer), sa.or_(*(sa.and_(Topic.key == key, Post.no == no) for key, no in wanted)))
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
