"""How does a test say what is needed and offered?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.markup import POST, rendered
from academy.organisations.models import Organisation
from marketplace import commands, queries
from marketplace.commands import Content
from marketplace.models import Interest, Kind, Listing, Match, State
from tests.given import Given

BICYCLES = Content(
    title="A place where teenagers can repair bicycles",
    summary="A warm room of some 40 m² three afternoons a week, with tools.",
    body="About forty pupils wait for the bus every afternoon. They asked for a **workshop** with tools.",
    body_html="<p>About forty pupils wait for the bus every afternoon. They asked for a <strong>workshop</strong>.</p>",
    body_version=1,
    language="en",
    fields=["tso-f"],
    goals=["sdg-11"],
    targets=["children"],
    resources=["space"],
    country="SI",
    nuts2="SI03",
    municipality="Ptuj",
    contact_languages=["en", "sl"],
    conditions="free",
)

WORKSHOP = replace(
    BICYCLES,
    title="Our bicycle workshop is free in the afternoon",
    summary="A room with tools to repair bicycles, three afternoons a week, for groups of teenagers.",
    body="Benches, stands and tools for twelve. We repair bicycles there in the morning, the afternoon is free.",
)

# what a browser sends to publish
FORM: dict[str, Any] = {
    "kind": "need",
    "action": "publish",
    "title": BICYCLES.title,
    "summary": BICYCLES.summary,
    "body": BICYCLES.body,
    "language": "en",
    "fields": ["tso-f"],
    "goals": ["sdg-11"],
    "targets": ["children"],
    "resources": ["space"],
    "country": "SI",
    "nuts2": "SI03",
    "municipality": "Ptuj",
    "contact_languages": ["en"],
    "conditions": "free",
}


def a_listing(
    given: Given,
    author: Person,
    organisation: Organisation,
    kind: Kind = Kind.NEED,
    content: Content = BICYCLES,
    *,
    state: State = State.PUBLISHED,
    **changes: Any,
) -> Listing:
    def make() -> Listing:
        listing = commands.draft_listing(kind, organisation.id, replace(content, **changes), by=author)
        if state != State.DRAFT:
            commands.publish_listing(listing, by=author)
        if state == State.PAUSED:
            commands.pause_listing(listing, by=author)
        if state == State.IN_TALKS:
            commands.begin_talks(listing, by=author)
        if state == State.CLOSED:
            commands.close_listing(listing, "withdrawn", by=author)
        return listing

    return given.done(make)


def expired(given: Given, listing: Listing) -> None:
    """Its six months are over, and the worker has not been there yet."""

    def age() -> None:
        found = queries.listing_with_id(listing.id)
        assert found is not None
        found.expires_at = clock.now() - timedelta(minutes=1)

    given.done(age)


def an_interest(
    given: Given,
    listing: Listing,
    person: Person,
    organisation: Organisation | None = None,
    note: str = "We could help.",
) -> Interest:
    def make() -> Interest:
        found = queries.listing_with_id(listing.id)
        assert found is not None
        written = rendered(note, profile=POST)
        return commands.show_interest(
            found, note, written, by=person, organisation_id=organisation.id if organisation else None
        )

    return given.done(make)


def kept_matches(given: Given) -> dict[tuple[int, int], tuple[float, Any]]:
    """Every match that is kept."""
    return given.seen(lambda: {(one.need_id, one.offer_id): (one.score, one.parts) for one in session.query(Match)})
