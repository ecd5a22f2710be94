"""What can a profile tell of a person that other features know?

Each says how to find it. It is shown only to those whom the person chose, and to nobody until then; what they have published is shown as it is.
"""

from collections.abc import Callable, Collection, Sequence

from academy.accounts.models import Person
from academy.kernel.subjects import Ref, Subject, subjects_seen_by

MOST = 30  # of a kind

Teller = Callable[[Person], Sequence[Ref]]

_tellers: dict[str, Teller] = {}


def tells(name: str) -> Callable[[Teller], Teller]:
    """Register who knows what stands under this name of `rules.KNOWN` or `rules.PUBLISHED`."""

    def register(teller: Teller) -> Teller:
        _tellers[name] = teller
        return teller

    return register


def told_of(person: Person, names: Collection[str], *, viewer: Person | None) -> dict[str, list[Subject]]:
    """By name, what the viewer may see of each thing."""
    refs = {name: list(_tellers[name](person))[:MOST] for name in names if name in _tellers}
    subjects = subjects_seen_by(viewer, [ref for found in refs.values() for ref in found])
    return {name: [subjects[ref] for ref in found if ref in subjects] for name, found in refs.items()}
