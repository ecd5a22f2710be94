"""What follows here from what happened elsewhere?"""

from academy.accounts.events import AccountClosed
from academy.accounts.models import Role
from academy.accounts.queries import people_with_role, person_with_id
from academy.community.events import AppealDecided, ReviewDecided
from academy.community.models import Action
from academy.community.queries import decision_with_key, newest_appeal_on
from academy.kernel import jobs
from academy.kernel.events import handles
from academy.kernel.subjects import Ref
from academy.learning.portfolio import commands, queries
from academy.learning.portfolio.events import (
    PortfolioItemCommented,
    PortfolioItemReported,
    PortfolioItemShown,
    PortfolioItemTakenDown,
    PortfolioReportsDecided,
)
from academy.learning.portfolio.models import Visibility
from academy.notifications.commands import notify


@handles(PortfolioItemShown)
def those_who_help_hear_of_it(event: PortfolioItemShown) -> None:
    if event.anew:
        jobs.defer("learning.tell_of_piece", key=event.item)


@handles(PortfolioItemCommented)
def the_others_hear_of_it(event: PortfolioItemCommented) -> None:
    """Its maker, and whoever helped before."""
    item = queries.item_with_key(event.item)
    if item is not None:
        notify(
            {event.person_id} | queries.those_who_commented(event.item) - {event.by},
            "learning.commented",
            item.ref,
            address=f"/en/learn/portfolio/{event.item}#c{event.comment_id}",
            by=person_with_id(event.by) if event.by else None,
            because="comment",
            no=event.comment_id,
            title=item.title,
        )


@handles(PortfolioItemReported)
def moderators_hear_of_it(event: PortfolioItemReported) -> None:
    people = people_with_role(Role.MODERATOR) or people_with_role(Role.ADMINISTRATOR)
    notify(
        [person.id for person in people],
        "learning.reported",
        Ref("portfolio", event.item),
        address=f"/en/learn/portfolio/{event.item}#reports",
        by=None,
        because="moderator",
    )


@handles(PortfolioReportsDecided)
def who_reported_hears_what_was_decided(event: PortfolioReportsDecided) -> None:
    """Also when they can no longer see the piece itself."""
    notify(
        event.reporters,
        "learning.report_decided",
        Ref("portfolio_report", event.item),
        address=f"/en/community/decisions/{event.decision}",
        by=None,
        because="reporter",
        taken_down=event.taken_down,
    )


@handles(PortfolioItemTakenDown)
def its_maker_hears_why(event: PortfolioItemTakenDown) -> None:
    notify(
        [event.person_id],
        "learning.taken_down",
        Ref("portfolio", event.item),
        address=f"/en/community/decisions/{event.decision}",
        by=None,
        reason=event.because,
    )


@handles(ReviewDecided)
def what_moderators_decided_is_done(event: ReviewDecided) -> None:
    ref = Ref.parsed(event.about)
    item = queries.item_with_key(ref.key) if ref is not None and ref.kind == "portfolio" else None
    by = person_with_id(event.by) if event.by else None
    if item is not None and by is not None:
        commands.follow_decision(item, event.decision, hidden=event.hidden, because=event.because, by=by)


@handles(AppealDecided)
def what_a_decision_did_is_undone(event: AppealDecided) -> None:
    """Where it does not stand: what was taken down is published again, what was left is taken down."""
    ref = Ref.parsed(event.about)
    item = queries.item_with_key(ref.key) if ref is not None and ref.kind == "portfolio" else None
    by = person_with_id(event.by) if event.by else None
    if item is None or by is None or event.upheld:
        return
    decision = decision_with_key(event.decision)
    if decision.action is Action.HIDDEN:
        commands.publish_again(item, by=None)
    elif item.visibility is Visibility.PUBLISHED and (appeal := newest_appeal_on(decision)):
        commands.take_down_item(item, appeal.answer, by=by)


@handles(AccountClosed)
def what_they_made_is_found_no_more(event: AccountClosed) -> None:
    if person := person_with_id(event.person_id):
        commands.forget_items_of(person, by=None)
