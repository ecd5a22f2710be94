"""What is remembered.

Posts are numbered within their topic and for ever: a hidden post keeps its number. How far a person has read is such a number, immune to
clocks and edits. What can be counted from rows (useful votes, followers) is counted, not kept twice; what a list is ordered or filtered by
stands on the topic.
"""

from academy.community.models.moderation import (
    Action,
    Appeal,
    Decision,
    Flag,
    FlagKind,
    FlagOutcome,
    Ground,
    Review,
    ReviewKind,
)
from academy.community.models.people import (
    Block,
    Experience,
    Level,
    ReactionKind,
    SpacePerson,
    Standing,
    TopicPerson,
    UsefulVote,
)
from academy.community.models.spaces import Space, SpaceKind, SpaceMember, Visibility
from academy.community.models.topics import (
    Draft,
    Mention,
    Post,
    PostRevision,
    Topic,
    TopicKind,
    TopicMarker,
    TopicState,
    TopicTag,
)

__all__ = [
    "Action",
    "Appeal",
    "Block",
    "Decision",
    "Draft",
    "Experience",
    "Flag",
    "FlagKind",
    "FlagOutcome",
    "Ground",
    "Level",
    "Mention",
    "Post",
    "PostRevision",
    "ReactionKind",
    "Review",
    "ReviewKind",
    "Space",
    "SpaceKind",
    "SpaceMember",
    "SpacePerson",
    "Standing",
    "Topic",
    "TopicKind",
    "TopicMarker",
    "TopicPerson",
    "TopicState",
    "TopicTag",
    "UsefulVote",
    "Visibility",
]
