"""What can wait, and who does it later?

A job is a row, written in the transaction that wants it done: it exists if and only if its cause does. The queue (huey, in a file beside the
database or on Redis) only wakes the worker. A worker that was killed leaves its row behind, and the sweep, once a minute, finds it: a job
runs at least once, so each is written to do no harm when it runs twice.

Slow jobs have a lane of their own: one at a time in a process, so that somebody who has just signed up never waits for their message until
all posts have been compared.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel import clock
from academy.kernel.db import Base, Moment, gather_statistics, looking, on_commit, session, transaction
from academy.kernel.logs import logger
from academy.kernel.privacy import NotPersonal
from academy.settings import Settings

if TYPE_CHECKING:
    from huey.api import Huey

LEASE = timedelta(minutes=5)
MOST_TRIES = 8


class Job(Base):
    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index(
            "ix_jobs_due",
            "run_at",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )
    __privacy__ = NotPersonal("names a thing to do and the keys of rows; done rows go after a week")

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    arguments: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(sa.Text, default="")


@dataclass(frozen=True)
class Periodic:
    name: str
    minutes: int
    run: Callable[[], object]


_jobs: dict[str, Callable[..., object]] = {}
_slow: set[str] = set()
_slow_lane = threading.Lock()
_periodic: list[Periodic] = []
_after_jobs: list[Callable[[Flask], object]] = []


def job(name: str, *, slow: bool = False) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Register what a job of this name does; it runs in a transaction of its own. What takes more than about a second is slow."""

    def register(run: Callable[..., object]) -> Callable[..., object]:
        _jobs[name] = run
        if slow:
            _slow.add(name)
        return run

    return register


def every(minutes: int, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register something the worker does again and again, in a transaction of its own."""

    def register(run: Callable[[], object]) -> Callable[[], object]:
        _periodic.append(Periodic(name, minutes, run))
        return run

    return register


def after_jobs(run: Callable[[Flask], object]) -> Callable[[Flask], object]:
    """Register work that minds its own transactions, done each time the worker wakes, after the jobs."""
    _after_jobs.append(run)
    return run


def defer(name: str, *, at: datetime | None = None, **arguments: Any) -> None:
    """Have the job done after this transaction commits."""
    if name not in _jobs:
        raise LookupError(f"no job is called {name}")
    now = clock.now()
    session.add(Job(name=name, arguments=arguments, created_at=now, run_at=at or now))
    if at is None or at <= now:
        wake_the_worker()


def wake_the_worker() -> None:
    """Tell the worker, once this transaction is committed, that something waits."""
    wake = current_app.extensions.get("wake")
    if wake is not None:
        on_commit(wake)


def run_due(app: Flask) -> int:
    """Run every job that is due, each in a transaction of its own, the slow ones last; the number of those that were run."""
    count = _run_quick(app)
    # looked at outside of the lane: whoever finds it taken may leave, because the one in it looks again
    while _any_waits(app, slow=True) and _slow_lane.acquire(blocking=False):
        try:
            count += _run_next(app, slow=True)
        finally:
            _slow_lane.release()
        count += _run_quick(app)
    return count


def _run_quick(app: Flask) -> int:
    count = 0
    if _any_waits(app, slow=False):  # which asks without the lock of a write
        while _run_next(app, slow=False):
            count += 1
    for run in _after_jobs:
        run(app)
    return count


def overdue() -> int:
    """Jobs that should have run two minutes ago: the worker is away."""
    late = clock.now() - timedelta(minutes=2)
    return session.scalar(sa.select(sa.func.count()).where(Job.done_at.is_(None), Job.run_at < late)) or 0


def figures() -> dict[str, int]:
    """Counts for `jobs status`."""
    waiting, failing = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((Job.fault != "", 1), else_=0)), 0)).where(
            Job.done_at.is_(None)
        )
    ).one()
    return {"waiting": waiting, "failing": failing, "overdue": overdue()}


# put together once: the worker asks these for every job
_SLOW_ONES = sa.bindparam("slow", expanding=True, type_=sa.String)
_NEXT = {
    slow: sa.select(Job.id, Job.name, Job.arguments, Job.tries)
    .where(
        Job.done_at.is_(None),
        Job.run_at <= sa.bindparam("now", type_=Moment()),
        Job.tries < MOST_TRIES,
        Job.name.in_(_SLOW_ONES) if slow else Job.name.not_in(_SLOW_ONES),
    )
    .order_by(Job.run_at, Job.id)
    .limit(1)
    for slow in (True, False)
}
_TAKEN = {slow: found.with_for_update(skip_locked=True) for slow, found in _NEXT.items()}
_TABLE = Job.__table__
assert isinstance(_TABLE, sa.Table)
_THIS_ONE = _TABLE.c.id == sa.bindparam("job")
_CLAIM = sa.update(_TABLE).where(_THIS_ONE).values(tries=sa.bindparam("tries"), run_at=sa.bindparam("until"))
_DONE = sa.update(_TABLE).where(_THIS_ONE).values(done_at=sa.bindparam("now"), fault="")


def _any_waits(app: Flask, *, slow: bool) -> bool:
    with app.app_context(), looking():
        return session.execute(_NEXT[slow], {"now": clock.now(), "slow": [*_slow]}).first() is not None


def _run_next(app: Flask, *, slow: bool) -> int:
    with app.app_context():
        found = _claimed(slow=slow)
        if found is None:
            return 0
        _run(*found)
        return 1


def _claimed(*, slow: bool) -> tuple[int, str, dict[str, Any]] | None:
    """Take the first due job for the length of a lease."""
    with transaction():
        now = clock.now()
        found = session.execute(_TAKEN[slow], {"now": now, "slow": [*_slow]}).first()
        if found is None:
            return None
        row_id, name, arguments, tries = found
        session.execute(_CLAIM, {"job": row_id, "tries": tries + 1, "until": now + LEASE * (tries + 1)})
        return row_id, name, arguments


def _run(row_id: int, name: str, arguments: dict[str, Any]) -> None:
    try:
        with transaction():
            _jobs[name](**arguments)
            session.execute(_DONE, {"job": row_id, "now": clock.now()})
    except Exception as fault:
        logger.exception("a job failed", extra={"facts": {"job": name, "id": row_id}})
        with transaction():
            session.execute(
                sa.update(Job).where(Job.id == row_id).values(fault=f"{type(fault).__name__}: {fault}"[:500])
            )
    finally:
        session.remove()


@every(60 * 24, "gather statistics")
def _gather_statistics() -> None:
    gather_statistics()


@every(60 * 24, "forget done jobs")
def _forget_done_jobs() -> None:
    session.execute(sa.delete(Job).where(Job.done_at < clock.now() - timedelta(days=7)))


def queue_for(settings: Settings) -> "Huey":
    with _without_clients_of("psycopg", *([] if settings.redis_url else ["redis"])):
        import huey
    if settings.redis_url:
        return huey.RedisHuey("academy", url=settings.redis_url, results=False)
    return huey.SqliteHuey("academy", filename=str(settings.data_dir / "queue.db"), results=False)


@contextmanager
def _without_clients_of(*stores: str) -> Iterator[None]:
    """huey imports the client of every store it could use, where that is installed: half a second and twenty megabytes for nothing."""
    absent = [store for store in stores if store not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None is how an import is made to fail
    try:
        yield
    finally:
        for store in absent:
            del sys.modules[store]


def init_app(app: Flask) -> None:
    """Connect the queue. Tests run jobs by hand."""
    if app.testing:
        return
    queue = queue_for(app.extensions["settings"])
    from huey import crontab  # once `queue_for` has imported it, and not before

    app.extensions["queue"] = queue

    @queue.task()  # type: ignore[untyped-decorator]  # huey has no types
    def run_waiting() -> None:
        run_due(app)

    @queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
    def sweep() -> None:
        run_due(app)

    for periodic in _periodic:
        queue.periodic_task(_due_every(periodic.minutes), name=f"every_{periodic.name.replace(' ', '_')}")(
            _in_transaction(app, periodic)
        )

    def wake() -> None:
        try:
            run_waiting()
        except Exception:
            # the rows are committed; the sweep runs them when the queue is back
            logger.warning("the queue can't be reached", exc_info=True)

    app.extensions["wake"] = wake


def _due_every(minutes: int) -> Callable[[datetime], bool]:
    return lambda at: int(at.timestamp() // 60) % minutes == 0


def _in_transaction(app: Flask, periodic: Periodic) -> Callable[[], None]:
    def run() -> None:
        with app.app_context(), transaction():
            periodic.run()

    return run


def consume(app: Flask, threads: int = 2) -> None:
    """Be the worker, until a signal says to stop."""
    queue: Huey = app.extensions["queue"]
    queue.create_consumer(
        workers=threads, worker_type="thread", initial_delay=0.05, max_delay=0.5, backoff=1.15, check_worker_health=True
    ).run()
