"""What can wait until nobody waits: a topic is found by what was written, and those concerned are told.

Who is called is told of the call; who watches, of the post; nobody twice, and never its author. A job that is killed and begins anew goes on
where the last commit was.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from academy.community import finding, queries, rules
from academy.community.models import FlagOutcome, Level, Post
from academy.kernel import clock, jobs
from academy.kernel.db import lock_row
from academy.kernel.markup import excerpt
from academy.kernel.web import base_address, external_address
from academy.notifications.commands import notify
from academy.settings import settings

AT_ONCE = 200  # followers told in one transaction: on SQLite everybody else waits for its end


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
        _tell_who_watches(post)


def _tell_who_is_called(post: Post) -> None:
    to_tell = []
    for mention, level in queries.calls_to_tell(post):
        mention.told = True
        knows_already = level is Level.WATCHING and post.told_at is not None
        if level is not Level.MUTED and not knows_already:
            to_tell.append(mention.person_id)
    _tell(to_tell, "community.mentioned", post)


def _tell_who_watches(post: Post) -> None:
    followers = queries.followers_to_tell(post, after=post.told_upto, limit=AT_ONCE)
    _tell(followers, "community.replied", post, first_unread=True)
    if len(followers) == AT_ONCE:
        post.told_upto = followers[-1]
        jobs.defer("community.post_written", post_id=post.id)
    else:
        post.told_at = clock.now()


@jobs.job("community.answer_accepted")
def answer_accepted(post_id: int) -> None:
    post = queries.post_with_id(post_id)
    if post is not None and post.topic.accepted_no == post.no:
        _tell([post.author_id], "community.accepted", post)


@jobs.job("community.post_hidden")
def post_hidden(post_id: int) -> None:
    post = queries.post_with_id(post_id)
    if post is not None and post.hidden_at is not None:
        _tell([post.author_id], "community.hidden", post, because=post.hidden_because)


@jobs.job("community.flags_decided")
def flags_decided(post_id: int, people: list[int], outcome: str) -> None:
    post = queries.post_with_id(post_id)
    if post is not None:
        _tell(people, "community.decided", post, hidden=outcome == FlagOutcome.HIDDEN)


def _tell(people: Iterable[int], kind: str, post: Post, *, first_unread: bool = False, **facts: Any) -> None:
    """Each in the language they read: the address has one. No names in the facts: they would outlive an account."""
    by_language: defaultdict[str, list[int]] = defaultdict(list)
    for person_id, language in queries.languages_of([*people]).items():
        by_language[language].append(person_id)
    for language, some in by_language.items():
        notify(
            some,
            kind,
            post.topic.ref,  # whoever reads the topic has read this
            address=_address(post, language, first_unread=first_unread),
            by=None,
            title=post.topic.title,
            excerpt=excerpt(post.html, 300),
            **facts,
        )


def _address(post: Post, language: str, *, first_unread: bool) -> str:
    place = rules.place_of(post.topic, post.no)
    if first_unread:  # the line in the inbox may count several posts
        place = {"address": post.topic.address, "post": "new", "_anchor": "new"}
    return external_address("community.topic", lang=language, **place).removeprefix(base_address(settings()))
