"""What can be found, and by whom?

Time must not grow with the number of things: of all that has the words, the newest few are looked at that have them in their title, that
carry weight, or that have them at all, in the reader's language and in others. The index has a list for each of these, so that these are
the newest there are, and only these are read and compared.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.retrieval.index_queries import Among, Search
from academy.retrieval.models import SearchEntry
from academy.retrieval.ranking import score
from academy.retrieval.snippets import SEARCHED, Part, passage
from academy.retrieval.stems import wanted

ENOUGH = 20  # a page: where so many have the words as they stand, none is taken for the beginning of another
MOST = 1_000  # of all that has the words


@dataclass(frozen=True)
class Hit:
    ref: Ref
    language: str
    title: str
    snippet: tuple[Part, ...]
    score: float


@dataclass(frozen=True)
class Found:
    hits: tuple[Hit, ...]
    every_word: bool = True  # False: nothing has all the words, these have some of them
    count: int = 0  # how many can be paged through; the best few hundred where there are more
    after: int | None = None  # where the next page begins; None: this was the last


@dataclass(frozen=True)
class Keys:
    """What else is asked of the things that have the words, their feature asks."""

    best: tuple[str, ...]  # in their order
    newest: sa.Select[str]  # of all: MOST of them


@dataclass(frozen=True)
class _Candidate:
    id: int
    ref: Ref
    language: str
    title: str
    score: float


def hits(
    words: str,
    *,
    language: str,
    audiences: Collection[str],
    kinds: Collection[str] = (),
    among: Among | None = None,
    limit: int = 20,
    after: int | None = None,
) -> Found:
    """What has all these words, or else some of them; first in the reader's language, each thing once. `among` says of a key whether the
    thing is looked for: a condition of the feature that knows its things, asked of each row that has the words.

    `audiences` are those the reader belongs to, such as `{"public", "members", "organisation:12"}`. Any text is
    a search; one without words finds nothing.
    """
    search = Search(wanted(words), language, audiences, kinds, among)
    search, candidates = _ranked(search, min(limit, ENOUGH))
    start = max(after or 0, 0)
    shown = candidates[start : start + limit]
    bodies = _bodies([candidate.id for candidate in shown])
    return Found(
        hits=tuple(
            Hit(
                candidate.ref,
                candidate.language,
                candidate.title,
                passage(bodies.get(candidate.id, ""), search.looked_for, candidate.language),
                candidate.score,
            )
            for candidate in shown
        ),
        every_word=search.every_word,
        count=len(candidates),
        after=start + limit if start + limit < len(candidates) else None,
    )


def keys(words: str, *, language: str, audiences: Collection[str], kind: str) -> Keys:
    """The same for a feature that narrows and shows what was found by itself: the best few hundred, and a select of the newest of all."""
    search, candidates = _ranked(Search(wanted(words), language, audiences, (kind,)), ENOUGH)
    newest = sa.select(SearchEntry.key)
    return Keys(
        best=tuple(candidate.ref.key for candidate in candidates),
        newest=newest.where(SearchEntry.id.in_(search.everything(MOST)) if candidates else sa.false()),
    )


def oldest_first() -> Sequence[int]:
    """Numbers of all entries in the order in which their things were written."""
    return session.scalars(sa.select(SearchEntry.id).order_by(SearchEntry.updated_at, SearchEntry.id)).all()


def figures() -> dict[str, int]:
    """How many entries there are of each kind; a thing has one for each of its languages."""
    rows = session.execute(
        sa.select(SearchEntry.kind, sa.func.count()).group_by(SearchEntry.kind).order_by(SearchEntry.kind)
    )
    return {row.kind: row[1] for row in rows}


def _ranked(search: Search, enough: int) -> tuple[Search, list[_Candidate]]:
    """What is found, in the order in which it is shown, and the search that found it: this one, or else a wider one."""
    if not search.looked_for.words or not search.audiences:
        return search, []
    search, candidates = _candidates(search)
    wider = []
    if len(candidates) < enough and search.looked_for.beginning:
        # the index has to join every word with this beginning, so a word that is complete is not asked for more
        wider.append(replace(search, unfinished=True))
    if not candidates and len(search.looked_for.words) > 1:
        wider.append(replace(search, every_word=False))
    return _candidates(*wider) if wider else (search, candidates)


def _candidates(*searches: Search) -> tuple[Search, list[_Candidate]]:
    """Of the first of these searches that finds anything; in one statement."""
    found = sa.union_all(
        *(
            sa.select(sa.literal(turn).label("turn"), search.candidates().subquery().c[0].label("entry"))
            for turn, search in enumerate(searches)
        )
    ).subquery()
    first = sa.select(sa.func.min(found.c.turn).label("turn"), found.c.entry).group_by(found.c.entry).subquery()
    rows = session.execute(
        sa.select(
            first.c.turn,
            SearchEntry.id,
            SearchEntry.kind,
            SearchEntry.key,
            SearchEntry.language,
            SearchEntry.title,
            SearchEntry.weight,
            SearchEntry.updated_at,
            SearchEntry.stems_title,
            sa.func.substr(SearchEntry.stems_body, 1, SEARCHED).label("stems_body"),
        ).join(first, first.c.entry == SearchEntry.id)
    ).all()
    best = min((row.turn for row in rows), default=0)
    search = searches[best]
    ranked = []
    for row in (row for row in rows if row.turn == best):
        points = score(
            search.looked_for.forms(row.language),
            search.looked_for.beginning,
            stems_title=row.stems_title,
            stems_body=row.stems_body,
            weight=row.weight,
        )
        order = (row.language == search.language, points, row.updated_at, row.id)
        ranked.append((order, _Candidate(row.id, Ref(row.kind, row.key), row.language, row.title, points)))
    ranked.sort(key=lambda pair: pair[0], reverse=True)
    once: dict[Ref, _Candidate] = {}
    for _order, candidate in ranked:
        once.setdefault(candidate.ref, candidate)
    return search, [*once.values()]


def _bodies(ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    body = sa.func.substr(SearchEntry.body, 1, SEARCHED + 1)
    rows = session.execute(sa.select(SearchEntry.id, body).where(SearchEntry.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
