"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ListingEvent(Event):
    listing_id: int


class ListingDrafted(ListingEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ListingChanged(ListingEvent):
    parts: tuple[str, ...]  # names of what says something else now


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


class ListingRested(ListingEvent):
    """It has no end, and for six months nobody has said that it still holds."""


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
class InterestLeftAlone(InterestEvent):
    """Nobody is left at one of the two organisations, or the person who wrote as themselves has gone."""

    organisation_id: int | None


@dataclass(frozen=True, kw_only=True)
class InterestHandedOn(InterestEvent):
    """Somebody who wrote for one of the two organisations no longer does, and its other people go on."""

    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class MessageWritten(InterestEvent):
    message_id: int


class InterestWaits(InterestEvent):
    """Five days, and nobody has answered."""


class InterestBlocked(InterestEvent):
    pass


class InterestReported(InterestEvent):
    pass


class ReportSettled(InterestEvent):
    pass


class AddressShown(InterestEvent):
    """One side lets the other have its address; both have to."""


class AgreementProposed(InterestEvent):
    pass


class AgreementAccepted(InterestEvent):
    pass


class PledgeKept(InterestEvent):
    pass


class AgreementEnded(InterestEvent):
    pass


class OutcomeTold(InterestEvent):
    pass


class OutcomeConfirmed(InterestEvent):
    pass


class AgreementAskedAfter(InterestEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class IntroductionMade(Event):
    need_id: int
    offer_id: int
    note: str


@dataclass(frozen=True, kw_only=True)
class SearchSaved(Event):
    search_id: int


@dataclass(frozen=True, kw_only=True)
class SearchForgotten(Event):
    search_id: int


@dataclass(frozen=True, kw_only=True)
class SearchNews(Event):
    search_id: int
    titles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MatchesFound(ListingEvent):
    number: int
