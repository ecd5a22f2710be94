"""How is the index of each database asked for the newest that have some words? Builds statements and runs none.

What is asked for is the same on both, and written in the language of the database: lists of the index (`schema.py`), intersected and joined.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from academy.kernel.db import database
from academy.kernel.i18n import NATIVE_NAMES
from academy.retrieval.schema import ANYWHERE, HEAVY, IN_TITLE, SLICE
from academy.retrieval.stems import Wanted

CANDIDATES = 60  # of each list in the reader's language
ELSEWHERE = 20  # and in the others

Among = Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]]
Numbers = sa.Select[int]


@dataclass(frozen=True)
class Search:
    looked_for: Wanted  # words hold letters and digits alone: nothing in them is syntax
    language: str
    audiences: Collection[str]
    kinds: Collection[str] = ()
    among: Among | None = None
    unfinished: bool = False  # the last word may be only the beginning of one
    every_word: bool = True

    @property
    def other_languages(self) -> list[str]:
        return [language for language in NATIVE_NAMES if language != self.language]

    def candidates(self) -> Numbers:
        """Of entries: the newest few by title, by weight and at all, in the reader's language and in the others."""
        return _newest(
            self,
            [
                (_asked(self, languages, place), most)
                for languages, most in (([self.language], CANDIDATES), (self.other_languages, ELSEWHERE))
                for place in (IN_TITLE, HEAVY, ANYWHERE)
            ],
            slices=2,
        )

    def everything(self, most: int) -> Numbers:
        """Of the newest entries that have the words in any language."""
        return _newest(self, [(_asked(self, [self.language, *self.other_languages], ANYWHERE), most)], slices=8)


@dataclass(frozen=True)
class _Grammar:
    quote: str
    all_of: str
    any_of: str
    and_so_on: str  # behind what is only the beginning of a word

    def either(self, words: Iterable[str]) -> str:
        return self.any_of.join(f"{self.quote}{word}{self.quote}" for word in words)


_GRAMMARS = {"sqlite": _Grammar('"', " AND ", " OR ", "*"), "postgresql": _Grammar("'", " & ", " | ", ":*")}


def _grammar() -> _Grammar:
    return _GRAMMARS[database.engine.dialect.name]


def _asked(search: Search, languages: Iterable[str], place: str) -> str:
    return _grammar().any_of.join(f"({_words(search, language, place)})" for language in languages)


def _words(search: Search, language: str, place: str) -> str:
    grammar = _grammar()
    where = f"{_without_syntax(language)}{place}"
    words = [grammar.either(where + form for form in forms if form) for forms in search.looked_for.forms(language)]
    if search.unfinished:
        words[-1] += grammar.any_of + grammar.either([where + search.looked_for.beginning]) + grammar.and_so_on
    return (grammar.all_of if search.every_word else grammar.any_of).join(f"({word})" for word in words)


def _without_syntax(name: str) -> str:
    return re.sub(r"[^\w:-]", "", name)


def _newest(search: Search, lists: Sequence[tuple[str, int]], *, slices: int) -> Numbers:
    if database.engine.dialect.name == "postgresql":
        return _newest_on_postgresql(search, lists, slices)
    return _newest_on_sqlite(search, lists)


_FTS = sa.table("search_words", sa.column("rowid", sa.Integer))
_FTS_ROW: sa.ColumnElement[str] = sa.literal_column("search_words")
_ENTRIES = sa.table(
    "search_entries",
    sa.column("id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("key", "audience", "kind")),
    sa.column("search_words", TSVECTOR),
)


def _newest_on_sqlite(search: Search, lists: Sequence[tuple[str, int]]) -> Numbers:
    """FTS5 walks its lists from the highest number down, leaps where they are intersected, and stops when it has enough."""
    grammar = _grammar()
    seen = [f"({grammar.either(f'@{_without_syntax(audience)}' for audience in search.audiences)})"]
    if search.kinds:
        seen.append(f"({grammar.either(f'#{_without_syntax(kind)}' for kind in search.kinds)})")
    found = []
    for asked, most in lists:
        entries = sa.select(_FTS.c.rowid).where(_FTS_ROW.op("MATCH")(" AND ".join([f"({asked})", *seen])))
        if search.among:
            entry = _ENTRIES.alias()
            entries = entries.where(sa.exists().where(entry.c.id == _FTS.c.rowid, search.among(entry.c.key)))
        found.append(sa.select(entries.order_by(_FTS.c.rowid.desc()).limit(most).subquery().c.rowid))
    return sa.select(sa.union_all(*found).subquery().c[0])


def _newest_on_postgresql(search: Search, lists: Sequence[tuple[str, int]], slices: int) -> Numbers:
    """A list of PostgreSQL's index has no order and is read whole. So the last slices of numbers are asked for first, which have enough of
    what is common; only if they have not, there are not so many, and all are read and put in order."""
    expressions = sa.literal([expression for expression, _most in lists], ARRAY(sa.Text))
    numbers = sa.literal([most for _expression, most in lists], ARRAY(sa.Integer))
    # of arrays: VALUES would be compiled anew each time
    given = sa.func.unnest(expressions, numbers).table_valued("asked", "most").render_derived()
    asked: sa.ColumnElement[Any] = sa.cast(given.c.asked, TSQUERY)
    highest = sa.select(sa.func.max(_ENTRIES.c.id) // SLICE)
    if len(search.kinds) == 1:
        (kind,) = search.kinds
        asked = asked.op("&&")(sa.cast(f"'#{_without_syntax(kind)}'", TSQUERY))
        highest = highest.where(_ENTRIES.c.kind == kind)
    last = highest.scalar_subquery()
    some = sa.func.format(" | ".join(["'~%s'"] * slices), *(last - place for place in range(slices)))
    newest = sa.func.array(_having(search, asked.op("&&")(sa.cast(some, TSQUERY)), given.c.most).scalar_subquery())
    seen = sa.select(asked.label("asked"), given.c.most, newest.label("newest")).cte().prefix_with("MATERIALIZED")
    too_few = sa.func.cardinality(seen.c.newest) < seen.c.most
    found = sa.union_all(
        sa.select(sa.func.unnest(seen.c.newest).label("id")).correlate(seen),
        _having(search, seen.c.asked, seen.c.most).where(too_few),
    ).lateral()
    return sa.select(found.c.id).select_from(seen.join(found, sa.true()))


def _having(search: Search, asked: sa.ColumnElement[Any], most: sa.ColumnElement[int]) -> Numbers:
    entries = sa.select(_ENTRIES.c.id).where(
        _ENTRIES.c.search_words.op("@@")(asked), _ENTRIES.c.audience.in_(search.audiences), *_narrowed(search)
    )
    return entries.order_by(_ENTRIES.c.id.desc()).limit(most)


def _narrowed(search: Search) -> Iterator[sa.ColumnElement[bool]]:
    if search.kinds:
        yield (_ENTRIES.c.kind + "").in_(
            search.kinds
        )  # no index by kind: what has the words is less than what is of a kind
    if search.among:
        yield search.among(_ENTRIES.c.key)
