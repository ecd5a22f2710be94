"""What follows from what happens elsewhere?"""

from academy.accounts.events import AccountClosed
from academy.accounts.queries import person_with_id
from academy.assessment import commands
from academy.kernel.events import handles


@handles(AccountClosed)
def forget_words(event: AccountClosed) -> None:
    """Before it is forgotten whose attempts they were."""
    if person := person_with_id(event.person_id):
        commands.forget_words_about(person, by=None)
