"""What do the databases need for full-text search beyond the columns of the model?

SQLite gets an FTS5 table over `search_entries`, kept by triggers. Alembic's batch mode makes a table anew and
loses its triggers: a migration that alters `search_entries` calls `drop` before and `create` after. PostgreSQL
gets a generated column with an index. Everything made here has `search_words` in its name, and autogeneration
leaves it out.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

INDEX = "ix_search_entries_search_words"

_ADD = (
    "INSERT INTO search_words(rowid, stems_title, stems_body, kind, language, audience, weight) "
    "VALUES (new.id, new.stems_title, new.stems_body, new.kind, new.language, new.audience, new.weight); "
)
_REMOVE = (
    "INSERT INTO search_words(search_words, rowid, stems_title, stems_body, kind, language, audience, weight) "
    "VALUES ('delete', old.id, old.stems_title, old.stems_body, old.kind, old.language, old.audience, old.weight); "
)
_SQLITE = (
    # stems are folded already: the tokenizer only divides, and divides organisation:12 too, for a phrase
    "CREATE VIRTUAL TABLE search_words USING fts5(stems_title, stems_body, kind, language, audience, weight, "
    "content='search_entries', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='3 4 5 6')",
    "CREATE TRIGGER search_words_added AFTER INSERT ON search_entries BEGIN " + _ADD + "END",
    "CREATE TRIGGER search_words_removed AFTER DELETE ON search_entries BEGIN " + _REMOVE + "END",
    "CREATE TRIGGER search_words_changed AFTER UPDATE ON search_entries BEGIN " + _REMOVE + _ADD + "END",
    "INSERT INTO search_words(search_words) VALUES ('rebuild')",
)
_READ_OFTEN = "WITH (fastupdate = off)"  # else each search also reads through the list of what is not yet sorted in
# a word that no text can hold: rows of other languages are left out by the index, not read and left out
_LANGUAGE = "array_to_tsvector(ARRAY['=' || language])"
TITLE = f"to_tsvector('simple', stems_title) || {_LANGUAGE}"
_POSTGRESQL = (
    "ALTER TABLE search_entries ADD COLUMN search_words tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple', stems_title), 'A') || setweight(to_tsvector('simple', stems_body), 'B')"
    f" || {_LANGUAGE}) STORED",
    f"CREATE INDEX {INDEX} ON search_entries USING gin (search_words) {_READ_OFTEN}",
    f"CREATE INDEX {INDEX}_in_title ON search_entries USING gin (({TITLE})) {_READ_OFTEN}",
)


class Operations(Protocol):
    """What is used of Alembic's `op`."""

    def execute(self, sqltext: str) -> None: ...

    def get_context(self) -> "MigrationContext": ...


def create(op: Operations) -> None:
    """For the migration, after the table; what is in the table already is indexed."""
    for statement in _POSTGRESQL if _on_postgresql(op) else _SQLITE:
        op.execute(statement)


def drop(op: Operations) -> None:
    """For the migration, before the table goes or changes."""
    if _on_postgresql(op):
        op.execute(f"DROP INDEX {INDEX}_in_title")
        op.execute(f"DROP INDEX {INDEX}")
        op.execute("ALTER TABLE search_entries DROP COLUMN search_words")
    else:
        for trigger in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER search_words_{trigger}")
        op.execute("DROP TABLE search_words")


def is_ours(kind: str, name: str) -> bool:
    """A table, column or index that was made here: the model does not know it, and migrations let it be."""
    return name.startswith(INDEX) if kind == "index" else name.startswith("search_words")


def _on_postgresql(op: Operations) -> bool:
    return op.get_context().dialect.name == "postgresql"
