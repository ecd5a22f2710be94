"""How does a listing come to have a history?"""

from collections.abc import Sequence

from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from marketplace import rules
from marketplace.models import Step


def note_step(
    listing_id: int, what: str, person_id: int | None, *, parts: Sequence[str] = (), note: str = "", by: None = None
) -> None:
    """Nobody writes this by hand: it follows from what was done."""
    require(rules.may_expire(by))
    session.add(
        Step(listing_id=listing_id, person_id=person_id, at=clock.now(), what=what, parts=list(parts), note=note)
    )
