"""What follows from what happens elsewhere?"""

from academy.accounts.events import AccountClosed
from academy.accounts.queries import person_with_id
from academy.community import commands
from academy.kernel.events import handles


@handles(AccountClosed)
def forget_calls(event: AccountClosed) -> None:
    """Before the name is gone from the account itself."""
    if person := person_with_id(event.person_id):
        commands.forget_calls(person, by=None)
