"""How many are there of everything? Sets of listings as whole numbers, one bit for each listing: to intersect and count them takes no time.

The database keeps them in parts (`FacetSet`), changed with each listing; what has expired a moment ago and is not closed yet is taken out here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from academy.kernel.db import session
from marketplace.models import Facet, FacetSet, Listing, State

PART = 16_384  # numbers in one row: two kilobytes
BYTES = PART // 8
Sets = Mapping[str, Mapping[str, int]]


def facet_sets(facets: Collection[str], gone: int) -> Sets:
    """Of each facet and value the open listings; `gone`: those that have expired and are not closed yet."""
    parts: dict[tuple[str, str], list[tuple[int, bytes]]] = {}
    rows = session.execute(
        sa.select(FacetSet.facet, FacetSet.value, FacetSet.part, FacetSet.bits).where(FacetSet.facet.in_(facets))
    )
    for facet, value, part, bits in rows:
        parts.setdefault((facet, value), []).append((part, bits))
    found: dict[str, dict[str, int]] = {}
    for (facet, value), some in parts.items():
        whole = bytearray((max(part for part, _bits in some) + 1) * BYTES)
        for part, bits in some:
            whole[part * BYTES : part * BYTES + len(bits)] = bits
        found.setdefault(facet, {})[value] = int.from_bytes(whole, "little") & ~gone
    return found


def values_of(listing_id: int) -> list[tuple[str, str]]:
    """Facets and values of one listing, as they stand in the rows."""
    rows = session.execute(sa.select(Facet.facet, Facet.value).where(Facet.listing_id == listing_id))
    return [(facet, value) for facet, value in rows]


def parts_with(values: Sequence[tuple[str, str]], part: int) -> dict[tuple[str, str], FacetSet]:
    """Rows to change, as they are in the database now."""
    statement = sa.select(FacetSet).where(sa.tuple_(FacetSet.facet, FacetSet.value).in_(values), FacetSet.part == part)
    rows = session.scalars(statement.execution_options(populate_existing=True))
    return {(row.facet, row.value): row for row in rows}


def rows_of(facets: Collection[str]) -> Iterable[tuple[str, str, int]]:
    """All rows of these facets."""
    yield from session.execute(sa.select(Facet.facet, Facet.value, Facet.listing_id).where(Facet.facet.in_(facets)))


def set_of(numbers: Iterable[int]) -> int:
    found = sorted(numbers)
    if not found:
        return 0
    whole = bytearray(found[-1] // 8 + 1)
    for number in found:
        whole[number // 8] |= 1 << number % 8
    return int.from_bytes(whole, "little")


def numbers_in(some: int) -> list[int]:
    """Those of a set, in order."""
    whole = some.to_bytes((some.bit_length() + 7) // 8, "little")
    return [place * 8 + bit for place, byte in enumerate(whole) if byte for bit in range(8) if byte >> bit & 1]


def newest_in(some: int) -> Iterator[int]:
    """The same from the highest down, for whoever needs the first few."""
    while some:
        number = some.bit_length() - 1
        yield number
        some ^= 1 << number


def either(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found


def sets_found(some: Mapping[str, sa.Select[int]]) -> dict[str, int]:
    """The sets that these select the numbers of, by their names; one statement."""
    parts = [
        sa.select(sa.literal(name).label("name"), one.subquery().c[0].label("number")) for name, one in some.items()
    ]
    found: dict[str, list[int]] = {name: [] for name in some}
    for name, number in session.execute(sa.union_all(*parts)).all():
        found[name].append(number)
    return {name: set_of(numbers) for name, numbers in found.items()}


def expired_unswept(now: datetime) -> sa.Select[int]:
    return sa.select(Listing.id).where(Listing.state == State.PUBLISHED, Listing.expires_at <= now)


def having(facet: str, value: str) -> sa.Select[int]:
    """Those that have one value of a facet that is not kept as a set."""
    return sa.select(Facet.listing_id).where(Facet.facet == facet, Facet.value == value)
