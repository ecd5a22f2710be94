"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PortfolioItemShown(Event):
    """Others see it from now on, or no longer do."""

    item: str
    visibility: str


@dataclass(frozen=True, kw_only=True)
class PortfolioItemTakenDown(Event):
    """A moderator has made it private again."""

    item: str
    person_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class PortfolioItemDeleted(Event):
    item: str
