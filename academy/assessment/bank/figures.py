"""What do the figures of a quiz say to the person who wrote it?"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from academy.assessment import marking, statistics
from academy.assessment.bank.queries import AnswerMarked
from academy.assessment.comparing import folded
from academy.assessment.marking import WHOLE, Body
from academy.assessment.models import QuestionVersion
from academy.assessment.statistics import ENOUGH, ItemFigures, Pairs, QuizFigures, Tally, Thirds
from academy.assessment.wording import plain_prompt
from academy.kernel import markup
from academy.kernel.i18n import Sentence, say

WEAK = 15  # per cent of discrimination: a question that hardly helps to tell people apart
GOOD = 30  # and one that does
TOO_EASY, TOO_HARD = 95, 20  # per cent of facility
FEWEST = 3  # learners who typed the same: what fewer typed is nobody's to read in a table
MANY = 500  # learners: of more, the worker adds up, and pages show what it kept
_UNANSWERED = ""


@dataclass(frozen=True)
class Answer:
    """One thing that could be answered, and who did."""

    text: str
    right: bool
    learners: int
    share: float  # per cent
    rest: float | None  # per cent of the rest of the quiz that they had right
    parted: tuple[float, ...]  # per cent of each third of the learners; empty where they are not parted


@dataclass(frozen=True)
class Third:
    """A part of the learners, by what they have on the rest of the quiz."""

    learners: int
    facility: float | None  # per cent; None: nobody is there


@dataclass(frozen=True)
class QuestionFigures:
    bank: str
    key: str
    version: int
    type: str
    prompt: str
    figures: ItemFigures
    answers: list[Answer]
    flags: list[Sentence]
    thirds: tuple[Third, ...]  # the weakest first; empty where the learners are too few or too alike

    @property
    def firm(self) -> bool:
        """There are enough answers to say something."""
        return self.figures.learners >= ENOUGH

    @property
    def in_a_word(self) -> Sentence | None:
        """How it does; None where that can't be told yet."""
        return in_a_word(self.figures)


@dataclass(frozen=True)
class Figures:
    quiz: QuizFigures  # in marks
    most: float  # marks
    bins: list[int]
    questions: list[QuestionFigures]

    @property
    def firm(self) -> bool:
        return self.quiz.learners >= ENOUGH


@dataclass
class Tallies:
    """Everything that is kept of the attempts that were read."""

    questions: dict[int, Tally]  # by the id of the version
    most_of: dict[int, int]  # what all the rest of the quiz was worth, summed
    places: dict[int, dict[int, Counter[int]]]  # number of questions: place: marks
    totals: Counter[tuple[int, int]]  # mark and what could be had


def tallies_of(attempts: Iterable[list[AnswerMarked]]) -> Tallies:
    found = Tallies({}, {}, {}, Counter())
    alike: dict[
        tuple[int, Hashable, int, int, int, int], int
    ] = {}  # most learners do what others did: counted here, added up once
    places: dict[tuple[int, int, int], int] = {}
    for answers in attempts:
        marks = [answer.mark * answer.fraction // WHOLE for answer in answers]
        total, most, number = sum(marks), sum([answer.mark for answer in answers]), len(answers)
        found.totals[total, most] += 1
        for place, answer in enumerate(answers):
            mark = marks[place]
            same = (answer.question_version_id, _kept(answer), mark, total - mark, answer.mark, most)
            alike[same] = alike.get(same, 0) + 1
            at = (number, place, mark)
            places[at] = places.get(at, 0) + 1
    for (version, kept, mark, rest, possible, most), times in alike.items():
        found.questions.setdefault(version, Tally()).add(mark, rest, possible, answer=kept, times=times)
        found.most_of[version] = found.most_of.get(version, 0) + (most - possible) * times
    for (number, place, mark), times in places.items():
        found.places.setdefault(number, {}).setdefault(place, Counter())[mark] += times
    return found


def _kept(answer: AnswerMarked) -> Hashable:
    if isinstance(answer.chosen, list):
        return tuple(answer.chosen) if len(answer.chosen) < 2 else tuple(sorted(answer.chosen))
    if isinstance(answer.chosen, dict):
        return tuple(sorted(answer.chosen.items()))
    return folded(answer.typed or "")


def figures_of(tallies: Tallies, versions: Iterable[QuestionVersion], language: str) -> Figures:
    """Reliability is computed over the attempts with the usual number of questions."""
    usual = max(tallies.places, key=lambda number: sum(tallies.places[number][0].values()), default=0)
    totals: Counter[int] = Counter()
    shares: Counter[int] = Counter()
    for (total, most), times in tallies.totals.items():
        totals[total] += times
        shares[total * 1000 // most if most else 0] += times
    found = statistics.quiz_figures([*tallies.places.get(usual, {}).values()], totals)
    questions = [_question(version, tallies, language) for version in versions]
    return Figures(
        quiz=_in_marks(found),
        most=max((most for _total, most in tallies.totals), default=0) / WHOLE,
        bins=statistics.binned(shares, 1000),
        questions=sorted(questions, key=lambda one: (one.bank, one.key, one.version)),
    )


def _in_marks(found: QuizFigures) -> QuizFigures:
    def marks(value: float | None) -> float | None:
        return None if value is None else value / WHOLE

    return QuizFigures(
        found.learners,
        marks(found.mean),
        marks(found.sd),
        found.reliability,
        found.error_ratio,
        marks(found.standard_error),
    )


def _question(version: QuestionVersion, tallies: Tallies, language: str) -> QuestionFigures:
    tally = tallies.questions[version.id]
    figures = statistics.item_figures(tally)
    most_of_rest = tallies.most_of[version.id] / max(1, figures.learners)
    parts = statistics.thirds(tally.pairs) if figures.learners >= ENOUGH else None
    thirds = tuple(_third(pairs, tally.most / figures.learners) for pairs in parts.parted(tally.pairs)) if parts else ()
    answers = _answers(version, tally, most_of_rest, language, parts)
    return QuestionFigures(
        bank=version.question.bank,
        key=version.question.key,
        version=version.n,
        type=version.type,
        prompt=plain_prompt(version.shown, language),
        figures=figures,
        answers=answers,
        flags=flags(figures, answers),
        thirds=thirds,
    )


def _third(pairs: Pairs, most: float) -> Third:
    learners = pairs.total()
    marks = sum(mark * times for (mark, _rest), times in pairs.items())
    return Third(learners, 100 * marks / (learners * most) if learners and most else None)


def in_a_word(figures: ItemFigures) -> Sentence | None:
    if figures.learners < ENOUGH or figures.facility is None:
        return None
    if figures.discrimination is not None and figures.discrimination < 0:
        return say("Look at the key")
    if figures.facility > TOO_EASY:
        return say("Very easy")
    if figures.facility < TOO_HARD:
        return say("Very hard")
    if figures.discrimination is None:
        return say("Tells nothing")
    return (
        say("Works well")
        if figures.discrimination >= GOOD
        else say("Fair")
        if figures.discrimination >= WEAK
        else say("Weak")
    )


def flags(figures: ItemFigures, answers: list[Answer]) -> list[Sentence]:
    """In plain words; nothing where there are too few answers to tell."""
    if figures.learners < ENOUGH or figures.facility is None:
        return []
    found = []
    if figures.discrimination is not None and figures.discrimination < 0:
        found.append(say("Most who know the rest get this wrong: is the key right?"))
    elif figures.discrimination is not None and figures.discrimination < WEAK:
        found.append(say("Who knows the rest does hardly better here: is the question clear?"))
    right = max((answer.learners for answer in answers if answer.right), default=0)
    rival = max(
        (answer for answer in answers if not answer.right and answer.text), key=lambda one: one.learners, default=None
    )
    if rival and right and rival.learners > right:
        found.append(say("More chose “%(answer)s” than what is right.", answer=rival.text))
    if figures.facility > TOO_EASY:
        found.append(say("Almost everybody gets this right: it tells little."))
    elif figures.facility < TOO_HARD:
        found.append(say("Hardly anybody gets this right: was it taught?"))
    idle = [answer.text for answer in answers if not answer.right and not answer.learners and answer.text]
    if idle:
        found.append(say("Nobody chose “%(answer)s”: it misleads no one.", answer=idle[0]))
    return found


def _answers(
    version: QuestionVersion, tally: Tally, most_of_rest: float, language: str, parts: Thirds | None
) -> list[Answer]:
    """Options with all who chose them; typed answers that several gave; of pairs and places how many were right."""
    texts = version.shown.get(language) or next(iter(version.shown.values()))
    groups = _grouped(version.body, tally, texts)
    learners = tally.pairs.total()
    of_each = [pairs.total() for pairs in parts.parted(tally.pairs)] if parts else []
    return [
        Answer(
            text=text,
            right=right,
            learners=pairs.total(),
            share=100 * pairs.total() / learners,
            rest=100 * sum(rest * times for (_mark, rest), times in pairs.items()) / pairs.total() / most_of_rest
            if pairs and most_of_rest
            else None,
            parted=tuple(
                100 * some.total() / max(1, whole) for some, whole in zip(parts.parted(pairs), of_each, strict=True)
            )
            if parts
            else (),
        )
        for (text, right), pairs in groups.items()
    ]


def _grouped(body: Body, tally: Tally, texts: Mapping[str, Any]) -> dict[tuple[str, bool], Pairs]:
    groups: dict[tuple[str, bool], Pairs] = {}

    def add(text: str, right: bool, pairs: Pairs) -> None:
        groups.setdefault((text, right), Counter()).update(pairs)

    kind = body["type"]
    if kind in marking.CHOSEN:
        right = marking.right_response(body)
        for key in marking.keys(body):
            add(_named(key, texts), key in right, Counter())
    for answer, pairs in tally.answers.items():
        if not answer:
            add(_UNANSWERED, False, pairs)
        elif kind in marking.CHOSEN and isinstance(answer, tuple):
            for key in answer:
                add(_named(key, texts), key in right, pairs)
        elif isinstance(answer, str) and kind != "open":
            if pairs.total() >= FEWEST:
                add(answer, any(mark > 0 for mark, _rest in pairs), pairs)
        elif isinstance(answer, tuple):
            _add_parts(body, answer, pairs, texts, add)
    return groups


def _add_parts(body: Body, answer: tuple[Any, ...], pairs: Pairs, texts: Mapping[str, Any], add: Any) -> None:
    key = marking.right_response(body)
    assert isinstance(key, dict)
    for part, given in answer:
        text = f"{_named(part, texts)} → {_given(body, str(given), texts)}"
        add(text, key.get(part) == given, pairs)


def _named(key: str, texts: Mapping[str, Any]) -> str:
    if key in ("true", "false") and f"text:{key}" not in texts:
        return str(say("True") if key == "true" else say("False"))
    return markup.plain(str(texts.get(f"text:{key}", key)))


def _given(body: Body, given: str, texts: Mapping[str, Any]) -> str:
    return str(texts.get(f"right:{given}", given)) if body["type"] == "matching" else given
