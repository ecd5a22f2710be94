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
class OrganisationAbandoned(Event):
    """Its last member has left: nobody speaks for it any more."""

    organisation_id: int
