"""How long do a post with many followers, and the digests of many people, take? One worker, one database, no server.

nice python -m bench.telling [--followers 6000] [--people 10000] [--postgresql]
"""

import argparse
import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.accounts.queries import person_with_id
from academy.app import create_app
from academy.community import commands as forum
from academy.community import queries
from academy.community.models import Level, SpacePerson, Topic, TopicKind
from academy.community.writing import written
from academy.kernel import clock, jobs
from academy.kernel.db import session, transaction
from academy.migrating import migrate
from academy.notifications import commands as notifications
from academy.notifications.models import Inbox, Notification
from academy.settings import settings_from
from tests import databases


def report(metric: str, value: float, unit: str, against: str) -> None:
    line = {"bench": "telling", "metric": metric, "value": round(value, 3), "unit": unit, "against": against}
    print(json.dumps({**line, "ratio": None}), flush=True)


def seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


@contextlib.contextmanager
def database(postgresql: bool, folder: str) -> Iterator[str]:
    if not postgresql:
        yield f"sqlite:///{folder}/bench.db"
        return
    with databases.postgresql_server() as server:
        databases.on_server(server, "CREATE DATABASE bench")
        yield databases.url_of(server, "bench")


def _crowd(many: int) -> None:
    now = clock.now()
    people = [
        {"email": f"p{n}@example.org", "name": f"Person {n}", "slug": f"person-{n}", "about": "", "password_hash": "",
         "language": "it" if n % 2 else "en", "time_zone": "Europe/Rome", "created_at": now, "confirmed_at": now, "example": False}
        for n in range(many)
    ]  # fmt: skip
    session.execute(sa.insert(Person), people)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--followers", type=int, default=6000)
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--postgresql", action="store_true")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(wanted.postgresql, folder) as url:
        _measure(wanted.followers, wanted.people, url, Path(folder), "PostgreSQL" if wanted.postgresql else "SQLite")


def _measure(followers: int, people: int, url: str, folder: Path, name: str) -> None:
    environ = {"ACADEMY_DATA_DIR": str(folder), "ACADEMY_DATABASE_URL": url, "ACADEMY_BASE_URL": "http://localhost"}
    app = create_app(settings_from(environ))
    app.extensions.pop("wake", None)  # the jobs are run here, one after the other
    migrate(app)
    with app.app_context():
        with transaction():
            _crowd(people)
            notifications.ensure_inboxes(by=None)
            room = forum.ensure_space("general", 1, {"en": "General"}, None, by=None)
            ids = session.scalars(sa.select(Person.id).limit(followers)).all()
            rows = [{"person_id": one, "space_id": room.id, "level": Level.WATCHING} for one in ids]
            session.execute(sa.insert(SpacePerson), rows)
        author_id = ids[0]

        def begin() -> None:
            with transaction():
                author, where = person_with_id(author_id), queries.space_called("general")
                assert author is not None and where is not None
                forum.start_topic(
                    where,
                    title="A topic for all",
                    kind=TopicKind.DISCUSSION,
                    language="en",
                    text=written("Hello"),
                    by=author,
                )

        def answer() -> None:
            with transaction():
                author, topic = person_with_id(author_id), session.scalars(sa.select(Topic)).one()
                assert author is not None
                forum.reply(topic, text=written("And **more**"), by=author)

        report(f"post with {followers} followers, {name}", seconds(begin) * 1000, "ms", "150 ms")
        report(f"in {followers} inboxes, {name}", seconds(lambda: jobs.run_due(app)), "s", "5 s")
        report(f"second post, {name}", seconds(answer) * 1000, "ms", "150 ms")
        report(f"second post in all inboxes, {name}", seconds(lambda: jobs.run_due(app)), "s", "5 s")
        with transaction():
            for number in range(3):
                some = sa.select(Person.id.label("person_id"), sa.literal("topic", sa.String).label("because"))
                notifications.notify_selected(
                    some, "community.replied", queries.topics_after(0, limit=1)[0].ref.__class__("example", str(number)),
                    address="/en/community", by=None, title=f"Topic {number}",
                )  # fmt: skip
            past = clock.now() - timedelta(hours=1)
            session.execute(sa.update(Inbox).values(next_digest_at=past, digest_upto=past - timedelta(days=1)))
            session.execute(sa.update(Notification).values(changed_at=past - timedelta(hours=1)))

        def all_digests() -> None:
            done = 100
            while done == 100:
                with transaction():
                    done = notifications.make_digests(limit=100, by=None)
                session.remove()

        report(f"digests of {people} people, {name}", seconds(all_digests), "s", "300 s")


if __name__ == "__main__":
    main()
