"""What has just happened, and who wants to hear of it? Handlers run inside the same transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every domain event: a frozen dataclass of plain values, named in the past tense.

    A handler of `Event` itself hears them all: that is the audit trail.
    """

    by: int | None  # the person who did it; None: the platform itself


E = TypeVar("E", bound=Event)

_handlers: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)


def handles(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        _handlers[kind].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Call every handler now; a handler that fails fails the command, so no news is lost."""
    for kind in type(event).__mro__:
        for handler in _handlers.get(kind, ()):
            handler(event)


@contextmanager
def collecting(kind: type[E]) -> Iterator[list[E]]:
    """Collect the events of one kind published inside the block; for tests."""
    seen: list[E] = []
    _handlers[kind].append(seen.append)
    try:
        yield seen
    finally:
        _handlers[kind].remove(seen.append)
