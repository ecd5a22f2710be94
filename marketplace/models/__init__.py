"""What is remembered."""

from marketplace.models.agreements import Agreement, AgreementState, Pledge
from marketplace.models.contact import (
    Interest,
    InterestState,
    Introduction,
    Message,
    PairDeclined,
    Report,
)
from marketplace.models.listings import Facet, Kind, Listing, Outcome, State
from marketplace.models.matches import Configuration, Impressions, Match, MatchList, Relation, Vector
from marketplace.models.searches import SavedSearch

__all__ = [
    "Agreement",
    "AgreementState",
    "Configuration",
    "Facet",
    "Impressions",
    "Interest",
    "InterestState",
    "Introduction",
    "Kind",
    "Listing",
    "Match",
    "MatchList",
    "Message",
    "Outcome",
    "PairDeclined",
    "Pledge",
    "Relation",
    "Report",
    "SavedSearch",
    "State",
    "Vector",
]  # fmt: skip
