"""What follows from an event?"""

from academy.accounts.events import AccountClosed, AddressChanged, AddressConfirmed, RoleTaken
from academy.accounts.queries import person_with_id
from academy.kernel.events import handles
from academy.kernel.subjects import Ref
from academy.kernel.web import shown_address
from academy.notifications.commands import notify
from academy.organisations import commands, queries
from academy.organisations.events import InvitationAccepted, MemberLeft, MemberRoleChanged
from academy.organisations.models import MembershipRole


@handles(AccountClosed)
def find_new_owners(event: AccountClosed) -> None:
    commands.pass_on_what_was_looked_after(event.person_id, by=None)
    if person := person_with_id(event.person_id):
        commands.forget_invitations_to(person.email, by=None)


@handles(RoleTaken)
def leave_the_desk(event: RoleTaken) -> None:
    if person := person_with_id(event.person_id):
        commands.leave_desk(person, by=None)


@handles(AddressConfirmed)
def show_what_was_sent_there(event: AddressConfirmed) -> None:
    _meet_invitations(event.person_id)


@handles(AddressChanged)
def show_what_was_sent_to_the_new_address(event: AddressChanged) -> None:
    _meet_invitations(event.person_id)


def _meet_invitations(person_id: int) -> None:
    if person := person_with_id(person_id):
        commands.meet_invitations(person, by=None)


@handles(InvitationAccepted)
def tell_those_who_look_after_it(event: InvitationAccepted) -> None:
    invitation = queries.invitation_by_id(event.invitation_id)
    if invitation and (person := person_with_id(event.by or 0)):
        owners = set(queries.owner_ids_of(event.organisation_id)) | {invitation.author_id}
        _tell(owners, "joined", event.organisation_id, by=event.by, page="members", excerpt=person.name)


@handles(MemberRoleChanged)
def tell_of_the_role(event: MemberRoleChanged) -> None:
    kind = "owner" if event.role == MembershipRole.OWNER else "owner_no_more"
    _tell({event.person_id}, kind, event.organisation_id, by=event.by)


@handles(MemberLeft)
def tell_who_is_gone(event: MemberLeft) -> None:
    """Who was taken out, and those who look after the page."""
    if event.by is not None and event.by != event.person_id:
        _tell({event.person_id}, "taken_out", event.organisation_id, by=event.by)
    if person := person_with_id(event.person_id):
        owners = set(queries.owner_ids_of(event.organisation_id))
        _tell(owners, "left", event.organisation_id, by=event.by, page="members", excerpt=person.name)


def _tell(
    people: set[int], kind: str, organisation_id: int, *, by: int | None, page: str = "show", excerpt: str = ""
) -> None:
    """The name of a colleague stands in the message alone: what is kept in the inbox would outlive their account."""
    organisation = queries.organisation_with_id(organisation_id)
    if organisation is not None:
        notify(
            {person_id for person_id in people if person_id != by},
            f"organisations.{kind}",
            Ref("organisation", organisation.slug),
            address=shown_address(f"organisations.{page}", slug=organisation.slug) or "",
            by=None,
            title=organisation.name,
            excerpt=excerpt,
        )
