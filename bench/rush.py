"""Does anybody lose a seat or an answer when all come at once?

Five hundred people ask for the fifty seats of an edition, and a thousand learners, who have answered everything, hand their quiz in: all of
them at the same moment, over HTTP against two web processes. Who gets no answer sends the same again. Then what is stored is compared with
what was acknowledged.

    python -m bench.rush [sqlite|postgresql]      both unless told otherwise
"""

import shutil
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from academy.accounts.models import Person, Role
from academy.assessment import commands, queries
from academy.assessment.models import Attempt, AttemptSlot, AttemptStep, State, StepKind
from academy.attendance.models import Seat, SeatState
from academy.kernel import clock
from academy.kernel.db import session, transaction
from academy.kernel.subjects import Ref
from academy.kernel.web import Academy
from academy.learning.editions.models import Enrolment
from bench.exam import QUESTIONS, Browser, Mortal, Record, quiz_for, site_that_can_die
from bench.measure import cookies, report
from tests import databases
from tests.given import Given
from tests.learning.editions.given_editions import edition, organisation

PEOPLE, SEATS, LEARNERS = 500, 50, 1000
QUIZ = Ref("module", "bench-exam")  # as `quiz_for` makes it


def all_at_once(browsers: list[Browser], do: Callable[[Browser, int], None]) -> float:
    """Seconds until the last one has their answer."""
    gate = threading.Barrier(len(browsers) + 1)

    def one(number: int) -> None:
        gate.wait()
        do(browsers[number], number)

    with ThreadPoolExecutor(len(browsers)) as pool:
        done = [pool.submit(one, number) for number in range(len(browsers))]
        gate.wait()
        began = time.monotonic()
        for each in done:
            each.result()
    return time.monotonic() - began


def ask_for_seats(mortal: Mortal) -> tuple[Record, float, dict[str, int]]:
    app, record = mortal.site.app(), Record()
    given = Given(app)
    runner = given.person("Runner", Role.COORDINATOR)
    today = clock.now().date()
    wanted = edition(
        given, runner, seats=SEATS, owner=organisation(given, runner), title="Rush",
        starts_on=today, ends_on=today + timedelta(days=60),
    )  # fmt: skip
    browsers = [Browser(mortal.port, cookie, record) for cookie in cookies(app, PEOPLE)]

    def ask(browser: Browser, _number: int) -> None:
        browser.ask("save", f"/en/editions/{wanted.slug}/enrol", {})

    took = all_at_once(browsers, ask)
    with app.app_context():
        seats = Counter(session.scalars(sa.select(Seat.state).where(Seat.gate.has(about=str(wanted.ref)))))
        enrolled = session.scalar(sa.select(sa.func.count()).where(Enrolment.edition_id == wanted.id)) or 0
        session.rollback()
    facts = {
        "seats_taken": seats[SeatState.SEATED],
        "people_waiting": seats[SeatState.WAITING],
        "enrolled": enrolled,
    }
    return record, took, facts


def answered_all(app: Academy, people: int) -> list[str]:
    """The keys of attempts in which every question has its right answer: one of each of the newest people."""
    keys = []
    with app.app_context():
        newest = session.scalars(sa.select(Person).order_by(Person.id.desc()).limit(people)).all()
        for person in reversed(newest):
            with transaction():
                attempt = commands.start_attempt(queries.quiz_seen_by(person, QUIZ), by=person)
                session.flush()
                for pos in range(1, QUESTIONS + 1):
                    slot = queries.slot_of(person, attempt.key, pos)
                    commands.save_answer(attempt, slot, ["b"], str(uuid.uuid4()), 0, by=person)
                keys.append(attempt.key)
    return keys


def hand_in(mortal: Mortal) -> tuple[Record, float, dict[str, int]]:
    app, record = mortal.site.app(), Record()
    quiz_for(mortal.site)
    signed_in = cookies(app, LEARNERS)
    keys = answered_all(app, LEARNERS)
    browsers = [Browser(mortal.port, cookie, record) for cookie in signed_in]

    def send(browser: Browser, number: int) -> None:
        browser.ask("hand_in", f"/en/learn/attempts/{keys[number]}/hand-in", {})

    took = all_at_once(browsers, send)
    with app.app_context():
        states = Counter(session.scalars(sa.select(Attempt.state)))
        marks = Counter(session.scalars(sa.select(AttemptStep.slot_id).where(AttemptStep.kind == StepKind.MARK)))
        slots = session.scalar(sa.select(sa.func.count()).select_from(AttemptSlot)) or 0
        full = session.scalar(sa.select(sa.func.count()).where(Attempt.score == Attempt.max_score)) or 0
        session.rollback()
    facts = {
        "handed_in": states[State.HANDED_IN],
        "still_open": states[State.IN_PROGRESS],
        "questions_without_a_mark": slots - len(marks),
        "marks_doubled": sum(marks.values()) - len(marks),
        "with_full_marks": full,
    }
    return record, took, facts


def tell(bench: str, found: tuple[Record, float, dict[str, int]], against: str) -> None:
    record, took, facts = found
    report(bench, "took", took, "s until the last one had an answer", against)
    report(bench, "unanswered", record.unanswered, "requests that were sent again")
    for fact, count in facts.items():
        report(bench, fact, count, "")
    for (_kind, status), count in sorted(record.statuses.items()):
        report(bench, f"status {status}", count, "answers")


def run(kind: str, folder: Path, url: str) -> None:
    with site_that_can_die(folder, url, list) as mortal:
        tell(f"seats_{kind}", ask_for_seats(mortal), f"{SEATS} of {PEOPLE} have one")
        tell(f"hand_in_{kind}", hand_in(mortal), "60 s")


def main(arguments: list[str]) -> int:
    for kind in arguments or ["sqlite", "postgresql"]:
        folder = Path(tempfile.mkdtemp(prefix="academy-rush-"))
        try:
            if kind == "sqlite":
                run(kind, folder, "")
                continue
            with databases.postgresql_server() as server:
                databases.on_server(server, "CREATE DATABASE academy_rush")
                run(kind, folder, databases.url_of(server, "academy_rush"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
