"""How does an organisation come to be here, and say what it is?"""

from dataclasses import asdict, dataclass

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.slugs import free_slug, slug_of
from academy.organisations import queries, rules
from academy.organisations.events import OrganisationChanged, OrganisationFounded, OrganisationVerified
from academy.organisations.models import Membership, MembershipRole, Organisation, OrganisationKind


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What an organisation says of itself; `body_html` is `body` rendered, by the renderer of `body_version`."""

    name: str
    kind: OrganisationKind
    country: str
    nuts2: str = ""
    municipality: str = ""
    body: str = ""
    body_html: str = ""
    body_version: int = 0
    website: str = ""
    languages: list[str]


def found_organisation(profile: Profile, *, by: Person, example: bool = False) -> Organisation:
    """The founder becomes its owner."""
    require(rules.may_found(by, belongs_to=queries.number_belonged_to(by)))
    require(rules.region_fits(profile.country, profile.nuts2))
    now = clock.now()
    organisation = Organisation(
        slug=_free_slug(profile.name), created_at=now, verified_at=None, example=example, **asdict(profile)
    )
    session.add(organisation)
    session.flush()
    session.add(
        Membership(person_id=by.id, organisation_id=organisation.id, role=MembershipRole.OWNER, since=now),
    )
    publish(OrganisationFounded(by=by.id, organisation_id=organisation.id))
    return organisation


def change_organisation(organisation: Organisation, profile: Profile, *, by: Person) -> None:
    """Its address stays, whatever it is called now."""
    require(rules.may_edit(by, queries.membership_in(organisation, by)))
    require(rules.region_fits(profile.country, profile.nuts2))
    for name, value in asdict(profile).items():
        setattr(organisation, name, value)
    publish(OrganisationChanged(by=by.id, organisation_id=organisation.id))


def verify_organisation(organisation: Organisation, *, by: Person | None) -> None:
    require(rules.may_verify(by))
    if organisation.verified_at is None:
        organisation.verified_at = clock.now()
        publish(OrganisationVerified(by=by.id if by else None, organisation_id=organisation.id))


def _free_slug(name: str) -> str:
    return free_slug(
        slug_of(name, otherwise="organisation"), lambda slug: slug in rules.RESERVED_SLUGS or queries.slug_taken(slug)
    )
