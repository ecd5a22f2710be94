"""Is a post, a message or an account lost, or there twice, when the processes die in the middle?

Members answer in the forum and write to the people of a listing, and visitors sign up, over HTTP against two web processes and the worker.
In the middle everything is killed with SIGKILL and started again; a request that got no answer is sent again as it was. When the worker has
done its part, what is stored is compared with what was acknowledged.

    python -m bench.killed [PEOPLE]      60 unless told otherwise, on SQLite
"""

import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from academy.accounts import commands as accounts
from academy.accounts.models import Person
from academy.accounts.queries import person_with_address
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
from marketplace import commands as marketplace
from marketplace.models import Message
from marketplace.queries import interest_seen_by
from tests.given import Given
from tests.marketplace.given_marketplace import a_listing
from tests.organisations.given_organisations import an_organisation

PEOPLE, POSTS, MESSAGES = 60, 6, 3  # answers and messages that each member writes
AT_ONCE = 12
ASKER = "asker@example.org"


def write(browser: Browser, topic: str, posts: int, told: list[str]) -> None:
    for _ in range(posts):
        once = secrets.token_hex(10)
        browser.ask("save", f"/en/community/t/{topic}/reply", {"body": f"An answer, {once}.", "once": once})
        told.append(once)


def begin_to_talk(browser: Browser, listing: str) -> str:
    """The key of a conversation, which the people of the listing have yet to accept."""
    address, _ = browser.ask(
        "save", f"/en/marketplace/{listing}/interest", {"body": "We could help.", "organisation": "0"}
    )
    return address.rpartition("/")[2]


def talk(browser: Browser, conversation: str, told: list[str]) -> None:
    for _ in range(MESSAGES):
        key = secrets.token_hex(10)
        browser.ask("save", f"/en/marketplace/interest/{conversation}", {"body": f"A message, {key}.", "key": key})
        told.append(key)


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


def conversations(app: Academy, browsers: Iterable[Browser]) -> list[str]:
    """One of each browser about the same listing, accepted by its people."""
    given = Given(app)
    owner = given.seen(lambda: person_with_address(ASKER))
    assert owner is not None
    listing = a_listing(given, owner, an_organisation(given, owner))
    keys = [begin_to_talk(browser, listing.slug) for browser in browsers]

    def accept() -> None:
        for key in keys:
            interest = interest_seen_by(owner, key, {listing.organisation_id})
            marketplace.accept_interest(interest, by=owner)

    given.done(accept)
    return keys


@dataclass
class Told:
    """What was acknowledged, and for how many seconds the house was away."""

    posts: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    away: float = 0.0


def live(mortal: Mortal, people: int) -> tuple[Record, Told]:
    """All of them; what was asked, and what was acknowledged."""
    app, record, told = mortal.site.app(), Record(), Told()
    topics = questions_of(app, max(1, people // 10))
    members = cookies(app, people)
    talks = conversations(app, (Browser(mortal.port, cookie, record) for cookie in members))

    def one(number: int, cookie: str) -> None:
        browser = Browser(mortal.port, cookie, record)
        write(browser, topics[number % len(topics)], POSTS, told.posts)
        talk(browser, talks[number], told.messages)
        place = f"127.{number // 250 + 1}.{number % 250 + 1}.1"  # so many may sign up from one place
        sign_up(Browser(mortal.port, "", record, place=place), told.addresses)

    def kill() -> None:
        while len(told.posts) < people * POSTS // 2:
            time.sleep(0.05)
        told.away = mortal.die_and_rise()

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(people), members))
    killer.join()
    return record, told


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


def compare(mortal: Mortal, told: Told) -> dict[str, int]:
    with mortal.site.app().app_context():
        kept = {
            "posts": (told.posts, Counter(session.scalars(sa.select(Post.once)))),
            "messages": (told.messages, Counter(session.scalars(sa.select(Message.key)))),
            "accounts": (told.addresses, Counter(session.scalars(sa.select(Person.email)))),
        }
        asker = sa.select(Person.id).where(Person.email == ASKER).scalar_subquery()
        about_posts = sa.and_(Notification.person_id == asker, Notification.kind.startswith("community."))
        news = session.scalar(sa.select(sa.func.sum(Notification.count)).where(about_posts)) or 0
        replies = session.scalar(sa.select(sa.func.count()).select_from(Post).where(Post.no > 1)) or 0
        session.rollback()
    found = {"posts of which the asker was told once too often or never": abs(news - replies)}
    for what, (acknowledged, there) in kept.items():
        found[f"{what} acknowledged"] = len(acknowledged)
        found[f"{what} acknowledged and missing"] = sum(one not in there for one in acknowledged)
        found[f"{what} there twice"] = sum(there[one] - 1 for one in acknowledged if one in there)
    return found


def main(arguments: list[str]) -> int:
    people = int(arguments[0]) if arguments else PEOPLE
    folder = Path(tempfile.mkdtemp(prefix="academy-bench-"))
    try:
        with site_that_can_die(folder, "", list) as mortal:
            record, told = live(mortal, people)
            wait_for_jobs(mortal)
            report("killed", "away", told.away, "s from SIGKILL to the next answer")
            report("killed", "unanswered", record.unanswered, "requests that were sent again")
            for fact, count in compare(mortal, told).items():
                report("killed", fact, count, "")
            for (_kind, status), count in sorted(record.statuses.items()):
                report("killed", f"status {status}", count, "answers")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
