"""How do the sets that a page counts with follow the listings?"""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel.access import require
from academy.kernel.db import session, take_turns
from marketplace import rules
from marketplace.models import FacetSet
from marketplace.queries import NARROWED_BY
from marketplace.queries.sets import BYTES, PART, parts_with, rows_of

Values = Collection[tuple[str, str]]


def put_into_sets(listing_id: int, before: Values, after: Values) -> None:
    """A listing that had these values of facets has those now."""
    was, will = ({one for one in some if one[0] in NARROWED_BY} for some in (before, after))
    if was == will:
        return
    take_turns("listing sets")
    part, place = divmod(listing_id, PART)
    changed = sorted(was ^ will)
    known = parts_with(changed, part)
    for facet, value in changed:
        row = known.get((facet, value))
        if row is None:
            row = FacetSet(facet=facet, value=value, part=part, bits=bytes(BYTES))
            session.add(row)
        bits = bytearray(row.bits)
        mask = 1 << place % 8
        bits[place // 8] = bits[place // 8] | mask if (facet, value) in will else bits[place // 8] & ~mask
        row.bits = bytes(bits)
    session.flush()


def count_facets_anew(*, by: Person | None) -> None:
    """Make all sets from the rows of facets, for rows that did not come through a command."""
    require(rules.may_keep_matches(by))
    take_turns("listing sets")
    session.execute(sa.delete(FacetSet))
    if made := _rows(rows_of(NARROWED_BY)):
        session.execute(sa.insert(FacetSet), made)


def _rows(facets: Iterable[tuple[str, str, int]]) -> list[dict[str, object]]:
    parts: dict[tuple[str, str, int], bytearray] = {}
    for facet, value, listing_id in facets:
        part, place = divmod(listing_id, PART)
        bits = parts.setdefault((facet, value, part), bytearray(BYTES))
        bits[place // 8] |= 1 << place % 8
    return [
        {"facet": facet, "value": value, "part": part, "bits": bytes(bits)}
        for (facet, value, part), bits in parts.items()
    ]
