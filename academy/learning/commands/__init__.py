"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from academy.learning.commands.adding_files import add_file
from academy.learning.commands.arranging import (
    bring_in,
    bring_module_in,
    move_lesson,
    retire,
    take_module_out,
    take_out,
)
from academy.learning.commands.drafting import (
    Clash,
    Place,
    begin_text,
    bring_back,
    drop_draft,
    place_of,
    publish_draft,
    save_draft,
)
from academy.learning.commands.importing import (
    ConflictingEdits,
    Imported,
    exported_tree,
    import_course,
    note_fingerprint,
    note_quiz,
)
from academy.learning.commands.indexing import reindex
from academy.learning.commands.looking_outside import note_links, note_look
from academy.learning.commands.note_taking import keep_note
from academy.learning.commands.progress import complete, complete_modules, mark_done, note_place, take_back, uncomplete
from academy.learning.commands.publishing import make_pages_again, publish_text

__all__ = [
    "Clash",
    "ConflictingEdits",
    "Imported",
    "Place",
    "add_file",
    "begin_text",
    "bring_back",
    "bring_in",
    "bring_module_in",
    "complete",
    "complete_modules",
    "drop_draft",
    "exported_tree",
    "import_course",
    "keep_note",
    "make_pages_again",
    "mark_done",
    "move_lesson",
    "note_fingerprint",
    "note_links",
    "note_look",
    "note_place",
    "note_quiz",
    "place_of",
    "publish_draft",
    "publish_text",
    "reindex",
    "retire",
    "save_draft",
    "take_back",
    "take_module_out",
    "take_out",
    "uncomplete",
]
