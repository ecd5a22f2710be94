"""Which pages should a search engine know? Every public page, in each language of the site, with its address in the others.

The course and the fixed pages are one file. What members write is divided by ranges of row numbers, so that each file stays small
however much there is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from academy.community.queries import spaces_seen_by
from academy.home import queries
from academy.kernel.i18n import language
from academy.kernel.subjects import subjects_seen_by
from academy.kernel.web import base_address
from academy.learning.library.queries import library
from academy.learning.models import UnitKind
from academy.learning.queries import address_of, course_seen_by
from academy.settings import settings

ROWS = 2_000  # of a table in one file
FIXED = (
    "home.front",
    "learning.course",
    "guides.library",
    "guides.sources",
    "marketplace.browse",
    "marketplace.outcomes",
    "community.spaces",
    "home.about",
    "home.accessibility",
    "home.privacy",
    "home.terms",
)


@dataclass(frozen=True)
class Place:
    """A page in one language, with its addresses in all of them."""

    address: str
    languages: list[tuple[str, str]]
    changed_at: datetime | None


def files() -> list[str]:
    """The names of all files: `pages`, then `listing-1` and so on."""
    names = ["pages"]
    for kind in queries.LISTED:
        names += [f"{kind}-{number}" for number in range(1, -(-queries.last_id(kind) // ROWS) + 1)]
    return names


def places_in(name: str) -> list[Place] | None:
    """What one of these files lists; None: no file is called so."""
    if name == "pages":
        return list(_in_each_language((path, None) for path in _paths_of_pages()))
    kind, _, number = name.rpartition("-")
    if kind not in queries.LISTED or not number.isdecimal() or len(number) > 9:
        return None
    last = int(number) * ROWS
    changed = dict(queries.things_between(kind, last - ROWS, last))
    subjects = subjects_seen_by(None, changed)
    return list(_in_each_language((subject.address, changed[ref]) for ref, subject in subjects.items()))


def _paths_of_pages() -> Iterator[str]:
    yield from (url_for(endpoint) for endpoint in FIXED)
    yield from (url_for("community.space", slug=space.slug) for space in spaces_seen_by(None))
    course = course_seen_by(None, language())
    for module in course.modules if course else ():
        yield url_for("learning.module", module=module.row.slug)
        for part in module.units:
            if part.kind in (UnitKind.LESSON, UnitKind.ACTIVITY, UnitKind.EXAMPLE) and not part.retired:
                yield address_of(part.kind, part.module, part.slug)
    yield from (url_for("guides.guide", slug=guide.slug) for guide in library(language()))


def _in_each_language(paths: Iterable[tuple[str, datetime | None]]) -> Iterator[Place]:
    base, codes = base_address(settings()), settings().languages
    for path, changed_at in paths:
        rest = path.split("/", 2)[2]
        languages = [(code, f"{base}/{code}/{rest}") for code in codes]
        for _code, address in languages:
            yield Place(address, languages, changed_at)
