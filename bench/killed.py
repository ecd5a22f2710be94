"""Is a post or an account lost, or there twice, when the processes die in the middle?

Members answer in the forum and visitors sign up, over HTTP against two web processes and the worker. In the middle everything is killed with
SIGKILL and started again; a request that got no answer is sent again as it was. When the worker has done its part, what is stored is compared
with what was acknowledged.

    python -m bench.killed [PEOPLE]      60 unless told otherwise, on SQLite
"""

import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.community import commands, queries
from academy.community.models import Post, TopicKind
from academy.community.writing import written
from academy.kernel import clock, jobs
from academy.kernel.db import session, transaction
from academy.kernel.subjects import Ref
from academy.kernel.web import Academy
from academy.notifications.models import Notification
from bench.exam import Browser, Mortal, Record, site_that_can_die
from bench.measure import cookies, report

PEOPLE, POSTS = 60, 6  # answers that each member writes
AT_ONCE = 12
ASKER = "asker@example.org"


def write(browser: Browser, topic: str, posts: int, told: list[str]) -> None:
    for _ in range(posts):
        once = secrets.token_hex(10)
        browser.ask("save", f"/en/community/t/{topic}/reply", {"body": f"An answer, {once}.", "once": once})
        told.append(once)


def sign_up(browser: Browser, told: list[str]) -> None:
    email = f"{secrets.token_hex(6)}@example.org"
    browser.ask("save", "/en/sign-up", {"name": "Load Test", "email": email, "password": secrets.token_hex(12)})
    told.append(email)


def questions_of(app: Academy, count: int) -> list[str]:
    """The keys of topics, all begun by one member, who is told of every answer."""
    with app.app_context(), transaction():
        asker = accounts.sign_up(
            email=ASKER, name="Load Test", password_hash="x", language="en", time_zone="UTC", by=None, confirmed=True
        )
        assert asker is not None
        session.flush()
        commands.recognise_member(asker.id, because=Ref("lesson", "active-citizenship/seeing-a-need"), by=None)
        space = queries.space_seen_by(asker, "general")
        return [
            commands.start_topic(
                space, title=f"Question {number}", kind=TopicKind.QUESTION, language="en", text=written("?"), by=asker
            ).key
            for number in range(count)
        ]


def live(mortal: Mortal, people: int) -> tuple[Record, list[str], list[str], float]:
    """All of them; what was asked, the posts and the addresses that were acknowledged, and how long the house was away."""
    app, record = mortal.site.app(), Record()
    topics = questions_of(app, max(1, people // 10))
    posts: list[str] = []
    addresses: list[str] = []

    def one(number: int, cookie: str) -> None:
        write(Browser(mortal.port, cookie, record), topics[number % len(topics)], POSTS, posts)
        place = f"127.{number // 250 + 1}.{number % 250 + 1}.1"  # so many may sign up from one place
        sign_up(Browser(mortal.port, "", record, place=place), addresses)

    away: list[float] = []

    def kill() -> None:
        while len(posts) < people * POSTS // 2:
            time.sleep(0.05)
        away.append(mortal.die_and_rise())

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(people), cookies(app, people)))
    killer.join()
    return record, posts, addresses, away[0]


def wait_for_jobs(mortal: Mortal) -> None:
    """What the worker was at when it died is taken up again when its lease has run out."""
    stop = time.monotonic() + jobs.LEASE.total_seconds() + 120
    app, left = mortal.site.app(), 1
    while left and time.monotonic() < stop:
        time.sleep(2)
        with app.app_context():
            left = (
                session.scalar(
                    sa.select(sa.func.count()).where(
                        jobs.Job.done_at.is_(None), jobs.Job.run_at < clock.now() + jobs.LEASE
                    )
                )
                or 0
            )
            session.rollback()


def compare(mortal: Mortal, posts: list[str], addresses: list[str]) -> dict[str, int]:
    with mortal.site.app().app_context():
        kept = Counter(session.scalars(sa.select(Post.once)))
        known = Counter(session.scalars(sa.select(Person.email)))
        asker = sa.select(Person.id).where(Person.email == ASKER).scalar_subquery()
        news = session.scalar(sa.select(sa.func.sum(Notification.count)).where(Notification.person_id == asker)) or 0
        replies = session.scalar(sa.select(sa.func.count()).select_from(Post).where(Post.no > 1)) or 0
        session.rollback()
    return {
        "posts acknowledged": len(posts),
        "posts acknowledged and missing": sum(once not in kept for once in posts),
        "posts there twice": sum(count - 1 for once, count in kept.items() if once in set(posts)),
        "posts of which the asker was told once too often or never": abs(news - replies),
        "accounts acknowledged": len(addresses),
        "accounts acknowledged and missing": sum(email not in known for email in addresses),
        "accounts there twice": sum(count - 1 for count in known.values()),
    }


def main(arguments: list[str]) -> int:
    people = int(arguments[0]) if arguments else PEOPLE
    folder = Path(tempfile.mkdtemp(prefix="academy-bench-"))
    try:
        with site_that_can_die(folder, "", list) as mortal:
            record, posts, addresses, away = live(mortal, people)
            wait_for_jobs(mortal)
            report("killed", "away", away, "s from SIGKILL to the next answer")
            report("killed", "unanswered", record.unanswered, "requests that were sent again")
            for fact, count in compare(mortal, posts, addresses).items():
                report("killed", fact, count, "")
            for (_kind, status), count in sorted(record.statuses.items()):
                report("killed", f"status {status}", count, "answers")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
