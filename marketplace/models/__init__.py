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
from marketplace.models.history import Step
from marketplace.models.listings import Facet, FacetSet, Kind, Listing, Outcome, State
from marketplace.models.matches import Configuration, Glimpse, Impressions, Match, MatchList, Relation, Vector
from marketplace.models.searches import SavedSearch

__all__ = [
    "Agreement",
    "AgreementState",
    "Configuration",
    "Facet",
    "FacetSet",
    "Glimpse",
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
    "Step",
    "Vector",
]  # fmt: skip
