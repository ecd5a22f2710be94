"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.community import finding, queries, rules, writing
from academy.community.events import (
    AcceptanceTakenBack,
    AnswerAccepted,
    FlagsDecided,
    MemberRecognised,
    PostEdited,
    PostFlagged,
    PostFoundUseful,
    PostHidden,
    PostShownAgain,
    PostWritten,
    SpaceArranged,
    SpaceFollowed,
    TopicClosed,
    TopicFollowed,
    TopicReopened,
    TopicStarted,
    UsefulTakenBack,
)
from academy.community.models import (
    Flag,
    FlagKind,
    FlagOutcome,
    Level,
    Mention,
    Post,
    PostRevision,
    Space,
    Standing,
    Topic,
    TopicKind,
    TopicPerson,
    TopicState,
    UsefulVote,
)
from academy.community.writing import Text
from academy.kernel import clock, jobs
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.subjects import Ref
from academy.kernel.web import random_key
from academy.notifications.commands import read_news_about

# The same words for both databases. How far somebody has read never goes back, whatever arrives late; and who
# follows more closely by writing does so only if nothing else was chosen.
INDEXED_AT_ONCE = 200  # topics in one transaction

_BE_IN_TOPIC = sa.text(
    """
    INSERT INTO topic_people (person_id, topic_id, last_read_no, level) VALUES (:person, :topic, :no, :level)
    ON CONFLICT (person_id, topic_id) DO UPDATE SET
        last_read_no = CASE WHEN excluded.last_read_no > topic_people.last_read_no
            THEN excluded.last_read_no ELSE topic_people.last_read_no END,
        level = CASE WHEN topic_people.level = 'tracking' THEN excluded.level ELSE topic_people.level END
    """
)
_BE_IN_SPACE = sa.text(
    "INSERT INTO space_people (person_id, space_id, level) VALUES (:person, :space, :level)"
    " ON CONFLICT (person_id, space_id) DO UPDATE SET level = excluded.level"
)
_VOTE = sa.text(
    "INSERT INTO useful_votes (post_id, person_id, at) VALUES (:post, :person, :at)"
    " ON CONFLICT (post_id, person_id) DO NOTHING"
).bindparams(sa.bindparam("at", type_=UsefulVote.at.type))


def ensure_space(
    slug: str,
    position: int,
    titles: Mapping[str, str],
    hue: int | None,
    about: Ref | None = None,
    *,
    summaries: Mapping[str, str] | None = None,
    by: Person | None,
) -> Space:
    """The space with this slug as it should be; nothing happens if it is."""
    require(rules.may_arrange_space(slug, by=by))
    wanted = {
        "position": position,
        "titles": dict(titles),
        "summaries": dict(summaries or {}),
        "hue": hue,
        "about": str(about) if about else None,
    }
    space = queries.space_called(slug)
    if space is not None and all(getattr(space, name) == value for name, value in wanted.items()):
        return space
    if space is None:
        space = Space(slug=slug, opened_at=clock.now())
        session.add(space)
    for name, value in wanted.items():
        setattr(space, name, value)
    session.flush()
    publish(SpaceArranged(by=by.id if by else None, space=slug))
    return space


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
    once: str = "",
) -> Topic:
    """`once` is the key of the form: sent twice, it begins one topic."""

    def make() -> Post:
        _require_fit(text, by=by)
        now = clock.now()
        topic = Topic(
            key=random_key(8),
            slug=writing.slug_of(title),
            space_id=space.id,
            author_id=by.id,
            title=title,
            language=language,
            kind=kind,
            about=str(about) if about else None,
            started_at=now,
            last_post_at=now,
        )
        session.add(topic)
        session.flush()
        post = _add_post(topic, text=text, once=once, by=by)
        publish(TopicStarted(by=by.id, topic_id=topic.id, post_id=post.id, about=topic.about))
        return post

    return _once(once, make, by=by).topic


def reply(topic: Topic, *, text: Text, by: Person, once: str = "") -> Post:
    def make() -> Post:
        _require_fit(text, by=by)
        post = _add_post(topic, text=text, once=once, by=by)
        require(rules.may_reply(topic, by=by))  # as it is behind the lock that the number has taken
        publish(PostWritten(by=by.id, topic_id=topic.id, post_id=post.id))
        return post

    return _once(once, make, by=by)


def _once(once: str, make: Callable[[], Post], *, by: Person) -> Post:
    """What this form has made already, else what it makes now; also when the same form arrives twice at once."""
    if sent := once and queries.post_sent_once(by, once):
        return sent
    try:
        with session.begin_nested():
            return make()
    except IntegrityError:
        if sent := once and queries.post_sent_once(by, once):
            return sent
        raise


def _require_fit(text: Text, *, by: Person) -> None:
    known = text.links <= rules.LINKS_OF_A_NEW_MEMBER or queries.is_known(by, now=clock.now())
    require(rules.may_write(text, known=known))


def _add_post(topic: Topic, *, text: Text, once: str, by: Person) -> Post:
    """Taking the next number locks the topic, so posts stand in order and what is known of it is as it is now."""
    now = clock.now()
    following = Topic.highest_no + 1
    session.execute(
        sa.update(Topic)
        .where(Topic.id == topic.id)
        .values(
            highest_no=following,
            last_visible_no=following,
            last_post_at=now,
            post_count=Topic.post_count + 1,
            answer_count=Topic.answer_count + (1 if by.id != topic.author_id else 0),
        )
        .returning(Topic),
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
    _be_in(topic, no=post.no, level=Level.WATCHING, by=by)
    jobs.defer("community.post_written", post_id=post.id)
    return post


def _call(post: Post, called: Mapping[str, int]) -> None:
    new = set(called.values()) - {post.author_id} - (queries.calls_in(post) if called and post.version > 1 else set())
    session.add_all(Mention(post_id=post.id, person_id=person_id) for person_id in sorted(new))


def edit_post(post: Post, *, text: Text, version: int, by: Person, title: str = "", because: str = "") -> None:
    """`version` is the one that the person had before them; a `title` is for the first post. The one before is kept."""
    lock_row(post)
    topic = post.topic
    require(rules.may_edit_post(post, topic, because=because, by=by, now=clock.now()))
    if post.version != version:
        raise Refused(
            Verdict(say("Somebody has changed this post in the meantime. It stands below as it is now."), 409, "body")
        )
    title = title if post.no == 1 and title else topic.title
    if (text.markdown, title) == (post.markdown, topic.title):
        return
    _require_fit(text, by=by)
    now = clock.now()
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
        topic.title, topic.slug = title, writing.slug_of(title)
    _call(post, called)
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


def find_useful(post: Post, *, by: Person) -> None:
    require(rules.may_vote(post, by=by))
    voted = session.connection().execute(_VOTE, {"post": post.id, "person": by.id, "at": clock.now()})
    if voted.rowcount:
        publish(PostFoundUseful(by=by.id, post_id=post.id))


def take_useful_back(post: Post, *, by: Person) -> None:
    require(rules.may_vote(post, by=by))
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


def follow_space(space: Space, level: Level, *, by: Person) -> None:
    """Be told of each post in it, of none, or as it comes."""
    require(rules.may_follow(by=by))
    values = {"person": by.id, "space": space.id, "level": level.value}
    session.execute(_BE_IN_SPACE, values)
    publish(SpaceFollowed(by=by.id, space=space.slug, level=level))


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


# --- Moderation ----------------------------------------------------------------------------------------------------


def hide_post(post: Post, *, because: str, by: Person) -> None:
    """With its first post a topic goes as well. Its author is told why, and who reported it what became of it."""
    require(rules.may_hide_post(because=because, by=by))
    lock_row(post.topic)
    if post.hidden_at is not None:
        return
    post.hidden_at, post.hidden_because = clock.now(), because
    if post.topic.accepted_no == post.no:
        post.topic.accepted_no = None
    _count_anew(post)
    _decide_flags(post, FlagOutcome.HIDDEN, by=by)
    jobs.defer("community.post_hidden", post_id=post.id)
    publish(PostHidden(by=by.id, post_id=post.id, because=because))


def show_post_again(post: Post, *, by: Person) -> None:
    require(rules.may_moderate(by))
    lock_row(post.topic)
    if post.hidden_at is None:
        return
    post.hidden_at, post.hidden_because = None, ""
    _count_anew(post)
    publish(PostShownAgain(by=by.id, post_id=post.id))


def _count_anew(post: Post) -> None:
    """What lists say of a topic, and what a search finds of it, after a post has gone or come back."""
    topic = post.topic
    if post.no == 1:
        topic.hidden_at = post.hidden_at
    session.flush()
    counts = queries.counts_of(topic)
    topic.post_count, topic.answer_count, topic.last_visible_no = counts.posts, counts.answers, counts.last_no
    topic.last_post_at = counts.last_at or topic.last_post_at
    finding.index_topic(topic)


def flag_post(post: Post, *, kind: FlagKind, text: str, by: Person) -> None:
    """Ask the moderators to look at it. A second report by the same person says the first one better."""
    require(rules.may_flag_post(post, by=by))
    flag = queries.flag_waiting_of(by, post)
    if flag is None:
        flag = Flag(post_id=post.id, person_id=by.id, flagged_at=clock.now())
        session.add(flag)
    flag.kind, flag.text = kind, text
    publish(PostFlagged(by=by.id, post_id=post.id, kind=kind))


def leave_post(post: Post, *, by: Person) -> None:
    """It was reported, and it stays."""
    require(rules.may_moderate(by))
    _decide_flags(post, FlagOutcome.LEFT, by=by)


def _decide_flags(post: Post, outcome: FlagOutcome, *, by: Person) -> None:
    flags = queries.flags_waiting_on(post)
    for flag in flags:
        flag.decided_at, flag.decided_by_id, flag.outcome = clock.now(), by.id, outcome
    if flags:
        people = [flag.person_id for flag in flags]
        jobs.defer("community.flags_decided", post_id=post.id, people=people, outcome=outcome.value)
        publish(FlagsDecided(by=by.id, post_id=post.id, outcome=outcome))


def reindex(after: int = 0, *, by: Person | None) -> int | None:
    """Let the next few topics be found again, by row number. Where to go on; None: that was all."""
    require(rules.may_rebuild_search(by=by))
    some = queries.topics_after(after, limit=INDEXED_AT_ONCE)
    for topic in some:
        finding.index_topic(topic)
    return some[-1].id if len(some) == INDEXED_AT_ONCE else None


def recognise_member(person_id: int, *, because: Ref, by: Person | None) -> None:
    """The person has finished a lesson, or has come to a meeting: the limits of a new member end."""
    require(rules.may_recognise(by=by))
    if queries.standing_of(person_id) is None:
        session.add(Standing(person_id=person_id, since=clock.now(), because=str(because)))
        publish(MemberRecognised(by=by.id if by else None, person_id=person_id, because=str(because)))


def forget_calls(person: Person, *, by: Person | None) -> None:
    """Somebody leaves: the name goes from where others called it."""
    require(rules.may_recognise(by=by))
    for post in queries.posts_calling(person.id):
        post.markdown = writing.without_call(post.markdown, person.slug)
        post.html = writing.html_without_call(post.html, person.slug)
        session.flush()
        finding.index_topic(post.topic)
    for revision in queries.revisions_naming(person.slug):
        revision.markdown = writing.without_call(revision.markdown, person.slug)
