"""What can be done to bring order into topics: tag, pin, move, split, join, and give them another state."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.community import finding, queries, rules, writing
from academy.community.counting import count_anew
from academy.community.events import EditionHandedToAlumni, TopicArranged
from academy.community.models import Post, Space, Topic, TopicKind, TopicMarker, TopicPerson, TopicState, TopicTag
from academy.kernel import clock
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.slugs import slug_of
from academy.kernel.subjects import Ref
from academy.kernel.web import random_key


def _require_tending(topic: Topic, *, by: Person) -> None:
    require(rules.may_tend_topic(steward=queries.is_steward(by, topic.space_id), by=by))


def set_state(topic: Topic, state: TopicState, *, by: Person) -> None:
    _require_tending(topic, by=by)
    topic.state = state
    publish(TopicArranged(by=by.id, topic_id=topic.id, how=state.value))


def pin_topic(topic: Topic, *, pinned: bool, by: Person) -> None:
    _require_tending(topic, by=by)
    topic.pinned_at = clock.now() if pinned else None
    publish(TopicArranged(by=by.id, topic_id=topic.id, how="pinned" if pinned else "unpinned"))


def move_topic(topic: Topic, space: Space, *, by: Person) -> None:
    _require_tending(topic, by=by)
    if topic.space_id != space.id:
        topic.space_id, topic.space, topic.pinned_at = space.id, space, None
        finding.index_topic(topic)
        publish(TopicArranged(by=by.id, topic_id=topic.id, how="moved"))


def tag_topic(topic: Topic, tags: Iterable[str], *, by: Person) -> None:
    if by.id != topic.author_id:
        _require_tending(topic, by=by)
    require(rules.may_follow(by=by))
    session.execute(sa.delete(TopicTag).where(TopicTag.topic_id == topic.id))
    words = [word for tag in tags if (word := writing.tag_of(tag))]
    session.add_all(TopicTag(topic_id=topic.id, tag=word) for word in [*dict.fromkeys(words)][: rules.MOST_TAGS])
    publish(TopicArranged(by=by.id, topic_id=topic.id, how="tagged"))


def split_topic(topic: Topic, numbers: Collection[int], *, title: str, by: Person) -> Topic:
    """These posts begin a topic of their own; each keeps its permanent address. The first post stays where it is."""
    _require_tending(topic, by=by)
    lock_row(topic)
    posts = queries.posts_numbered(topic, {no for no in numbers if no > 1})
    if not posts:
        raise Refused(Verdict(say("Choose at least one answer that moves."), 422, "posts"))
    first = posts[0]
    made = Topic(
        key=random_key(8),
        slug=slug_of(title, otherwise="topic"),
        space_id=topic.space_id,
        space=topic.space,
        author_id=first.author_id,
        title=title,
        language=topic.language,
        kind=TopicKind.DISCUSSION,
        about=topic.about,
        is_reserved=topic.is_reserved,
        started_at=first.written_at,
        last_post_at=posts[-1].written_at,
    )
    session.add(made)
    session.flush()
    _mark(topic, after=first.no - 1, kind="split", title=made.title, address=f"/community/t/{made.address}")
    if topic.accepted_no in {post.no for post in posts}:
        topic.accepted_no = None
    _take_over(posts, made)
    _mark(made, after=0, kind="split", title=topic.title, address=f"/community/t/{topic.address}")
    count_anew(topic)
    count_anew(made)
    publish(TopicArranged(by=by.id, topic_id=topic.id, how="split"))
    return made


def merge_topics(topic: Topic, into: Topic, *, by: Person) -> None:
    """All posts go to the end of the other topic; the old address leads there, and each post keeps its permanent one."""
    _require_tending(topic, by=by)
    _require_tending(into, by=by)
    require(rules.may_join_topics(topic, into))
    for one in sorted((topic, into), key=lambda found: found.id):
        lock_row(one)
    _mark(into, after=into.highest_no, kind="merged", title=topic.title)
    _take_over(queries.posts_numbered(topic, None), into)
    topic.merged_into, topic.hidden_at, topic.accepted_no, topic.pinned_at = into.key, clock.now(), None, None
    topic.last_visible_no = topic.post_count = topic.answer_count = 0
    # who followed one of them follows the whole; how far somebody has read in the other is still so
    session.execute(
        sa.insert(TopicPerson).from_select(
            ["person_id", "topic_id", "last_read_no", "level"],
            queries.followers_to_bring(topic, into),
            include_defaults=False,
        )
    )
    session.execute(sa.delete(TopicPerson).where(TopicPerson.topic_id == topic.id))
    finding.index_topic(topic)
    count_anew(into)
    publish(TopicArranged(by=by.id, topic_id=topic.id, how="merged"))


def _take_over(posts: Iterable[Post], topic: Topic) -> None:
    for post in posts:
        topic.highest_no += 1
        post.topic_id, post.topic, post.no = topic.id, topic, topic.highest_no
        session.flush()


def _mark(topic: Topic, *, after: int, kind: str, title: str, address: str = "") -> None:
    marker = TopicMarker(topic_id=topic.id, no=after, kind=kind, title=title[:200], address=address, at=clock.now())
    session.add(marker)


def hand_to_alumni(about: Ref, *, title: str, address: str = "", by: Person | None) -> int:
    """An edition is over: its open topics go on as the alumni's, and the threads of the lessons in which its people wrote get a mark.
    How many topics that were."""
    require(rules.may_recognise(by=by))
    handed = 0
    for topic in queries.open_topics_of(about):
        topic.state = TopicState.ALUMNI
        _mark(topic, after=topic.highest_no, kind="edition_ended", title=title, address=address)
        handed += 1
    for topic in queries.threads_touched_by_people_of(about):
        _mark(topic, after=topic.highest_no, kind="edition_ended", title=title, address=address)
    publish(EditionHandedToAlumni(by=by.id if by else None, about=str(about), topics=handed))
    return handed
