"""What do the invented people say of themselves, and to whom?"""

from academy.accounts import commands
from academy.accounts.models import Audience, Person

EVERYBODY, MEMBERS = Audience.EVERYBODY, Audience.MEMBERS

# key: offers, looks for, languages, region
FACTS = {
    "learner": (
        "Small youth grants: I have written nine applications and won four.",
        "A rehearsal room in Ptuj, and somebody who has run one.",
        "slovenščina, English, hrvatski",
        "Ptuj, Slovenia",
    ),
    "organisation": (
        "Mediazione nei condomìni: accompagno chi deve mettere d’accordo dodici famiglie.",
        "Esperienze di bacheche e scambi tra vicini, anche fallite.",
        "italiano, English, furlan",
        "Friuli",
    ),
    "trainer": (
        "Tally sheets and questions that people answer. I read your indicators and write back.",
        "",
        "magyar, English, Deutsch",
        "Győr, Hungary",
    ),
    "marta": (
        "How to run a general meeting of 64 flats in ninety minutes.",
        "Somebody who has paid for insulation with a small loan.",
        "polski, English",
        "Łódź, Poland",
    ),
    "giulio": (
        "Come si scrive una coprogettazione che qualcuno firma.",
        "Comuni che hanno già un regolamento sui beni comuni.",
        "italiano, français",
        "Emilia-Romagna",
    ),
    "ilse": ("Neighbourhood breakfasts, from the first invitation on.", "", "Deutsch, English", "Linz, Austria"),
}
SHOW_WHAT_THEY_FINISHED = ("learner", "marta")


def load(people: dict[str, Person]) -> None:
    for key, (offers, looks_for, languages, region) in FACTS.items():
        person = people[key]
        commands.describe_oneself(
            person,
            {
                "offers": (offers, EVERYBODY),
                "looks_for": (looks_for, MEMBERS),
                "languages": (languages, EVERYBODY),
                "region": (region, MEMBERS),
                "modules": ("", EVERYBODY if key in SHOW_WHAT_THEY_FINISHED else Audience.NOBODY),
                "meetings": ("", MEMBERS if key in SHOW_WHAT_THEY_FINISHED else Audience.NOBODY),
            },
            by=person,
        )
