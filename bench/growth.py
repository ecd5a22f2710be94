"""How much slower is a page where a hundred times as much is stored?

    python -m bench.growth SMALL BIG     two sites that `flask populate` has filled, the second with a hundred times as much

A site is named by its data directory, or by the address of its PostgreSQL database (postgresql+psycopg://…).
Both are asked in turns, in one process; the median of the rounds is what counts. One JSON object a line, as in bench/measure.py.
"""

import logging
import statistics
import sys
import tempfile
import time

import sqlalchemy as sa
from flask.testing import FlaskClient

from academy.app import create_app
from academy.community.models import Topic
from academy.kernel.db import session
from academy.kernel.web import Academy
from academy.settings import settings_from
from bench.measure import LESSON, cookies, report
from marketplace.models import Listing, State

ROUNDS = 25
MOST = 1.5


def site(where: str, scratch: str) -> Academy:
    place = {"ACADEMY_DATA_DIR": where}
    if "://" in where:
        place = {"ACADEMY_DATA_DIR": scratch, "ACADEMY_DATABASE_URL": where}
    return create_app(settings_from({**place, "ACADEMY_MATCHING": "words", "ACADEMY_DEMO": "yes"}))


def pages(app: Academy) -> dict[str, str]:
    """By name: what a member opens in the course of a week. The busiest topic and the newest listing among them."""
    with app.app_context():
        topic = session.scalars(sa.select(Topic).order_by(Topic.post_count.desc(), Topic.id).limit(1)).one()
        listing = session.scalars(
            sa.select(Listing).where(Listing.state == State.PUBLISHED).order_by(Listing.id.desc()).limit(1)
        ).one()
        return {
            "front": "/en/",
            "start page": "/en/me",
            "lesson": LESSON,
            "progress": "/en/learn/progress",
            "community": "/en/community",
            "space": "/en/community/general",
            "topic": f"/en/community/t/{topic.address}",
            "its last page": f"/en/community/t/{topic.address}?post={topic.last_visible_no}",
            "marketplace": "/en/marketplace",
            "marketplace, a search": "/en/marketplace?q=room",
            "listing": f"/en/marketplace/{listing.slug}",
            "search": "/en/search?q=need",
            "directory": "/en/people",
            "inbox": "/en/inbox",
        }


def browser(app: Academy) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("academy", cookies(app, 1)[0].partition("=")[2])
    return client


def milliseconds(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    status = client.get(path).status_code
    took = 1000 * (time.perf_counter() - began)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return took


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch:
        compare([site(where, scratch) for where in arguments])
    return 0


def compare(sites: list[Academy]) -> None:
    clients, addresses = [browser(app) for app in sites], [pages(app) for app in sites]
    for name in addresses[0]:
        times: list[list[float]] = [[], []]
        for number in range(ROUNDS + 3):
            for which, client in enumerate(clients):
                took = milliseconds(client, addresses[which][name])
                if number >= 3:  # the first are for warming up
                    times[which].append(took)
        small, big = (statistics.median(found) for found in times)
        report("growth", name, big, "ms", f"{small:.1f} ms with a hundredth", big / small)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
