"""What does an import change, and where would it undo somebody's work? Three states are compared, text by text: the tree imported last, the
tree now, and what people read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Hashes = Mapping[str, str]  # sha256 by key


@dataclass(frozen=True)
class Changes:
    added: frozenset[str]
    changed: frozenset[str]
    removed: frozenset[str]
    agreed: frozenset[str]  # changed in the tree to what is on the web already
    conflicts: tuple[str, ...]
    out: frozenset[str] = frozenset()  # modules that the tree holds and that left the course on the web

    @property
    def new(self) -> frozenset[str]:
        """Has to be taken over from the tree."""
        return self.added | self.changed

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.agreed)


def order_after_import(last: Sequence[str], tree: Sequence[str], web: Sequence[str]) -> list[str]:
    """The order of the lessons of a module: the tree's where it changed there, else that of the web. What only the other one has comes at
    the end if it is at the end there, else after its neighbour."""
    moved = [one for one in tree if one in last] != [one for one in last if one in tree]
    order, other = (tree, web) if moved else (web, tree)
    found = list(order)
    for place, one in enumerate(other):
        if one in found:
            continue
        if any(later in order for later in other[place:]):
            found.insert(found.index(other[place - 1]) + 1 if place else 0, one)
        else:
            found.append(one)
    return found


def changes_between(
    last: Hashes, now: Hashes, web: Hashes, editable: frozenset[str], out: frozenset[str] = frozenset()
) -> Changes:
    """`web` holds what is read now of the texts that can be edited there; `editable` names all of these, also those not there. `out`:
    modules that the tree held and that left the course on the web. They stay out; a tree with news of them has to be settled first."""
    added, changed, removed, agreed, conflicts = set(), set(), set(), set(), []
    for key in last.keys() | now.keys():
        before, wanted, shown = last.get(key), now.get(key), web.get(key)
        if before == wanted:
            continue
        edited = key in editable and shown != before
        if key.partition("/")[0] in out:
            if wanted is None:
                agreed.add(key)
            else:
                conflicts.append(key)
        elif edited and shown == wanted:
            agreed.add(key)
        elif edited:
            conflicts.append(key)
        elif before is None:
            added.add(key)
        elif wanted is None:
            removed.add(key)
        else:
            changed.add(key)
    return Changes(
        frozenset(added), frozenset(changed), frozenset(removed), frozenset(agreed), tuple(sorted(conflicts)), out
    )
