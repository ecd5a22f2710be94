"""Who may bring others together?"""

from datetime import datetime

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from marketplace.models import Kind, Listing
from marketplace.rules.life import is_open


def may_broker(person: Person | None) -> Verdict:
    """Coordinators of an edition know the territory; moderators and administrators the platform."""
    if person is None:
        return Verdict(say("Sign in first."), 401)
    if person.has(Role.COORDINATOR, Role.MODERATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only those who bring people together see this."), 403)


def may_introduce(person: Person | None, need: Listing, offer: Listing, *, now: datetime) -> Verdict:
    if not (verdict := may_broker(person)):
        return verdict
    if need.kind != Kind.NEED or offer.kind != Kind.OFFER or need.organisation_id == offer.organisation_id:
        return Verdict(say("Introduce a need to an offer of another organisation."), 422)
    if not is_open(need, now=now) or not is_open(offer, now=now):
        return Verdict(say("One of the two is no longer open."), 409)
    return ALLOWED
