"""What is allowed, what follows? Pure: no database, no request, no clock."""

from datetime import timedelta

from academy.accounts.models import Person, Role
from academy.kernel.access import ALLOWED, Verdict
from academy.kernel.i18n import Sentence, say
from academy.learning.portfolio.models import PortfolioItem, Visibility

MOST_ITEMS = 200
MOST_FILES = 12
REPORTS_PER_DAY = (10, timedelta(days=1))

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


def may_show_item(item: PortfolioItem, to: Visibility, *, by: Person) -> Verdict:
    if to is Visibility.PUBLISHED and item.taken_down == item.revision:
        return Verdict(
            say(
                "A moderator took this down. Change it before you publish it again or, if you think otherwise, object to the decision."
            ),
            409,
            "to",
        )
    return may_change_item(item, by=by)


def may_publish_again(item: PortfolioItem, *, by: Person | None) -> Verdict:
    """The decision did not stand: it is what it was before, unless its maker went on."""
    if by is None and item.visibility is Visibility.PRIVATE and item.taken_down == item.revision:
        return ALLOWED
    return Verdict(say("This has changed since."), 409)


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


def may_see_comments(item: PortfolioItem, viewer: Person | None, *, helps: bool) -> Verdict:
    """Its maker, and those who help them: also where everybody sees the piece."""
    if viewer is not None and (viewer.id == item.person_id or helps):
        return may_see_item(item, viewer, helps=helps)
    return Verdict(say("Only its maker and their trainers see what is said of it."), 403)


def may_comment_on_item(item: PortfolioItem, *, helps: bool, by: Person | None) -> Verdict:
    verdict = may_see_comments(item, by, helps=helps)
    if verdict and item.visibility is Visibility.PRIVATE:
        return Verdict(say("Nobody else sees this piece: show it to your trainers first."), 409, "body")
    return verdict


def may_report_item(item: PortfolioItem, *, by: Person | None) -> Verdict:
    if by is None:
        return Verdict(say("Sign in to report a piece."), 401)
    if by.id == item.person_id:
        return Verdict(say("This is your own piece."), 409)
    if item.visibility is not Visibility.PUBLISHED:
        return Verdict(say("This is not published."), 409)
    return ALLOWED


def may_look_after_items(*, by: Person | None) -> Verdict:
    """What everybody sees is looked after by those who look after the community."""
    if by is not None and by.has(Role.MODERATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("Only a moderator can do this."), 403 if by else 401)


def may_take_down(item: PortfolioItem, because: str, *, by: Person | None) -> Verdict:
    verdict = may_look_after_items(by=by)
    if not verdict:
        return verdict
    if item.visibility is not Visibility.PUBLISHED:
        return Verdict(say("This is not published."), 409)
    if not because.strip():
        return Verdict(say("Say why: its maker reads it."), 422, "because")
    return ALLOWED


def may_index_items(*, by: Person | None) -> Verdict:
    return ALLOWED if by is None else Verdict(say("The platform does this itself."), 403)
