"""What follows from an event?"""

from academy.accounts.events import AccountClosed, RoleTaken
from academy.accounts.queries import person_with_id
from academy.kernel.events import handles
from academy.organisations import commands


@handles(AccountClosed)
def find_new_owners(event: AccountClosed) -> None:
    commands.pass_on_what_was_looked_after(event.person_id, by=None)


@handles(RoleTaken)
def leave_the_desk(event: RoleTaken) -> None:
    if person := person_with_id(event.person_id):
        commands.leave_desk(person, by=None)
