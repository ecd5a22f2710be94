"""What is remembered."""

from marketplace.models.contact import Interest, InterestState, Message, PairDeclined
from marketplace.models.listings import Facet, Kind, Listing, Outcome, State
from marketplace.models.matches import Configuration, Impressions, Match, MatchList, Relation, Vector

__all__ = [
    "Configuration", "Facet", "Impressions", "Interest", "InterestState", "Kind", "Listing", "Match", "MatchList",
    "Message", "Outcome", "PairDeclined", "Relation", "State", "Vector",
]  # fmt: skip
