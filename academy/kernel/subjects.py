"""How does a row of one feature point at a thing of another?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, order=True)
class Ref:
    """A thing somewhere in the platform: `Ref("lesson", "active-citizenship/seeing-a-need")`."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @classmethod
    def parsed(cls, written: str) -> Self | None:
        """The Ref that `str` wrote, or None where this is no Ref."""
        kind, colon, key = written.partition(":")
        return cls(kind, key) if kind and colon and key else None


@dataclass(frozen=True)
class Subject:
    """What a page can say about a Ref."""

    title: str
    address: str
    visible: bool = True


# The viewer is a Person, which the kernel does not know.
Resolver = Callable[[list[Ref], Any], Mapping[Ref, Subject]]

_resolvers: dict[str, Resolver] = {}


def resolves(kind: str) -> Callable[[Resolver], Resolver]:
    """Register the one function that knows the things of a kind, many at a time."""

    def register(resolver: Resolver) -> Resolver:
        _resolvers[kind] = resolver
        return resolver

    return register


def subjects_seen_by(viewer: Any, refs: Iterable[Ref]) -> dict[Ref, Subject]:
    """Title and address of each thing that this viewer may see; one query for each kind."""
    by_kind: defaultdict[str, list[Ref]] = defaultdict(list)
    for ref in dict.fromkeys(refs):
        by_kind[ref.kind].append(ref)
    found: dict[Ref, Subject] = {}
    for kind, some in by_kind.items():
        if resolver := _resolvers.get(kind):
            found.update({ref: subject for ref, subject in resolver(some, viewer).items() if subject.visible})
    return found
