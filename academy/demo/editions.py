"""Which editions are there in the demonstration, who follows them, and who was in the room? Invented ones, in Italy and Slovakia."""

from datetime import datetime, timedelta

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.attendance import commands as attendance
from academy.attendance.models import PresenceState
from academy.demo.organisations import organisation_of
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.markup import POST, rendered
from academy.learning import commands as course
from academy.learning import queries as texts
from academy.learning.editions import commands, queries, rules
from academy.learning.editions.commands import Announcement, Meeting
from academy.learning.editions.models import Edition, Mode, Session
from academy.learning.editions.rules import Standing
from academy.organisations import commands as organisations
from academy.organisations.models import MembershipRole

FUNDING_IT = "Edizione d’esempio. Qui sta la nota del fondo che la finanzia, con il numero dell’accordo."
FUNDING_SK = (
    "An example edition. Here stands the notice of the fund that pays for it, with the number of the agreement."
)

# who learns in Valdombra: key, name; modules read whole, lessons of the next one, days ago
LEARNERS = (
    ("adele", "Adele Rinaldo", ("active-citizenship", "social-business"), 3, 2),
    ("bojan", "Bojan Vidic", ("active-citizenship",), 4, 1),
    ("chiara", "Chiara Modena", ("active-citizenship",), 1, 19),
    ("dario", "Dario Forin", ("active-citizenship", "social-business", "stakeholder-engagement"), 2, 0),
    ("elena", "Elena Salvan", (), 5, 6),
    ("farid", "Farid Nasser", (), 2, 31),
    ("gaia", "Gaia Tosi", ("active-citizenship", "social-business"), 0, 4),
    ("ivo", "Ivo Petrin", (), 0, 0),
)
ORDER = ("active-citizenship", "social-business", "stakeholder-engagement", "technology-and-creativity")
PRESENT = ("adele", "bojan", "chiara", "dario", "farid", "learner")


def load(people: dict[str, Person]) -> None:
    """Nothing where the course is not there."""
    modules = {module.slug: module for module in queries.modules_to_choose()}
    if ORDER[0] not in modules:
        return
    now = clock.now()
    today = now.date()
    giulio, juraj = people["giulio"], people["juraj"]
    comune = organisation_of(giulio, "Comune di Valdombra")
    school = organisation_of(juraj, "Základná škola Pri potoku")
    coordinator = people["coordinator"]
    for organisation in (comune, school):
        organisations.add_member(organisation, coordinator, MembershipRole.MEMBER, by=None)
    who = Standing(coordinator, frozenset({comune.id, school.id}))
    text = rendered(
        "Ci vediamo nella sala grande della biblioteca, al primo piano (c’è l’ascensore). "
        "Porta **una penna e una storia del tuo quartiere**; al caffè pensiamo noi.",
        profile=POST,
    )
    valdombra = commands.create_edition(
        Announcement(
            title="Valdombra, autunno",
            summary="Sette mattine per chi vuole cambiare qualcosa vicino a casa. Metà in aula, metà quando ti va.",
            language="it",
            country="IT",
            nuts2="ITH5",
            municipality="Valdombra",
            mode=Mode.BLENDED,
            starts_on=today - timedelta(days=45),
            ends_on=today + timedelta(days=50),
            body="Ci vediamo nella sala grande della biblioteca, al primo piano (c’è l’ascensore). "
            "Porta **una penna e una storia del tuo quartiere**; al caffè pensiamo noi.",
            body_html=text.html,
            body_version=text.version,
            funding=FUNDING_IT,
            contact="Ufficio politiche sociali, 0425 000 000 (esempio)",
        ),
        comune,
        seats=24,
        who=who,
        by=coordinator,
        example=True,
    )
    kosice = commands.create_edition(
        Announcement(
            title="Košice, winter",
            summary="Four afternoons in an empty school hall, for teachers, parents and neighbours.",
            language="en",
            country="SK",
            nuts2="SK04",
            municipality="Košice",
            mode=Mode.IN_PERSON,
            starts_on=today + timedelta(days=18),
            ends_on=today + timedelta(days=80),
            time_zone="Europe/Bratislava",
            funding=FUNDING_SK,
            contact="Juraj Hronec, at the school (example)",
        ),
        school,
        seats=30,
        who=who,
        by=coordinator,
        example=True,
    )
    for edition in (valdombra, kosice):
        commands.publish_edition(edition, who=who, by=coordinator)
    first = _session(valdombra, "Vedere un bisogno", -21, 8, ORDER[:1], people, who)
    _session(valdombra, "Il conto torna?", 5, 8, ORDER[1:2], people, who)
    _session(kosice, "What is missing here", 20, 14, ORDER[:1], people, who, seats=25)
    _session(kosice, "Who should sit at this table", 34, 14, ORDER[2:3], people, who, seats=25)
    _learners(valdombra, first, people)


def _session(
    edition: Edition,
    title: str,
    days: int,
    hour: int,
    modules: tuple[str, ...],
    people: dict[str, Person],
    who: Standing,
    *,
    seats: int | None = None,
) -> Session:
    day = clock.now().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return commands.add_session(
        edition,
        Meeting(
            title=title,
            starts_at=day,
            ends_at=day + timedelta(hours=4),
            place="Biblioteca civica, sala grande" if edition.language == "it" else "School hall, by the stream",
            seats=seats,
            modules=[module for module in queries.modules_to_choose() if module.slug in modules],
            trainers=[people["trainer"]] if edition.language == "it" else [people["ilse"], people["trainer"]],
        ),
        who=who,
        by=people["coordinator"],
    )


def _learners(edition: Edition, first: Session, people: dict[str, Person]) -> None:
    lessons = {
        module.slug: sorted((unit for unit in module.units if unit.kind == "lesson"), key=lambda unit: unit.position)
        for module in texts.modules_and_units()
    }
    now = clock.now()
    for key, name, whole, some, _days in LEARNERS:
        people[key] = _member(name, f"{key}@example.net", people["learner"].password_hash)
        commands.enrol(edition, by=people[key])
        following = next((slug for slug in ORDER if slug not in whole), "")
        units = [unit for slug in whole for unit in lessons.get(slug, [])] + lessons.get(following, [])[:some]
        for unit in units:
            course.mark_done(unit, by=people[key])
    commands.enrol(edition, by=people["learner"])
    attendance.tick(
        rules.occasion_of(first),
        [people[key].id for key in PRESENT],
        PresenceState.PRESENT,
        runs=True,
        by=people["trainer"],
    )
    for key in PRESENT:
        commands.count_presence(people[key].id, first.key, anew=True, by=None)
    since = now - timedelta(days=44)
    for key, *_facts, days in LEARNERS:
        _long_ago(people[key], edition, since, now - timedelta(days=days))


def _long_ago(person: Person, edition: Edition, since: datetime, moved: datetime) -> None:
    """What these people did was not all done a moment ago."""
    enrolment = queries.enrolment_of(person.id, edition)
    assert enrolment is not None
    enrolment.since = since
    for completion in queries.completions_of(person.id):
        completion.at = moved
    session.flush()
    commands.recompute(person.id, by=None)


def _member(name: str, address: str, password_hash: str) -> Person:
    person = accounts.sign_up(
        email=address,
        name=name,
        password_hash=password_hash,
        language="it",
        time_zone="Europe/Rome",
        by=None,
        confirmed=True,
        example=True,
    )
    if person is None:
        raise RuntimeError(f"{address} exists")
    return person
