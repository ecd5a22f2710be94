"""What do all views of the desk share?"""

from collections.abc import Callable

from flask import Blueprint
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person, Role
from academy.accounts.viewer import member
from academy.kernel import clock
from academy.kernel.access import ALLOWED, Verdict, require
from academy.kernel.i18n import say
from academy.learning.editions import queries, rules
from academy.learning.editions.models import Edition, Session
from academy.learning.editions.rules import Standing
from academy.studio.desks import Desk, at_desk
from academy.studio.editions import queries as desk

bp = Blueprint("studio_editions", __name__, url_prefix="/<lang>/studio/editions")


def may_enter(person: Person) -> Verdict:
    if person.has(Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("This desk is for trainers and coordinators."), 403)


at_desk(
    Desk(
        "editions",
        say("Editions"),
        say("Sessions, attendance, who is where and who could do with a call."),
        "studio_editions.overview",
        "people",
        may_enter=may_enter,
        waiting=lambda person: desk.sheets_waiting_for(person, now=clock.now()),
    )
)


def edition_for(slug: str, may: Callable[[Edition, Standing], Verdict]) -> tuple[Edition, Standing, Person]:
    """The edition, if this person sees it and may do this."""
    person = member()
    edition, who = queries.edition_and_standing(person, slug)
    if not rules.may_see_edition(edition, who):
        raise NotFound
    require(may(edition, who))
    return edition, who, person


def session_for(key: str, may: Callable[[Edition, Standing], Verdict]) -> tuple[Session, Standing, Person]:
    person = member()
    one, who = queries.session_and_standing(person, key)
    if not rules.may_see_edition(one.edition, who):
        raise NotFound
    require(may(one.edition, who))
    return one, who, person
