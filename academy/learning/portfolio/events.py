"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PortfolioItemShown(Event):
    """Others see it from now on, or no longer do."""

    item: str
    visibility: str
    anew: bool  # nobody else saw it before


@dataclass(frozen=True, kw_only=True)
class PortfolioItemTakenDown(Event):
    """A moderator has made it private again; `decision` is the key of their decision."""

    item: str
    person_id: int
    because: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class PortfolioItemDeleted(Event):
    item: str


@dataclass(frozen=True, kw_only=True)
class PortfolioItemCommented(Event):
    """Between its maker and those who help."""

    item: str
    person_id: int
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class PortfolioItemReported(Event):
    item: str


@dataclass(frozen=True, kw_only=True)
class PortfolioReportsDecided(Event):
    """A moderator has looked at it. `reporters`: who had asked for that; `decision`: the key of the decision."""

    item: str
    reporters: tuple[int, ...]
    taken_down: bool
    decision: str
