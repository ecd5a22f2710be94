"""How long do a lesson, an edition, a figure, an import and a look at what a change would do take where a hundred thousand people learn?
In the process, no server.

nice python -m bench.learning [--people 100000] [--parts 20] [--postgresql]

Rows of people, enrolments and events are copied in by the database itself. Each line gives the median of wall and of processor time.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager
from werkzeug.test import TestResponse

from academy import loading
from academy.accounts.models import Person, Role
from academy.app import create_app
from academy.kernel import clock
from academy.kernel.db import session, transaction
from academy.kernel.logs import logger
from academy.learning.editions import commands
from academy.learning.editions.models import Edition, Enrolment
from academy.learning.models import Completion, CompletionEvent, Module, Unit
from academy.migrating import migrate
from academy.settings import ROOT, settings_from
from bench.telling import database
from tests.given import Given
from tests.learning.editions.given_editions import coordinator, edition

TOGETHER = 1000  # people in the edition that is looked at
MODULE = "active-citizenship"
LESSON = f"/en/learn/{MODULE}/what-is-social-innovation"
DESK = "/en/studio/lessons"
NO_QUIZZES = {"counts": ["lesson", "activity"], "attendance": ["lesson", "activity"], "share": "75"}


def report(metric: str, wall: float, cpu: float, against: float) -> None:
    facts = {
        "bench": "learning",
        "metric": metric,
        "value": round(wall * 1000, 1),
        "unit": "ms",
        "cpu": round(cpu * 1000, 1),
    }
    print(json.dumps({**facts, "against": f"{against:g} ms", "ratio": round(wall * 1000 / against, 3)}), flush=True)


def times(do: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median of wall and of processor time."""
    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        do()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus)


def crowd(people: int, parts: int, rovigo: int, online: int) -> None:
    """People, each enrolled once, each with so many parts done and the events that say so: in a stretch of the course that begins at another
    part for each, so that some have completed two modules, some three, and some are in the middle."""
    now = clock.now()
    common = {"about": "", "password_hash": "", "language": "en", "time_zone": "Europe/Rome", "created_at": now}
    for start in range(0, people, 5000):
        rows = [
            {**common, "email": f"b{n}@example.org", "name": f"Bench {n:06}", "slug": f"bench-{n}", "confirmed_at": now, "example": True}
            for n in range(start, min(start + 5000, people))
        ]  # fmt: skip
        session.execute(sa.insert(Person), rows)
    bench = Person.slug.startswith("bench-")
    place = sa.func.row_number().over(order_by=Person.id)
    numbered = sa.select(Person.id, place.label("place")).where(bench).subquery()
    session.execute(
        sa.insert(Enrolment).from_select(
            ["edition_id", "person_id", "how", "since", "done", "total", "minutes"],
            sa.select(
                sa.case((numbered.c.place <= TOGETHER, rovigo), else_=online),
                numbered.c.id, sa.literal("list"), sa.literal(now, sa.DateTime(timezone=True)), sa.literal(0),
                sa.literal(0), sa.literal(0),
            ),
            include_defaults=False,
        )
    )  # fmt: skip
    at = sa.literal(now, sa.DateTime(timezone=True))
    items = _items()
    for first in range(len(items)):
        done = [items[(first + n) % len(items)] for n in range(parts)]
        whole = [f"module:{module}" for module, asked in _by_module(items).items() if asked <= {*done}]
        every = sa.union_all(*(sa.select(sa.literal(item).label("item")) for item in done + whole)).subquery()
        mine = (
            sa.select(numbered.c.id, every.c.item).join(every, sa.true()).where(numbered.c.place % len(items) == first)
        )
        pairs = mine.subquery()
        session.execute(
            sa.insert(Completion).from_select(["person_id", "item", "at"], sa.select(pairs.c.id, pairs.c.item, at))
        )
        session.execute(
            sa.insert(CompletionEvent).from_select(
                ["person_id", "item", "done", "source", "evidence", "at"],
                sa.select(pairs.c.id, pairs.c.item, sa.true(), sa.literal("self"), sa.literal(""), at),
            )
        )


def _items() -> list[str]:
    units = session.scalars(
        sa.select(Unit).join(Unit.module).where(Unit.required).options(contains_eager(Unit.module))
        .order_by(Module.position, Unit.position)
    )  # fmt: skip
    return [str(unit.ref) for unit in units]


def _by_module(items: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for item in items:
        found.setdefault(item.partition(":")[2].partition("/")[0], set()).add(item)
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--parts", type=int, default=20)
    asked.add_argument("--postgresql", action="store_true")
    wanted = asked.parse_args()
    name = "PostgreSQL" if wanted.postgresql else "SQLite"
    with tempfile.TemporaryDirectory() as folder, database(wanted.postgresql, folder) as url:
        environ = {"ACADEMY_DATA_DIR": folder, "ACADEMY_DATABASE_URL": url, "ACADEMY_BASE_URL": "http://localhost"}
        app = create_app(settings_from(environ))
        app.extensions.pop("wake", None)
        logger.setLevel("WARNING")
        migrate(app)
        given = Given(app)

        def load() -> None:
            with app.app_context():
                loading.import_folder(Path(ROOT / "modules"))
                session.remove()

        report(f"import of the whole course, {name}", *times(load, 1), 10_000)
        report(f"import when nothing changed, {name}", *times(load, 3), 1_000)
        cleo = coordinator(given, "Cleo")
        rovigo = edition(given, cleo)
        with app.app_context():
            began = time.perf_counter()
            online = session.scalars(sa.select(Edition.id).where(Edition.self_paced)).one()
            with transaction():
                crowd(wanted.people, wanted.parts, rovigo.id, online)
            rows = {
                "people": wanted.people,
                "events": wanted.people * wanted.parts,
                "seconds": round(time.perf_counter() - began),
            }
            print(json.dumps({"bench": "learning", "metric": "rows written", **rows}), flush=True)
            session.execute(sa.text("ANALYZE"))
            session.commit()
            began = time.perf_counter()
            with transaction():
                commands.recompute_everybody(by=None)
            seconds = round(time.perf_counter() - began, 1)
            print(
                json.dumps({"bench": "learning", "metric": "every figure worked out anew", "seconds": seconds}),
                flush=True,
            )
            one = session.scalars(sa.select(Person).where(Person.slug == "bench-500")).one()
            session.expunge_all()
            session.rollback()

            def recompute() -> None:
                with transaction():
                    commands.recompute(one.id, by=None)

            report(f"recomputing one learner, {name}", *times(recompute, 60), 20)
            session.remove()
        learner, runner = given.signed_in(one), given.signed_in(cleo)
        trainer = given.signed_in(given.person("Tea", Role.TRAINER))
        for metric, browser, address, against in (
            ("an edition of 1,000", runner, f"/en/studio/editions/{rovigo.slug}", 150),
            ("who to call in it", runner, f"/en/studio/editions/{rovigo.slug}/call", 150),
            ("lesson of a learner", learner, LESSON, 150),
            ("why so many per cent", learner, "/en/learn/progress", 150),
            ("my page", learner, "/en/me", 150),
        ):
            for _ in range(5):
                assert browser.get(address).status_code == 200
            report(f"{metric}, {name}", *times(lambda b=browser, a=address: b.get(a), 40), against)  # type: ignore[misc]
        previews: tuple[tuple[str, Callable[[], TestResponse]], ...] = (
            (
                "preview: an activity leaves the course",
                lambda: trainer.get(f"{DESK}/{MODULE}/activity/out"),
            ),
            ("preview: a module leaves the course", lambda: trainer.get(f"{DESK}/{MODULE}/out")),
            ("preview: quizzes count no more", lambda: trainer.post("/en/studio/editions/rules", data=NO_QUIZZES)),
        )
        for metric, ask in previews:
            assert "What this would do" in ask().text
            report(f"{metric}, {name}", *times(ask, 5), 2_000)


if __name__ == "__main__":
    main()
