"""How does a picture or another file become part of a module?"""

from pathlib import PurePosixPath

from academy.accounts.models import Person
from academy.kernel import clock, files
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.slugs import slug_of
from academy.kernel.subjects import Ref
from academy.learning import authoring_queries, rules
from academy.learning.events import FileAdded
from academy.learning.models import Module, ModuleFile


def add_file(
    module: Module, found: files.Incoming, *, alternative: str, credit: str, licence: str, by: Person
) -> ModuleFile:
    """Put it into media/ under a name of its own. It belongs to the course: it stays when the person leaves."""
    require(rules.may_publish(by=by))
    kept = files.keep(found, owner_id=None, alternative=alternative)
    name = _free_name(found.name, authoring_queries.names_taken(module))
    row = ModuleFile(
        module_id=module.id, name=name, file_id=kept.id, credit=credit, licence=licence, added_at=clock.now(), file=kept
    )
    session.add(row)
    session.flush()
    added = authoring_queries.files_added_to(module)
    files.uses(Ref("module", module.slug), [file.file.key for file in added])
    publish(FileAdded(by=by.id, module=module.slug, name=name))
    return row


def _free_name(name: str, taken: set[str]) -> str:
    """Lower case words and hyphens, as docs/authoring.md wants it, and not there yet."""
    path = PurePosixPath(name)
    stem = slug_of(path.stem, otherwise="file")
    ending = path.suffix.lower()
    number = 1
    found = f"{stem}{ending}"
    while found in taken:
        number += 1
        found = f"{stem}-{number}{ending}"
    return found
