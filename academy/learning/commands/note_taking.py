"""What does a learner write for themselves?"""

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.learning import rules
from academy.learning.models import Note, Unit


def keep_note(unit: Unit, box: int, *, prompt: str, text: str, by: Person) -> None:
    """The note of this person about one box; an empty one goes."""
    require(rules.may_keep_note(text))
    note = session.get(Note, (by.id, unit.id, box))
    if not text:
        if note is not None:
            session.delete(note)
        return
    if note is None:
        note = Note(person_id=by.id, unit_id=unit.id, box=box)
        session.add(note)
    note.prompt, note.text, note.changed_at = prompt, text, clock.now()
