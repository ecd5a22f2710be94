"""Whose data is in a table, what does that person get, and what becomes of it when the person leaves?

Every model says it: `__privacy__ = Personal("person_id", on_erasure=DELETE)` or `NOT_PERSONAL`. An architecture test asks every table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from academy.kernel.db import Base, session

DELETE = "delete"
KEEP = "keep"
BLANK = "blank"


@dataclass(frozen=True)
class Personal:
    """`owner` is the column with the person's id. On erasure the rows go, stay without a name, or have columns overwritten."""

    owner: str
    on_erasure: str = DELETE
    blank: Mapping[str, object] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()  # columns that an export leaves out: secrets, not facts about the person
    writer: str = ""  # the column with who wrote it, where that is another person: their words are in their export too


@dataclass(frozen=True)
class NotPersonal:
    why: str


Privacy = Personal | NotPersonal


def tables_with_privacy() -> Iterator[tuple[type[Base], Privacy]]:
    """Every model and what it declares. Raises AttributeError where a model says nothing."""
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        yield mapper.class_, mapper.class_.__privacy__


def everything_about(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """All rows of a person, table by table, as plain values."""
    found: dict[str, list[dict[str, Any]]] = {}
    for model, privacy in tables_with_privacy():
        if not isinstance(privacy, Personal):
            continue
        table = model.__table__
        theirs = [table.c[column] == person_id for column in (privacy.owner, privacy.writer) if column]
        rows = session.execute(sa.select(table).where(sa.or_(*theirs))).mappings()
        kept = [{name: value for name, value in row.items() if name not in privacy.hidden} for row in rows]
        if kept:
            found[table.name] = kept  # type: ignore[attr-defined]  # a mapped class has a Table
    return found


def erase_everything_about(person_id: int) -> None:
    """Carry out what each table declares; the people table is last, since the others point at it."""
    declared = [(model, privacy) for model, privacy in tables_with_privacy() if isinstance(privacy, Personal)]
    order = {table: place for place, table in enumerate(reversed(Base.metadata.sorted_tables))}
    for model, privacy in sorted(declared, key=lambda pair: order[pair[0].__table__]):
        table = model.__table__
        mine = table.c[privacy.owner] == person_id
        if privacy.on_erasure == DELETE:
            session.execute(sa.delete(model).where(mine))
        elif privacy.on_erasure == BLANK:
            session.execute(sa.update(model).where(mine).values(**_blank_values(privacy, person_id)))


def _blank_values(privacy: Personal, person_id: int) -> dict[str, Any]:
    return {
        column: value.format(id=person_id) if isinstance(value, str) else value
        for column, value in privacy.blank.items()
    }
