"""What can be seen, and by whom?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.exceptions import NotFound

from academy.accounts.models import (
    OF_ROLES,
    Audience,
    OutsideIdentity,
    Person,
    ProfileFact,
    Role,
    RoleHeld,
    SignIn,
)
from academy.kernel.audit import AuditRecord
from academy.kernel.db import session
from academy.kernel.shared import EDITION, known_edition
from academy.kernel.slugs import slug_of
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address


@dataclass(frozen=True)
class SignedIn:
    """Whose browser this is, as far as a page has to know."""

    id: int
    created_at: datetime
    seen_at: datetime
    person: Person  # with their roles


# put together once: it is the first statement of every page of a member
_SIGNED_IN = (
    sa.select(SignIn.id, SignIn.created_at, SignIn.seen_at, Person, EDITION)
    .join(SignIn.person)
    .outerjoin(Person.roles)
    .where(SignIn.key_hash == sa.bindparam("key_hash"), SignIn.ended_at.is_(None), Person.closed_at.is_(None))
    .options(contains_eager(Person.roles))
)


def sign_in_with(key_hash: str) -> SignedIn | None:
    """The sign-in, its person and the person's roles, in one statement."""
    found = session.execute(_SIGNED_IN, {"key_hash": key_hash}).unique().first()
    if found is None:
        return None
    sign_in_id, created_at, seen_at, person, edition = found
    known_edition(edition)
    return SignedIn(sign_in_id, created_at, seen_at, person)


def person_with_address(email: str) -> Person | None:
    return session.scalars(
        sa.select(Person).where(Person.email == email.lower()).options(selectinload(Person.roles))
    ).first()


def person_with_id(person_id: int) -> Person | None:
    return session.scalars(sa.select(Person).where(Person.id == person_id).options(selectinload(Person.roles))).first()


def person_known_as(issuer: str, subject: str) -> Person | None:
    """Who signs in with this account of a provider."""
    return session.scalars(
        sa.select(Person)
        .join(OutsideIdentity, OutsideIdentity.person_id == Person.id)
        .where(OutsideIdentity.issuer == issuer, OutsideIdentity.subject == subject, Person.closed_at.is_(None))
        .options(selectinload(Person.roles))
    ).first()


def outside_identity_of(person: Person) -> OutsideIdentity | None:
    return session.scalars(sa.select(OutsideIdentity).where(OutsideIdentity.person_id == person.id)).first()


def profile_seen_by(viewer: Person | None, slug: str) -> Person:
    """A member's page. Who has not confirmed an address yet is seen by nobody else."""
    found = session.scalars(
        sa.select(Person).where(Person.slug == slug, Person.closed_at.is_(None)).options(joinedload(Person.roles))
    )
    person = found.unique().first()
    if person is None or (person.confirmed_at is None and (viewer is None or viewer.id != person.id)):
        raise NotFound
    return person


def sign_ins_of(person: Person) -> Sequence[SignIn]:
    return session.scalars(
        sa.select(SignIn)
        .where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc())
        .limit(50)
    ).all()


def profile_facts_of(person: Person) -> Sequence[ProfileFact]:
    """All of them, for the person."""
    return session.scalars(sa.select(ProfileFact).where(ProfileFact.person_id == person.id)).all()


def profile_facts_seen_by(viewer: Person | None, person: Person) -> dict[str, str]:
    mine = viewer is not None and viewer.id == person.id
    audiences = audiences_of(viewer)
    return {fact.name: fact.text for fact in profile_facts_of(person) if mine or fact.audience in audiences}


def audiences_of(viewer: Person | None) -> tuple[Audience, ...]:
    """Those to which somebody belongs who looks at others."""
    return (Audience.EVERYBODY,) if viewer is None else (Audience.EVERYBODY, Audience.MEMBERS)


# in the words of the partial indexes, so that both databases pass by whoever is silent
_SHOWN_TO_MEMBERS = sa.text("people.shown_to <> 'nobody'")
_SHOWN_TO_ALL = sa.text("people.shown_to = 'everybody'")


def directory_seen_by(viewer: Person | None, words: str, *, after: str = "", limit: int = 30) -> Sequence[Person]:
    """Who says something of themselves to this viewer, by the name in their address; with words, those who say all of them."""
    people = sa.select(Person).where(
        Person.closed_at.is_(None),
        Person.confirmed_at.is_not(None),
        Person.slug > after,
        _SHOWN_TO_MEMBERS if viewer else _SHOWN_TO_ALL,
    )
    for word in words.casefold().split()[:5]:
        says = sa.exists().where(
            ProfileFact.person_id == Person.id,
            _is_said_to(viewer),
            ProfileFact.folded.contains(word, autoescape=True),
        )
        people = people.where(sa.or_(says, sa.func.lower(Person.name).contains(word, autoescape=True)))
    return session.scalars(people.order_by(Person.slug).limit(limit)).all()


def _is_said_to(viewer: Person | None) -> sa.ColumnElement[bool]:
    return sa.and_(ProfileFact.audience.in_(audiences_of(viewer)), ProfileFact.text != "")


def sayings_seen_by(viewer: Person | None, people: Iterable[Person]) -> list[tuple[Person, list[ProfileFact]]]:
    """What each of them says of themselves, for a list of people."""
    said: dict[int, tuple[Person, list[ProfileFact]]] = {person.id: (person, []) for person in people}
    facts = sa.select(ProfileFact).where(ProfileFact.person_id.in_(said), _is_said_to(viewer))
    for fact in session.scalars(facts.order_by(ProfileFact.name)):
        said[fact.person_id][1].append(fact)
    return [*said.values()]


def last_visits(people: Iterable[int]) -> dict[int, datetime]:
    """When each of them was last seen, by person; nothing for who never came."""
    rows = session.execute(
        sa.select(SignIn.person_id, sa.func.max(SignIn.seen_at))
        .where(SignIn.person_id.in_([*people]))
        .group_by(SignIn.person_id)
    )
    return dict(rows.all())


def sign_in_of(person: Person, sign_in_id: int) -> SignIn:
    found = session.scalars(sa.select(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person.id)).first()
    if found is None:
        raise NotFound
    return found


def slug_taken(slug: str) -> bool:
    return session.scalar(sa.select(sa.exists().where(Person.slug == slug))) or False


def anybody_here() -> bool:
    return session.scalar(sa.select(sa.exists().select_from(Person))) or False


def example_people() -> Sequence[Person]:
    """The invented people of the demo community."""
    return session.scalars(
        sa.select(Person).where(Person.example, Person.closed_at.is_(None)).order_by(Person.id)
    ).all()


def people_with_role(role: Role) -> Sequence[Person]:
    return (
        session.scalars(
            sa.select(Person)
            .join(RoleHeld)
            .where(RoleHeld.role == role, Person.closed_at.is_(None))
            .options(joinedload(Person.roles))
            .order_by(Person.id)
        )
        .unique()
        .all()
    )


def number_of_administrators() -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(RoleHeld)
            .join(RoleHeld.person)
            .where(RoleHeld.role == Role.ADMINISTRATOR, Person.closed_at.is_(None))
        )
        or 0
    )


def people_looked_after(words: str = "", role: Role | None = None, *, after: str = "", limit: int) -> Sequence[Person]:
    """For administrators: everybody with an account, with their roles, by the name in their address. Words are looked for in the name;
    something with an @ is an address, and finds whose it is."""
    people = sa.select(Person).where(Person.closed_at.is_(None), Person.slug > after)
    if "@" in words:
        people = people.where(Person.email == words.strip().lower())
    else:
        for word in words.split()[:5]:
            plain = slug_of(word, otherwise="")  # without accents: neither database folds them alike
            named = sa.func.lower(Person.name).contains(word.lower(), autoescape=True)
            people = people.where(sa.or_(named, Person.slug.contains(plain, autoescape=True)) if plain else named)
    if role is not None:
        people = people.where(Person.id.in_(sa.select(RoleHeld.person_id).where(RoleHeld.role == role)))
    return session.scalars(people.options(selectinload(Person.roles)).order_by(Person.slug).limit(limit)).all()


def person_looked_after(slug: str) -> Person:
    """With their roles, whether they have confirmed an address or not."""
    found = session.scalars(
        sa.select(Person).where(Person.slug == slug, Person.closed_at.is_(None)).options(joinedload(Person.roles))
    )
    person = found.unique().first()
    if person is None:
        raise NotFound
    return person


def role_changes_of(person: Person, *, limit: int = 50) -> Sequence[AuditRecord]:
    """Which roles were given and taken, newest first."""
    return session.scalars(
        sa.select(AuditRecord)
        .where(OF_ROLES, AuditRecord.facts["person_id"].as_integer() == person.id)
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    ).all()


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    people = session.scalars(sa.select(Person).where(Person.id.in_(set(ids)))).all()
    return {person.id: person for person in people}


@resolves("person")
def _people(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    slugs = [ref.key for ref in refs]
    people = session.scalars(sa.select(Person).where(Person.slug.in_(slugs), Person.closed_at.is_(None))).all()
    return {
        Ref("person", person.slug): Subject(person.name, shown_address("accounts.profile", slug=person.slug) or "")
        for person in people
    }
