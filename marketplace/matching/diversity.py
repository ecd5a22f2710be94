"""How much do two listings say the same, so that a list of ten is not ten times one? Plain Python: the web server has no numpy."""

import math
from collections.abc import Mapping, Sequence
from operator import mul

from marketplace.models import Listing
from marketplace.words import threes

Means = Mapping[str, Sequence[float]]


class Sameness:
    """By meaning where both have a vector of the model in use, else by the letters of their words. From 0 to 1."""

    def __init__(self, vectors: Mapping[int, bytes], means: Means) -> None:
        self._kept, self._means = vectors, means
        self._vectors: dict[int, tuple[list[float], float]] = {}
        self._letters: dict[int, frozenset[str]] = {}

    def __call__(self, one: Listing, other: Listing) -> float:
        if one.id in self._kept and other.id in self._kept:
            (mine, length), (theirs, other_length) = self._vector(one), self._vector(other)
            product: float = sum(map(mul, mine, theirs))
            return max(0.0, product / (length * other_length or 1.0))
        here, there = self._threes(one), self._threes(other)
        return len(here & there) / (len(here | there) or 1)

    def _vector(self, listing: Listing) -> tuple[list[float], float]:
        """Without what all texts of its language have in common, as matching/meaning.py does it, and its length."""
        if listing.id not in self._vectors:
            said = memoryview(self._kept[listing.id]).cast("b")
            length = math.sqrt(sum(map(mul, said, said))) or 1.0
            mean = self._means.get(listing.language)
            mean = mean or [0.0] * len(said)
            moved = [value / length - middle for value, middle in zip(said, mean, strict=True)]
            self._vectors[listing.id] = moved, math.sqrt(sum(map(mul, moved, moved)))
        return self._vectors[listing.id]

    def _threes(self, listing: Listing) -> frozenset[str]:
        if listing.id not in self._letters:
            self._letters[listing.id] = threes(listing.words)
        return self._letters[listing.id]
