"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonSignedUp(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class AddressConfirmed(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonSignedIn(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class SignInEnded(Event):
    sign_in_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class AddressChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class RoleGiven(Event):
    person_id: int
    role: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleTaken(Event):
    person_id: int
    role: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class OutsideIdentityConnected(Event):
    person_id: int
    issuer: str


@dataclass(frozen=True, kw_only=True)
class OutsideIdentityDisconnected(Event):
    person_id: int
    issuer: str
