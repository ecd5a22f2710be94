"""How does somebody who knows both bring them together?"""

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from marketplace import queries, rules
from marketplace.events import IntroductionMade
from marketplace.models import Introduction, Listing


def introduce(need: Listing, offer: Listing, note: str, *, by: Person) -> None:
    """Both sides read of each other, with what the broker says; made twice, it is told once."""
    require(rules.may_introduce(by, need, offer, now=clock.now()))
    if queries.introduction_of(need.id, offer.id) is not None:
        return
    session.add(Introduction(need_id=need.id, offer_id=offer.id, person_id=by.id, note=note.strip(), at=clock.now()))
    session.flush()
    publish(IntroductionMade(by=by.id, need_id=need.id, offer_id=offer.id, note=note.strip()))
