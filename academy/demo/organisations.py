"""Which organisations are there in the demonstration? Invented ones, in the seven countries of the programme."""

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.kernel.markup import POST, rendered
from academy.organisations import commands, queries
from academy.organisations.commands import Profile
from academy.organisations.models import MembershipRole, Organisation, OrganisationKind

# members who appear only here: key, name, address, language
MORE_PEOPLE = (
    ("tjasa", "Tjaša Vidmar", "tjasa@example.net", "en"),
    ("juraj", "Juraj Hronec", "juraj@example.net", "en"),
    ("sabine", "Sabine Reuter", "sabine@example.net", "en"),
    ("paolo", "Paolo Deganis", "paolo@example.net", "it"),
    ("bruna", "Bruna Zampieri", "bruna@example.net", "it"),
)

# who else writes for one of them
COLLEAGUES = (("bruna", "Cooperativa Sottoportico"),)

KIND = OrganisationKind
# owner, name, kind, country, region, municipality, languages, verified, what it does
ORGANISATIONS = (
    ("organisation", "Cooperativa Sottoportico", KIND.THIRD_SECTOR, "IT", "ITH3", "Padova", ["it", "en"], True,
     "Dal 2009 lavoriamo nei cortili e sotto i portici di quattro quartieri: ciclofficine, cene di cortile, un giornale di "
     "strada. Siamo **ventidue soci** e un centinaio di volontari."),
    ("learner", "Društvo Kolo", KIND.THIRD_SECTOR, "SI", "SI03", "Ptuj", ["sl", "en", "de"], True,
     "A youth association with two volunteers, forty teenagers and more bicycles than tools. We meet after school."),
    ("tjasa", "Mladinski center Breg", KIND.CULTURE, "SI", "SI03", "Ptuj", ["sl", "en"], True,
     "A youth centre by the river: a workshop, a stage, a kitchen. Open every day but Monday."),
    ("giulio", "Comune di Valdombra", KIND.PUBLIC_AUTHORITY, "IT", "ITH5", "Valdombra", ["it", "en"], True,
     "Un Comune di 11.000 abitanti e nove frazioni. Scrive l’ufficio politiche sociali."),
    ("marta", "Spółdzielnia Wspólny Dach", KIND.THIRD_SECTOR, "PL", "PL71", "Łódź", ["pl", "en"], True,
     "A housing cooperative of 140 households in three old tenements. We repair stairways and, with luck, neighbourhoods."),
    ("ilse", "Nachbarschaftswerk Linz", KIND.THIRD_SECTOR, "AT", "AT31", "Linz", ["de", "en"], True,
     "Neighbourhood work since 2009: tables where people disagree, newcomers and those who accompany them, houses put right "
     "together."),
    ("coordinator", "Győri Diáktanács", KIND.INFORMAL_GROUP, "HU", "HU22", "Győr", ["hu", "en"], True,
     "The pupils’ council of Győr: two members from each of eleven schools, and one adult who keeps the key."),
    ("trainer", "Mérték Műhely", KIND.RESEARCH, "HU", "HU22", "Győr", ["hu", "en", "de"], True,
     "Three people who help small organisations to measure what changes, without drowning in forms."),
    ("juraj", "Základná škola Pri potoku", KIND.EDUCATION, "SK", "SK04", "Košice", ["sk", "en"], True,
     "A primary school of 310 pupils at the edge of the city, with a hall that stands empty after four o’clock."),
    ("sabine", "Stadtteilwerkstatt Ostlicht", KIND.CULTURE, "DE", "DED5", "Leipzig", ["de", "en"], True,
     "Offene Werkstatt im Leipziger Osten: Holz, Rad, Strom und ein bisschen Software."),
    ("paolo", "Fondazione Ponte Lungo", KIND.FUNDER, "IT", "ITH4", "Udine", ["it", "en", "sl"], True,
     "Una piccola fondazione di confine. Sosteniamo con poco chi comincia, e restiamo vicini per un anno."),
    ("giulio", "Gruppo Il Gelso", KIND.INFORMAL_GROUP, "IT", "ITH5", "Valdombra", ["it"], False,
     "Otto famiglie di una frazione che si danno una mano."),
)  # fmt: skip


def load(people: dict[str, Person]) -> None:
    for key, name, address, language in MORE_PEOPLE:
        people[key] = _member(name, address, language, password_hash=people["learner"].password_hash)
    for owner, name, kind, country, nuts2, municipality, languages, verified, text in ORGANISATIONS:
        written = rendered(text, profile=POST)
        organisation = commands.found_organisation(
            Profile(
                name=name,
                kind=kind,
                country=country,
                nuts2=nuts2,
                municipality=municipality,
                languages=languages,
                body=text,
                body_html=written.html,
                body_version=written.version,
            ),
            by=people[owner],
            example=True,
        )
        if verified:
            commands.verify_organisation(organisation, by=None)
        for colleague, whose in COLLEAGUES:
            if whose == name:
                commands.add_member(organisation, people[colleague], MembershipRole.MEMBER, by=None)


def organisation_of(person: Person, name: str) -> Organisation:
    return next(one.organisation for one in queries.memberships_of(person) if one.organisation.name == name)


def _member(name: str, address: str, language: str, *, password_hash: str) -> Person:
    person = accounts.sign_up(
        email=address,
        name=name,
        password_hash=password_hash,
        language=language,
        time_zone="Europe/Rome",
        by=None,
        confirmed=True,
        example=True,
    )
    if person is None:
        raise RuntimeError(f"{address} exists")
    return person
