"""What can be done with topics and posts: write, answer, change, follow, read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.community import finding, queries, rules, writing
from academy.community.commands.arranging import tag_topic
from academy.community.commands.moderation import hold_post
from academy.community.commands.people import forget_draft
from academy.community.commands.pictures import show_pictures
from academy.community.events import (
    AcceptanceTakenBack,
    AnswerAccepted,
    PostEdited,
    PostFoundUseful,
    PostReactedTo,
    PostWritten,
    TopicClosed,
    TopicFollowed,
    TopicReopened,
    TopicStarted,
    UsefulTakenBack,
)
from academy.community.models import (
    Level,
    Mention,
    Post,
    PostRevision,
    ReactionKind,
    Space,
    Topic,
    TopicKind,
    TopicPerson,
    TopicState,
    UsefulVote,
)
from academy.community.writing import Text
from academy.kernel import clock, jobs
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import lock_row, session, take_turns
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.slugs import slug_of
from academy.kernel.subjects import Ref, subjects_seen_by
from academy.kernel.web import random_key
from academy.notifications.commands import read_news_about

# The same words for both databases. How far somebody has read never goes back, whatever arrives late; and who
# follows more closely by writing does so only if nothing else was chosen.
_BE_IN_TOPIC = sa.text(
    """
    INSERT INTO topic_people (person_id, topic_id, last_read_no, level) VALUES (:person, :topic, :no, :level)
    ON CONFLICT (person_id, topic_id) DO UPDATE SET
        last_read_no = CASE WHEN excluded.last_read_no > topic_people.last_read_no
            THEN excluded.last_read_no ELSE topic_people.last_read_no END,
        level = CASE WHEN topic_people.level = 'tracking' THEN excluded.level ELSE topic_people.level END
    """
)
_REACT = sa.text(
    "INSERT INTO useful_votes (post_id, person_id, kind, at) VALUES (:post, :person, :kind, :at)"
    " ON CONFLICT (post_id, person_id) DO UPDATE SET kind = excluded.kind WHERE useful_votes.kind <> excluded.kind"
).bindparams(sa.bindparam("at", type_=UsefulVote.at.type))

_FOLLOWING = Topic.highest_no + 1
_TAKE_NUMBER = (
    sa.update(Topic)
    .where(Topic.id == sa.bindparam("topic", type_=sa.Integer))
    .values(
        highest_no=_FOLLOWING,
        last_visible_no=_FOLLOWING,
        last_post_at=sa.bindparam("now", type_=Topic.last_post_at.type),
        post_count=Topic.post_count + 1,
        answer_count=Topic.answer_count + sa.bindparam("answers", type_=sa.Integer),
    )
    .returning(Topic)
)


# --- Writing -------------------------------------------------------------------------------------------------------


def start_topic(
    space: Space,
    *,
    title: str,
    kind: TopicKind,
    language: str,
    text: Text,
    by: Person,
    about: Ref | None = None,
    tags: Sequence[str] = (),
    once: str = "",
) -> Topic:
    """`once` is the key of the form: sent twice, it begins one topic."""

    def make(known: bool) -> Post:
        _require_fit(text, by=by, known=known)
        reserved = rules.is_reserved(about)
        if reserved and about:
            require(rules.may_begin_reserved(seen=about in subjects_seen_by(by, [about])))
        now = clock.now()
        today = queries.topics_begun_since(by, now - timedelta(days=1)) if not known else 0
        require(rules.may_write_more(waiting=False, topics_today=today, known=known))
        topic = Topic(
            key=random_key(8),
            slug=slug_of(title, otherwise="topic"),
            space_id=space.id,
            author_id=by.id,
            title=title,
            language=language,
            kind=kind,
            about=str(about) if about else None,
            is_thread=_is_thread(about),
            is_reserved=reserved,
            started_at=now,
            last_post_at=now,
        )
        session.add(topic)
        session.flush()
        if tags:
            tag_topic(topic, tags, by=by)
        post = _add_post(topic, text=text, once=once, by=by, known=known)
        publish(TopicStarted(by=by.id, topic_id=topic.id, post_id=post.id, about=topic.about))
        return post

    return _once(once, make, by=by).topic


def _is_thread(about: Ref | None) -> bool:
    """The first topic about a lesson is its thread, across all editions."""
    if about is None or about.kind != "lesson":
        return False
    take_turns(f"thread {about}")
    return queries.thread_of(about) is None


def reply(topic: Topic, *, text: Text, by: Person, once: str = "") -> Post:
    def make(known: bool) -> Post:
        _require_fit(text, by=by, known=known)
        post = _add_post(topic, text=text, once=once, by=by, known=known)
        # as it is behind the lock that the number has taken
        require(rules.may_reply(topic, by=by, took_course=_took_course(topic, by)))
        publish(PostWritten(by=by.id, topic_id=topic.id, post_id=post.id))
        return post

    return _once(once, make, by=by)


def _once(once: str, make: Callable[[bool], Post], *, by: Person) -> Post:
    """What this form has made already, else what it makes now, for somebody who is known here or not. The same form that arrives twice at
    once waits for its turn."""
    if once:
        take_turns(f"post {by.id} {once}")
    before = queries.before_writing(by, once, now=clock.now())
    sent = queries.post_with_id(before.sent) if before.sent else None
    return sent or make(before.known)


def _took_course(topic: Topic, by: Person) -> bool:
    return topic.state is not TopicState.ALUMNI or queries.took_course(by, topic.space_id)


def _require_fit(text: Text, *, by: Person, known: bool) -> None:
    """Who is new has a few limits."""
    require(rules.may_write(text, known=known))
    if not known:
        require(rules.may_write_more(waiting=queries.waits_for_a_moderator(by), topics_today=0, known=known))
    _require_quotable(text)


def _require_quotable(text: Text, *, before: str = "") -> None:
    """What was hidden after somebody quoted it is not said again; what stood there `before` stays."""
    if quoted := writing.posts_repeated_in(text.html) - writing.posts_repeated_in(before):
        require(rules.may_repeat(hidden=queries.some_are_hidden(quoted)))


def _add_post(topic: Topic, *, text: Text, once: str, by: Person, known: bool) -> Post:
    """Taking the next number locks the topic, so posts stand in order and what is known of it is as it is now."""
    now = clock.now()
    session.execute(
        _TAKE_NUMBER,
        {"topic": topic.id, "now": now, "answers": int(by.id != topic.author_id)},
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).one()
    called = queries.people_called(text.called)
    post = Post(
        topic=topic,
        no=topic.highest_no,
        author_id=by.id,
        once=once or random_key(20),
        markdown=text.markdown,
        html=writing.with_calls(text.html, called),
        markup=text.markup,
        written_at=now,
    )
    session.add(post)
    session.flush()
    _call(post, called)
    if writing.pictures_in(post.html):
        show_pictures(post, by=by)
    _be_in(topic, no=post.no, level=Level.WATCHING, by=by)
    forget_draft("new-topic" if post.no == 1 else f"reply-{topic.key}", by=by)
    if rules.must_wait_for_a_moderator(text, known=known):
        hold_post(post, by=by)
    else:
        jobs.defer("community.post_written", post_id=post.id)
    return post


def _call(post: Post, called: Mapping[str, int]) -> None:
    """Also who calls themselves: nobody is told, and the name goes when they leave."""
    new = set(called.values()) - (queries.calls_in(post) if called and post.version > 1 else set())
    session.add_all(
        Mention(post_id=post.id, person_id=person_id, told=person_id == post.author_id) for person_id in sorted(new)
    )


def edit_post(post: Post, *, text: Text, version: int, by: Person, title: str = "", because: str = "") -> None:
    """`version` is the one that the person had before them; a `title` is for the first post. The one before is kept. What says the same as
    what stands there changes nothing, so a form may arrive twice."""
    topic = post.topic
    if post.no == 1:
        lock_row(topic)  # before its post, as everywhere
    lock_row(post)
    require(rules.may_edit_post(post, topic, because=because, by=by, now=clock.now()))
    forget_draft(post.draft_key, by=by)
    title = title if post.no == 1 and title else topic.title
    if (text.markdown, title) == (post.markdown, topic.title):
        return
    if post.version != version:
        raise Refused(
            Verdict(say("Somebody has changed this post in the meantime. It stands below as it is now."), 409, "body")
        )
    now = clock.now()
    require(rules.may_write(text, known=queries.is_known(by, now=now)))
    _require_quotable(text, before=post.html)
    session.add(
        PostRevision(
            post_id=post.id,
            n=post.version,
            author_id=post.author_id,
            title=topic.title if post.no == 1 else "",
            markdown=post.markdown,
            replaced_by_id=by.id,
            replaced_at=now,
            because=because,
        )
    )
    called = queries.people_called(text.called)
    post.version += 1
    post.markdown, post.markup = text.markdown, text.markup
    post.html = writing.with_calls(text.html, called)
    post.edited_at, post.edited_because = now, because
    if title != topic.title:
        topic.title, topic.slug = title, slug_of(title, otherwise="topic")
    _call(post, called)
    show_pictures(post, by=by)
    jobs.defer("community.post_written", post_id=post.id)
    publish(PostEdited(by=by.id, post_id=post.id, because=because))


# --- Answers, votes, following -------------------------------------------------------------------------------------


def accept_answer(post: Post, *, by: Person) -> None:
    topic = post.topic
    lock_row(topic)
    require(rules.may_accept_answer(post, topic, by=by))
    if topic.accepted_no == post.no:
        return
    topic.accepted_no = post.no
    if by.id != post.author_id:
        jobs.defer("community.answer_accepted", post_id=post.id)
    publish(AnswerAccepted(by=by.id, topic_id=topic.id, post_id=post.id))


def take_acceptance_back(topic: Topic, *, by: Person) -> None:
    require(rules.may_take_acceptance_back(topic, by=by))
    if topic.accepted_no is not None:
        topic.accepted_no = None
        publish(AcceptanceTakenBack(by=by.id, topic_id=topic.id))


def react(post: Post, kind: ReactionKind, *, by: Person) -> None:
    """Useful, thanks, or the same question: one at a time, and a second one takes the place of the first."""
    require(rules.may_vote(post, post.topic, by=by))
    values = {"post": post.id, "person": by.id, "kind": kind.value, "at": clock.now()}
    if session.connection().execute(_REACT, values).rowcount:
        useful = kind is ReactionKind.USEFUL
        publish((PostFoundUseful if useful else PostReactedTo)(by=by.id, post_id=post.id))


def find_useful(post: Post, *, by: Person) -> None:
    require(rules.may_vote(post, post.topic, by=by))
    react(post, ReactionKind.USEFUL, by=by)


def take_useful_back(post: Post, *, by: Person) -> None:
    require(rules.may_vote(post, post.topic, by=by))
    if vote := queries.vote_of(by, post):
        session.delete(vote)
        publish(UsefulTakenBack(by=by.id, post_id=post.id))


def follow_topic(topic: Topic, level: Level, *, by: Person) -> None:
    """Watch it, stop watching it, or hear nothing of it at all."""
    require(rules.may_follow(by=by))
    _be_in(topic, no=0, level=Level.TRACKING, by=by)
    session.execute(
        sa.update(TopicPerson)
        .where(TopicPerson.topic_id == topic.id, TopicPerson.person_id == by.id)
        .values(level=level)
    )
    publish(TopicFollowed(by=by.id, topic_id=topic.id, level=level))


def mark_read(topic: Topic, *, upto: int, by: Person) -> None:
    """Up to this number. Not an event: a page that is read is no news to anybody."""
    require(rules.may_follow(by=by))
    _be_in(topic, no=max(0, min(upto, topic.highest_no)), level=Level.TRACKING, by=by)
    read_news_about(topic.ref, by=by)


def _be_in(topic: Topic, *, no: int, level: Level, by: Person) -> None:
    session.execute(_BE_IN_TOPIC, {"person": by.id, "topic": topic.id, "no": no, "level": level.value})


def close_topic(topic: Topic, *, by: Person) -> None:
    require(rules.may_close_topic(topic, by=by))
    if topic.state is not TopicState.CLOSED:
        topic.state = TopicState.CLOSED
        publish(TopicClosed(by=by.id, topic_id=topic.id))


def reopen_topic(topic: Topic, *, by: Person) -> None:
    require(rules.may_close_topic(topic, by=by))
    if topic.state is not TopicState.OPEN:
        topic.state = TopicState.OPEN
        publish(TopicReopened(by=by.id, topic_id=topic.id))


INDEXED_AT_ONCE = 200  # topics in one transaction


def reindex(after: int = 0, *, space_id: int | None = None, by: Person | None) -> int | None:
    """Let the next few topics, of one space or of all, be found again, by row number. Where to go on; None: that was all."""
    require(rules.may_rebuild_search(by=by))
    some = queries.topics_after(after, space_id=space_id, limit=INDEXED_AT_ONCE)
    for topic in some:
        finding.index_topic(topic)
    return some[-1].id if len(some) == INDEXED_AT_ONCE else None
