"""What follows from an event?"""

from academy.accounts.events import AccountClosed
from academy.attendance import commands
from academy.kernel.events import handles


@handles(AccountClosed)
def free_their_seats(event: AccountClosed) -> None:
    commands.give_back_everything(event.person_id, by=None)
