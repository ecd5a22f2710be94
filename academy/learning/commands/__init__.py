"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from academy.learning.commands.importing import (
    ConflictingEdits,
    Imported,
    exported_tree,
    import_course,
    note_fingerprint,
)
from academy.learning.commands.indexing import reindex
from academy.learning.commands.progress import complete, complete_modules, mark_done, note_place, take_back, uncomplete
from academy.learning.commands.publishing import make_pages_again, publish_text

__all__ = [
    "ConflictingEdits",
    "Imported",
    "complete",
    "complete_modules",
    "exported_tree",
    "import_course",
    "make_pages_again",
    "mark_done",
    "note_fingerprint",
    "note_place",
    "publish_text",
    "reindex",
    "take_back",
    "uncomplete",
]
