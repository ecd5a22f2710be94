"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrganisationFounded(Event):
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationVerified(Event):
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Event):
    organisation_id: int
    person_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """The address is not told: the trail of changes outlives the invitation."""

    organisation_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    organisation_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Event):
    organisation_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(Event):
    organisation_id: int
    person_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """By themself, or taken out by somebody else: `by` says which. Others remain."""

    organisation_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationAbandoned(Event):
    """Its last member has left: nobody speaks for it any more."""

    organisation_id: int
