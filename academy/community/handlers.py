"""What follows from what happens elsewhere?"""

from academy.accounts.events import AccountClosed
from academy.accounts.queries import person_with_id
from academy.community import commands, queries
from academy.community.models import Space
from academy.kernel.events import handles
from academy.kernel.subjects import Ref
from academy.organisations.events import MemberAdded, MemberLeft, MemberRoleChanged
from academy.organisations.models import MembershipRole
from academy.organisations.queries import organisation_with_id


@handles(AccountClosed)
def forget_calls(event: AccountClosed) -> None:
    """Before the name is gone from the account itself."""
    if person := person_with_id(event.person_id):
        commands.forget_calls(person, by=None)


@handles(MemberAdded)
def let_in_whoever_joins_an_organisation(event: MemberAdded) -> None:
    if space := _space_of(event.organisation_id):
        commands.enter_space(space, event.person_id, steward=event.role == MembershipRole.OWNER, by=None)


@handles(MemberRoleChanged)
def let_owners_tend_its_space(event: MemberRoleChanged) -> None:
    if space := _space_of(event.organisation_id):
        if event.role != MembershipRole.OWNER:
            commands.leave_space(space, event.person_id, by=None)
        commands.enter_space(space, event.person_id, steward=event.role == MembershipRole.OWNER, by=None)


@handles(MemberLeft)
def let_go_whoever_leaves_an_organisation(event: MemberLeft) -> None:
    if space := _space_of(event.organisation_id):
        commands.leave_space(space, event.person_id, by=None)


def _space_of(organisation_id: int) -> Space | None:
    organisation = organisation_with_id(organisation_id)
    return queries.space_about(Ref("organisation", organisation.slug)) if organisation else None
