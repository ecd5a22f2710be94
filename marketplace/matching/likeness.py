"""How well do two listings fit? Pure: two listings and the closeness of their vectors in, a score out.

The score is a weighted mean of what each side would get from the other, seen from both sides and joined by the harmonic mean: a fit that
pleases one side alone is none. What a listing does not say is neutral, never zero, so that short listings are not punished. Only the two
listings and a frozen configuration decide: that is why matches can be kept and made anew one listing at a time.

After RECON (doi 10.1145/1864708.1864747) and the measurements in docs/matching.md.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from academy.organisations.territories import NEIGHBOURS
from marketplace.matching import weights
from marketplace.matching.weights import NEUTRAL, WORDS_OF_TWO_LANGUAGES
from marketplace.models import Kind, Relation
from marketplace.vocabulary import RESOURCES, THEMES
from marketplace.words import threes

T = TypeVar("T")

# Each kind of resource meets itself; these meet each other in part.
_ALSO = {
    ("volunteers", "skills"): 0.5,
    ("skills", "mentoring"): 0.6,
    ("skills", "training"): 0.5,
    ("mentoring", "training"): 0.6,
    ("volunteers", "mentoring"): 0.4,
    ("technology", "equipment"): 0.5,
    ("technology", "skills"): 0.4,
    ("technology", "data"): 0.3,
    ("data", "training"): 0.3,
    ("network", "partner"): 0.6,
    ("pilot-site", "partner"): 0.5,
    ("pilot-site", "space"): 0.5,
    ("skills", "partner"): 0.3,
}

# Themes that are close without being the same.
_FAMILIES = (
    {"tso-c", "tso-d", "sdg-3"},
    {"tso-d", "sdg-1", "sdg-2", "sdg-10"},
    {"tso-b", "sdg-4"},
    {"tso-f", "sdg-11", "sdg-9"},
    {"tso-e", "sdg-6", "sdg-7", "sdg-12", "sdg-13", "sdg-14", "sdg-15"},
    {"tso-j", "tso-k", "sdg-8", "sdg-9"},
    {"tso-g", "tso-h", "sdg-16", "sdg-17"},
    {"tso-a", "sdg-11"},
    {"sdg-5", "sdg-10"},
)

# How an offer under these conditions suits a need that can give these.
CONDITIONS_MET = {
    ("free", "free"): 1.0,
    ("free", "reimbursed"): 0.4,
    ("free", "paid"): 0.1,
    ("reimbursed", "free"): 1.0,
    ("reimbursed", "reimbursed"): 1.0,
    ("reimbursed", "paid"): 0.4,
    ("paid", "free"): 1.0,
    ("paid", "reimbursed"): 1.0,
    ("paid", "paid"): 1.0,
}


class Facts(Protocol):
    """What of a listing counts: a Listing, or as much of its row as was read."""

    @property
    def kind(self) -> Kind: ...
    @property
    def language(self) -> str: ...
    @property
    def goals(self) -> list[Any]: ...
    @property
    def fields(self) -> list[Any]: ...
    @property
    def targets(self) -> list[Any]: ...
    @property
    def resources(self) -> list[Any]: ...
    @property
    def country(self) -> str: ...
    @property
    def nuts2(self) -> str: ...
    @property
    def municipality(self) -> str: ...
    @property
    def remote(self) -> bool: ...
    @property
    def transferable(self) -> bool: ...
    @property
    def conditions(self) -> str: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


@dataclass(frozen=True)
class Likeness:
    score: float
    parts: dict[str, dict[str, float]]  # what each side gets, part by part
    words: list[str]


def likeness(mine: Any, theirs: Any, meaning: float | None = None, relation: Relation = Relation.FITS) -> Likeness:
    """The score from 0 to 1, the same whoever asks. `meaning`: how close their vectors are; None: words alone."""
    shared = shared_words(mine.words, theirs.words)
    letters = _letters(_threes_of(tuple(mine.words)), _threes_of(tuple(theirs.words)))
    ours = parts_without_words(mine, theirs, meaning, relation)
    others = parts_without_words(theirs, mine, meaning, relation)
    for parts, share in ((ours, letters[0]), (others, letters[1])):
        parts["words"] = _words(share, len(shared), same=mine.language == theirs.language)
    rounded = [{name: round(value, 4) for name, value in parts.items()} for parts in (ours, others)]
    return Likeness(joined(rounded[0], rounded[1], relation), {"mine": rounded[0], "theirs": rounded[1]}, shared[:3])


@lru_cache(maxsize=2_000)
def _threes_of(stems: tuple[str, ...]) -> frozenset[str]:
    return threes(stems)


class BestPossible(Generic[T]):
    """What the score of one listing with others would be if their words were the same: never less than the score.

    Of a hundred thousand others most say the same in each part as one before: each part is found out once, and nothing else of the other is
    looked at. `parts_of` an other gives a key for each part, `facts_of` what it says.
    """

    def __init__(
        self,
        mine: Facts,
        relation: Relation,
        *,
        with_meaning: bool,
        parts_of: Callable[[T], Iterable[Hashable]],
        facts_of: Callable[[T], Facts],
    ) -> None:
        self._mine, self._relation = mine, relation
        self._parts_of, self._facts_of = parts_of, facts_of
        table = weights_for(relation, with_meaning=with_meaning)
        self._weights = {name: weight / sum(table.values()) for name, weight in table.items()}
        self._known: list[tuple[str, dict[Hashable, tuple[float, float]]]] = [
            (name, {}) for name in parts_compared(relation)
        ]
        self._fits = [{theme: _theme_fit(one, theme) for theme in THEMES} for one in (*mine.goals, *mine.fields)]
        self._near = {theme: max((fits[theme] for fits in self._fits), default=0.0) for theme in THEMES}
        self._groups: dict[tuple[str, ...], _Group] = {}

    def sides(self, theirs: T, meaning: float | None) -> tuple[float, float]:
        """What each side gets at most, apart from words."""
        ours = others = self._weights["meaning"] * meaning if meaning is not None else 0.0
        for (name, known), key in zip(self._known, self._parts_of(theirs), strict=True):
            both = known.get(key)
            if both is None:
                both = known[key] = self._found(name, self._facts_of(theirs))
            ours += both[0]
            others += both[1]
        return ours, others

    def score(self, sides: tuple[float, float], words: float = 1.0) -> float:
        """With so much of each side's words in the other, at most."""
        said = self._weights["words"] * words
        ours, others = sides[0] + said, sides[1] + said
        whole = ours + others
        return 2 * ours * others / whole + 0.0003 if whole else 0.0  # what rounding may add

    def _themes_with(self, goals: Sequence[str], fields: Sequence[str]) -> tuple[float, float]:
        """The one part of which there are many different ones: put together from what is known of goals and of fields."""
        number = len(goals) + len(fields)
        if not self._fits or not number:
            return NEUTRAL, NEUTRAL
        one, other = self._group(tuple(goals)), self._group(tuple(fields))
        ours = [*map(max, one.ours, other.ours)]
        return (
            (max(ours) + 2 * sum(ours) / len(ours)) / 3,
            (max(one.best, other.best) + 2 * (one.whole + other.whole) / number) / 3,
        )

    def _group(self, themes: tuple[str, ...]) -> "_Group":
        known = self._groups.get(themes)
        if known is None:
            near = [self._near[theme] for theme in themes]
            ours = [max((fits[theme] for theme in themes), default=0.0) for fits in self._fits]
            known = self._groups[themes] = _Group(ours, max(near, default=0.0), sum(near))
        return known

    def _found(self, part: str, theirs: Facts) -> tuple[float, float]:
        weight = self._weights[part]
        if part == "themes":
            ours, others = self._themes_with(theirs.goals, theirs.fields)
            return weight * ours, weight * others
        return (
            weight * _part(part, self._mine, theirs, self._relation),
            weight * _part(part, theirs, self._mine, self._relation),
        )


class _Group(NamedTuple):
    """What the goals, or the fields, of another are to mine: how close each of mine comes, and the best and the sum of theirs."""

    ours: list[float]
    best: float
    whole: float


def most_of_words(shared: int) -> float:
    """What words count at most where so many are the same, before their letters are compared."""
    return 0.5 + 0.5 * min(1.0, shared / 4)


def joined(ours: Mapping[str, float], others: Mapping[str, float], relation: Relation) -> float:
    """The harmonic mean of what each side gets."""
    table = weights_for(relation, with_meaning="meaning" in ours)
    whole = sum(table.values())
    one = sum(weight * ours[name] for name, weight in table.items()) / whole
    other = sum(weight * others[name] for name, weight in table.items()) / whole
    return round(2 * one * other / (one + other), 4) if one + other else 0.0


def weights_for(relation: Relation, *, with_meaning: bool) -> dict[str, float]:
    if relation == Relation.ALIKE:
        return weights.ALIKE_WITH_MEANING if with_meaning else weights.ALIKE_BY_WORDS
    return weights.WITH_MEANING if with_meaning else weights.BY_WORDS


def floor_of(relation: Relation) -> float:
    return weights.ALIKE_FLOOR if relation == Relation.ALIKE else weights.FLOOR


def most_kept(relation: Relation) -> int:
    return weights.MOST_ALIKE if relation == Relation.ALIKE else weights.MOST_KEPT


def parts_compared(relation: Relation) -> tuple[str, ...]:
    """Besides meaning and words. The same need is the same wherever it is."""
    wanted = ("resources", "themes", "targets")
    return wanted if relation == Relation.ALIKE else (*wanted, "territory", "time", "conditions")


def parts_without_words(mine: Facts, theirs: Facts, meaning: float | None, relation: Relation) -> dict[str, float]:
    """What the first gets from the second, for every part but the words."""
    parts = {name: _part(name, mine, theirs, relation) for name in parts_compared(relation)}
    return parts if meaning is None else parts | {"meaning": meaning}


def _part(name: str, mine: Facts, theirs: Facts, relation: Relation) -> float:
    match name:
        case "resources":
            return _resources(tuple(mine.resources), tuple(theirs.resources), relation)
        case "themes":
            return _themes((*mine.goals, *mine.fields), (*theirs.goals, *theirs.fields))
        case "targets":
            return _targets(tuple(mine.targets), tuple(theirs.targets))
        case "territory":
            return _territory(mine, theirs)
        case "time":
            return _time(mine, theirs)
        case _:
            need, offer = (mine, theirs) if mine.kind == Kind.NEED else (theirs, mine)
            return CONDITIONS_MET.get((need.conditions, offer.conditions), NEUTRAL)


def shared_words(mine: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """The words both use, the longest first; the same ones, and written the same, from both sides."""
    both = (min(word, theirs[stem]) for stem, word in mine.items() if stem in theirs)
    return sorted(both, key=lambda word: (-len(word), word))


def resource_fit(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return _ALSO.get((one, other)) or _ALSO.get((other, one)) or 0.0


def resources_that_meet(kinds: Iterable[str]) -> set[str]:
    """Every kind of resource that could go with one of these."""
    return {other for kind in kinds for other in RESOURCES if resource_fit(kind, other) > 0}


def countries_near(country: str) -> set[str]:
    return {country, *NEIGHBOURS.get(country, ())}


def _letters(here: frozenset[str], there: frozenset[str]) -> tuple[float, float]:
    """How much of the letters of each are in the other; texts of one language about different things share about a fifth."""
    if not here or not there:
        return -1.0, -1.0
    both = len(here & there)
    return tuple(min(1.0, max(0.0, (both / len(side) - 0.2) / 0.4)) for side in (here, there))  # type: ignore[return-value]


def _words(letters: float, shared: int, *, same: bool) -> float:
    """How much of what I write about is in theirs. Two languages say little about each other, unless their words agree."""
    if letters < 0:
        return NEUTRAL
    said = 0.5 * letters + 0.5 * min(1.0, shared / 4)
    return said if same else max(WORDS_OF_TWO_LANGUAGES, said)


@lru_cache(maxsize=50_000)
def _resources(mine: tuple[str, ...], theirs: tuple[str, ...], relation: Relation) -> float:
    if relation == Relation.ALIKE:
        return _covered(mine, theirs, lambda one, other: float(one == other))
    return _covered(mine, theirs, resource_fit)


@lru_cache(maxsize=50_000)
def _themes(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    return _covered(mine, theirs, _theme_fit)


@lru_cache(maxsize=50_000)
def _targets(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    return _covered(mine, theirs, _target_fit)


def _covered(mine: Sequence[str], theirs: Sequence[str], fits: Callable[[str, str], float]) -> float:
    """How far what I name is met by what they name: a third by the best of it, the rest by all of it."""
    if not mine or not theirs:
        return NEUTRAL
    met = [max(fits(one, other) for other in theirs) for one in mine]
    return (max(met) + 2 * sum(met) / len(met)) / 3


_THEMES_CLOSE = {(one, other) for family in _FAMILIES for one in family for other in family}


def _theme_fit(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.5 if (one, other) in _THEMES_CLOSE else 0.0


def _target_fit(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.7 if "everybody" in (one, other) else 0.0


def _territory(mine: Facts, theirs: Facts) -> float:
    if not mine.country or not theirs.country:
        return NEUTRAL
    nearness = [0.7] if mine.remote or theirs.remote else [0.0]
    offer = theirs if theirs.kind == Kind.OFFER else mine
    if offer.transferable:
        nearness.append(0.4)
    if mine.country == theirs.country:
        nearness.append(0.4)
        if mine.nuts2 and theirs.nuts2:
            if mine.nuts2[:3] == theirs.nuts2[:3]:
                nearness.append(0.6)
            if mine.nuts2 == theirs.nuts2:
                nearness.append(0.8)
        if same_town(mine, theirs):
            nearness.append(1.0)
    elif theirs.country in NEIGHBOURS.get(mine.country, ()):
        nearness.append(0.25)
    return max(nearness)


def same_town(mine: Facts, theirs: Facts) -> bool:
    here, there = mine.municipality.casefold(), theirs.municipality.casefold()
    return bool(here) and here == there and mine.country == theirs.country


def _time(mine: Facts, theirs: Facts) -> float:
    """How much of the time I name is also theirs; an open end says nothing."""
    days = days_in_common(mine, theirs)
    if days is None or mine.starts_on is None or mine.ends_on is None:
        return NEUTRAL if days is None or days > 0 else 0.0
    return min(1.0, days / ((mine.ends_on - mine.starts_on).days + 1))


def days_in_common(one: Facts, other: Facts) -> int | None:
    """None where it can't be said; 0 where there is none."""
    starts = [day for day in (one.starts_on, other.starts_on) if day]
    ends = [day for day in (one.ends_on, other.ends_on) if day]
    if not starts or not ends:
        return None
    return max(0, (min(ends) - max(starts)).days + 1)
