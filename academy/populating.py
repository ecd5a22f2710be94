"""How does the academy behave with a hundred thousand people? Rows for load tests, after the pattern of the invented community.

Everything made here is marked: people are examples, `synthetic-…` in slug and address, and can't sign in. Rows are copies of rows that the
commands made, with other keys, people and times, and go in by the thousand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle, islice
from typing import Any, cast

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment.models import Attempt, AttemptSlot, AttemptStep
from academy.assessment.models import State as AttemptState
from academy.community.models import Level, Post, Space, Topic, TopicPerson
from academy.kernel import clock
from academy.kernel.db import Base, continue_numbering, gather_statistics, session, transaction
from academy.organisations.models import Membership, MembershipRole, Organisation
from academy.retrieval.jobs import join_parts
from academy.retrieval.models import SearchEntry
from marketplace.commands import count_facets_anew
from marketplace.models.listings import Facet, Listing
from marketplace.models.listings import State as ListingState

BATCH = 5_000
LISTINGS_EACH = 30  # of each organisation
MARK = "synthetic"
SPREAD = timedelta(days=700)  # over which what is written is spread
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    people: int = 0
    topics: int = 0
    posts: int = 0
    listings: int = 0
    answers: int = 0


class NothingToCopy(Exception):
    """The database holds no row of this kind to make others after."""


def real_people() -> int:
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(Person).where(~Person.example, Person.closed_at.is_(None))
        )
        or 0
    )


def populate(wanted: Wanted) -> None:
    """Add so many of each. Batches are committed one by one: what was stopped half way can go on."""
    if wanted.people:
        _write(Person, _people(wanted.people))
    authors = _ids(Person, Person.slug.startswith(f"{MARK}-")) or _ids(Person, Person.example.is_(True))
    if wanted.topics or wanted.posts:
        _write_topics(wanted, authors)
    if wanted.listings:
        _write_listings(wanted.listings, authors)
        with transaction():
            count_facets_anew(by=None)
    if wanted.answers:
        _write_answers(wanted.answers, authors)
    gather_statistics()
    join_parts()


def _people(number: int) -> Iterator[Row]:
    pattern = _pattern(Person, Person.example.is_(True))
    now = clock.now()
    for n in _numbers(Person, number):
        name = f"Synthetic {n}"
        own = {"email": f"{MARK}-{n}@example.invalid", "name": name, "slug": f"{MARK}-{n}", "password_hash": "!"}
        yield pattern | {"id": n, "example": True, "created_at": _earlier(now, n), "about": ""} | own


def _write_topics(wanted: Wanted, authors: Sequence[int]) -> None:
    pattern, entry = _pattern(Topic, Topic.hidden_at.is_(None)), _pattern(SearchEntry, SearchEntry.kind == "topic")
    post = _pattern(Post, Post.hidden_at.is_(None))
    lessons = [None] * 9 + _values(Topic.about, Topic.about.is_not(None))
    rooms, abouts, now = cycle(_ids(Space)), cycle(lessons), clock.now()
    numbers = _numbers(Topic, max(wanted.topics, 1))
    each, more = divmod(max(wanted.posts, len(numbers)), len(numbers))
    topics = [
        pattern
        | {
            "id": n,
            "key": _key(n),
            "slug": f"{MARK}-{n}",
            "space_id": next(rooms),
            "author_id": _pick(authors, n),
            "title": f"Synthetic topic {n}",
            "about": next(abouts),
            "started_at": _earlier(now, n),
            "last_post_at": _earlier(now, n) + timedelta(hours=place % 48),
            **dict.fromkeys(("highest_no", "last_visible_no", "post_count"), each + (place < more)),
            "answer_count": each + (place < more) - 1,
            "accepted_no": None,
            "is_thread": False,  # a lesson has one, and it is there
        }
        for place, n in enumerate(numbers)
    ]
    _write(Topic, iter(topics))
    ids = count(_next(Post))
    _write(
        Post,
        (
            post
            | {
                "id": (own := next(ids)),
                "topic_id": topic["id"],
                "no": no,
                "author_id": topic["author_id"] if no == 1 else _pick(authors, own),
                "once": f"{MARK}-{own}",
                "written_at": topic["started_at"] + timedelta(minutes=no),
                "told_at": topic["started_at"],
            }
            for topic in topics
            for no in range(1, topic["highest_no"] + 1)
        ),
    )
    _write(
        TopicPerson,
        (
            {"person_id": topic["author_id"], "topic_id": topic["id"], "last_read_no": 1, "level": Level.WATCHING}
            for topic in topics
        ),
    )
    own_entries = zip(_numbers(SearchEntry, len(topics)), topics, strict=True)
    _write(
        SearchEntry,
        (entry | {"id": n, "key": topic["key"], "title": topic["title"]} for n, topic in own_entries),
    )


def _write_listings(number: int, authors: Sequence[int]) -> None:
    patterns = _patterns(Listing, Listing.state == ListingState.PUBLISHED)
    facets = {one["id"]: _patterns(Facet, Facet.listing_id == one["id"]) for one in patterns}
    entries = {
        one["id"]: _patterns(SearchEntry, SearchEntry.kind == "listing", SearchEntry.key == one["slug"])
        for one in patterns
    }
    now = clock.now()
    owners = _write_organisations(-(-number // LISTINGS_EACH), authors)
    made = list(zip(_numbers(Listing, number), cycle(patterns), strict=False))
    whose = dict(zip((n for n, _one in made), cycle(owners.items()), strict=False))
    _write(
        Listing,
        (
            one
            | {
                "id": n,
                "slug": f"{MARK}-{n}",
                "organisation_id": whose[n][0],
                "author_id": whose[n][1],
                "title": f"{one['title'][:100]} ({n})",
                "example": True,
                "published_at": _earlier(now, n),
            }
            for n, one in made
        ),
    )
    _write(Facet, (facet | {"listing_id": n} for n, one in made for facet in facets[one["id"]]))
    ids = count(_next(SearchEntry))
    _write(
        SearchEntry,
        (entry | {"id": next(ids), "key": f"{MARK}-{n}"} for n, one in made for entry in entries[one["id"]]),
    )


def _write_organisations(number: int, authors: Sequence[int]) -> dict[int, int]:
    """Each with the person who speaks for it."""
    pattern, now = _pattern(Organisation), clock.now()
    owners = {n: _pick(authors, n) for n in _numbers(Organisation, number)}
    _write(
        Organisation,
        (
            pattern
            | {
                "id": n,
                "slug": f"{MARK}-{n}",
                "name": f"Synthetic organisation {n}",
                "example": True,
                "created_at": now,
            }
            for n in owners
        ),
    )
    _write(
        Membership,
        (
            {"person_id": owner, "organisation_id": n, "role": MembershipRole.OWNER, "since": now}
            for n, owner in owners.items()
        ),
    )
    return owners


def _write_answers(number: int, authors: Sequence[int]) -> None:
    """Attempts that were handed in, each with an answer to all of its questions."""
    pattern = _pattern(Attempt, Attempt.state == AttemptState.HANDED_IN)
    slots = _patterns(AttemptSlot, AttemptSlot.attempt_id == pattern["id"])
    step = _pattern(AttemptStep, AttemptStep.slot_id == slots[0]["id"])
    now = clock.now()
    attempts = _numbers(Attempt, -(-number // len(slots)))
    first, rounds = attempts[0], 1 + _highest(Attempt.number)
    _write(
        Attempt,
        (
            pattern
            | {
                "id": n,
                "key": f"{MARK[:5]}{n:011}",
                "person_id": authors[(n - first) % len(authors)],
                "number": rounds + (n - first) // len(authors),
                "receipt": None,
                "started_at": _earlier(now, n),
                "submitted_at": _earlier(now, n) + timedelta(minutes=9),
            }
            for n in attempts
        ),
    )
    ids = count(_next(AttemptSlot))
    made = range(_next(AttemptSlot), _next(AttemptSlot) + len(attempts) * len(slots))
    _write(AttemptSlot, (slot | {"id": next(ids), "attempt_id": n} for n in attempts for slot in slots))
    steps = _numbers(AttemptStep, len(made))
    _write(
        AttemptStep,
        (
            step | {"id": n, "slot_id": slot, "seq": 1, "client_uuid": f"{MARK}-{n}", "actor_id": _pick(authors, n)}
            for n, slot in zip(steps, made, strict=True)
        ),
    )


def _write(model: type[Base], rows: Iterator[Row]) -> None:
    table = cast(sa.Table, model.__table__)
    while batch := list(islice(rows, BATCH)):
        with transaction():
            session.execute(sa.insert(table), batch)
    with transaction():
        continue_numbering(session.connection(), table)


def _pattern(model: type[Base], *where: sa.ColumnElement[bool]) -> Row:
    return _patterns(model, *where)[0]


def _patterns(model: type[Base], *where: sa.ColumnElement[bool]) -> list[Row]:
    rows = session.execute(sa.select(model.__table__).where(*where).limit(100)).mappings()
    found = [dict(row) for row in rows]
    if not found:
        raise NothingToCopy(cast(sa.Table, model.__table__).name)
    return found


def _ids(model: Any, *where: sa.ColumnElement[bool]) -> list[int]:
    return list(session.scalars(sa.select(model.id).where(*where).order_by(model.id)))


def _values(column: Any, *where: sa.ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(sa.select(column).where(*where).distinct().limit(50)))


def _highest(column: Any) -> int:
    return session.scalar(sa.select(sa.func.max(column))) or 0


def _next(model: Any) -> int:
    return _highest(model.id) + 1


def _numbers(model: Any, number: int) -> range:
    first = _next(model)
    return range(first, first + number)


def _pick(authors: Sequence[int], n: int) -> int:
    """Somebody, the same each time, and not one after the other."""
    return authors[n * 7919 % len(authors)]


def _earlier(now: datetime, n: int) -> datetime:
    return now - SPREAD * (n * 7919 % 100_003 / 100_003)


def _key(n: int) -> str:
    """Eight letters and digits that no random key has: those hold no 0, 1, i, l or o."""
    return f"0{n:07}"
