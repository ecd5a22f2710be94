"""What can wait until nobody waits: a topic is found by what was written, and those concerned are told.

Who is called is told of the call; whose question it is, of the answer; who follows, of the post; nobody twice, and never its author. A post
remembers in the same transaction that its followers have been told, so a job that is killed and begins anew tells nobody twice.
"""

from collections.abc import Iterable
from typing import Any

from academy.community import finding, queries, rules
from academy.community.models import FlagOutcome, Level, Post
from academy.kernel import clock, jobs
from academy.kernel.db import lock_row
from academy.kernel.markup import excerpt
from academy.kernel.web import base_address, external_address
from academy.notifications.commands import notify, notify_selected
from academy.settings import settings


@jobs.job("community.post_written")
def post_written(post_id: int) -> None:
    """After a post is written, and again after each edit."""
    post = queries.post_with_id(post_id)
    if post is None or post.hidden_at is not None or post.topic.hidden_at is not None:
        return
    lock_row(post)
    finding.index_topic(post.topic)
    _tell_who_is_called(post)
    if post.told_at is None:
        _tell_who_began(post)
        _tell_who_follows(post)
        post.told_at = clock.now()


def _tell_who_is_called(post: Post) -> None:
    to_tell = []
    blocked = queries.who_has_blocked(post.author_id)
    for mention, level in queries.calls_to_tell(post):
        mention.told = True
        knows_already = level is Level.WATCHING and post.told_at is not None
        if level is not Level.MUTED and not knows_already and mention.person_id not in blocked:
            to_tell.append(mention.person_id)
    _tell(to_tell, "community.mentioned", post, because="called")


def _tell_who_began(post: Post) -> None:
    author = post.topic.author_id
    where = queries.level_in(post.topic, author)
    told_otherwise = post.author_id == author or author in queries.calls_in(post)
    if told_otherwise or author in queries.who_has_blocked(post.author_id):
        return
    if where and where.level is Level.WATCHING and where.last_read_no < post.no:
        _tell([author], "community.answered", post, because="wrote", first_unread=True)


def _tell_who_follows(post: Post) -> None:
    first = post.no == 1
    notify_selected(
        queries.followers_to_tell(post),
        "community.started" if first else "community.replied",
        post.topic.ref,
        address=_address(post, first_unread=not first),
        by=None,
        no=post.no,
        title=post.topic.title,
    )


@jobs.job("community.answer_accepted")
def answer_accepted(post_id: int) -> None:
    post = queries.post_with_id(post_id)
    if post is not None and post.topic.accepted_no == post.no:
        _tell([post.author_id], "community.accepted", post, because="author")


@jobs.job("community.post_hidden")
def post_hidden(post_id: int) -> None:
    post = queries.post_with_id(post_id)
    if post is not None and post.hidden_at is not None:
        _tell([post.author_id], "community.hidden", post, because="author", reason=post.hidden_because)


@jobs.job("community.flags_decided")
def flags_decided(post_id: int, people: list[int], outcome: str) -> None:
    post = queries.post_with_id(post_id)
    if post is not None:
        _tell(people, "community.decided", post, because="reporter", hidden=outcome == FlagOutcome.HIDDEN)


def _tell(
    people: Iterable[int], kind: str, post: Post, *, because: str, first_unread: bool = False, **facts: Any
) -> None:
    """No names in the facts: they would outlive an account. Whoever reads the topic has read this."""
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
    return external_address("community.topic", **place).removeprefix(base_address(settings()))
