"""What counts, and how much? Fixed, published, and changed by a new version alone."""

from enum import IntEnum

from academy.kernel.i18n import say

VERSION = 2

# With vectors, and without. The rest of the whole, up to one, is newness, which is applied when a list is shown.
WITH_MEANING = {
    "meaning": 0.30,
    "words": 0.15,
    "resources": 0.20,
    "themes": 0.10,
    "territory": 0.10,
    "targets": 0.04,
    "time": 0.03,
    "conditions": 0.03,
}
BY_WORDS = {
    "words": 0.30,
    "resources": 0.25,
    "themes": 0.13,
    "territory": 0.10,
    "targets": 0.07,
    "time": 0.05,
    "conditions": 0.05,
}
# Two needs are the same need wherever they are and whatever they ask for.
ALIKE_WITH_MEANING = {"meaning": 0.50, "words": 0.15, "themes": 0.15, "targets": 0.10, "resources": 0.10}
ALIKE_BY_WORDS = {"words": 0.40, "themes": 0.25, "targets": 0.15, "resources": 0.20}

FRESHNESS = 0.05
FRESH_FOR_DAYS = 60

NEUTRAL = 0.5
WORDS_OF_TWO_LANGUAGES = 0.3  # what the words of two texts in two languages are worth at least
UNUSUAL = 1.3  # closeness in deviations from what two texts have by chance: here it counts half …
STEEPNESS = 0.7  # … and this many deviations further nearly three quarters

FLOOR = 0.54  # below it nothing is kept and nothing is shown
ALIKE_FLOOR = 0.60
GOOD = 0.62
STRONG = 0.70
MOST_KEPT = 30  # in the list of one listing
MOST_ALIKE = 10

MOST_OF_ONE_ORGANISATION = 2
MOST_REASONS = 4
MOST_CAVEATS = 2
SAME_SENTENCE = 0.30  # how close two sentences of two languages must be to be shown side by side
CROWDED = 3  # so many who wait for each place that is left: others are shown first
DIVERSE = 0.2  # of what decides the order: not saying again what stands above
LEARNED = 0.04  # so far does a line sink for each “not for us” that speaks of it …
MOST_LEARNED = 0.12  # … and no further
SAME_TOPIC = 0.5  # two that say the same to this degree are about the same thing
EXPLORED = 6  # the place in a list of ten that is kept for what nobody has seen yet
SEEN_ENOUGH = 30
NEW_FOR_DAYS = 14


class Fit(IntEnum):
    POSSIBLE = 1
    GOOD = 2
    STRONG = 3


FITS = {Fit.STRONG: say("Strong fit"), Fit.GOOD: say("Good fit"), Fit.POSSIBLE: say("Possible")}


def fit_of(score: float) -> Fit:
    return Fit.STRONG if score >= STRONG else Fit.GOOD if score >= GOOD else Fit.POSSIBLE
