"""Which addresses of other sites do our texts lead to, and is anything there?"""

from datetime import datetime

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.jobs import wake_the_worker
from academy.learning import authoring_queries, rules
from academy.learning.authoring.links import links_in
from academy.learning.models import OutsideLink

MOST_IN_A_TEXT = 200
LONGEST = 2_000


def note_links(markdown: str, *, by: Person) -> None:
    """Have the worker visit the addresses that are new; it comes back to each now and then."""
    require(rules.may_publish(by=by))
    addresses = [address for address in links_in(markdown) if len(address) <= LONGEST][:MOST_IN_A_TEXT]
    known = authoring_queries.outside_links(addresses)
    now = clock.now()
    new = [address for address in addresses if address not in known]
    session.add_all(OutsideLink(address=address, asked_at=now) for address in new)
    old = [link.id for link in known.values()]
    if old:
        session.execute(sa.update(OutsideLink).where(OutsideLink.id.in_(old)).values(asked_at=now))
    if new:
        wake_the_worker()


def note_look(link_id: int, fault: str, *, at: datetime, by: Person | None) -> None:
    """What the worker found; empty: it answered."""
    require(rules.may_publish(by=by))
    session.execute(sa.update(OutsideLink).where(OutsideLink.id == link_id).values(checked_at=at, fault=fault[:200]))
