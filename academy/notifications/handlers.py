"""What follows from what happens elsewhere?"""

from academy.accounts.events import AddressConfirmed, ProfileChanged
from academy.accounts.queries import person_with_id
from academy.kernel.events import handles
from academy.kernel.outbox import MessageRefused, recipient_of
from academy.notifications import commands


@handles(AddressConfirmed)
def begin_an_inbox(event: AddressConfirmed) -> None:
    if person := person_with_id(event.person_id):
        commands.ensure_inbox(person, by=None)


@handles(ProfileChanged)
def move_the_morning(event: ProfileChanged) -> None:
    """The time zone may have changed."""
    commands.plan_digest(event.person_id, by=None)


@handles(MessageRefused)
def write_no_more(event: MessageRefused) -> None:
    """Only if it is still the person's address."""
    person = person_with_id(event.person_id)
    if person is not None and recipient_of(event.message_id) == person.email:
        commands.write_no_more_to(person, by=None)
