"""Does a question tell those who know from those who don't, and how far can the marks of a quiz be trusted?

Classical test theory, as the Moodle quiz statistics define it: each question against the rest of the test, moments of a sample (n - 1).
Everything comes from tallies, exact integers that say how many learners had this mark on a question and that mark on all the rest:
attempts are read once, one after the other, and what is kept grows with the marks that differ, not with the learners.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

ENOUGH = 20  # answers: with fewer, figures say more about chance than about the question

Histogram = Mapping[int, int]  # mark: how many learners
Pairs = Counter[tuple[int, int]]  # mark on a question, and on all the rest: how many learners


@dataclass
class Tally:
    """What all learners together made of one version of a question. Marks are integers, of any part of a mark."""

    most: int = 0  # the sum of what could be had
    pairs: Pairs = field(default_factory=Counter)
    answers: dict[Hashable, Pairs] = field(default_factory=dict)  # the same for each answer

    def add(self, mark: int, rest: int, most: int, *, answer: Hashable = None, times: int = 1) -> None:
        """`answer`: None where it is of no interest."""
        self.most += most * times
        self.pairs[mark, rest] += times
        if answer is not None:
            self.answers.setdefault(answer, Counter())[mark, rest] += times


@dataclass(frozen=True)
class ItemFigures:
    """Per cent. None: these learners don't say, since all have the same mark or there are too few of them."""

    learners: int
    facility: float | None  # mean mark
    sd: float | None  # of the marks, in their own unit
    discrimination: float | None  # correlation with the rest of the test, -100 to 100
    efficiency: float | None  # the same as part of what marks spread in this way would allow


@dataclass(frozen=True)
class Thirds:
    """Where learners part by what they have on all the rest. Whoever has the same is on the same side."""

    weakest: int  # up to here
    best: int  # from here on

    def parted(self, pairs: Pairs) -> tuple[Pairs, Pairs, Pairs]:
        """The weakest, those between, the best."""
        found: tuple[Pairs, Pairs, Pairs] = (Counter(), Counter(), Counter())
        for (mark, rest), times in pairs.items():
            found[0 if rest <= self.weakest else 2 if rest >= self.best else 1][mark, rest] += times
        return found


@dataclass(frozen=True)
class QuizFigures:
    """In the unit of the marks, where it is not per cent."""

    learners: int
    mean: float | None
    sd: float | None
    reliability: float | None  # per cent: coefficient of internal consistency, Cronbach's alpha; may be negative
    error_ratio: float | None  # per cent of the spread that is chance
    standard_error: float | None


def item_figures(tally: Tally) -> ItemFigures:
    marks, rests = Counter[int](), Counter[int]()
    together = 0
    for (mark, rest), times in tally.pairs.items():
        marks[mark] += times
        rests[rest] += times
        together += mark * rest * times
    learners = marks.total()
    if not learners:
        return ItemFigures(0, None, None, None, None)
    spread, spread_of_rest = _spread(marks), _spread(rests)
    sums = _sum(marks) * _sum(rests)
    shared = learners * together - sums
    possible = learners * _together_at_best(marks, rests) - sums
    return ItemFigures(
        learners=learners,
        facility=100 * _sum(marks) / tally.most if tally.most else None,
        sd=sqrt(spread / _pairs_of(learners)) if learners > 1 else None,
        discrimination=100 * shared / sqrt(spread * spread_of_rest) if spread and spread_of_rest else None,
        efficiency=100 * shared / possible if possible else None,
    )


def thirds(pairs: Pairs) -> Thirds | None:
    """The smallest groups from either end that hold a third of the learners. None: too many have the same."""
    rests = Counter[int]()
    for (_mark, rest), times in pairs.items():
        rests[rest] += times
    ordered = sorted(rests.items())
    weakest, best = _after_a_third(ordered), _after_a_third(ordered[::-1])
    return Thirds(weakest, best) if weakest is not None and best is not None and weakest < best else None


def _after_a_third(ordered: Sequence[tuple[int, int]]) -> int | None:
    counted, all_of_them = 0, sum(times for _rest, times in ordered)
    for rest, times in ordered:
        counted += times
        if 3 * counted >= all_of_them:
            return rest
    return None


def quiz_figures(positions: Sequence[Histogram], totals: Histogram) -> QuizFigures:
    """`positions`: the marks at each place of the quiz. Where questions are drawn, a place is not always the same question."""
    learners = sum(totals.values())
    mean = _sum(totals) / learners if learners else None
    if learners < 2:
        return QuizFigures(learners, mean, None, None, None, None)
    spread, count = _spread(totals), len(positions)
    sd = sqrt(spread / _pairs_of(learners))
    if not spread or count < 2:
        return QuizFigures(learners, mean, sd, None, None, None)
    reliability = 100 * count / (count - 1) * (1 - sum(map(_spread, positions)) / spread)
    error_ratio = 100 * sqrt(max(0, 1 - reliability / 100))  # 100 may come out as a hair more
    return QuizFigures(learners, mean, sd, reliability, error_ratio, error_ratio / 100 * sd)


def binned(totals: Histogram, most: int, bins: int = 10) -> list[int]:
    """How many learners have so much of `most`, in steps of the same width; all of it belongs to the last one."""
    found = [0] * bins
    for total, times in totals.items():
        found[min(bins - 1, max(0, total * bins // most))] += times
    return found


def _pairs_of(learners: int) -> int:
    """What a spread is divided by to be a variance."""
    return learners * (learners - 1)


def _sum(marks: Histogram) -> int:
    return sum(mark * times for mark, times in marks.items())


def _spread(marks: Histogram) -> int:
    """n(n-1) times the variance: an integer, so that equal marks have exactly none."""
    return sum(marks.values()) * sum(mark * mark * times for mark, times in marks.items()) - _sum(marks) ** 2


def _together_at_best(marks: Histogram, rests: Histogram) -> int:
    """The sum of products if the best at the question were also the best at the rest, and so on down."""
    found, others = 0, iter(sorted(rests.items()))
    rest, left = 0, 0
    for mark, times in sorted(marks.items()):
        while times:
            if not left:
                rest, left = next(others)
            taken = min(times, left)
            found += mark * rest * taken
            times, left = times - taken, left - taken
    return found
