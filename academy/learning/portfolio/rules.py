"""What is allowed, what follows? Pure: no database, no request, no clock."""

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say
from academy.learning.portfolio.models import PortfolioItem, Visibility

MOST_ITEMS = 200
MOST_FILES = 12

VISIBILITIES: dict[Visibility, Sentence] = {
    Visibility.PRIVATE: say("Only you"),
    Visibility.SHARED: say("You and your trainers"),
    Visibility.PUBLISHED: say("Everybody"),
}


def may_keep_item(*, has: int) -> Verdict:
    if has >= MOST_ITEMS:
        return Verdict(
            say("A portfolio holds %(number)s pieces. Delete one that you no longer need.", number=MOST_ITEMS), 409
        )
    return ALLOWED


def may_see_item(item: PortfolioItem, viewer: Person | None, *, helps: bool) -> Verdict:
    """`helps`: the viewer runs or teaches in an edition that its maker follows."""
    if item.visibility is Visibility.PUBLISHED:
        return ALLOWED
    if viewer is not None and (viewer.id == item.person_id or (helps and item.visibility is Visibility.SHARED)):
        return ALLOWED
    return Verdict(say("There is no such piece."), 404)


def may_change_item(item: PortfolioItem, *, by: Person) -> Verdict:
    return ALLOWED if by.id == item.person_id else Verdict(say("Only who made it can change it."), 403)


def may_write_over(item: PortfolioItem, *, revision: int, by: Person) -> Verdict:
    """Whoever writes on has seen what was saved last: in another tab, on another device."""
    if revision != item.revision:
        return Verdict(
            say(
                "This was saved in another window since you opened it here. What you typed is kept below: compare the two, then save again."
            ),
            409,
            "body",
        )
    return may_change_item(item, by=by)


def may_add_file(item: PortfolioItem, *, has: int, by: Person) -> Verdict:
    if has >= MOST_FILES:
        return Verdict(say("A piece holds %(number)s files. Take one away first.", number=MOST_FILES), 409, "file")
    return may_change_item(item, by=by)


def may_take_down(item: PortfolioItem, because: str, *, by: Person | None) -> Verdict:
    """What everybody sees is looked after by those who look after the community."""
    if by is None or not by.has(Role.MODERATOR, Role.ADMINISTRATOR):
        return Verdict(say("Only a moderator can do this."), 403)
    if item.visibility is not Visibility.PUBLISHED:
        return Verdict(say("This is not published."), 409)
    if not because.strip():
        return Verdict(say("Say why: its maker reads it."), 422, "because")
    return ALLOWED
