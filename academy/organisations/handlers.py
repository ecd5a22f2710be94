"""What follows from an event?"""

from academy.accounts.events import AccountClosed
from academy.kernel.events import handles
from academy.organisations import commands


@handles(AccountClosed)
def find_new_owners(event: AccountClosed) -> None:
    commands.pass_on_what_was_looked_after(event.person_id, by=None)
