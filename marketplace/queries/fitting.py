"""Which lines belong in the list of a listing, and in whose lists does it belong? Exact: everything behind the gates is compared."""

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from marketplace import matching
from marketplace.matching.weights import SAME_SENTENCE
from marketplace.models import Configuration, Kind, Listing, Relation
from marketplace.queries.matches import Candidate, candidates_for, sentence_vectors, words_of_listings

AT_ONCE = 200  # candidates whose words are read together
HEARD_AT_ONCE = 2_000  # candidates that are read and compared together: few enough to stay in the cache of a processor


@dataclass(frozen=True)
class Line:
    other_id: int
    revision: int  # of the other, when it was read
    score: float
    words: list[str]
    pair: list[int]

    @property
    def order(self) -> tuple[float, int]:
        return -self.score, self.other_id


@dataclass(frozen=True)
class Found:
    configuration_id: int
    relation: Relation
    own: list[Line]  # the best, in order
    reached: list[Line]  # lines for the lists of others, where this listing may belong; `other_id` is whose


class _Promising(NamedTuple):
    """A candidate that could come into a list if its words were the same."""

    row: Candidate
    meaning: float | None
    sides: tuple[float, float]
    bound: float


class _Scored(NamedTuple):
    row: Candidate
    like: matching.Likeness


def best_for(
    listing: Listing,
    relation: Relation,
    configuration: Configuration,
    vector: bytes,
    sentences: bytes,
    *,
    now: datetime,
    reaching: bool,
) -> Found:
    """`vector` and `sentences`: of the listing, empty where words alone count. `reaching`: look at the lists of others too."""
    kind = listing.kind if relation == Relation.ALIKE else listing.kind.opposite
    possible = matching.BestPossible(
        listing,
        relation,
        with_meaning=bool(configuration.model),
        parts_of=_parts_alike if relation == Relation.ALIKE else _parts,
        facts_of=lambda row: _Facts(row, kind, {}),
    )
    floor, most = matching.floor_of(relation), matching.most_kept(relation)
    promising: list[_Promising] = []
    for some in candidates_for(listing, relation, configuration, now=now, at_once=HEARD_AT_ONCE):
        for row, meaning in zip(some, _meanings(listing, vector, some, configuration), strict=True):
            sides = possible.sides(row, meaning)
            if (bound := possible.score(sides)) >= floor:
                promising.append(_Promising(row, meaning, sides, bound))
    promising.sort(key=lambda one: -one.bound)
    best: list[_Scored] = []
    others: list[_Scored] = []

    def counts(row: Candidate, bound: float, mine: float) -> bool:
        """May it come into the list, or the listing into its list?"""
        return bound >= mine or (reaching and row.weakest is not None and bound >= max(row.weakest, floor))

    for start in range(0, len(promising), AT_ONCE):
        mine = best[-1].like.score if len(best) == most else floor
        some_left = [one for one in promising[start : start + AT_ONCE] if counts(one.row, one.bound, mine)]
        if not some_left and not reaching:
            break
        words = words_of_listings([one.row.id for one in some_left]) if some_left else {}
        for row, meaning, sides, _bound in some_left:
            said = words.get(row.id, {})
            shared = len(listing.words.keys() & said.keys())
            if not counts(row, possible.score(sides, matching.most_of_words(shared)), mine):
                continue
            like = matching.likeness(listing, _Facts(row, kind, said), meaning, relation)
            if like.score < floor:
                continue
            scored = _Scored(row, like)
            best.append(scored)
            if reaching and row.weakest is not None and like.score >= row.weakest:
                others.append(scored)
        best = sorted(best, key=lambda one: (-one.like.score, one.row.id))[:most]
    pairs = _pairs(listing, sentences, [*best, *others], configuration)
    return Found(
        configuration.id,
        relation,
        [_line(one, pairs) for one in best],
        [_line(one, pairs, turned=True) for one in others],
    )


class _Facts:
    """What a candidate says, with the words that were read later."""

    def __init__(self, row: Candidate, kind: Kind, words: dict[str, str]) -> None:
        self.kind, self.words = kind, words
        self.language: str = row.language
        self.goals, self.fields = _keys_in(row.goals), _keys_in(row.fields)
        self.targets, self.resources = _keys_in(row.targets), _keys_in(row.resources)
        self.country: str = row.country
        self.nuts2: str = row.nuts2
        self.municipality: str = row.municipality
        self.remote: bool = row.remote
        self.transferable: bool = row.transferable
        self.conditions: str = row.conditions
        self.starts_on: date | None = row.starts_on
        self.ends_on: date | None = row.ends_on


@lru_cache(maxsize=100_000)
def _keys_in(written: str) -> list[str]:
    found: list[str] = json.loads(written or "[]")
    return found


def _parts_alike(row: Candidate) -> tuple[Hashable, ...]:
    """A key for each of `matching.parts_compared`: all of the candidate that the part depends on."""
    return row.resources, row.goals + row.fields, row.targets


def _parts(row: Candidate) -> tuple[Hashable, ...]:
    return (
        row.resources,
        row.goals + row.fields,
        row.targets,
        (row.country, row.nuts2, row.municipality, row.remote, row.transferable),
        (row.starts_on, row.ends_on),
        row.conditions,
    )


def _line(one: _Scored, pairs: dict[int, list[int]], *, turned: bool = False) -> Line:
    pair = pairs.get(one.row.id, [])
    return Line(one.row.id, one.row.revision, one.like.score, one.like.words, pair[::-1] if turned else pair)


def _meanings(
    listing: Listing, vector: bytes, rows: Sequence[Candidate], configuration: Configuration
) -> Sequence[float | None]:
    if not configuration.model:
        return [None] * len(rows)
    from marketplace.matching import meaning

    languages = meaning.languages_in(configuration.languages)
    codes = [row.language for row in rows]
    mine = meaning.centred(meaning.read([vector]), [listing.language], languages)
    theirs = meaning.centred(meaning.read([row.vector for row in rows]), codes, languages)
    return meaning.closeness(mine, listing.language, theirs, codes, languages)


def _pairs(
    listing: Listing, sentences: bytes, scored: Sequence[_Scored], configuration: Configuration
) -> dict[int, list[int]]:
    """For those in another language: which sentence of theirs says what which of ours says."""
    foreign = {one.row.id for one in scored if one.row.language != listing.language}
    if not foreign or not configuration.model or not sentences:
        return {}
    from marketplace.matching import meaning

    languages = meaning.languages_in(configuration.languages)

    def of(code: str, vectors: bytes, number: int) -> meaning.Vectors:
        width = len(vectors) // number
        parts = [vectors[place * width : (place + 1) * width] for place in range(number)]
        return meaning.centred(meaning.read(parts), [code] * number, languages)

    width = len(next(iter(languages.values())).mean)
    mine = of(listing.language, sentences, len(sentences) // width)
    return {
        other_id: meaning.closest_pair(mine, of(code, vectors, number), SAME_SENTENCE)
        for other_id, (code, number, vectors) in sentence_vectors(foreign, configuration.model).items()
        if number
    }
