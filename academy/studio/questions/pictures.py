"""Where does each thing stand in the pictures of a quiz's figures? Lengths are those of an SVG, per cent are per cent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from academy.assessment.bank.figures import GOOD, WEAK, Answer, Figures, QuestionFigures, Third
from academy.kernel.i18n import Sentence, say

LOWEST = -40  # what discriminates worse stands at the lower edge
MOST_ANSWERS = 6  # in a picture; all of them stand in the table
_LEFT, _TOP = 34, 8
_ACROSS, _DOWN = 3.16, 1.6  # for each per cent


@dataclass(frozen=True)
class Bar:
    x: int
    number: int
    height: int
    title: str


@dataclass(frozen=True)
class Band:
    """From one figure of discrimination to the next, and what a question there is like."""

    name: str
    title: Sentence
    y: float
    height: float
    from_: int


@dataclass(frozen=True)
class Dot:
    n: int
    x: float
    y: float


def scores(bins: Sequence[int]) -> list[Bar]:
    """How many learners reached how much."""
    most = max(1, *bins) if bins else 1
    return [
        Bar(x=place * 40 + 4, number=number, height=round(100 * number / most), title=str(place * 10))
        for place, number in enumerate(bins)
    ]


def bands() -> list[Band]:
    limits = (("good", say("Works well"), GOOD, 100), ("fair", say("Fair"), WEAK, GOOD), ("weak", say("Weak"), 0, WEAK))
    found = (*limits, ("bad", say("Look at the key"), LOWEST, 0))
    return [Band(name, title, _y(to), (to - from_) * _DOWN, from_) for name, title, from_, to in found]


def dots(found: Figures) -> list[Dot]:
    """Of each question that can be told about, by its number in the table."""
    return [
        Dot(n, round(_LEFT + one.figures.facility * _ACROSS, 1), round(_y(one.figures.discrimination), 1))
        for n, one in enumerate(found.questions, 1)
        if one.firm and one.figures.facility is not None and one.figures.discrimination is not None
    ]


def columns(thirds: Iterable[Third]) -> list[Bar]:
    """How much of the mark each third has: a rising line tells people apart."""
    names = (say("weakest"), say("between"), say("best"))
    return [
        Bar(x=place * 80, number=round(one.facility), height=round(one.facility * 0.7), title=str(name))
        for place, (name, one) in enumerate(zip(names, thirds, strict=False))
        if one.facility is not None
    ]


def chosen(one: QuestionFigures) -> list[Answer]:
    """What most chose, in the order of the table."""
    most = sorted((answer for answer in one.answers if answer.parted), key=lambda answer: -answer.learners)
    return [answer for answer in one.answers if answer in most[:MOST_ANSWERS]]


def _y(discrimination: float) -> float:
    return _TOP + (100 - max(LOWEST, discrimination)) * _DOWN
