"""How close are two texts in meaning, whatever their languages? Arithmetic on vectors, with numpy; for the worker alone.

A model puts all texts of a language a little to one side. So the mean of its language is taken from each vector first, and what two texts
have in common by chance is taken out of their closeness: otherwise a list shows its own language first. Means and deviations are frozen in a
`Configuration`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from marketplace.matching.weights import STEEPNESS, UNUSUAL

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]
OWN_COUNTS_HALF_AT = 200  # so many posts of the site weigh as much in a mean as the seed


@dataclass(frozen=True)
class Language:
    """What the vectors of one language have in common, and how close they are to the others by chance."""

    mean: np.ndarray[tuple[int], np.dtype[np.float32]]
    middle: float
    spread: float


def stored(vectors: Vectors) -> bytes:
    """One signed byte a dimension, the largest of each vector at 127: the length of a vector says nothing."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    rounded: bytes = np.rint(vectors * (127 / np.maximum(largest, 1e-9))).astype(np.int8).tobytes()
    return rounded


def read(vectors: Sequence[bytes]) -> Vectors:
    """Each of length one."""
    if not vectors:
        return np.zeros((0, 0), np.float32)
    return unit(np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1).astype(np.float32))


def unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return scaled


def languages_in(kept: Mapping[str, Any]) -> dict[str, Language]:
    """As a `Configuration` keeps them."""
    return {
        code: Language(np.array(facts["mean"], np.float32), facts["middle"], facts["spread"])
        for code, facts in kept.items()
        if code != "posts"
    }


def to_keep(languages: Mapping[str, Language]) -> dict[str, Any]:
    return {
        code: {
            "mean": [round(float(value), 5) for value in one.mean],
            "middle": round(one.middle, 5),
            "spread": round(one.spread, 5),
        }
        for code, one in languages.items()
    }


def centred(vectors: Vectors, codes: Sequence[str], languages: Mapping[str, Language]) -> Vectors:
    """Without what all texts of their language have in common."""
    means = {code: languages[code].mean for code in set(codes) if code in languages}
    nothing = np.zeros(vectors.shape[1], np.float32)
    return unit(vectors - np.stack([means.get(code, nothing) for code in codes])) if len(codes) else vectors


def closeness(
    one: Vectors, code: str, others: Vectors, codes: Sequence[str], languages: Mapping[str, Language]
) -> list[float]:
    """From 0 to 1, of one text to each of the others; what two texts have by chance is near 0."""
    cosines = (others * one[0]).sum(axis=1)  # row by row: the same to the last bit, however many rows there are
    mine = languages.get(code, _UNKNOWN)
    theirs = [languages.get(other, _UNKNOWN) for other in codes]
    middle = np.array([(mine.middle + other.middle) / 2 for other in theirs], np.float32)
    spread = np.array([(mine.spread + other.spread) / 2 for other in theirs], np.float32)
    deviations = (cosines - middle) / spread
    return [round(float(value), 4) for value in 1 / (1 + np.exp(-(deviations - UNUSUAL) / STEEPNESS))]


def closest_pair(one: Vectors, other: Vectors, least: float) -> list[int]:
    """Which row of the one is closest to which of the other; nothing where none is close."""
    cosines = one @ other.T
    best = int(cosines.argmax())
    row, column = divmod(best, cosines.shape[1])
    return [row, column] if cosines[row, column] >= least else []


def languages_of(seed: Mapping[str, Vectors], own: Mapping[str, Vectors]) -> dict[str, Language]:
    """Means and deviations, from sentences that say the same in each language, blended with the posts of the site.

    Row for row the seed says the same: what the means differ by is the language, not what is spoken of.
    """
    means = {}
    for code, vectors in seed.items():
        posts = own.get(code)
        means[code] = vectors.mean(axis=0)
        if posts is not None:
            share = len(posts) / (len(posts) + OWN_COUNTS_HALF_AT)
            means[code] = (1 - share) * means[code] + share * posts.mean(axis=0)
    moved = {code: unit(vectors - means[code]) for code, vectors in seed.items()}
    found = {}
    for code, vectors in moved.items():
        cosines = [_off_diagonal(vectors @ other.T) for other_code, other in moved.items() if other_code != code]
        everything = np.concatenate(cosines) if cosines else _off_diagonal(vectors @ vectors.T)
        found[code] = Language(means[code].astype(np.float32), float(everything.mean()), float(everything.std()) or 1.0)
    return found


_UNKNOWN = Language(np.zeros(1, np.float32), 0.0, 0.1)


def _off_diagonal(cosines: Vectors) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Without the pairs that say the same."""
    return cosines[~np.eye(*cosines.shape, dtype=bool)]


def together(groups: Iterable[tuple[str, bytes]]) -> dict[str, Vectors]:
    """Stored vectors by language."""
    by_language: dict[str, list[bytes]] = {}
    for code, vector in groups:
        by_language.setdefault(code, []).append(vector)
    return {code: read(vectors) for code, vectors in by_language.items()}
