"""Run the measurements. Everything is started here: servers on free ports, databases in a temporary folder.

    bin/bench              all of them
    bin/bench lesson       those whose name begins so
    bin/bench --list       their names

Each line is one JSON object: bench, metric, value, unit, against, ratio. Rates are measured beside the floor (bench/floor.py), interleaved in
the same run, after a warm-up; the median of the rounds is what counts.
"""

import contextlib
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.app import create_app
from academy.community import commands as community
from academy.community import queries as forum
from academy.community.models import TopicKind
from academy.community.writing import written
from academy.kernel.db import database, session, transaction
from academy.kernel.web import Academy
from academy.settings import ROOT, settings_from
from bench import questions
from tests import databases

ROUNDS = 5
SECONDS = 3.0
CONNECTIONS = 8
LESSON = "/en/learn/active-citizenship/what-is-social-innovation"


def report(bench: str, metric: str, value: float, unit: str, against: str = "", ratio: float | None = None) -> None:
    line = {"bench": bench, "metric": metric, "value": round(value, 3), "unit": unit, "against": against}
    print(json.dumps({**line, "ratio": None if ratio is None else round(ratio, 3)}), flush=True)


# --- servers ------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def tree(process: int) -> list[int]:
    """A process and all that came of it."""
    found = [process]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def processor_seconds(processes: list[int]) -> float:
    ticks = 0
    for process in processes:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_megabytes(processes: list[int]) -> float:
    """Proportional set size: memory that is shared is counted once in all."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])  # type: ignore[index]
    return total / 1024


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    others: Callable[[], list[int]] = field(default=list)  # processes of the database

    def processes(self) -> list[int]:
        return [*tree(self.process.pid), *self.others()]

    def get(self, path: str, cookie: str = "", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Cookie": cookie, **headers})
        return connection.getresponse()

    def post(self, path: str, cookie: str, values: dict[str, str]) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, body=urllib.parse.urlencode(values), headers=headers)
        return connection.getresponse()

    def load(self, requests: list[dict[str, Any]], seconds: float) -> tuple[dict[str, Any], float]:
        """Rates as bench/load.py gives them, and processor milliseconds for each request."""
        before = processor_seconds(self.processes())
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", str(self.port), str(seconds), str(CONNECTIONS)],
            input=json.dumps(requests).encode(),
            stdout=subprocess.PIPE,
            cwd=ROOT,
            check=True,
        )
        rates: dict[str, Any] = json.loads(done.stdout)
        spent = processor_seconds(self.processes()) - before
        return rates, 1000 * spent / max(rates["requests"], 1)


def waited_for(server: Server, path: str) -> Server:
    for _ in range(3600):
        with contextlib.suppress(OSError):
            if server.get(path).status == 200:
                return server
        if server.process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError("a server did not start")


@contextlib.contextmanager
def stopping(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(30)


@contextlib.contextmanager
def floor(folder: Path, url: str, others: Callable[[], list[int]]) -> Iterator[Server]:
    port = free_port()
    options = [
        "-w",
        "2",
        "--threads",
        "8",
        "-k",
        "gthread",
        "--preload",
        "--no-control-socket",
        "-b",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "--log-level", "error", "bench.floor:create_app()"],
        cwd=ROOT,
        env={**os.environ, "FLOOR_DATABASE_URL": url or f"sqlite:///{folder}/floor.db"},
    )
    with stopping(Server(port, process, others)) as server:
        yield waited_for(server, "/")


@dataclass
class Site(Server):
    data: Path = Path()
    url: str = ""

    def settled(self) -> None:
        """Wait until the worker has done what the round left to it."""
        for _ in range(100):
            before = processor_seconds(self.processes())
            time.sleep(0.2)
            if processor_seconds(self.processes()) - before < 0.05:
                return

    def app(self) -> Academy:
        environment = {"ACADEMY_DATA_DIR": str(self.data), "ACADEMY_DATABASE_URL": self.url, "ACADEMY_DEMO": "yes"}
        return create_app(settings_from({name: value for name, value in environment.items() if value}))


@contextlib.contextmanager
def academy(folder: Path, url: str = "", others: Callable[[], list[int]] = list) -> Iterator[Site]:
    port, data = free_port(), folder / "site"
    data.mkdir(exist_ok=True)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "academy.serving", "--port", str(port), "--data", str(data)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            # without the embedding model, which a small machine can do without
            env={**os.environ, "ACADEMY_DATABASE_URL": url, "ACADEMY_MATCHING": "words", "WEB_CONCURRENCY": "2"},
        )
    site = Site(port, process, others, data, url)
    with stopping(site):
        waited_for(site, "/healthz")
        yield site


# --- what is measured ---------------------------------------------------------------------------------------------


def cookies(app: Academy, count: int) -> list[str]:
    """Browsers of the demo's learner and of as many new members as are asked for."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    keys = []
    with app.app_context(), transaction():
        learner = people.person_with_address("learner@example.org")
        members = [learner] if count == 1 else []
        for _ in range(count if count > 1 else 0):
            member = accounts.sign_up(
                email=f"{secrets.token_hex(6)}@example.org",
                name="Load Test",
                password_hash="x",
                language="en",
                time_zone="Europe/Rome",
                by=None,
                confirmed=True,
            )
            members.append(member)
        session.flush()
        for member in members:
            assert member is not None
            keys.append(accounts.start_sign_in(member, browser="bench", by=member))
    return [f"academy={signer.dumps({'_user_id': key, '_fresh': True})}" for key in keys]


def topic_with_posts(app: Academy, count: int) -> str:
    with app.app_context(), transaction():
        texts = [
            written(f"Answer number {number}.\n\n" + "A sentence as people write them. " * 12)
            for number in range(count)
        ]
        learner, trainer = (people.person_with_address(f"{who}@example.org") for who in ("learner", "trainer"))
        assert learner is not None
        assert trainer is not None
        space = forum.space_seen_by(learner, "general")
        topic = community.start_topic(
            space, title="How do you measure it?", kind=TopicKind.QUESTION, language="en", text=texts[0], by=trainer
        )
        for number, text in enumerate(texts[1:]):
            community.reply(topic, text=text, by=(learner, trainer)[number % 2], once=str(number))
        return f"/en/community/t/{topic.address}"


def reads(path: str, cookie: str = "") -> list[dict[str, Any]]:
    return [{"path": path, "headers": {"Cookie": cookie} if cookie else {}}]


def answers(site: Site, browsers: list[str], count: int) -> list[dict[str, Any]]:
    """Savings of answers: each connection of the load has an attempt of its own and changes its mind again and again, in order."""
    targets = []
    for cookie in browsers:
        start = site.post("/en/learn/active-citizenship/quiz", cookie, {})
        html = site.get(start.getheader("Location") or "", cookie).read().decode()
        address = re.search(r'action="(/en/learn/attempts/[^"]+/\d+)"', html)
        boxes = re.findall(r'<input type="(?:radio|checkbox)"[^>]*name="([^"]+)" value="([^"]+)"', html)
        assert address, "no question"
        targets.append((cookie, address[1], boxes[:2] or [("answer", "1"), ("answer", "2")]))
    return [
        {
            "method": "POST",
            "path": address,
            "headers": {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"},
            "body": urllib.parse.urlencode([values[turn % 2], ("client_uuid", str(uuid.uuid4())), ("seen", str(turn))]),
        }
        for turn in range(count)
        for cookie, address, values in targets
    ]


def replies(app: Academy, browsers: list[str], count: int) -> list[dict[str, Any]]:
    """Answers by many people, three or four to a topic."""
    keys = [topic_with_posts(app, 1).rsplit("/", 1)[1].partition("-")[0] for _ in range(len(browsers) // 4)]
    return [
        {
            "method": "POST",
            "path": f"/en/community/t/{keys[number % len(keys)]}/reply",
            "headers": {"Cookie": browsers[number % len(browsers)], "Sec-Fetch-Site": "same-origin"},
            "body": urllib.parse.urlencode(
                {"body": "An answer, as people write them. " * 8, "once": secrets.token_hex(10)}
            ),
        }
        for number in range(count)
    ]


def measure_rates(database_name: str, site: Site, ground: Server, only: str) -> None:
    app = site.app()
    learner = cookies(app, 1)[0]
    topic = topic_with_posts(app, 20)
    wanted: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "lesson_visitor": lambda: reads(LESSON),
        "lesson_member": lambda: reads(LESSON, learner),
        "topic_member": lambda: reads(topic, learner),
        "answer": lambda: answers(site, cookies(app, CONNECTIONS), 400),
        # each person may post twenty times in ten minutes: enough people for the rounds
        "post": lambda: replies(app, cookies(app, 200), 3000),
    }
    floor_requests = reads("/")
    ground.load(floor_requests, 1.0)
    for name, make in wanted.items():
        bench = f"{name}_{database_name}"
        if not bench.startswith(only):
            continue
        requests = make()
        writes = "method" in requests[0]  # each is sent once: a round takes what the one before left
        if not writes:
            site.load(requests, 1.0)
        rates, spent, floors, floor_spent, latencies, bad = [], [], [], [], [], 0
        rounds = 3 if writes else ROUNDS
        share = len(requests) // rounds if writes else 0
        for number in range(rounds):
            if name == "answer":
                requests = make() if number else requests
            mine = requests[number * share : (number + 1) * share] if name == "post" else requests
            found, cost = site.load(mine, SECONDS)
            site.settled()
            below, below_cost = ground.load(floor_requests, SECONDS)
            rates.append(found["per_second"])
            spent.append(cost)
            floors.append(below["per_second"])
            floor_spent.append(below_cost)
            latencies.append(found["p95_ms"])
            bad += sum(count for status, count in found["statuses"].items() if status not in {"200", "303"})
        median, floor_median = statistics.median(rates), statistics.median(floors)
        report(bench, "rate", median, "requests/s", f"floor {floor_median:.0f}/s", median / floor_median)
        cost, floor_cost = statistics.median(spent), statistics.median(floor_spent)
        report(bench, "processor", cost, "ms/request", f"floor {floor_cost:.2f} ms", cost / floor_cost)
        report(bench, "p95", statistics.median(latencies), "ms")
        if bad:
            report(bench, "not_answered_well", bad, "requests")


def measure_statements(site: Site) -> None:
    app = site.app()
    learner = cookies(app, 1)[0].partition("=")[2]
    topic = topic_with_posts(app, 20)
    with app.app_context():
        engine = database.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    client = app.test_client()
    client.set_cookie("academy", learner)
    listing = re.search(r'href="(/en/marketplace/(?!new|mine|how)[a-z0-9-]+)"', client.get("/en/marketplace").text)
    pages = [
        "/en/",
        "/en/me",
        "/en/learn",
        "/en/learn/active-citizenship",
        LESSON,
        "/en/learn/progress",
        "/en/community",
    ]
    pages += ["/en/community/general", topic, "/en/marketplace", "/en/search?q=need", "/en/inbox"]
    for path in [*pages, *([listing[1]] if listing else [])]:
        seen.clear()
        client.get(path)
        report("statements", path, len(seen), "statements", "8")


def measure_weight(site: Site) -> None:
    for name, path in {
        "front": "/en/",
        "lesson": LESSON,
        "marketplace": "/en/marketplace",
        "community": "/en/community",
    }.items():
        html = site.get(path, **{"Accept-Encoding": "br"}).read()
        text = site.get(path).read().decode()
        files = {*re.findall(r'<(?:link rel="(?:stylesheet|preload)"|script)[^>]*(?:href|src)="(/static/[^"]+)"', text)}
        files |= set(re.findall(r'<use href="(/static/[^"#]+)', text))
        weights = [len(html)] + [len(site.get(file, **{"Accept-Encoding": "br"}).read()) for file in files]
        report("weight", f"{name}_first_visit", sum(weights) / 1000, "kB", "90 kB", sum(weights) / 90_000)
        report("weight", f"{name}_requests", len(weights), "requests", "6")
        report("weight", f"{name}_repeat_visit", len(html) / 1000, "kB", "15 kB", len(html) / 15_000)


def measure_memory(site: Site) -> None:
    for path in ("/en/", LESSON, "/en/marketplace", "/en/community"):
        site.get(path).read()
    site.settled()
    found = memory_megabytes(site.processes())
    report("memory", "at_rest", found, "MB", "220 MB", found / 220)


def measure_starts(folder: Path) -> None:
    """From nothing to the first answer, then again when everything is set up; and what such a site takes at rest."""
    fresh = folder / "cold"
    fresh.mkdir()
    for name in ("first_start", "next_start"):
        began = time.monotonic()
        with academy(fresh) as site:
            took = time.monotonic() - began
            report("start", name, took, "s", "3 s" if name == "next_start" else "")
            if name == "next_start":
                measure_memory(site)


NAMES = ("lesson", "topic", "answer", "post", "statements", "weight", "memory", "start", "questions")


def main() -> int:
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    if only == "--list":
        print("\n".join(NAMES))
        return 0
    if only and not any(name.startswith(only) or only.startswith(name) for name in NAMES):
        print(f"bin/bench: nothing is called {only}; --list names them.", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="academy-bench-"))
    rates = not only or any(only.startswith(name) for name in NAMES[:4])
    try:
        if only in ("", "start", "memory"):
            measure_starts(folder)
        if not only or only == "questions":
            questions.measure(report)
        if only in ("start", "memory", "questions"):
            return 0
        with academy(folder) as site:
            for name, measure in (
                ("weight", measure_weight),
                ("statements", measure_statements),
            ):
                if only in ("", name):
                    measure(site)
            if rates:
                with floor(folder, "", list) as ground:
                    measure_rates("sqlite", site, ground, only)
        if rates:
            with databases.postgresql_server() as server:
                databases.on_server(server, "CREATE DATABASE academy_bench")
                databases.on_server(server, "CREATE DATABASE floor_bench")
                others = postgresql_processes(server)
                shutil.rmtree(folder / "site")
                with (
                    academy(folder, databases.url_of(server, "academy_bench"), others) as site,
                    floor(folder, databases.url_of(server, "floor_bench"), others) as ground,
                ):
                    measure_rates("postgresql", site, ground, only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def postgresql_processes(server: str) -> Callable[[], list[int]]:
    """The database works for a request too: its processes belong to the cost."""
    host = urllib.parse.parse_qs(urllib.parse.urlsplit(server).query).get("host", [""])[0]
    pid_file = Path(host) / "data" / "postmaster.pid"

    def processes() -> list[int]:
        return tree(int(pid_file.read_text().split()[0])) if pid_file.exists() else []

    return processes


if __name__ == "__main__":
    sys.exit(main())
