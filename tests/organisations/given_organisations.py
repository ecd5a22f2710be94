"""How does a test say which organisations there are?"""

from academy.accounts.models import Person
from academy.organisations import commands
from academy.organisations.commands import Profile
from academy.organisations.models import MembershipRole, Organisation, OrganisationKind
from tests.given import Given


def an_organisation(
    given: Given, founder: Person, name: str = "", *, verified: bool = True, country: str = "IT", nuts2: str = "ITH3"
) -> Organisation:
    def found() -> Organisation:
        organisation = commands.found_organisation(
            Profile(
                name=name or f"Association of {founder.name}",
                kind=OrganisationKind.THIRD_SECTOR,
                country=country,
                nuts2=nuts2,
                languages=["en"],
            ),
            by=founder,
        )
        if verified:
            commands.verify_organisation(organisation, by=None)
        return organisation

    return given.done(found)


def a_colleague(given: Given, organisation: Organisation, person: Person) -> None:
    given.done(lambda: commands.add_member(organisation, person, MembershipRole.MEMBER, by=None) and None)
