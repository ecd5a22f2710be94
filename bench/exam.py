"""Do a thousand learners lose an answer when the processes die in the middle?

Each starts a quiz, answers ten questions and hands in, over HTTP against two worker processes, and opens every page on the way, as a browser
without a script does. In the middle everything is killed with SIGKILL and started again; a learner whose request got no answer sends the same
request again. Afterwards the journal is compared with what was acknowledged.

    python -m bench.exam [LEARNERS] [sqlite|postgresql]      1,000 on both unless told otherwise
"""

import http.client
import json
import os
import queue
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from academy.assessment import commands
from academy.assessment.models import COUNTED, Attempt, AttemptSlot, AttemptStep, State, StepKind
from academy.kernel.db import session, transaction
from academy.kernel.subjects import Ref
from academy.settings import ROOT
from bench.measure import Site, cookies, floor, free_port, postgresql_processes, reads, report, tree, waited_for
from tests import databases

QUESTIONS, POOL = 10, 14
AT_ONCE = 24  # browsers that are busy at the same moment
LONGEST = 600.0  # seconds for all of it
PATIENCE = 300.0  # seconds that a learner goes on trying
ADDRESS = "/en/learn/bench-exam/quiz"


@dataclass
class Record:
    """What the learners were told."""

    acknowledged: dict[str, str] = field(default_factory=dict)  # option by the name of the request
    handed_in: set[str] = field(default_factory=set)
    times: dict[str, list[float]] = field(default_factory=lambda: {"start": [], "save": [], "page": [], "hand_in": []})
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)  # what was asked, and what came of it
    unanswered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class GaveUp(RuntimeError):
    """No answer came for as long as anybody would wait."""


class Browser:
    def __init__(self, port: int, cookie: str, record: Record, place: str = "127.0.0.1") -> None:
        self._port, self._record, self._place = port, record, place
        self._headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, kind: str, path: str, values: dict[str, str] | None = None) -> tuple[str, str]:
        """Address and text of the answer; the same request is sent until one comes."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            began = time.perf_counter()
            try:
                status, location, text = self._once(path, values)
            except (OSError, http.client.HTTPException):
                self._connection = None
                with self._record.lock:
                    self._record.unanswered += 1
                time.sleep(0.3)
                continue
            with self._record.lock:
                self._record.times[kind].append(time.perf_counter() - began)
                self._record.statuses[kind, status] += 1
            if status in (200, 303):
                return location, text
            time.sleep(0.3)
        raise GaveUp(path)

    def _once(self, path: str, values: dict[str, str] | None) -> tuple[int, str, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=30, source_address=(self._place, 0)
            )
        body = urllib.parse.urlencode(values) if values is not None else None
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request("POST" if values is not None else "GET", path, body=body, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        return answer.status, answer.getheader("Location") or "", text


def take(browser: Browser, record: Record, seed: int) -> None:
    """One learner, from the start to the receipt."""
    choose = random.Random(seed)  # nothing here is secret
    address, _ = browser.ask("start", ADDRESS, {})
    page = f"{address}?q=1"
    for pos in range(1, QUESTIONS + 1):
        _, html = browser.ask("page", page)
        name = re.search(r'name="client_uuid" value="([^"]+)"', html)
        option = choose.choice("abc")
        sent = {"answer": option, "client_uuid": name[1] if name else str(uuid.uuid4()), "seen": "0"}
        page, _ = browser.ask("save", f"{address}/{pos}", sent)
        with record.lock:
            record.acknowledged[sent["client_uuid"]] = option
    browser.ask("hand_in", f"{address}/hand-in", {})
    browser.ask("page", address)
    with record.lock:
        record.handed_in.add(address.rsplit("/", 1)[1])


@contextmanager
def site_that_can_die(folder: Path, url: str, others: Callable[[], list[int]]) -> Iterator["Mortal"]:
    data = folder / "site"
    data.mkdir(exist_ok=True)
    mortal = Mortal(free_port(), data, url, folder / "log", others)
    mortal.start()
    try:
        yield mortal
    finally:
        mortal.site.process.send_signal(signal.SIGTERM)
        mortal.site.process.wait(30)


@dataclass
class Mortal:
    port: int
    data: Path
    url: str
    log: Path
    others: Callable[[], list[int]]
    site: Site = field(init=False)

    def start(self) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "academy.serving",
                    "--port",
                    str(self.port),
                    "--data",
                    str(self.data),
                    "--no-demo",
                ],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env={**os.environ, "ACADEMY_DATABASE_URL": self.url, "WEB_CONCURRENCY": "2"},
            )
        self.site = Site(self.port, process, self.others, self.data, self.url)
        for _ in range(5):  # the first start brings in the course: minutes, where the machine is busy
            with suppress(RuntimeError):
                waited_for(self.site, "/healthz")
                return
        raise RuntimeError(f"the site did not start: {self.log.read_text()[-500:]}")

    def die_and_rise(self) -> float:
        """Every process at once, without a chance to finish anything; seconds until it answers again."""
        began = time.monotonic()
        for process in tree(self.site.process.pid):
            os.kill(process, signal.SIGKILL)
        self.site.process.wait(30)
        self.start()
        return time.monotonic() - began


def quiz_for(site: Site) -> None:
    def body(number: int) -> dict[str, Any]:
        options = [{"key": key, "correct": key == "b", "text": {"en": f"Option {key}"}} for key in "abc"]
        return {"type": "single", "tags": [], "prompt": {"en": f"Question {number}?"}, "options": options}

    keys = [f"q-{number}" for number in range(POOL)]
    with site.app().app_context(), transaction():
        for number, key in enumerate(keys):
            commands.store_question("bench-exam", key, body(number), by=None)
        rules = {"draw": QUESTIONS, "pass_mark": 50, "minutes": 60}
        commands.store_quiz(Ref("module", "bench-exam"), rules, keys, by=None)


def sit(mortal: Mortal, learners: int) -> tuple[Record, float, float, int]:
    """All of them; what they were told, how long it took, how long the house was away, and how many gave up."""
    record, waiting = Record(), queue.SimpleQueue[tuple[int, str]]()
    for pair in enumerate(cookies(mortal.site.app(), learners)):
        waiting.put(pair)
    gave_up: list[str] = []

    def work() -> None:
        while True:
            try:
                number, cookie = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                take(Browser(mortal.port, cookie, record), record, number)
            except GaveUp as why:
                gave_up.append(str(why))

    began = time.monotonic()
    threads = [threading.Thread(target=work, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    half = learners * QUESTIONS // 2
    while len(record.acknowledged) < half and time.monotonic() - began < LONGEST / 2:
        time.sleep(0.05)
    away = mortal.die_and_rise()
    for thread in threads:
        thread.join(max(1.0, LONGEST + 60 - (time.monotonic() - began)))
    return record, time.monotonic() - began, away, len(gave_up)


def compare(site: Site, record: Record, learners: int) -> dict[str, int]:
    """The journal beside what was acknowledged."""
    with site.app().app_context():
        kept = {
            name: (chosen or [""])[0]
            for name, chosen in session.execute(
                sa.select(AttemptStep.client_uuid, AttemptStep.chosen).where(AttemptStep.kind.in_(COUNTED))
            )
        }
        mine = sa.select(Attempt.id).where(Attempt.about_key == "bench-exam").scalar_subquery()
        steps = Counter(
            (slot_id, kind)
            for slot_id, kind in session.execute(
                sa.select(AttemptStep.slot_id, AttemptStep.kind)
                .join(AttemptSlot, AttemptSlot.id == AttemptStep.slot_id)
                .where(AttemptSlot.attempt_id.in_(mine))
            )
        )
        attempts = session.execute(
            sa.select(Attempt.key, Attempt.person_id, Attempt.state).where(Attempt.about_key == "bench-exam")
        ).all()
        session.rollback()
    over = {key for key, _person, state in attempts if state is State.HANDED_IN}
    answers = [count for (_slot, kind), count in steps.items() if kind in COUNTED]
    marks = [count for (_slot, kind), count in steps.items() if kind is StepKind.MARK]
    return {
        "learners_without_one_attempt": learners - len({person for _key, person, _state in attempts}),
        "attempts_too_many": len(attempts) - len({person for _key, person, _state in attempts}),
        "acknowledged_and_missing": sum(kept.get(name) != option for name, option in record.acknowledged.items()),
        "handed_in_and_open": len(record.handed_in - over),
        "answers_doubled": sum(count - 1 for count in answers),
        "marks_doubled": sum(count - 1 for count in marks),
        "server_errors": _with_status(record, 500, 500),
        "too_busy": _with_status(record, 501, 599),  # said so, and were asked again
        "refused": _with_status(record, 400, 499),
    }


def _with_status(record: Record, least: int, most: int) -> int:
    return sum(count for (_kind, status), count in record.statuses.items() if least <= status <= most)


def faults_in(log: Path) -> Counter[str]:
    """What the processes say went wrong: the last line of each traceback."""
    found: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        with suppress(ValueError):
            if fault := json.loads(line).get("fault"):
                found[re.sub(r"\d+", "N", fault.strip().splitlines()[-1])[:160]] += 1
    return found


def run(name: str, learners: int, folder: Path, url: str, others: Callable[[], list[int]]) -> None:
    bench = f"exam_{name}"
    with floor(folder, "", list) as ground:
        ground.load(reads("/"), 1.0)
        below = ground.load(reads("/"), 3.0)[0]["per_second"]
    with site_that_can_die(folder, url, others) as mortal:
        quiz_for(mortal.site)
        record, took, away, gave_up = sit(mortal, learners)
        facts = compare(mortal.site, record, learners)
    requests = sum(map(len, record.times.values()))
    report(bench, "learners", learners, "people")
    report(bench, "took", took, "s", f"{LONGEST:.0f} s", took / LONGEST)
    report(bench, "rate", requests / took, "requests/s", f"floor {below:.0f}/s", requests / took / below)
    report(bench, "away", away, "s from SIGKILL to the next answer")
    report(bench, "unanswered", record.unanswered, "requests that were sent again")
    report(bench, "gave_up", gave_up, "learners")
    report(bench, "acknowledged", len(record.acknowledged), "answers")
    for kind, times in record.times.items():
        times.sort()
        for part in (0.5, 0.95, 0.99):
            if times:
                report(bench, f"{kind}_p{part * 100:.0f}", 1000 * times[int(len(times) * part)], "ms")
    for fact, count in facts.items():
        report(bench, fact, count, "", "0")
    for (kind, status), count in sorted(record.statuses.items()):
        if status >= 400:
            report(bench, f"{kind}_{status}", count, "answers", "0")
    for fault, count in faults_in(folder / "log").most_common(10):
        report(bench, "fault", count, fault)


def main(arguments: list[str]) -> int:
    learners = next((int(word) for word in arguments if word.isdigit()), 1000)
    kinds = [word for word in arguments if not word.isdigit()] or ["sqlite", "postgresql"]
    for kind in kinds:
        folder = Path(tempfile.mkdtemp(prefix="academy-exam-"))
        try:
            if kind == "sqlite":
                run(kind, learners, folder, "", list)
                continue
            with databases.postgresql_server() as server:
                databases.on_server(server, "CREATE DATABASE academy_exam")
                run(kind, learners, folder, databases.url_of(server, "academy_exam"), postgresql_processes(server))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
