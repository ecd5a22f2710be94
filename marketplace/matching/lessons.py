"""What does a list learn from “not for us”? What is like the declined one, in the respect that was given, sinks.

It is applied when a list is read: the kept score stays what it is, and whoever looks at the public page can tell by how much.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.matching import weights
from marketplace.matching.likeness import parts_without_words, resource_fit
from marketplace.models import Listing, Relation


@dataclass(frozen=True)
class Lesson:
    """One listing that the people of the list have declined."""

    reason: str  # a key of vocabulary.NOT_FOR_US
    listing: Listing


def lowered(
    mine: Listing, other: Listing, lessons: Sequence[Lesson], sameness: Callable[[Listing, Listing], float]
) -> float:
    """How far a line sinks. `sameness` of two listings is from 0 to 1."""
    like = sum(_is_like(mine, other, lesson, sameness) for lesson in lessons)
    return min(weights.MOST_LEARNED, weights.LEARNED * like)


def _is_like(mine: Listing, other: Listing, lesson: Lesson, sameness: Callable[[Listing, Listing], float]) -> bool:
    if lesson.reason == "too-far":
        return _nearness(mine, other) <= _nearness(mine, lesson.listing)
    if lesson.reason == "wrong-topic":
        return sameness(other, lesson.listing) >= weights.SAME_TOPIC
    if lesson.reason == "wrong-resource":
        return _met_by(mine, other) <= _met_by(mine, lesson.listing)
    return False


def _nearness(mine: Listing, other: Listing) -> float:
    return parts_without_words(mine, other, None, Relation.FITS)["territory"]


def _met_by(mine: Listing, other: Listing) -> set[str]:
    """Which of the kinds of resources that I name go with one of theirs."""
    return {one for one in mine.resources if any(resource_fit(one, given) > 0 for given in other.resources)}
