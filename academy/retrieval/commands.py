"""What can be done. A feature keeps its own things in the index: its command has asked the rule already."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from academy.kernel.db import database, session
from academy.kernel.subjects import Ref
from academy.retrieval.models import SearchEntry
from academy.retrieval.stems import stems

LONGEST_BODY = 60_000  # a tsvector may hold a megabyte


def index(
    ref: Ref,
    *,
    language: str,
    title: str,
    body: str,
    audience: str = "public",
    weight: int = 0,
    updated_at: datetime,
    by: object = None,
) -> None:
    """Let a thing be found in one language, or anew after a change.

    `body` is plain text. `weight` is 0 for what many people write, such as posts, and up to 3 for what few
    write with care, such as lessons, so that the few are not lost among the many.
    """
    title, body = _storable(title)[:300], _storable(body)[:LONGEST_BODY]
    values = {
        "title": title,
        "body": body,
        "stems_title": stems(title, language),
        "stems_body": stems(body, language),
        "audience": audience,
        "weight": weight,
        "updated_at": updated_at,
    }
    insert = postgresql.insert if database.engine.dialect.name == "postgresql" else sqlite.insert
    entry = insert(SearchEntry).values(kind=ref.kind, key=ref.key, language=language, **values)
    session.execute(
        entry.on_conflict_do_update(
            index_elements=["kind", "key", "language"], set_={**values, "id": entry.excluded.id}
        )
    )


_NEXT_NUMBER: dict[str, sa.ColumnElement[int]] = {
    "sqlite": sa.literal_column("(SELECT max(id) + 1 FROM search_entries)", sa.Integer),
    "postgresql": sa.literal_column("nextval('search_entries_id_seq')", sa.Integer),
}
_ADD = {
    dialect: sa.update(SearchEntry)
    .where(
        SearchEntry.kind == sa.bindparam("of_kind"),
        SearchEntry.key == sa.bindparam("of_key"),
        SearchEntry.language == sa.bindparam("in_language"),
    )
    .values(
        id=number,
        body=sa.func.substr(SearchEntry.body + sa.bindparam("more", type_=sa.Text), 1, LONGEST_BODY),
        stems_body=sa.func.substr(SearchEntry.stems_body + sa.bindparam("more_stems", type_=sa.Text), 1, LONGEST_BODY),
        updated_at=sa.bindparam("at", type_=SearchEntry.updated_at.type),
    )
    .execution_options(synchronize_session=False)
    for dialect, number in _NEXT_NUMBER.items()
}
_MOVE = {
    dialect: sa.update(SearchEntry).where(SearchEntry.id == sa.bindparam("entry")).values(id=number)
    for dialect, number in _NEXT_NUMBER.items()
}


def add(ref: Ref, *, language: str, body: str, updated_at: datetime, by: object = None) -> bool:
    """Let a thing be found by more words than before: nothing is read again. False: it is not in the index."""
    body = _storable(body)[:LONGEST_BODY]
    done = session.execute(
        _ADD[database.engine.dialect.name],
        {
            "of_kind": ref.kind,
            "of_key": ref.key,
            "in_language": language,
            "more": f"\n{body}",
            "more_stems": f" {stems(body, language)}",
            "at": updated_at,
        },
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # of a CursorResult


def number_anew(entries: Collection[int], *, by: object = None) -> None:
    """After an index was made in any order: these are the newest now, the last of them before all."""
    move = _MOVE[database.engine.dialect.name]
    session.connection().execute(move, [{"entry": entry} for entry in entries])


def forget(ref: Ref, *, by: object = None) -> None:
    """Let a thing be found no more, in no language."""
    session.execute(sa.delete(SearchEntry).where(SearchEntry.kind == ref.kind, SearchEntry.key == ref.key))


def forget_all(*, by: object = None) -> None:
    """Begin an index anew: nothing is found until it is indexed again."""
    session.execute(sa.delete(SearchEntry))


_JOIN = sa.text("INSERT INTO search_words(search_words, rank) VALUES ('merge', :pages)")
PAGES = 200  # read and written at once


def join_parts(*, by: object = None) -> bool:
    """SQLite keeps what is new in parts, and a search looks into each: join some of them. Whether there are more."""
    if database.engine.dialect.name != "sqlite":
        return False
    raw = session.connection().connection.driver_connection
    assert raw is not None
    before = raw.total_changes
    session.execute(_JOIN, {"pages": -PAGES})  # below nought: also where parts are few
    return bool(raw.total_changes - before > 1)


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
