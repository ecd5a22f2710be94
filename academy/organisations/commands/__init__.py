"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from academy.organisations.commands.invitations import (
    accept_invitation,
    forget_invitations,
    forget_invitations_to,
    invite_member,
    meet_invitations,
    withdraw_invitation,
)
from academy.organisations.commands.members import (
    add_member,
    change_member_role,
    join_desk,
    leave_desk,
    leave_organisation,
    pass_on_what_was_looked_after,
    take_member_out,
)
from academy.organisations.commands.profile import (
    Profile,
    change_organisation,
    found_organisation,
    verify_organisation,
)

__all__ = [
    "Profile",
    "accept_invitation",
    "add_member",
    "change_member_role",
    "change_organisation",
    "forget_invitations",
    "forget_invitations_to",
    "found_organisation",
    "invite_member",
    "join_desk",
    "leave_desk",
    "leave_organisation",
    "meet_invitations",
    "pass_on_what_was_looked_after",
    "take_member_out",
    "verify_organisation",
    "withdraw_invitation",
]
