"""What does a text seem to be about? By its words, at once; the worker finds out by the model, later (commands/glimpses.py).

themes.tsv says of each theme what it is about, in English, for the model, and how words that speak of it begin in the seven languages.
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from academy.retrieval.stems import folded, words
from marketplace.vocabulary import FIELDS, GOALS, TARGETS

MOST = {"fields": 2, "goals": 3, "targets": 2}
LISTS: dict[str, Collection[str]] = {"fields": FIELDS, "goals": GOALS, "targets": TARGETS}
_WHOLE = 3  # a beginning as short as this must be the word


@lru_cache(maxsize=1)
def _table() -> list[list[str]]:
    with (Path(__file__).parent / "themes.tsv").open(encoding="utf-8") as table:
        return [line.rstrip("\n").split("\t") for line in table]


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, tuple[str, ...]]:
    return {key: tuple(folded(one) for one in some.split()) for key, _said, some in _table()}


def sentences() -> dict[str, str]:
    """What each field and goal is about, for a model to hear; in English."""
    return {key: said for key, said, _some in _table() if said}


def themes_in(text: str) -> dict[str, list[str]]:
    """Fields, goals and targets that the words of a text speak of, the most frequent first; few, and none where nothing is said."""
    said = {folded(word) for word in words(text)}
    counted = {key: sum(_is_said(one, said) for one in some) for key, some in _beginnings().items()}
    return {
        name: sorted((key for key in keys if counted.get(key)), key=lambda key: -counted[key])[: MOST[name]]
        for name, keys in LISTS.items()
    }


def _is_said(beginning: str, said: Collection[str]) -> bool:
    if len(beginning) <= _WHOLE:
        return beginning in said
    return any(word.startswith(beginning) for word in said)
