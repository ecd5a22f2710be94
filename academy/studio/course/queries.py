"""What would change if this zip were imported? Read and checked as the tree on the disk is."""

from dataclasses import dataclass

from academy.accounts.models import Person
from academy.kernel import files
from academy.kernel.files import StoredFile
from academy.kernel.i18n import Sentence
from academy.learning import authoring_queries, queries
from academy.learning.authoring.course import CourseText, read
from academy.learning.authoring.faults import Fault
from academy.learning.authoring.tree import key_of
from academy.learning.authoring.zipped import NotACourse, files_in_zip
from academy.learning.changes import Changes
from academy.learning.models import ModuleFile


@dataclass(frozen=True)
class Proposal:
    """A zip that waits for a yes."""

    file: StoredFile
    tree: dict[str, bytes]
    course: CourseText | None
    faults: list[Fault]
    changes: Changes | None
    added: dict[str, list[ModuleFile]]
    refusal: Sentence | None = None

    @property
    def serious(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.serious]

    @property
    def possible(self) -> bool:
        return self.changes is not None and bool(self.changes) and not self.changes.conflicts and not self.serious

    def paths(self, kind: str) -> list[str]:
        """Paths in the zip; what is gone has none there, and is named without the numbers of its folders."""
        names = {key_of(path): path for path in self.tree}
        return sorted(names.get(key, key) for key in getattr(self.changes, kind)) if self.changes else []


def proposal(person: Person, key: str) -> Proposal | None:
    """None: there is no such zip, or it is somebody else's."""
    file = files.file_with_key(key)
    if file is None or file.owner_id != person.id:
        return None
    try:
        tree = files_in_zip(files.path_of(file))
    except NotACourse as refused:
        return Proposal(file, {}, None, [], None, {}, refused.sentence)
    course, faults = read(tree)
    serious = any(fault.serious for fault in faults)
    changes = queries.changes_in(course, tree) if course and not serious else None
    return Proposal(file, tree, course, faults, changes, authoring_queries.all_files_added())
