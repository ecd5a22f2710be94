"""What do moderators decide about? Posts, and what features above the forum show to everybody: these say how one of their things is read.

    @moderated("portfolio", reported=was_reported_by, reports=reports_on)
    def pieces(keys: Collection[str]) -> dict[str, Thing]: …

Who hears that such a thing is reported calls `commands.ask_for_review`, and it waits in the queue beside the posts: the same claim, the same
reminder. What comes of it is `ReviewDecided`; the objection goes to another moderator here, and what comes of that is `AppealDecided`.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from academy.community.models import Decision, Post, Review
from academy.kernel.subjects import Ref


@dataclass(frozen=True)
class Thing:
    """As its author and a moderator read it, also when nobody else does any more."""

    title: str
    language: str
    author_id: int
    author: str  # empty: has left
    written_at: datetime
    html: str  # was cleaned when it was saved


@dataclass(frozen=True)
class Report:
    """Why somebody asked for a moderator. `kind`: one of the sentences they could choose, where there are any."""

    kind: str
    text: str
    name: str  # empty: has left
    at: datetime


Read = Callable[[Collection[str]], dict[str, Thing]]
Reported = Callable[[str, int, datetime], bool]  # whether somebody had reported this thing, by its key, at that time
Reports = Callable[[Collection[str]], dict[str, list[Report]]]  # those that wait, by the key of the thing


@dataclass(frozen=True)
class _Kind:
    read: Read
    reported: Reported
    reports: Reports


_Row = TypeVar("_Row", Decision, Review, Decision | Review)

_kinds: dict[str, _Kind] = {}


def moderated(kind: str, *, reported: Reported, reports: Reports) -> Callable[[Read], Read]:
    """Register who reads things of this kind, by their keys."""

    def register(read: Read) -> Read:
        _kinds[kind] = _Kind(read, reported, reports)
        return read

    return register


def had_reported(person_id: int, decision: Decision) -> bool:
    """A thing of another feature, before it was decided about."""
    ref = Ref.parsed(decision.about or "")
    return ref is not None and ref.kind in _kinds and _kinds[ref.kind].reported(ref.key, person_id, decision.at)


def things_of(some: Iterable[Decision | Review]) -> dict[Decision | Review, Thing]:
    """What each is about; what is gone is left out. Posts must have been loaded, with topic and author."""
    rows = list(some)
    found: dict[Decision | Review, Thing] = {row: _as_thing(row.post) for row in rows if row.post}
    for kind, by_key in _others(rows).items():
        for key, thing in kind.read(list(by_key)).items():
            found |= dict.fromkeys(by_key[key], thing)
    return found


def reports_of_others(reviews: Iterable[Review]) -> dict[Review, list[Report]]:
    """What was said of things of other features, and still waits."""
    found: dict[Review, list[Report]] = {}
    for kind, by_key in _others(reviews).items():
        for key, reports in kind.reports(list(by_key)).items():
            found |= dict.fromkeys(by_key[key], reports)
    return found


def _others(rows: Iterable[_Row]) -> dict[_Kind, dict[str, list[_Row]]]:
    found: dict[_Kind, dict[str, list[_Row]]] = {}
    for row in rows:
        ref = Ref.parsed(row.about or "")
        if ref is not None and ref.kind in _kinds:
            found.setdefault(_kinds[ref.kind], {}).setdefault(ref.key, []).append(row)
    return found


def _as_thing(post: Post) -> Thing:
    topic, author = post.topic, post.author
    return Thing(topic.title, topic.language, author.id, author.name, post.written_at, post.html)
