"""What follows from what happens elsewhere?"""

from academy.accounts.events import AddressConfirmed, ProfileChanged, RoleGiven, RoleTaken
from academy.accounts.queries import person_with_id
from academy.kernel.events import handles
from academy.kernel.outbox import MessageRefused, recipient_of
from academy.kernel.subjects import Ref
from academy.kernel.web import shown_address
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


@handles(RoleGiven)
def tell_of_a_role(event: RoleGiven) -> None:
    _tell_of_role("accounts.role_given", event)


@handles(RoleTaken)
def tell_of_a_role_taken(event: RoleTaken) -> None:
    _tell_of_role("accounts.role_taken", event)


def _tell_of_role(kind: str, event: RoleGiven | RoleTaken) -> None:
    """What an administrator did. Whoever runs the server, and the demonstration, tell people themselves."""
    if event.by is not None and event.by != event.person_id:
        page = "studio.start" if event.role in ("trainer", "coordinator", "administrator") else "community.moderation"
        address = shown_address(page if isinstance(event, RoleGiven) else "home.start") or ""
        about = Ref("role", event.role)
        commands.notify([event.person_id], kind, about, address=address, by=None, role=event.role, excerpt=event.why)
