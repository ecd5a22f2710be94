"""How does a row of one feature point at a thing of another?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    hue: int | None = None  # of the module that it is, or is part of: 1 to 7


# The viewer is a Person, which the kernel does not know.
Resolver = Callable[[list[Ref], Any], Mapping[Ref, Subject]]

_resolvers: dict[str, Resolver] = {}


def resolves(kind: str) -> Callable[[Resolver], Resolver]:
    """Register the one function that knows the things of a kind, many at a time. It may know several kinds."""

    def register(resolver: Resolver) -> Resolver:
        _resolvers[kind] = resolver
        return resolver

    return register


def is_known(kind: str) -> bool:
    """Does somebody resolve this kind? Then a thing that is not found can't be seen; else nobody can say."""
    return kind in _resolvers


def subjects_seen_by(viewer: Any, refs: Iterable[Ref]) -> dict[Ref, Subject]:
    """Title and address of each thing that this viewer may see; each resolver is asked once, for all its kinds together."""
    asked: defaultdict[Resolver, list[Ref]] = defaultdict(list)
    for ref in dict.fromkeys(refs):
        if resolver := _resolvers.get(ref.kind):
            asked[resolver].append(ref)
    found: dict[Ref, Subject] = {}
    for resolver, some in asked.items():
        found.update({ref: subject for ref, subject in resolver(some, viewer).items() if subject.visible})
    return found


# What is said about each of some things, as far as a viewer may read it.
Talk = Callable[[list[Ref], Any], Mapping[Ref, Sequence[Subject]]]

_talks: list[Talk] = []


def talks(talk: Talk) -> Talk:
    """Register where people talk about things, for pages of features that do not know it."""
    _talks.append(talk)
    return talk


def said_about(viewer: Any, refs: Iterable[Ref]) -> dict[Ref, list[Subject]]:
    """Of things that this viewer may see; each place of talk is asked once."""
    asked = list(dict.fromkeys(refs))
    found: defaultdict[Ref, list[Subject]] = defaultdict(list)
    for talk in _talks if asked else ():
        for ref, subjects in talk(asked, viewer).items():
            found[ref] += subjects
    return found
