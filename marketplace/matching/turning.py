"""How is the space of the bundled model turned, so that what says the same in two languages comes closer? With numpy; for the worker alone.

Once, from pairs of public texts that say the same, a linear map is learned: ridge regression of each text on its other half, drawn towards
leaving everything as it is. `flask matching learn` makes the file again (another one needs another name of the model, so that vectors of
the two are never compared); `flask matching evaluate` measures it on texts that it was not learned from.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from marketplace.matching.meaning import Vectors, unit

FILE = Path(__file__).with_suffix(".npz")
# how strongly it is drawn towards no turn at all, in units of what texts vary in one dimension by chance
HOLDS_BACK = 1.0

Pairs = tuple[Vectors, Vectors]  # row for row the same, centred by language


def learned(sets: Sequence[Pairs]) -> Vectors:
    """A map that brings both halves of each pair closer; every set weighs the same, however long it is."""
    width = sets[0][0].shape[1]
    before = np.eye(width) * HOLDS_BACK / width
    alike, across = before.copy(), before.copy()
    for one, other in sets:
        both, swapped = np.concatenate([one, other]).astype(float), np.concatenate([other, one]).astype(float)
        alike += both.T @ both / len(both) / len(sets)
        across += both.T @ swapped / len(both) / len(sets)
    found: Vectors = np.linalg.solve(alike, across).astype(np.float32)
    return rounded(found)


def rounded(found: Vectors) -> Vectors:
    """As the file keeps it: one signed byte for what each number differs by from no turn."""
    steps, step = _steps(found)
    return _whole(steps, step)


def write(found: Vectors) -> None:
    steps, step = _steps(found)
    np.savez(FILE, steps=steps, step=step)


@lru_cache(maxsize=1)
def kept() -> Vectors:
    with np.load(FILE) as file:
        return _whole(file["steps"], file["step"])


def turned(vectors: Vectors, by: Vectors | None = None) -> Vectors:
    """Each of length one again. It may be done before the mean of a language is taken: that turns with it."""
    return unit(vectors @ (kept() if by is None else by))


def _steps(found: Vectors) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.int8]], np.float32]:
    change = found - np.eye(len(found), dtype=np.float32)
    step = np.float32(np.abs(change).max() / 127)
    return np.rint(change / step).astype(np.int8), step


def _whole(steps: np.ndarray[tuple[int, int], np.dtype[np.int8]], step: np.float32) -> Vectors:
    whole: Vectors = np.eye(len(steps), dtype=np.float32) + steps * step
    return whole
