"""An edition with sessions, to try things on. It stands on the small course of the tests."""

from datetime import UTC, date, datetime, timedelta

from academy.accounts.models import Person, Role
from academy.kernel import clock, jobs
from academy.learning.editions import commands, queries
from academy.learning.editions.commands import Announcement, Meeting
from academy.learning.editions.models import Edition, Enrolment, Mode, Session
from academy.learning.editions.rules import Standing
from academy.organisations import commands as organisations
from academy.organisations.commands import Profile
from academy.organisations.models import Organisation, OrganisationKind
from tests.given import Given
from tests.learning.given_learning import imported


def coordinator(given: Given, name: str = "Cleo", *roles: Role) -> Person:
    return given.person(name, Role.COORDINATOR, *roles)


def organisation(given: Given, owner: Person, name: str = "Ponte") -> Organisation:
    profile = Profile(
        name=name, kind=OrganisationKind.THIRD_SECTOR, country="IT", nuts2="", municipality="Rovigo",
        languages=["it"], body="", body_html="", body_version=1,
    )  # fmt: skip
    return given.done(lambda: organisations.found_organisation(profile, by=owner))


def announcement(title: str = "Rovigo, autumn 2026", **more: object) -> Announcement:
    facts: dict[str, object] = {
        "title": title,
        "summary": "For those who want to begin.",
        "language": "en",
        "country": "IT",
        "municipality": "Rovigo",
        "mode": Mode.BLENDED,
        "starts_on": date(2026, 10, 3),
        "ends_on": date(2026, 12, 12),
        "funding": "Paid for by an invented fund.",
        **more,
    }
    return Announcement(**facts)  # type: ignore[arg-type]


def edition(
    given: Given,
    runner: Person,
    *,
    title: str = "Rovigo, autumn 2026",
    seats: int | None = None,
    published: bool = True,
    owner: Organisation | None = None,
    **more: object,
) -> Edition:
    owns = owner or organisation(given, runner)
    who = Standing(runner, frozenset({owns.id}))

    def make() -> Edition:
        made = commands.create_edition(announcement(title, **more), owns, seats=seats, who=who, by=runner)
        if published:
            commands.publish_edition(made, who=who, by=runner)
        return made

    return given.done(make)


def session(
    given: Given,
    of: Edition,
    runner: Person,
    *modules: str,
    starts_at: datetime | None = None,
    hours: int = 4,
    trainers: tuple[Person, ...] = (),
    seats: int | None = None,
    title: str = "A morning together",
) -> Session:
    begins = starts_at or clock.now() + timedelta(days=3)

    def make() -> Session:
        found, who = queries.edition_and_standing(runner, of.slug)
        chosen = [module for module in queries.modules_to_choose() if module.slug in modules]
        meeting = Meeting(
            title=title,
            starts_at=begins,
            ends_at=begins + timedelta(hours=hours),
            place="The old market hall",
            seats=seats,
            modules=chosen,
            trainers=queries.people_with_ids([trainer.id for trainer in trainers]),
        )
        return commands.add_session(found, meeting, who=who, by=runner)

    return given.done(make)


def enrols(given: Given, of: Edition, *people: Person) -> None:
    for person in people:

        def act(person: Person = person) -> object:
            found, _who = queries.edition_and_standing(person, of.slug)
            return commands.enrol(found, by=person)

        given.done(act)


def enrolment(given: Given, of: Edition, person: Person) -> Enrolment:
    found = given.seen(lambda: queries.enrolment_of(person.id, of))
    assert found is not None
    return found


def course_and_edition(given: Given, *roles: Role) -> tuple[Person, Edition]:
    imported(given)
    runner = coordinator(given, "Cleo", *roles)
    return runner, edition(given, runner)


def worker(given: Given) -> None:
    """Let the worker do what waits."""
    jobs.run_due(given.app)


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
