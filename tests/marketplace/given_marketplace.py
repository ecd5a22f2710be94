"""How does a test say what is needed and offered?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.markup import POST, rendered
from academy.kernel.web import Academy
from academy.organisations.models import Organisation
from marketplace import commands, queries
from marketplace.commands import Content
from marketplace.matching import model
from marketplace.models import Configuration, Interest, Kind, Listing, Match, MatchList, State
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


def other_words(number: int) -> str:
    """A description that shares no word with that of another number."""
    return " ".join(
        f"{letter}{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{'xyz'[number // 26]}word" for letter in "bcdfghjklmnp"
    )


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


Lists = dict[tuple[int, str], list[tuple[float, int]]]


def kept_lists(given: Given) -> Lists:
    """Every list that is in place, best first: whose, of what relation, and the score and number of each line."""

    def read() -> Lists:
        current = session.query(Configuration.id).filter(Configuration.current).scalar()
        lists: Lists = {
            (one.listing_id, one.relation.value): []
            for one in session.query(MatchList)
            if one.configuration_id == current
        }
        for line in session.query(Match).filter(Match.configuration_id == current):
            lists[line.listing_id, line.relation.value].append((line.score, line.other_id))
        return {whose: sorted(lines, key=lambda line: (-line[0], line[1])) for whose, lines in lists.items()}

    return given.seen(read)


def pairs_kept(given: Given) -> set[tuple[int, int]]:
    """Who is in whose list of what fits."""
    return {
        (whose, other) for (whose, kind), lines in kept_lists(given).items() if kind == "fits" for _, other in lines
    }


class CountingModel:
    """A model for tests: a text is how often it has each of sixteen sorts of words. It hears `bici` and `bicycle` alike."""

    name = "counting"

    def vectors(self, texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        rows = np.full((len(texts), 16), 0.05, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.casefold().split():
                row[sum(word[:3].encode()) % 16] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def counting_model(app: Academy, monkeypatch: pytest.MonkeyPatch) -> CountingModel:
    """The site matches by meaning, and this model is the one it has."""
    made = CountingModel()
    app.extensions["settings"] = replace(app.extensions["settings"], matching="meaning")
    monkeypatch.setattr(model, "BUNDLED", made.name)
    monkeypatch.setitem(model._loaded, made.name, made)
    return made
