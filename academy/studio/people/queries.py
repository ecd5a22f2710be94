"""What does an administrator see of somebody before giving them more to do?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from academy.accounts import queries, rules
from academy.accounts.models import Person, Role
from academy.accounts.vocabulary import ROLES
from academy.kernel.access import Verdict
from academy.organisations.models import Membership
from academy.organisations.queries import memberships_of


@dataclass(frozen=True)
class Standing:
    """One role of a person: since when they have it, and whether it can be given or taken."""

    role: Role
    since: datetime | None
    may_change: Verdict


@dataclass(frozen=True)
class Change:
    """A role that was given or taken; `by` is nobody where it was the server's own command."""

    at: datetime
    role: Role
    given: bool
    by: Person | None
    why: str


@dataclass(frozen=True)
class LookedAfter:
    person: Person
    seen_at: datetime | None
    memberships: Sequence[Membership]
    standings: list[Standing]
    changes: list[Change]


def looked_after(slug: str, *, by: Person) -> LookedAfter:
    person = queries.person_looked_after(slug)
    since = {held.role: held.since for held in person.roles}
    administrators = queries.number_of_administrators() if Role.ADMINISTRATOR in since else 0
    standings = [
        Standing(
            role,
            since.get(role),
            rules.may_take_role(role, administrators=administrators, by=by)
            if role in since
            else rules.may_give_role(person, by=by),
        )
        for role in ROLES
    ]
    return LookedAfter(
        person,
        queries.last_visits([person.id]).get(person.id),
        memberships_of(person),
        standings,
        _changes_of(person),
    )


def _changes_of(person: Person) -> list[Change]:
    records = queries.role_changes_of(person)
    people = queries.people_by_id(record.person_id for record in records if record.person_id is not None)
    return [
        Change(
            record.at,
            Role(record.facts["role"]),
            record.event.endswith("RoleGiven"),
            people.get(record.person_id) if record.person_id is not None else None,
            record.facts.get("why", ""),
        )
        for record in records
        if record.facts["role"] in ROLES
    ]
