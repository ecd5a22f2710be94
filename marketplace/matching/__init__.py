"""How well do needs and offers fit, why, and in which order are they shown?

`likeness` scores a pair, `reasons` says why, `ranking` makes the list that is shown. `meaning` and `model` need the extra `semantic` and are
imported by the worker alone.
"""

from marketplace.matching.diversity import Sameness
from marketplace.matching.lessons import Lesson
from marketplace.matching.likeness import (
    BestPossible,
    Facts,
    Likeness,
    countries_near,
    floor_of,
    likeness,
    most_kept,
    most_of_words,
    resource_fit,
    resources_that_meet,
    weights_for,
)
from marketplace.matching.ranking import Kept, Suggestion, best
from marketplace.matching.reasons import Several, caveats, reasons, reasons_of_the_same
from marketplace.matching.weights import FITS, FRESHNESS, VERSION, Fit, fit_of

__all__ = [
    "FITS",
    "FRESHNESS",
    "VERSION",
    "BestPossible",
    "Facts",
    "Fit",
    "Kept",
    "Lesson",
    "Likeness",
    "Sameness",
    "Several",
    "Suggestion",
    "best",
    "caveats",
    "countries_near",
    "fit_of",
    "floor_of",
    "likeness",
    "most_kept",
    "most_of_words",
    "reasons",
    "reasons_of_the_same",
    "resource_fit",
    "resources_that_meet",
    "weights_for",
]  # fmt: skip
