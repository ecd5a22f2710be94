"""What came of it: how many outcomes have both sides confirmed, where, to which goals, and for how many people?"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from academy.kernel.db import session
from marketplace.models import Agreement, AgreementState, Interest, Kind, Listing
from marketplace.vocabulary import GOALS


@dataclass
class Sum:
    """Outcomes that both sides have confirmed. `people`: what they said, added up; `unsaid`: how many of them name no number."""

    outcomes: int = 0
    people: int = 0
    unsaid: int = 0

    def add(self, outcomes: int, people: int, unsaid: int) -> None:
        self.outcomes += outcomes
        self.people += people
        self.unsaid += unsaid


@dataclass
class Impact:
    """Each outcome counts once in the whole and in its place and kind; in every goal and resource that it names."""

    whole: Sum = field(default_factory=Sum)
    examples: int = 0  # of all, invented ones
    by: dict[str, dict[str, Sum]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Sum)))


def impact(*, country: str = "", region: str = "", theme: str = "") -> Impact:
    """Summed by goal, country, region, kind and resource; of one country, region or theme, or of all. One statement."""
    about, with_it = aliased(Listing), aliased(Listing)
    need_is_with_it = sa.and_(about.kind == Kind.OFFER, with_it.id.isnot(None))

    def of_the_need(name: str) -> sa.ColumnElement[str]:
        """Where the need is, the outcome is; the same for what it is about."""
        of_it, of_other = (sa.cast(getattr(one, name), sa.Text) for one in (with_it, about))
        return sa.case((need_is_with_it, of_it), else_=of_other).label(name)

    chosen = sa.select(
        Agreement.people_reached.label("people"),
        sa.cast(Agreement.goals, sa.Text).label("told_goals"),
        about.kind.label("kind"),
        about.example.label("example"),
        *(of_the_need(name) for name in ("country", "nuts2", "goals", "fields", "resources")),
    ).select_from(Agreement)
    chosen = (
        chosen.join(Interest, Interest.id == Agreement.interest_id)
        .join(about, about.id == Interest.listing_id)
        .outerjoin(with_it, with_it.id == Interest.with_listing_id)
        .where(Agreement.state == AgreementState.DONE)
    )
    rows = chosen.subquery()
    statement = sa.select(
        rows.c.told_goals, rows.c.country, rows.c.nuts2, rows.c.kind, rows.c.resources, rows.c.example,
        sa.func.count(), sa.func.coalesce(sa.func.sum(rows.c.people), 0), sa.func.count().filter(rows.c.people.is_(None)),
    )  # fmt: skip
    if country:
        statement = statement.where(rows.c.country == country)
    if region:
        statement = statement.where(rows.c.nuts2 == region)
    if theme:
        among = rows.c.goals if theme in GOALS else rows.c.fields
        statement = statement.where(among.contains(f'"{theme}"'))
    groups = session.execute(statement.group_by(*statement.selected_columns[:6]))
    return _summed(groups)


def _summed(groups: Iterable[Any]) -> Impact:
    found = Impact()
    for goals, country, region, kind, resources, example, outcomes, people, unsaid in groups:
        found.whole.add(outcomes, people, unsaid)
        found.examples += outcomes if example else 0
        named = {
            "goal": json.loads(goals),
            "country": [country] if country else [],
            "region": [region] if region else [],
            "kind": [kind.value],
            "resource": json.loads(resources),
        }
        for name, values in named.items():
            for value in values:
                found.by[name][value].add(outcomes, people, unsaid)
    return found
