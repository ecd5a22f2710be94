"""What is allowed, what follows? Pure: no database, no request, no clock."""

from datetime import datetime

from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from academy.learning.editions.models import Session
from academy.learning.editions.rules import Standing, may_see_learners


def may_note_what_came_up(session: Session, who: Standing, *, enrolled: bool, now: datetime) -> Verdict:
    """Whoever was there: those who follow the edition, run it or teach in it. `session` with its edition."""
    if not enrolled and not may_see_learners(session.edition, who):
        return Verdict(say("Only those who take part in this edition write down what came up at its sessions."), 404)
    if session.cancelled_at is not None:
        return Verdict(say("This session does not take place."), 409)
    if now < session.starts_at:
        return Verdict(say("This session has not begun."), 409)
    return ALLOWED
