"""What do the databases need for full-text search beyond the columns of the model?

The index holds words made of an entry's stems: `en:need` for a text in English that has the stem, `en=need` when its title has it, `en+need`
when what has it carries weight, `#topic` for a kind. So each list of the index is about what a search shows, and none is read to leave most
of it out.

SQLite gets an FTS5 table beside `search_entries`, kept by triggers, with a word for the audience as well. Alembic's batch mode makes a
table anew and loses its triggers: a migration that alters `search_entries` calls `drop` before and `create` after. PostgreSQL gets a
generated column with an index, and a word for each slice of numbers: an entry's number grows with each change, so the last slices hold
what is newest. Everything made here has `search_words` in its name, and autogeneration leaves it out.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

INDEX = "ix_search_entries_search_words"
ANYWHERE, IN_TITLE, HEAVY = ":", "=", "+"
SLICE = 2_048  # numbers
LEAST_HEAVY = 3  # the weight that is looked for apart


def _words(row: str) -> str:
    """SQL: the words of a row, with spaces between. `row` is the name of the row with a dot, or nothing."""
    title, everything = f"' ' || {row}stems_title", f"' ' || {row}stems_title || ' ' || {row}stems_body"
    anywhere, in_title, heavy = (
        f"replace({stems}, ' ', ' ' || {row}language || '{place}')"
        for stems, place in ((everything, ANYWHERE), (title, IN_TITLE), (everything, HEAVY))
    )
    in_heavy = f"CASE WHEN {row}weight >= {LEAST_HEAVY} THEN {heavy} ELSE '' END"
    return f"'#' || {row}kind || {anywhere} || {in_title} || {in_heavy}"


def _fts_words(row: str) -> str:
    return f"{_words(row)} || ' @' || {row}audience"


_ADD = f"INSERT INTO search_words(rowid, words) VALUES (new.id, {_fts_words('new.')}); "  # noqa: S608
_REMOVE = f"INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, {_fts_words('old.')}); "  # noqa: S608
_SQLITE = (
    # words are folded already and nobody asks where they stand: the tokenizer only divides at spaces, and numbers of rows are all that is kept
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='', columnsize=0, detail=none, "
    "tokenize=\"ascii tokenchars ':=+@#-_'\", prefix='6 7 8 9')",
    "CREATE TRIGGER search_words_added AFTER INSERT ON search_entries BEGIN " + _ADD + "END",
    "CREATE TRIGGER search_words_removed AFTER DELETE ON search_entries BEGIN " + _REMOVE + "END",
    "CREATE TRIGGER search_words_changed AFTER UPDATE ON search_entries BEGIN " + _REMOVE + _ADD + "END",
    f"INSERT INTO search_words(rowid, words) SELECT id, {_fts_words('')} FROM search_entries",  # noqa: S608
    "INSERT INTO search_words(search_words) VALUES ('optimize')",
)
_POSTGRESQL = (
    "ALTER TABLE search_entries ADD COLUMN search_words tsvector GENERATED ALWAYS AS ("
    f"array_to_tsvector(string_to_array({_words('')}, ' ')) || array_to_tsvector(ARRAY['~' || id / {SLICE}])) STORED",
    # without fastupdate: else each search also reads through the list of what is not yet sorted in
    f"CREATE INDEX {INDEX} ON search_entries USING gin (search_words) WITH (fastupdate = off)",
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
        op.execute("ALTER TABLE search_entries DROP COLUMN search_words")  # its index goes along
    else:
        for trigger in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER search_words_{trigger}")
        op.execute("DROP TABLE search_words")


def is_ours(kind: str, name: str) -> bool:
    """A table, column or index that was made here: the model does not know it, and migrations let it be."""
    return name.startswith(INDEX) if kind == "index" else name.startswith("search_words")


def _on_postgresql(op: Operations) -> bool:
    return op.get_context().dialect.name == "postgresql"
