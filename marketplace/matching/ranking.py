"""In which order, and how many, is a list of matches shown? What changes with the moment is applied here, never stored."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from academy.kernel.i18n import Sentence
from marketplace.matching import weights
from marketplace.matching.diversity import Sameness
from marketplace.matching.lessons import Lesson, lowered
from marketplace.matching.likeness import floor_of
from marketplace.matching.reasons import caveats, reasons, reasons_of_the_same
from marketplace.matching.weights import Fit, fit_of
from marketplace.models import Listing, Relation


@dataclass(frozen=True)
class Kept:
    """One line of a list as it was found, with what is known of the other listing at this moment."""

    score: float
    listing: Listing
    words: Sequence[str] = ()
    pair: tuple[str, str] | None = None  # a sentence of mine and one of theirs that say the same in two languages
    waiting: int = 0  # interests that nobody has answered
    accepted: int = 0
    shown: int = 0  # how often it was shown so far

    @property
    def room(self) -> int | None:
        """How many more it can serve; None: it does not say."""
        return None if self.listing.capacity is None else max(0, self.listing.capacity - self.accepted)

    @property
    def crowded(self) -> bool:
        return self.waiting >= weights.CROWDED * (1 if self.room is None else self.room)


@dataclass(frozen=True)
class Suggestion:
    """One line of a list of matches, ready to be shown."""

    listing: Listing
    fit: Fit
    reasons: tuple[Sentence, ...]
    caveats: tuple[Sentence, ...]
    pair: tuple[str, str] | None = None
    explored: float = 0.0  # it stands here to be seen: with this probability


def best(
    found: Sequence[Kept],
    mine: Listing,
    *,
    now: datetime,
    limit: int,
    relation: Relation = Relation.FITS,
    sameness: Sameness | None = None,
    lessons: Sequence[Lesson] = (),
) -> list[Suggestion]:
    """The newer a little higher, the crowded last, at most two of one organisation, one place for what is new, no copies; what is
    like something that was declined lower, and what says again what stands above lower too."""
    sameness = sameness or Sameness({}, {})
    sinks = {kept.listing.id: lowered(mine, kept.listing, lessons, sameness) for kept in found} if lessons else {}
    worth = {kept.listing.id: _worth(kept, now) - sinks.get(kept.listing.id, 0.0) for kept in found}
    found = [kept for kept in found if kept.score - sinks.get(kept.listing.id, 0.0) >= floor_of(relation)]

    def standing(kept: Kept) -> tuple[bool, float, int]:
        return not kept.crowded, worth[kept.listing.id], -kept.listing.id

    of_one: Counter[int] = Counter()
    said: set[tuple[str, str]] = set()
    in_order: list[Kept] = []
    for kept in sorted((one for one in found if one.room != 0), key=standing, reverse=True):
        wording = (kept.listing.title.casefold(), kept.listing.summary.casefold())
        of_one[kept.listing.organisation_id] += 1
        if of_one[kept.listing.organisation_id] <= weights.MOST_OF_ONE_ORGANISATION and wording not in said:
            said.add(wording)
            in_order.append(kept)
    in_order = _varied(in_order, worth, sameness, limit)
    shown, rest = in_order[:limit], in_order[limit:]
    explored, chance = _explored(rest, mine, now) if limit >= weights.EXPLORED else (None, 0.0)
    if explored is not None:
        shown = [*shown[: weights.EXPLORED - 1], explored, *shown[weights.EXPLORED - 1 : -1]]
    return [_suggestion(kept, mine, relation, chance if kept is explored else 0.0) for kept in shown]


def _worth(kept: Kept, now: datetime) -> float:
    days = max(0.0, (now - (kept.listing.published_at or now)).total_seconds() / 86_400)
    fresh = weights.FRESHNESS * math.exp(-days / weights.FRESH_FOR_DAYS)
    return (1 - weights.FRESHNESS) * kept.score + fresh


def _varied(in_order: list[Kept], worth: Mapping[int, float], sameness: Sameness, most: int) -> list[Kept]:
    """The best first, then always the one that is good and says least again of what stands above: maximal marginal relevance."""
    left, chosen = [*in_order], [*in_order[:1]]
    del left[:1]
    said = {kept.listing.id: 0.0 for kept in left}
    while left and len(chosen) < most:
        for kept in left:
            said[kept.listing.id] = max(said[kept.listing.id], sameness(kept.listing, chosen[-1].listing))

        def standing(kept: Kept) -> tuple[bool, float]:
            number = kept.listing.id
            return not kept.crowded, (1 - weights.DIVERSE) * worth[number] - weights.DIVERSE * said[number]

        best_left = max(left, key=standing)
        left.remove(best_left)
        chosen.append(best_left)
    return [*chosen, *left]


def _explored(rest: Sequence[Kept], mine: Listing, now: datetime) -> tuple[Kept | None, float]:
    """One of those that are new and have hardly been seen, another each day, and the probability with which it was it."""
    since = now - timedelta(days=weights.NEW_FOR_DAYS)
    new = sorted(
        (one for one in rest if one.shown < weights.SEEN_ENOUGH and (one.listing.published_at or since) > since),
        key=lambda one: one.listing.id,
    )
    if not new:
        return None, 0.0
    drawn = int.from_bytes(sha256(f"{mine.id} {now.date()}".encode()).digest()[:8])
    return new[drawn % len(new)], 1 / len(new)


def _suggestion(kept: Kept, mine: Listing, relation: Relation, explored: float) -> Suggestion:
    alike = relation == Relation.ALIKE
    why = (reasons_of_the_same if alike else reasons)(mine, kept.listing, kept.words)
    against = () if alike else caveats(mine, kept.listing)
    return Suggestion(kept.listing, fit_of(kept.score), why, against, kept.pair, explored)
