"""Who may bring others together?"""

from datetime import datetime

from academy.accounts.models import Person
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.organisations.rules import may_join_desk
from marketplace.models import Kind, Listing
from marketplace.rules.life import is_open


def may_broker(person: Person | None) -> Verdict:
    """Whoever may sit at the desk."""
    return may_join_desk(person)


def may_introduce(person: Person | None, need: Listing, offer: Listing, *, now: datetime) -> Verdict:
    if not (verdict := may_broker(person)):
        return verdict
    if need.kind != Kind.NEED or offer.kind != Kind.OFFER or need.organisation_id == offer.organisation_id:
        return Verdict(say("Introduce a need to an offer of another organisation."), 422)
    if not is_open(need, now=now) or not is_open(offer, now=now):
        return Verdict(say("One of the two is no longer open."), 409)
    return ALLOWED
