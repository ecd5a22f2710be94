"""Who may have the marketplace look for them?"""

from datetime import timedelta

from academy.accounts.models import Person
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import say
from marketplace.models import SavedSearch

MOST_SEARCHES = 20
MATCHED_WITHIN = timedelta(minutes=10)


def may_save_search(person: Person | None, *, number: int) -> Verdict:
    if person is None:
        return Verdict(say("Sign in first."), 401)
    if number >= MOST_SEARCHES:
        return Verdict(say("There are %(number)s already. Forget some first.", number=number), 409)
    return ALLOWED


def may_forget_search(person: Person | None, search: SavedSearch) -> Verdict:
    owns = person is not None and person.id == search.person_id
    return ALLOWED if owns else Verdict(say("This search is not yours."), 404)
