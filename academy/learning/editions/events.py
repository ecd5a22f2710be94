"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class EditionChanged(Event):
    """It was made, changed or published."""

    edition: str


@dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    """`moved`: another day, time or place; who comes has to know."""

    edition: str
    session: str
    moved: bool


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(Event):
    edition: str
    session: str


@dataclass(frozen=True, kw_only=True)
class LearnerEnrolled(Event):
    edition: str
    person_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class PeopleInvited(Event):
    """Addresses without an account are asked to join."""

    edition: str
    number: int


@dataclass(frozen=True, kw_only=True)
class LearnerLeft(Event):
    edition: str
    person_id: int


@dataclass(frozen=True, kw_only=True)
class EditionEnded(Event):
    """Its people are alumni now."""

    edition: str
    people: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CompletionRulesPublished(Event):
    n: int


@dataclass(frozen=True, kw_only=True)
class GroupMessageSent(Event):
    edition: str
    message: str
    people: int
