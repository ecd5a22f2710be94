"""What do moderators decide about? Posts, and what features above the forum show to everybody: these say how one of their things is read.

    @moderated("portfolio", reported=was_reported_by)
    def pieces(keys: Collection[str]) -> dict[str, Thing]: …

Who decides such a thing calls `commands.note_decision`; the objection goes to another moderator here, and what comes of it is `AppealDecided`.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from academy.community.models import Decision
from academy.kernel.subjects import Ref


@dataclass(frozen=True)
class Thing:
    """As its author and a moderator read it, also when nobody else does any more."""

    title: str
    language: str
    author: str  # empty: has left
    written_at: datetime
    html: str  # was cleaned when it was saved


Read = Callable[[Collection[str]], dict[str, Thing]]
Reported = Callable[[str, int, datetime], bool]  # whether somebody had reported this thing, by its key, at that time

_kinds: dict[str, Read] = {}
_reported: dict[str, Reported] = {}


def moderated(kind: str, *, reported: Reported) -> Callable[[Read], Read]:
    """Register who reads things of this kind, by their keys."""

    def register(read: Read) -> Read:
        _kinds[kind], _reported[kind] = read, reported
        return read

    return register


def had_reported(person_id: int, decision: Decision) -> bool:
    """A thing of another feature, before it was decided about."""
    ref = Ref.parsed(decision.about or "")
    return ref is not None and ref.kind in _reported and _reported[ref.kind](ref.key, person_id, decision.at)


def things_of(decisions: Iterable[Decision]) -> dict[str, Thing]:
    """By the key of the decision; what is gone is left out. Posts must have been loaded, with topic and author."""
    found: dict[str, Thing] = {}
    others: dict[str, dict[str, list[str]]] = {}
    for decision in decisions:
        ref = Ref.parsed(decision.about or "")
        if post := decision.post:
            found[decision.key] = Thing(
                post.topic.title, post.topic.language, post.author.name, post.written_at, post.html
            )
        elif ref is not None and ref.kind in _kinds:
            others.setdefault(ref.kind, {}).setdefault(ref.key, []).append(decision.key)
    for kind, wanted in others.items():
        for key, thing in _kinds[kind](list(wanted)).items():
            found |= dict.fromkeys(wanted[key], thing)
    return found
