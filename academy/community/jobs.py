"""What can wait until nobody waits: a topic is found by what was written, and those concerned are told.

Who is called is told of the call; whose question it is, of the answer; who follows, of the post; nobody twice, and never its author. A post
remembers in the same transaction that its followers have been told, so a job that is killed and begins anew tells nobody twice.
"""

from collections.abc import Collection, Iterable
from typing import Any

from academy.accounts.models import Role
from academy.accounts.queries import people_with_role
from academy.community import commands, finding, queries, rules, writing
from academy.community.models import Action, Decision, Level, Post, ReviewKind
from academy.community.moderated import things_of
from academy.kernel import clock, jobs
from academy.kernel.markup import excerpt
from academy.kernel.subjects import Ref
from academy.kernel.web import base_address, external_address
from academy.notifications.commands import notify, notify_selected
from academy.settings import settings


@jobs.job("community.post_written")
def post_written(post_id: int) -> None:
    """After a post is written, and again after each edit."""
    post = queries.post_to_tell(post_id)
    if post is None or post.hidden_at is not None or post.topic.hidden_at is not None:
        return
    if post.told_at is None and post.version == 1:
        finding.index_post(post)
    else:
        finding.index_topic(post.topic)
    told = _tell_one_by_one(post)
    if post.told_at is None:
        _tell_who_follows(post, otherwise=told)
        post.told_at = clock.now()


def _tell_one_by_one(post: Post) -> set[int]:
    """Who is called, who is quoted, who began the topic: each for the strongest of these reasons. An edit can only call."""
    people = queries.concerned_by(post, quoted=writing.posts_quoted_in(post.html))
    called = {one.person_id for one in people if one.because == "called"}
    quoted = {one.person_id for one in people if one.because == "quoted"} - called
    first_time = post.told_at is None
    hears = [one for one in people if one.level is not Level.MUTED]
    _tell(
        {
            one.person_id
            for one in hears
            if one.because == "called" and not one.told and (first_time or one.level is not Level.WATCHING)
        },
        "community.mentioned",
        post,
        because="called",
    )
    if called:
        commands.note_calls_told(post, by=None)
    if not first_time:
        return called
    _tell({one.person_id for one in hears} & quoted, "community.quoted", post, because="quoted")
    began = {
        one.person_id
        for one in people
        if one.because == "wrote" and one.level is Level.WATCHING and one.last_read_no < post.no
    }
    _tell(began - called - quoted, "community.answered", post, because="wrote", first_unread=True)
    return called | quoted


def _tell_who_follows(post: Post, *, otherwise: set[int]) -> None:
    first = post.no == 1
    notify_selected(
        queries.FOLLOWERS,
        "community.started" if first else "community.replied",
        post.topic.ref,
        address=_address(post, first_unread=not first),
        by=None,
        no=post.no,
        given=queries.facts_for_followers(post, otherwise=otherwise),
        title=post.topic.title,
    )


@jobs.job("community.space_readers_changed", slow=True)
def space_readers_changed(space_id: int, after: int = 0) -> None:
    """A few topics in one transaction, and the next ones in a job of their own."""
    following = commands.reindex(after, space_id=space_id, by=None)
    if following is not None:
        jobs.defer("community.space_readers_changed", space_id=space_id, after=following)


@jobs.job("community.answer_accepted")
def answer_accepted(post_id: int) -> None:
    post = queries.post_with_id(post_id)
    if post is not None and post.topic.accepted_no == post.no:
        _tell([post.author_id], "community.accepted", post, because="author")


@jobs.job("community.decided")
def decided(decision_id: int, reporters: list[int]) -> None:
    """The author of what was hidden or held, and who reported it, each with the reason and the way to object."""
    decision = queries.decision_with_id(decision_id)
    if decision is None:
        return
    if decision.action is Action.HIDDEN or decision.kind is ReviewKind.HELD:
        kind = "community.hidden" if decision.action is Action.HIDDEN else "community.released"
        _tell_of_decision([decision.author_id], kind, decision, because="author")
    _tell_of_decision(
        reporters, "community.decided", decision, because="reporter", hidden=decision.action is Action.HIDDEN
    )


def _tell_of_decision(people: Iterable[int], kind: str, decision: Decision, *, because: str, **facts: Any) -> None:
    thing = things_of([decision]).get(decision)
    notify(
        people,
        kind,
        Ref("decision", decision.key),
        address=_path("community.decision", key=decision.key),
        by=None,
        because=because,
        no=1,
        excerpt=excerpt(thing.html, 300) if thing else "",
        title=thing.title if thing else "",
        reason=decision.text,
        ground=rules.GROUNDS[decision.ground].message,
        **facts,
    )


@jobs.job("community.appeal_made")
def appeal_made(appeal_id: int) -> None:
    """Moderators other than the one who decided."""
    found = queries.appeal_with_id(appeal_id)
    moderators = {person.id for person in people_with_role(Role.MODERATOR)} - {found.decision.by_id}
    others = moderators or {person.id for person in people_with_role(Role.ADMINISTRATOR)}
    _tell_of_decision(others, "community.appealed", found.decision, because="moderator")


@jobs.job("community.appeal_decided")
def appeal_decided(appeal_id: int) -> None:
    found = queries.appeal_with_id(appeal_id)
    facts = {"upheld": bool(found.upheld), "answer": found.answer}
    _tell_of_decision(
        {found.person_id, found.decision.author_id},
        "community.appeal_decided",
        found.decision,
        because="author",
        **facts,
    )


@jobs.every(60, "remind moderators")
def remind_moderators() -> None:
    """What has waited for a day goes to the moderators by mail, what has waited for three to the administrators: a badge is not enough."""
    now = clock.now()
    waiting = queries.reviews_to_remind_of(opened_before=now - rules.REMIND_AFTER)
    things = things_of(waiting)
    for review in waiting:
        raised = review.opened_at + rules.RAISE_AFTER
        role = Role.MODERATOR if review.reminded_at is None else Role.ADMINISTRATOR
        if review not in things or (review.reminded_at is not None and not (review.reminded_at < raised <= now)):
            continue
        commands.note_reminder(review, at=now, by=None)
        notify(
            [person.id for person in people_with_role(role)],
            "community.review_waits",
            Ref("review", str(review.id)),
            address=_path("community.review", review_id=review.id),
            by=None,
            because="moderator",
            no=1,
            title=things[review].title,
        )


@jobs.every(60, "ask alumni to welcome newcomers")
def ask_alumni() -> None:
    """A first topic that nobody has answered for twelve hours is shown to a few who worked through that module, each in turn, and each day
    to the next ones."""
    now = clock.now()
    waiting = queries.first_posts_without_reply(before=now - rules.WELCOME_AFTER, since=now - rules.WELCOME_WITHIN)
    for topic in waiting:
        people = commands.ask_to_welcome(topic, by=None)
        notify(
            people,
            queries.WELCOME,
            topic.ref,
            address=_path("community.topic", address=topic.address),
            by=None,
            because="welcome",
            no=1,
            title=topic.title,
        )


def _path(endpoint: str, **values: Any) -> str:
    return external_address(endpoint, **values).removeprefix(base_address(settings()))


def _tell(
    people: Collection[int], kind: str, post: Post, *, because: str, first_unread: bool = False, **facts: Any
) -> None:
    """No names in the facts: they would outlive an account. Whoever reads the topic has read this."""
    if not people:
        return
    notify(
        people,
        kind,
        post.topic.ref,
        address=_address(post, first_unread=first_unread),
        by=None,
        because=because,
        no=post.no,
        excerpt=excerpt(post.html, 300),
        title=post.topic.title,
        **facts,
    )


def _address(post: Post, *, first_unread: bool) -> str:
    """Each reads it in their own language; a line in the inbox may count several posts."""
    place = rules.place_of(post.topic, post.no)
    if first_unread:
        place = {"address": post.topic.address, "post": "new", "_anchor": "new"}
    return _path("community.topic", **place)
