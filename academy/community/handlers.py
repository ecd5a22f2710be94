"""What follows from what happens elsewhere?"""

from academy.accounts.events import AccountClosed
from academy.accounts.queries import person_with_id
from academy.community import commands, queries
from academy.kernel.events import handles
from academy.kernel.subjects import Ref
from academy.organisations.events import MemberAdded, MemberLeft
from academy.organisations.queries import organisation_with_id


@handles(AccountClosed)
def forget_calls(event: AccountClosed) -> None:
    """Before the name is gone from the account itself."""
    if person := person_with_id(event.person_id):
        commands.forget_calls(person, by=None)


@handles(MemberAdded)
def let_in_whoever_joins_an_organisation(event: MemberAdded) -> None:
    organisation = organisation_with_id(event.organisation_id)
    space = queries.space_about(Ref("organisation", organisation.slug)) if organisation else None
    if space is not None:
        commands.enter_space(space, event.person_id, by=None)


@handles(MemberLeft)
def let_go_whoever_leaves_an_organisation(event: MemberLeft) -> None:
    organisation = organisation_with_id(event.organisation_id)
    space = queries.space_about(Ref("organisation", organisation.slug)) if organisation else None
    if space is not None:
        commands.leave_space(space, event.person_id, by=None)
