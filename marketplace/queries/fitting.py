"""Which lines belong in the list of a listing, and in whose lists does it belong? Exact: everything behind the gates is compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from marketplace import matching
from marketplace.matching.weights import SAME_SENTENCE
from marketplace.models import Configuration, Listing, Relation
from marketplace.queries.matches import candidates_for, sentence_vectors, words_of_listings

AT_ONCE = 200  # candidates whose words are read together


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


class _Scored(NamedTuple):
    row: Any
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
    rows = candidates_for(listing, relation, configuration, now=now)
    meanings = _meanings(listing, vector, rows, configuration)
    best_possible = matching.BestPossible(listing, relation, with_meaning=bool(configuration.model))
    bounds = [best_possible(row, meaning) for row, meaning in zip(rows, meanings, strict=True)]
    floor, most = matching.floor_of(relation), matching.most_kept(relation)
    promising = sorted((place for place, bound in enumerate(bounds) if bound >= floor), key=lambda p: -bounds[p])
    best: list[_Scored] = []
    others: list[_Scored] = []
    for start in range(0, len(promising), AT_ONCE):
        mine = best[-1].like.score if len(best) == most else floor
        some = [
            place
            for place in promising[start : start + AT_ONCE]
            if bounds[place] >= mine or (reaching and _may_reach(rows[place], bounds[place]))
        ]
        if not some and not reaching:
            break
        words = words_of_listings([rows[place].id for place in some]) if some else {}
        for place in some:
            row = rows[place]
            like = matching.likeness(listing, _WithWords(row, words.get(row.id, {})), meanings[place], relation)
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


class _WithWords:
    """A row, with the words that were read later."""

    def __init__(self, row: Any, words: dict[str, str]) -> None:
        self._row, self.words = row, words

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _may_reach(row: Any, bound: float) -> bool:
    return row.weakest is not None and bound >= row.weakest


def _line(one: _Scored, pairs: dict[int, list[int]], *, turned: bool = False) -> Line:
    pair = pairs.get(one.row.id, [])
    return Line(one.row.id, one.row.revision, one.like.score, one.like.words, pair[::-1] if turned else pair)


def _meanings(
    listing: Listing, vector: bytes, rows: Sequence[Any], configuration: Configuration
) -> Sequence[float | None]:
    if not configuration.model:
        return [None] * len(rows)
    if not rows:
        return []
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
