"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ListingEvent(Event):
    listing_id: int


class ListingDrafted(ListingEvent):
    pass


class ListingChanged(ListingEvent):
    pass


class ListingDiscarded(ListingEvent):
    pass


class ListingSubmitted(ListingEvent):
    """A moderator is to read it first."""


class ListingPublished(ListingEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ListingSentBack(ListingEvent):
    reason: str


class ListingPaused(ListingEvent):
    pass


class ListingInTalks(ListingEvent):
    pass


class ListingRenewed(ListingEvent):
    pass


class ListingExpiresSoon(ListingEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ListingClosed(ListingEvent):
    outcome: str


@dataclass(frozen=True, kw_only=True)
class MatchDeclined(Event):
    need_id: int
    offer_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class InterestEvent(Event):
    interest_id: int


class InterestShown(InterestEvent):
    pass


class InterestAccepted(InterestEvent):
    pass


class InterestDeclined(InterestEvent):
    pass


class InterestWithdrawn(InterestEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MessageWritten(InterestEvent):
    message_id: int
