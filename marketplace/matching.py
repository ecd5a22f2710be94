"""How well do a need and an offer fit, and why? Pure: two listings in, a score and its reasons out.

The score is a weighted mean of what each side would get from the other, seen from both sides and joined by the harmonic mean: a fit that
pleases one side alone is none. The weights are fixed, have a version, and stand on a public page. What a listing does not say is neutral,
never zero, so that short listings are not punished. Only the two listings decide: that is why matches can be kept and made anew one listing
at a time. How new a listing is, and that no organisation fills a list, is applied when a list is shown.

After `reference: RECON, doi 10.1145/1864708.1864747` (reciprocity) and the measurements noted in docs/decisions.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from academy.kernel.i18n import Sentence, say
from academy.organisations.territories import NEIGHBOURS, Country, Tongue, region_name
from marketplace.models import Kind, Listing
from marketplace.vocabulary import FIELDS, GOALS, RESOURCES, TARGETS, THEMES
from marketplace.words import telling_words, threes

VERSION = 1

WEIGHTS = {
    "words": 0.30,
    "resources": 0.25,
    "themes": 0.13,
    "territory": 0.10,
    "targets": 0.07,
    "time": 0.05,
    "conditions": 0.05,
}
FRESHNESS = 0.05  # the rest of the whole, applied when a list is shown
FRESH_FOR_DAYS = 60

NEUTRAL = 0.5
WORDS_OF_TWO_LANGUAGES = 0.3  # what the words of two texts in one language reach when their ticked boxes agree
FLOOR = 0.54  # below it nothing is kept and nothing is shown
GOOD = 0.62
STRONG = 0.70
MOST_OF_ONE_ORGANISATION = 2
MOST_REASONS = 4
MOST_CAVEATS = 2

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
_CONDITIONS = {
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


class Fit(IntEnum):
    POSSIBLE = 1
    GOOD = 2
    STRONG = 3


FITS = {Fit.STRONG: say("Strong fit"), Fit.GOOD: say("Good fit"), Fit.POSSIBLE: say("Possible")}


@dataclass(frozen=True)
class Likeness:
    score: float
    parts: dict[str, Any]


@dataclass(frozen=True)
class Suggestion:
    """One line of a list of matches, ready to be shown."""

    listing: Listing
    fit: Fit
    reasons: tuple[Sentence, ...]
    caveats: tuple[Sentence, ...]


@dataclass(frozen=True)
class Several:
    """Some labels in a row, said in the language of the page that shows them."""

    labels: tuple[object, ...]

    def __str__(self) -> str:
        return ", ".join(str(label) for label in self.labels)


def words_of(listing: Listing, *, opening: int = 600) -> dict[str, str]:
    """What a listing is about, in words: its title, its summary and how its description begins."""
    return telling_words(f"{listing.title}. {listing.summary}. {listing.body[:opening]}", listing.language)


def words_of_title(listing: Listing) -> list[str]:
    return [*telling_words(listing.title, listing.language)]


def resource_fit(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return _ALSO.get((one, other)) or _ALSO.get((other, one)) or 0.0


def resources_that_meet(kinds: Iterable[str]) -> set[str]:
    """Every kind of resource that could go with one of these."""
    return {other for kind in kinds for other in RESOURCES if resource_fit(kind, other) > 0}


def countries_near(country: str) -> set[str]:
    return {country, *NEIGHBOURS.get(country, ())}


def likeness(need: Listing, offer: Listing) -> Likeness:
    """The score from 0 to 1 and what each part gave, as kept with a match."""
    shared = _shared_words(need, offer)
    to_need = _what_it_gets(need, offer, len(shared))
    to_offer = _what_it_gets(offer, need, len(shared))
    one, other = _mean(to_need), _mean(to_offer)
    score = 2 * one * other / (one + other) if one + other else 0.0
    parts = {"need": to_need, "offer": to_offer, "shared": shared[:3]}
    return Likeness(round(score, 4), parts)


def fit_of(score: float) -> Fit:
    return Fit.STRONG if score >= STRONG else Fit.GOOD if score >= GOOD else Fit.POSSIBLE


def best(
    found: Iterable[tuple[float, Mapping[str, Any], Listing]], mine: Listing, *, now: datetime, limit: int
) -> list[Suggestion]:
    """The list to show for a listing, from its kept matches: the newer a little higher, at most two of one organisation."""

    def standing(row: tuple[float, Mapping[str, Any], Listing]) -> tuple[float, int]:
        score, _parts, theirs = row
        days = max(0.0, (now - (theirs.published_at or now)).total_seconds() / 86_400)
        return (1 - FRESHNESS) * score + FRESHNESS * math.exp(-days / FRESH_FOR_DAYS), -theirs.id

    seen: Counter[int] = Counter()
    shown: list[Suggestion] = []
    for score, parts, theirs in sorted(found, key=standing, reverse=True):
        if score < FLOOR or len(shown) == limit:
            continue
        seen[theirs.organisation_id] += 1
        if seen[theirs.organisation_id] <= MOST_OF_ONE_ORGANISATION:
            shown.append(Suggestion(theirs, fit_of(score), reasons(mine, theirs, parts), caveats(mine, theirs, parts)))
    return shown


# --- what one side gets from the other ----------------------------------------------------------------------------


def _what_it_gets(mine: Listing, theirs: Listing, shared: int) -> dict[str, float]:
    need, offer = (mine, theirs) if mine.kind == Kind.NEED else (theirs, mine)
    parts = {
        "words": _words(mine, theirs, shared),
        "resources": _covered(mine.resources, theirs.resources, resource_fit),
        "themes": _covered(mine.themes, theirs.themes, _theme_fit),
        "territory": _territory(mine, theirs),
        "targets": _covered(mine.targets, theirs.targets, _target_fit),
        "time": _time(mine, theirs),
        "conditions": _CONDITIONS.get((need.conditions, offer.conditions), NEUTRAL),
    }
    return {name: round(value, 4) for name, value in parts.items()}


def _mean(parts: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in parts.items()) / sum(WEIGHTS.values())


def _words(mine: Listing, theirs: Listing, shared: int) -> float:
    """How much of what I write about is in theirs. Two languages say little about each other, unless their words agree."""
    here, there = threes(mine.words), threes(theirs.words)
    if not here or not there:
        return NEUTRAL
    # texts of one language about quite different things share about a fifth of their groups of letters
    letters = min(1.0, max(0.0, (len(here & there) / len(here) - 0.2) / 0.4))
    said = 0.5 * letters + 0.5 * min(1.0, shared / 4)
    return said if mine.language == theirs.language else max(WORDS_OF_TWO_LANGUAGES, said)


def _shared_words(need: Listing, offer: Listing) -> list[str]:
    """The words both use, as the need writes them, the longest first."""
    return sorted(
        (word for stem, word in need.words.items() if stem in offer.words), key=lambda word: (-len(word), word)
    )


def _covered(mine: Sequence[str], theirs: Sequence[str], fits: Callable[[str, str], float]) -> float:
    """How far what I name is met by what they name: a third by the best of it, the rest by all of it."""
    if not mine or not theirs:
        return NEUTRAL
    met = [max(fits(one, other) for other in theirs) for one in mine]
    return (max(met) + 2 * sum(met) / len(met)) / 3


def _theme_fit(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.5 if any(one in family and other in family for family in _FAMILIES) else 0.0


def _target_fit(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.7 if "everybody" in (one, other) else 0.0


def _territory(mine: Listing, theirs: Listing) -> float:
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
        if _same_town(mine, theirs):
            nearness.append(1.0)
    elif theirs.country in NEIGHBOURS.get(mine.country, ()):
        nearness.append(0.25)
    return max(nearness)


def _same_town(mine: Listing, theirs: Listing) -> bool:
    here, there = mine.municipality.casefold(), theirs.municipality.casefold()
    return bool(here) and here == there and mine.country == theirs.country


def _time(mine: Listing, theirs: Listing) -> float:
    """How much of the time I name is also theirs; an open end says nothing."""
    days = _days_in_common(mine, theirs)
    if days is None or mine.starts_on is None or mine.ends_on is None:
        return NEUTRAL if days is None or days > 0 else 0.0
    return min(1.0, days / ((mine.ends_on - mine.starts_on).days + 1))


def _days_in_common(one: Listing, other: Listing) -> int | None:
    """None where it can't be said; 0 where there is none."""
    starts = [day for day in (one.starts_on, other.starts_on) if day]
    ends = [day for day in (one.ends_on, other.ends_on) if day]
    if not starts or not ends:
        return None
    return max(0, (min(ends) - max(starts)).days + 1)


# --- why, in words ------------------------------------------------------------------------------------------------


def reasons(mine: Listing, theirs: Listing, parts: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """At most four facts that speak for it, the weightiest first."""
    facts = [
        _about_resources(mine, theirs),
        _about_place(mine, theirs),
        _about_themes(mine, theirs),
        _about_words(parts),
        _about_targets(mine, theirs),
        _about_time(mine, theirs),
        _about_conditions(mine, theirs),
    ]
    return tuple(fact for fact in facts if fact is not None)[:MOST_REASONS]


def caveats(mine: Listing, theirs: Listing, parts: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """At most two facts that speak against it."""
    facts = [
        _against_time(mine, theirs),
        _against_resources(mine, theirs),
        _against_place(mine, theirs),
        _against_conditions(mine, theirs),
        _against_language(mine, theirs),
    ]
    return tuple(fact for fact in facts if fact is not None)[:MOST_CAVEATS]


def _about_resources(mine: Listing, theirs: Listing) -> Sentence | None:
    same = _labels(RESOURCES, [kind for kind in mine.resources if kind in theirs.resources])
    if same is not None:
        if mine.kind == Kind.NEED:
            return say("Offers what is asked for: %(what)s", what=same)
        return say("Asks for what is offered: %(what)s", what=same)
    near = [(one, other) for one in mine.resources for other in theirs.resources if resource_fit(one, other) >= 0.5]
    if not near:
        return None
    asked, given = near[0] if mine.kind == Kind.NEED else near[0][::-1]
    return say("%(given)s is close to what is asked for: %(asked)s", given=RESOURCES[given], asked=RESOURCES[asked])


def _about_place(mine: Listing, theirs: Listing) -> Sentence | None:
    if _same_town(mine, theirs):
        return say("Same place: %(where)s", where=theirs.municipality)
    if mine.nuts2 and mine.nuts2 == theirs.nuts2:
        return say("Same region: %(where)s", where=region_name(theirs.nuts2))
    if mine.country and mine.country == theirs.country:
        return say("Same country: %(where)s", where=Country(theirs.country))
    if mine.remote or theirs.remote:
        return say("It can be done at a distance")
    offer = theirs if theirs.kind == Kind.OFFER else mine
    return say("It can be brought to other places") if offer.transferable else None


def _about_themes(mine: Listing, theirs: Listing) -> Sentence | None:
    fields = [key for key in mine.fields if key in theirs.fields and key in FIELDS]
    goals = [key for key in mine.goals if key in theirs.goals and key in GOALS]
    same = _labels(THEMES, [*fields, *goals][:3])
    return say("Both are about: %(what)s", what=same) if same is not None else None


def _about_words(parts: Mapping[str, Any]) -> Sentence | None:
    shared = parts.get("shared") or []
    return say("Both speak of: %(words)s", words=", ".join(shared)) if len(shared) > 1 else None


def _about_targets(mine: Listing, theirs: Listing) -> Sentence | None:
    same = _labels(TARGETS, [key for key in mine.targets if key in theirs.targets and key != "everybody"])
    return say("For the same people: %(who)s", who=same) if same is not None else None


def _about_time(mine: Listing, theirs: Listing) -> Sentence | None:
    return say("Possible in the weeks named") if (_days_in_common(mine, theirs) or 0) >= 7 else None


def _about_conditions(mine: Listing, theirs: Listing) -> Sentence | None:
    offer = theirs if theirs.kind == Kind.OFFER else mine
    return say("It costs nothing") if offer.conditions == "free" else None


def _against_time(mine: Listing, theirs: Listing) -> Sentence | None:
    return say("The dates do not meet") if _days_in_common(mine, theirs) == 0 else None


def _against_resources(mine: Listing, theirs: Listing) -> Sentence | None:
    need, offer = (mine, theirs) if mine.kind == Kind.NEED else (theirs, mine)
    missing = [asked for asked in need.resources if not any(resource_fit(asked, given) for given in offer.resources)]
    labels = _labels(RESOURCES, missing)
    return say("Not part of the offer: %(what)s", what=labels) if labels is not None else None


def _against_place(mine: Listing, theirs: Listing) -> Sentence | None:
    if mine.remote or theirs.remote or not theirs.country or mine.country == theirs.country:
        return None
    return say("It is in another country: %(where)s", where=Country(theirs.country))


def _against_conditions(mine: Listing, theirs: Listing) -> Sentence | None:
    need, offer = (mine, theirs) if mine.kind == Kind.NEED else (theirs, mine)
    if _CONDITIONS.get((need.conditions, offer.conditions), NEUTRAL) >= NEUTRAL:
        return None
    if offer.conditions == "paid":
        return say("The offer has a price")
    return say("The offer asks for its costs")


def _against_language(mine: Listing, theirs: Listing) -> Sentence | None:
    if theirs.language in (mine.language, *mine.contact_languages):
        return None
    common = [Tongue(code) for code in mine.contact_languages if code in theirs.contact_languages]
    return say(
        "Written in %(language)s; both sides can write in: %(common)s",
        language=Tongue(theirs.language),
        common=Several(tuple(common)),
    )


def _labels(labels: Mapping[str, Sentence], keys: Iterable[str]) -> Several | None:
    chosen = tuple(labels[key] for key in keys if key in labels)
    return Several(chosen) if chosen else None
