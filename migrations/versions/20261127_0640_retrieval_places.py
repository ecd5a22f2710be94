"""retrieval: words of the index say the language and where they stand"""

from alembic import op

from academy.retrieval import schema

revision = "20261127_0640"
down_revision = "20261127_0625"
branch_labels = None
depends_on = None

# as it was before
_IN_TITLE = "ix_search_entries_search_words_in_title"
_COLUMNS = ("stems_title", "stems_body", "kind", "language", "audience", "weight")
_LANGUAGE = "array_to_tsvector(ARRAY['=' || language])"
_POSTGRESQL = (
    "ALTER TABLE search_entries ADD COLUMN search_words tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple', stems_title), 'A') || setweight(to_tsvector('simple', stems_body), 'B')"
    f" || {_LANGUAGE}) STORED",
    f"CREATE INDEX {schema.INDEX} ON search_entries USING gin (search_words) WITH (fastupdate = off)",
    f"CREATE INDEX {_IN_TITLE} ON search_entries "
    f"USING gin ((to_tsvector('simple', stems_title) || {_LANGUAGE})) WITH (fastupdate = off)",
)
_ADD = f"INSERT INTO search_words(rowid, {', '.join(_COLUMNS)}) VALUES (new.id, new.{', new.'.join(_COLUMNS)}); "  # noqa: S608
_REMOVE = (
    f"INSERT INTO search_words(search_words, rowid, {', '.join(_COLUMNS)}) "  # noqa: S608
    f"VALUES ('delete', old.id, old.{', old.'.join(_COLUMNS)}); "
)
_SQLITE = (
    f"CREATE VIRTUAL TABLE search_words USING fts5({', '.join(_COLUMNS)}, content='search_entries', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0', prefix='3 4 5 6')",
    f"CREATE TRIGGER search_words_added AFTER INSERT ON search_entries BEGIN {_ADD}END",
    f"CREATE TRIGGER search_words_removed AFTER DELETE ON search_entries BEGIN {_REMOVE}END",
    f"CREATE TRIGGER search_words_changed AFTER UPDATE ON search_entries BEGIN {_REMOVE}{_ADD}END",
    "INSERT INTO search_words(search_words) VALUES ('rebuild')",
)


def upgrade() -> None:
    op.execute(f"DROP INDEX IF EXISTS {_IN_TITLE}")
    schema.drop(op)
    schema.create(op)
    op.drop_index("ix_search_entries_weight", "search_entries")
    op.create_index("ix_search_entries_kind_id", "search_entries", ["kind", "id"])


def downgrade() -> None:
    op.drop_index("ix_search_entries_kind_id", "search_entries")
    op.create_index("ix_search_entries_weight", "search_entries", ["weight"])
    schema.drop(op)
    for statement in _POSTGRESQL if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
