"""What can be found, and by whom?

Time must not grow with the number of things: of a common word the newest few are looked at that have it in their
title, that carry weight, or that have it at all, and only these are compared.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from academy.kernel.db import database, session
from academy.kernel.i18n import NATIVE_NAMES
from academy.kernel.subjects import Ref
from academy.retrieval.models import SearchEntry
from academy.retrieval.ranking import score
from academy.retrieval.schema import TITLE
from academy.retrieval.snippets import SEARCHED, Part, passage
from academy.retrieval.stems import Wanted, placed_words, wanted

CANDIDATES = 60  # from each way of looking in the reader's language
ELSEWHERE = 20  # and in the others
HEAVY = 3  # the weight that is looked for apart
NEWEST = 1_000  # PostgreSQL: how many rows are read without the index
MOST_READ = 10_000  # and how many of those that the index names: what most rows have is found among the newest

_IDS = sa.Select[int]
_Condition = sa.ColumnElement[bool]
_Vector = sa.ColumnElement[Any]
_Words = sa.ColumnElement[Any]
Among = Callable[[sa.ColumnElement[str]], _Condition]


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
class _Candidate:
    id: int
    ref: Ref
    language: str
    title: str
    score: float
    every_word: bool


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
    looked_for = wanted(words)
    if not looked_for.words or not audiences:
        return Found(())
    search = _Search(looked_for, language, audiences, kinds, among)
    candidates = _candidates(search)
    wider = []
    if len(candidates) < limit and looked_for.beginning:
        # the index has to join every word with this beginning, so a word that is complete is not asked for more
        wider.append(replace(search, unfinished=True))
    if not candidates and len(looked_for.words) > 1:
        wider.append(replace(search, every_word=False))
    if wider:
        candidates = _candidates(*wider)
    start = max(after or 0, 0)
    shown = candidates[start : start + limit]
    bodies = _bodies([candidate.id for candidate in shown])
    return Found(
        hits=tuple(
            Hit(
                candidate.ref,
                candidate.language,
                candidate.title,
                passage(bodies.get(candidate.id, ""), looked_for, candidate.language),
                candidate.score,
            )
            for candidate in shown
        ),
        every_word=len(looked_for.words) == 1 or any(candidate.every_word for candidate in candidates),
        count=len(candidates),
        after=start + limit if start + limit < len(candidates) else None,
    )


def figures() -> dict[str, int]:
    """How many entries there are of each kind; a thing has one for each of its languages."""
    rows = session.execute(
        sa.select(SearchEntry.kind, sa.func.count()).group_by(SearchEntry.kind).order_by(SearchEntry.kind)
    )
    return {row.kind: row[1] for row in rows}


def _candidates(*searches: "_Search") -> list[_Candidate]:
    """Of the first of these searches that finds anything, in the order in which they are shown; in one statement."""
    search, *_wider = searches
    ways = _postgresql_ways if database.engine.dialect.name == "postgresql" else _sqlite_ways
    found = sa.union_all(
        *(
            sa.select(*way.subquery().c, sa.literal(turn).label("turn"))
            for turn, one in enumerate(searches)
            for way in ways(one)
        )
    ).subquery()
    entry, turn = found.c
    first = sa.select(entry.label("entry"), sa.func.min(turn).label("turn")).group_by(entry).subquery()
    statement = sa.select(
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
    statement = statement.where(SearchEntry.audience.in_(search.audiences))
    if search.kinds:
        statement = statement.where(SearchEntry.kind.in_(search.kinds))
    # which words these are decides which way is short
    rows = session.execute(statement, execution_options={"planned_anew": True}).all()
    best = min((row.turn for row in rows), default=0)
    every_word = searches[best].every_word
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
        ref = Ref(row.kind, row.key)
        ranked.append((order, _Candidate(row.id, ref, row.language, row.title, points, every_word)))
    ranked.sort(key=lambda pair: pair[0], reverse=True)
    once: dict[Ref, _Candidate] = {}
    for _order, candidate in ranked:
        once.setdefault(candidate.ref, candidate)
    return [*once.values()]


def _bodies(ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    body = sa.func.substr(SearchEntry.body, 1, SEARCHED + 1)
    rows = session.execute(sa.select(SearchEntry.id, body).where(SearchEntry.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class _Search:
    """What is asked of the index. Words hold letters and digits alone: nothing in them is syntax."""

    looked_for: Wanted
    language: str
    audiences: Collection[str]
    kinds: Collection[str]
    among: Among | None = None
    unfinished: bool = False  # the last word may be only the beginning of one
    every_word: bool = True

    @property
    def beginning(self) -> str:
        return self.looked_for.beginning if self.unfinished else ""

    def other_languages(self) -> Iterator[str]:
        yield from (other for other in NATIVE_NAMES if other != self.language)


def _sqlite_ways(search: _Search) -> Iterator[_IDS]:
    """Ids in the reader's language and in any other, by title, by weight and at all: the newest few of each."""
    limits = [f"audience : ({_any(search.audiences)})"]
    if search.kinds:
        limits.append(f"kind : ({_any(search.kinds)})")
    heavy = f"weight : ({_any(str(weight) for weight in range(HEAVY, 10))})"
    for columns, more in (("stems_title", ()), (_ANYWHERE, (heavy,)), (_ANYWHERE, ())):
        mine = _fts_words(search, columns, search.language)
        yield _fts_ids(search, " AND ".join([mine, *limits, *more]), CANDIDATES)
        others = " OR ".join(_fts_words(search, columns, other) for other in search.other_languages())
        yield _fts_ids(search, " AND ".join([f"({others})", *limits, *more]), ELSEWHERE)


_ANYWHERE = "stems_title stems_body"
_FTS = sa.table("search_words", sa.column("rowid", sa.Integer))
_FTS_ROW: sa.ColumnElement[str] = sa.literal_column("search_words")


def _fts_words(search: _Search, columns: str, language: str) -> str:
    words = [" OR ".join(f'"{form}"' for form in forms) for forms in search.looked_for.forms(language)]
    if search.beginning:
        words[-1] += f' OR "{search.beginning}"*'
    joined = (" AND " if search.every_word else " OR ").join(f"({word})" for word in words)
    return f'({{{columns}}} : ({joined}) AND language : "{_only_words(language)}")'


def _fts_ids(search: _Search, expression: str, limit: int) -> _IDS:
    newest = _FTS.c.rowid.desc()
    found = sa.select(_FTS.c.rowid).where(_FTS_ROW.op("MATCH")(expression))
    if search.among:
        entry = _ENTRIES.alias()
        found = found.where(sa.exists().where(entry.c.id == _FTS.c.rowid, search.among(entry.c.key)))
    return found.order_by(newest).limit(limit)


def _any(values: Iterable[str]) -> str:
    return " OR ".join(f'"{_only_words(value)}"' for value in values)


def _only_words(value: str) -> str:
    """A name as the full-text table divides it: `organisation:12` is the phrase `organisation 12`."""
    return " ".join(word for word, _start, _end in placed_words(value))


_ENTRIES = sa.table(
    "search_entries",
    *(sa.column(name, sa.Integer) for name in ("id", "weight")),
    *(sa.column(name, sa.String) for name in ("key", "language", "audience", "kind", "stems_title", "search_words")),
)


def _postgresql_ways(search: _Search) -> Iterator[_IDS]:
    """The same for PostgreSQL, whose index can't be read newest first.

    The newest rows are read as they are, which finds enough of a common word at once. Only if it does not, the word
    is not so common, and the index is asked for those that have it: for all of them, unless they are very many.
    """
    newest = sa.select(_ENTRIES).order_by(_ENTRIES.c.id.desc()).limit(NEWEST).subquery("newest")
    title: _Vector = sa.literal_column(TITLE)  # has an index of its own
    for everywhere, limit in ((_in_own_language, CANDIDATES), (_in_other_languages, ELSEWHERE)):
        for place, weights in ((title, "A"), (_ENTRIES.c.search_words, "AB")):
            conditions = everywhere(search, newest, newest.c.search_words, weights)
            recent = sa.select(newest.c.id).where(*conditions).order_by(newest.c.id.desc()).limit(limit).cte()
            yield sa.select(recent.c.id)
            too_few = sa.select(sa.func.count()).select_from(recent).scalar_subquery() < limit
            yield _indexed([*everywhere(search, _ENTRIES, place, "" if place is title else "AB"), too_few], limit)
        heavy = everywhere(search, _ENTRIES, _ENTRIES.c.search_words, "AB")
        yield _indexed([*heavy, _ENTRIES.c.weight >= HEAVY], limit)


def _indexed(conditions: Sequence[_Condition], limit: int) -> _IDS:
    some = sa.select(_ENTRIES.c.id).where(*conditions).limit(MOST_READ).subquery()
    return sa.select(some.c.id).order_by(some.c.id.desc()).limit(limit)


def _in_own_language(search: _Search, rows: sa.FromClause, vector: _Vector, weights: str) -> list[_Condition]:
    return [_matches(vector, _ts_words(search, weights, search.language)), *_seen(search, rows)]


def _in_other_languages(search: _Search, rows: sa.FromClause, vector: _Vector, weights: str) -> list[_Condition]:
    asked = (_ts_words(search, weights, one) for one in search.other_languages())
    return [_matches(vector, reduce(_either, asked)), *_seen(search, rows)]


def _seen(search: _Search, rows: sa.FromClause) -> Iterator[_Condition]:
    yield rows.c.audience.in_(search.audiences)
    if search.kinds:
        yield rows.c.kind.in_(search.kinds)
    if search.among:
        yield search.among(rows.c.key)


def _ts_words(search: _Search, weights: str, language: str) -> _Words:
    words = [
        " | ".join(f"'{form}':{weights}" if weights else f"'{form}'" for form in forms)
        for forms in search.looked_for.forms(language)
    ]
    if search.beginning:
        words[-1] += f" | '{search.beginning}':*{weights}"
    joined = (" & " if search.every_word else " | ").join(f"({word})" for word in words)
    in_it = sa.cast(f"'={_only_words(language)}'", TSQUERY)  # the word that schema.py adds to each text
    return sa.func.to_tsquery("simple", joined).op("&&", return_type=TSQUERY())(in_it)


def _either(one: _Words, other: _Words) -> _Words:
    return one.op("||", return_type=TSQUERY())(other)


def _matches(vector: _Vector, asked: _Words) -> _Condition:
    return vector.op("@@", return_type=sa.Boolean())(asked)
