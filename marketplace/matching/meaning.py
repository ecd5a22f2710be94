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
SAMPLE = 2_000  # posts of a language that deviations are taken from
BEFORE_POSTS = (0.12, 0.10)  # middle and spread of what two posts have in common by chance: measured on invented posts
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
    if not len(codes):
        return vectors
    nothing = np.zeros(vectors.shape[1], np.float32)
    known = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    means = np.stack([languages[code].mean if code in languages else nothing for code in known])
    return unit(vectors - means[[known[code] for code in codes]])


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
    """Means and deviations, from texts that say the same in each language, blended with the posts of the site.

    Row for row the seed says the same: what its means differ by is the language, not what is spoken of.
    """
    means = {code: _blended(vectors.mean(axis=0), own.get(code)) for code, vectors in seed.items()}
    moved = {code: unit(vectors - means[code]) for code, vectors in own.items() if code in means}
    found = {}
    for code, mean in means.items():
        middle, spread = BEFORE_POSTS
        others = [vectors[:SAMPLE] for other, vectors in moved.items() if other != code]
        if code in moved and others:
            share = len(moved[code]) / (len(moved[code]) + OWN_COUNTS_HALF_AT)
            cosines = moved[code][:SAMPLE] @ np.concatenate(others).T
            middle = (1 - share) * middle + share * float(cosines.mean())
            spread = (1 - share) * spread + share * float(cosines.std())
        found[code] = Language(mean.astype(np.float32), middle, spread)
    return found


def _blended(
    seed: np.ndarray[tuple[int], np.dtype[np.float32]], posts: Vectors | None
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    if posts is None:
        return seed
    share = len(posts) / (len(posts) + OWN_COUNTS_HALF_AT)
    mixed: np.ndarray[tuple[int], np.dtype[np.float32]] = (1 - share) * seed + share * posts.mean(axis=0)
    return mixed


_UNKNOWN = Language(np.zeros(1, np.float32), *BEFORE_POSTS)


def together(groups: Iterable[tuple[str, bytes]]) -> dict[str, Vectors]:
    """Stored vectors by language."""
    by_language: dict[str, list[bytes]] = {}
    for code, vector in groups:
        by_language.setdefault(code, []).append(vector)
    return {code: read(vectors) for code, vectors in by_language.items()}
