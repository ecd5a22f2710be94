"""How long do the marketplace's pages and its matching take with a hundred thousand posts? One process, one database, no server.

nice python -m bench.market [--listings 100000] [--postgresql]
"""

import argparse
import itertools
import logging
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np
import sqlalchemy as sa

from academy.accounts import commands as accounts
from academy.accounts.queries import person_with_id
from academy.app import create_app
from academy.kernel import clock
from academy.kernel.db import Base, continue_numbering, session, transaction
from academy.kernel.web import Academy
from academy.migrating import migrate
from academy.organisations.models import Membership, MembershipRole, Organisation, OrganisationKind
from academy.organisations.territories import regions
from academy.retrieval.jobs import join_parts
from academy.retrieval.models import SearchEntry
from academy.settings import settings_from
from bench.telling import database
from marketplace import commands, queries, vocabulary
from marketplace.commands import Content
from marketplace.matching.model import loaded, wanted_model
from marketplace.models import Configuration, Facet, Kind, Listing, MatchList, Relation, State, Vector

ORGANISATIONS = 3_000
WORDS = 6_000
AT_ONCE = 5_000
LANGUAGES = ("it", "en", "de", "pl", "hu", "sk", "sl")
TYPICAL = 0.66  # what a score must reach to come into a list that is full
LOOKS = (
    "",
    "?kind=need",
    "?kind=offer&resource=space",
    "?theme=sdg-4&country=IT",
    "?near=ITH5&town=Modena",
    "?q=word17",
)
chance = random.Random(7)


def report(metric: str, value: float, unit: str, against: str) -> None:
    print(f"{metric:58} {value:9.1f} {unit:4} {against}", flush=True)


def told(metric: str, took: tuple[float, float], against: str) -> None:
    report(metric, took[0], "ms", against)
    report("  the same, processor", took[1], "ms", "")


def _insert(table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    while some := [*islice(rows, AT_ONCE)]:
        with transaction():
            session.execute(sa.insert(table), some)


def _some(keys: Any, most: int) -> list[str]:
    return chance.sample([*keys], chance.randint(1, most))


def _fill(number: int, person: int, model: str) -> None:
    """Posts of seven countries that differ in everything a score looks at, with lists that are full as far as a newcomer can tell."""
    now = clock.now()
    places = [(region.country, code) for code, region in regions().items()]
    _insert(
        Organisation,
        (
            {"id": n, "slug": f"o{n}", "name": f"Organisation {n}", "kind": chance.choice([*OrganisationKind]), "country": "IT",
             "nuts2": "", "municipality": "", "languages": ["it", "en"], "verified_at": now, "example": True, "created_at": now,
             "website": "", "body": "", "body_html": "", "body_version": 1}
            for n in range(1, ORGANISATIONS + 1)
        ),
    )  # fmt: skip
    made: list[dict[str, Any]] = []
    for n in range(1, number + 1):
        country, nuts2 = chance.choice(places)
        language = chance.choice(LANGUAGES)
        words = [f"word{chance.randint(1, WORDS)}" for _ in range(24)]
        made.append(
            {"id": n, "slug": f"post-{n}", "kind": chance.choice([Kind.NEED, Kind.OFFER]), "state": State.PUBLISHED, "outcome": None,
             "organisation_id": chance.randint(1, ORGANISATIONS), "author_id": person, "language": language,
             "title": " ".join(words[:8]), "summary": " ".join(words[8:16]), "body": " ".join(words[16:]), "body_html": "", "body_version": 1,
             "evidence": "", "tried": "", "better": "", "goals": _some(vocabulary.GOALS, 3), "fields": _some(vocabulary.FIELDS, 2),
             "targets": _some(vocabulary.TARGETS, 3), "resources": _some(vocabulary.RESOURCES, 3), "stage": "", "country": country,
             "nuts2": nuts2, "municipality": "", "remote": chance.random() < 0.3, "transferable": chance.random() < 0.2,
             "contact_languages": sorted({language, "en"}), "quantity": "", "capacity": None, "conditions": chance.choice([*vocabulary.CONDITIONS]),
             "starts_on": None, "ends_on": None, "standing": False, "on_behalf_of": "",
             "public_function": "", "source": "", "members_only": False, "words": {word: word for word in words}, "origin": "",
             "revision": 1, "review_note": "", "example": True, "created_at": now, "changed_at": now,
             "published_at": now - timedelta(minutes=number - n), "expires_at": now + timedelta(days=chance.randint(3, 180)),
             "told_through": now, "warned_at": None}
        )  # fmt: skip
    for one in made[::50]:  # what fits the posts that are published later
        one |= {
            "kind": Kind.OFFER, "title": f"A room for bicycles and lessons {one['title']}"[:120], "resources": ["space", "skills"],
            "goals": ["sdg-4", "sdg-11"], "fields": ["tso-b"], "targets": ["children"], "conditions": "free", "remote": True,
            "words": {**one["words"], **dict.fromkeys(("room", "bicycl", "lesson", "afternoon", "repair"), "repair")},
        }  # fmt: skip
    _insert(Listing, iter(made))

    def facets() -> Iterator[dict[str, Any]]:
        for one in made:
            values = {
                "kind": [one["kind"].value], "theme": [*one["goals"], *one["fields"]], "resource": one["resources"], "target": one["targets"],
                "country": [one["country"]], "region": [one["nuts2"]], "conditions": [one["conditions"]], "language": [one["language"]],
                "contact": one["contact_languages"], "word": list(dict.fromkeys(one["title"].split())),
            }  # fmt: skip
            for facet, some in values.items():
                yield from ({"listing_id": one["id"], "facet": facet, "value": value} for value in some)

    _insert(Facet, facets())
    _insert(
        SearchEntry,
        (
            {"kind": "listing", "key": one["slug"], "language": one["language"], "title": one["title"], "body": one["body"],
             "stems_title": one["title"], "stems_body": one["body"], "audience": "public", "weight": 0, "updated_at": now}
            for one in made
        ),
    )  # fmt: skip
    noise = np.random.default_rng(7)

    def vectors() -> Iterator[dict[str, Any]]:
        for one in made:
            drawn = noise.normal(size=384)
            yield {"listing_id": one["id"], "model": model, "text_sha": "", "vector": (drawn * 127 / np.abs(drawn).max()).astype(np.int8).tobytes(),
                   "sentences": [], "sentence_vectors": b""}  # fmt: skip

    _insert(Vector, vectors())
    with transaction():
        session.add(
            Configuration(id=1, weights_version=2, model=model, languages=_means(model), current=True, made_at=now)
        )
    _insert(
        MatchList,
        (
            {"configuration_id": 1, "listing_id": one["id"], "relation": relation, "weakest": TYPICAL, "full": True, "short": False}
            for one in made
            for relation in ((Relation.FITS, Relation.ALIKE) if one["kind"] == Kind.NEED else (Relation.FITS,))
        ),
    )  # fmt: skip


def _means(model: str) -> dict[str, Any]:
    from marketplace.matching import meaning, seed

    said = {code: loaded(model).vectors(some[:8]) for code, some in seed.texts().items()}
    return {**meaning.to_keep(meaning.languages_of(said, {})), "posts": 0}


def _post(person: int, organisation: int, n: int) -> Content:
    return Content(
        title=f"word{n} word{n + 1} a room for bicycles and lessons",
        summary="A warm room three afternoons a week, and somebody who can teach repair.",
        body="Forty pupils wait for the bus every afternoon and would like to repair bicycles with a retired craftsman.",
        body_html="<p>Forty pupils wait for the bus every afternoon and would like to repair bicycles.</p>",
        body_version=1,
        language="en",
        goals=["sdg-4", "sdg-11"],
        fields=["tso-b"],
        targets=["children"],
        resources=["space", "skills"],
        country=chance.choice(("IT", "AT", "SK")),
        contact_languages=["en", "it"],
        conditions="free",
        municipality=f"Town {n}",
    )


def _times(do: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians in milliseconds: by the clock, and of the processor in this process."""
    took, spent = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        do()
        took.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - busy) * 1000)
    return statistics.median(took), statistics.median(spent)


def _publish(app: Academy, person: int, rounds: int) -> list[str]:
    """What the worker does for a new post; the slugs of those that were published."""
    slugs, took, spent = [], [], []
    with app.app_context():
        for n in range(rounds):
            with transaction():
                by = person_with_id(person)
                assert by is not None
                listing = commands.draft_listing(Kind.NEED, n + 1, _post(person, n + 1, n), by=by)
                commands.publish_listing(listing, by=by)
                slugs.append(listing.slug)
                number = listing.id
            began, busy = time.perf_counter(), time.process_time()
            with transaction():
                commands.place_matches(number, by=None)
            took.append(time.perf_counter() - began)
            spent.append(time.process_time() - busy)
    report("placing the matches of a new post, median", statistics.median(took), "s", "5 s")
    report("  the same, processor", statistics.median(spent), "s", "")
    return slugs


def _looked_at(client: Any, address: str, rounds: int) -> tuple[float, float]:
    """The median of a page in milliseconds, each time with an address that nothing has been kept for."""
    count = itertools.count()
    client.get(f"{address}{'&' if '?' in address else '?'}n=warm")
    return _times(lambda: client.get(f"{address}{'&' if '?' in address else '?'}n={next(count)}"), rounds)


def _measure(number: int, url: str, folder: Path) -> None:
    environment = {"ACADEMY_DATA_DIR": str(folder), "ACADEMY_DATABASE_URL": url, "ACADEMY_BASE_URL": "http://localhost"}
    app = create_app(settings_from(environment))
    app.extensions.pop("wake", None)  # the jobs are run here, one after the other
    migrate(app)
    logging.disable(logging.INFO)
    with app.app_context():
        model = wanted_model()
        with transaction():
            by = accounts.sign_up(
                email="a@example.org",
                name="Ada",
                password_hash="!",
                language="en",
                time_zone="Europe/Rome",
                by=None,
                confirmed=True,
            )
            assert by is not None
            session.flush()
            person = by.id
        began = time.perf_counter()
        _fill(number, person, model)
        with transaction():
            session.execute(
                sa.insert(Membership),
                [
                    {"organisation_id": n, "person_id": person, "role": MembershipRole.OWNER, "since": clock.now()}
                    for n in range(1, 11)
                ],
            )
        with transaction():
            commands.count_facets_anew(by=None)
            for table in (Listing, Organisation):
                continue_numbering(session.connection(), cast(sa.Table, table.__table__))
            session.execute(sa.text("ANALYZE"))
        join_parts()
        session.remove()
        print(f"{number} posts in {time.perf_counter() - began:.0f} s", flush=True)
    slugs = _publish(app, person, 6)
    client = app.test_client()
    with app.app_context():
        listing = queries.listing_seen_by(None, slugs[0], now=clock.now())

        def kept() -> queries.Lists:
            return queries.matches_of(listing, member=False, now=clock.now(), limit=10, alike=3)

        report("  lines in its list", len(kept().fits), "", "10")
        told("a need's ten best matches, from kept lists", _times(kept, 15), "")
        session.remove()
    pages = [_looked_at(client, f"/en/marketplace/{slug}", 5) for slug in slugs]
    clock_time, processor = zip(*pages, strict=True)
    told("the page of a need, whole", (statistics.median(clock_time), statistics.median(processor)), "100 ms")
    for look in LOOKS:
        told(f"the list, whole: {look or 'everything'}", _looked_at(client, f"/en/marketplace{look}", 7), "150 ms")
    print(
        f"memory of this process at its most, with the model: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--listings", type=int, default=100_000)
    asked.add_argument("--postgresql", action="store_true")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(wanted.postgresql, folder) as url:
        _measure(wanted.listings, url, Path(folder))


if __name__ == "__main__":
    main()
