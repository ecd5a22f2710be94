"""What do a reply, a post with many followers, and the digests of many people cost? One process, one database, no server.

nice python -m bench.telling [--followers 6000] [--people 10000] [--postgresql]

A reply is a request to the application in this process, the floor's page beside it in turns; its worker's share is all that the worker does for it.
What is measured has been done a few times before: a process is asked more than once.
"""

import argparse
import contextlib
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.accounts.queries import person_with_id
from academy.app import create_app
from academy.community import commands as forum
from academy.community import queries
from academy.community.models import Level, SpacePerson, Topic, TopicKind
from academy.community.writing import written
from academy.kernel import clock, jobs
from academy.kernel.db import session, transaction
from academy.kernel.subjects import Ref
from academy.kernel.throttle import Throttle
from academy.kernel.web import Academy
from academy.migrating import migrate
from academy.notifications import commands as notifications
from academy.notifications.models import Inbox, Notification
from academy.settings import settings_from
from bench import floor
from tests import databases


def report(metric: str, value: float, unit: str, against: str, ratio: float | None = None) -> None:
    line = {"bench": "telling", "metric": metric, "value": round(value, 3), "unit": unit, "against": against}
    print(json.dumps({**line, "ratio": round(ratio, 3) if ratio else None}), flush=True)


def processor(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began


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


POSTS = 9
REPLIES, AT_ONCE = 12, 8
WORDS = (
    "We tried it **last spring** with forty people.\n\n- one table each\n- nobody speaks twice\n\n"
    + "More about it. " * 20
)


def _measure_reply(app: Academy, folder: Path, name: str) -> None:
    """In a topic of forty posts whose author is told by mail. Medians of rounds, each of the floor, the web's part and the worker's."""
    with app.app_context(), transaction():
        first, *others = (person_with_id(number) for number in session.scalars(sa.select(Person.id).limit(AT_ONCE + 1)))
        room = queries.space_called("quiet")
        assert first is not None and room is not None
        topic = forum.start_topic(
            room, title="Forty", kind=TopicKind.QUESTION, language="en", text=written(WORDS), by=first
        )
        for number in range(40):
            writer = others[number % AT_ONCE]
            assert writer is not None
            forum.recognise_member(writer.id, because=Ref("lesson", "a/b"), by=None)
            forum.reply(topic, text=written(WORDS), by=writer)
        address = f"/en/community/t/{topic.key}/reply"
        keys = [accounts.start_sign_in(one, browser="bench", by=one) for one in others if one is not None]
    jobs.run_due(app)
    browsers = [app.test_client() for _ in keys]
    for browser, key in zip(browsers, keys, strict=True):
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = key, True
    os.environ["FLOOR_DATABASE_URL"] = f"sqlite:///{folder}/floor.db"
    ground = floor.create_app().test_client()

    def send() -> None:
        for browser in browsers:
            sent = browser.post(address, data={"body": WORDS, "once": secrets.token_hex(8)})
            assert sent.status_code == 303, sent.status

    def look() -> None:
        for _ in browsers:
            ground.get("/")

    figures: list[tuple[float, float, float]] = []
    for _ in range(REPLIES):
        with app.app_context(), transaction():
            session.execute(sa.delete(Throttle))
        figures.append((processor(look), processor(send), processor(lambda: jobs.run_due(app))))
    ground_ms, web, work = (statistics.median(column) * 1000 / AT_ONCE for column in zip(*figures[2:], strict=True))
    report(f"the floor's page, processor, {name}", ground_ms, "ms", "")
    report(f"a reply, processor of the web process, {name}", web, "ms", "", ground_ms / web)
    report(f"a reply, processor of the worker, {name}", work, "ms", "", ground_ms / work)
    report(f"a reply, both, {name}", web + work, "ms", "8 ms", ground_ms / (web + work))


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
            forum.ensure_space("quiet", 2, {"en": "Quiet"}, None, by=None)
            ids = session.scalars(sa.select(Person.id).limit(followers)).all()
            rows = [{"person_id": one, "space_id": room.id, "level": Level.WATCHING} for one in ids]
            session.execute(sa.insert(SpacePerson), rows)
        author_id = ids[0]

        def answer() -> None:
            with transaction():
                author, topic = person_with_id(author_id), session.scalars(sa.select(Topic).limit(1)).one()
                assert author is not None
                forum.reply(topic, text=written("And **more**"), by=author)

        def begin(where: str) -> None:
            with transaction():
                author, space = person_with_id(author_id), queries.space_called(where)
                assert author is not None and space is not None
                forum.start_topic(
                    space,
                    title="A topic for all",
                    kind=TopicKind.DISCUSSION,
                    language="en",
                    text=written("Hello"),
                    by=author,
                )

        begin("quiet")
        jobs.run_due(app)
        first = seconds(lambda: begin("general"))
        first_told = seconds(lambda: jobs.run_due(app))
        posts, told = [], []
        for _ in range(POSTS):
            posts.append(seconds(answer))
            told.append(seconds(lambda: jobs.run_due(app)))
        report(f"post with {followers} followers, {name}", first * 1000, "ms", "150 ms")
        report(f"in {followers} inboxes, {name}", first_told, "s", "5 s")
        report(f"another post, median of {POSTS}, {name}", statistics.median(posts) * 1000, "ms", "150 ms")
        report(f"another post in all inboxes, {name}", statistics.median(told), "s", "5 s")
        _measure_reply(app, folder, name)
        with transaction():
            some = sa.select(Person.id.label("person_id"), sa.literal("topic", sa.String).label("because"))
            for number in range(3):
                notifications.notify_selected(
                    some, "community.replied", Ref("thing", str(number)),
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
