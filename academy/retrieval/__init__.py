"""How is something found by its words? The full-text index behind search and matching.

A feature that owns a thing calls `commands.index` when the thing is published or edited and `commands.forget`
when it goes; `queries.hits` finds it, in any language and only for those who may see it. SQLite answers with
FTS5, PostgreSQL with a tsvector; both index the same stems, made here, so both find the same.
"""
