"""Who lives in the demonstration? An invented community, made by the same commands that people use."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from academy.accounts import commands, passwords, queries
from academy.accounts.models import Person, Role
from academy.kernel.db import session, transaction

PASSWORD = "demo-academy"

# key, name, address, language, roles, about
PEOPLE = (
    ("learner", "Nives Kranjc", "learner@example.org", "en", (), "Works in a youth association in Ptuj and follows the course in the evening."),
    ("trainer", "Tamás Erdei", "trainer@example.org", "en", (Role.TRAINER,), "Teaches how to measure what changes. Győr."),
    ("organisation", "Giulia Ferrin", "organisation@example.org", "it", (), "Coordina i progetti di quartiere della cooperativa Sottoportico."),
    ("moderator", "Lenka Nováková", "moderator@example.org", "en", (Role.MODERATOR,), "Reads what is new in the forum and the marketplace. Košice."),
    ("coordinator", "Zsófia Erdős", "coordinator@example.org", "en", (Role.COORDINATOR,), "Runs the local edition in Győr."),
    ("admin", "Academy Team", "admin@example.org", "en", (Role.ADMINISTRATOR,), "Keeps the platform running."),
    ("marta", "Marta Wilk", "marta@example.net", "en", (), "Housing cooperative in Łódź."),
    ("giulio", "Giulio Berti", "giulio@example.net", "it", (), "Lavora in Comune, ufficio politiche sociali."),
    ("ilse", "Ilse Brandner", "ilse@example.net", "en", (Role.TRAINER, Role.COORDINATOR), "Neighbourhood work in Linz since 2009."),
)  # fmt: skip

ACCOUNTS = tuple(address for _key, _name, address, *_rest in PEOPLE if address.endswith("@example.org"))
FEATURES = ("organisations", "marketplace", "community", "learning", "editions", "portfolio", "assessment", "profiles")


def is_loaded(app: Flask) -> bool:
    with app.app_context(), transaction():
        return bool(queries.example_people())


def load(app: Flask) -> None:
    """Fill an empty database. A database with people in it is left alone."""
    with app.app_context():
        with transaction():
            if queries.anybody_here():
                return
        hashed = passwords.hash_of(PASSWORD)
        with transaction():
            people = {
                key: _person(hashed, name, address, language, roles, about)
                for key, name, address, language, roles, about in PEOPLE
            }
            people |= {"zsofia": people["coordinator"], "tamas": people["trainer"], "lenka": people["moderator"]}
            for feature in FEATURES:
                if find_spec(f"academy.demo.{feature}"):
                    import_module(f"academy.demo.{feature}").load(people)
        session.remove()


def _person(hashed: str, name: str, address: str, language: str, roles: tuple[Role, ...], about: str) -> Person:
    person = commands.sign_up(
        email=address,
        name=name,
        password_hash=hashed,
        language=language,
        time_zone="Europe/Rome",
        by=None,
        confirmed=True,
        example=True,
    )
    if person is None:
        raise RuntimeError(f"{address} exists")
    person.about = about
    for role in roles:
        commands.give_role(person, role, by=None)
    return person
