"""Does the process live, and can it do its work?"""

import functools

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from academy.kernel import clock, jobs
from academy.kernel.db import session
from academy.kernel.outbox import OutgoingMessage
from academy.settings import ROOT, settings

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    return {"status": "ok"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """200 when pages can be served; what is missing behind them is named and does not take the site away."""
    parts = {"database": _database()}
    if parts["database"] == "ok":
        parts["worker"] = "ok" if jobs.overdue() == 0 else "jobs are waiting for longer than two minutes"
        parts["mail"] = _mail()
    if settings().redis_url:
        parts["redis"] = _redis()
    ok = parts["database"] == "ok"
    return {"status": "ready" if ok else "not ready", "parts": parts}, 200 if ok else 503


def _database() -> str:
    try:
        found = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    except sa.exc.SQLAlchemyError as fault:
        return f"can't be read: {type(fault).__name__}"
    return (
        "ok"
        if found == newest_migration()
        else f"is at migration {found}, not {newest_migration()}: run `flask db upgrade`"
    )


@functools.cache
def newest_migration() -> str | None:
    from alembic.config import Config  # slow to import, and asked for once
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def _mail() -> str:
    failing = session.scalar(
        sa.select(sa.func.count()).where(
            OutgoingMessage.sent_at.is_(None), OutgoingMessage.tries > 0, OutgoingMessage.try_at > clock.now()
        )
    )
    return "ok" if not failing else f"{failing} messages wait for the mail server"


def _redis() -> str:
    import redis  # only where a site runs on Redis

    try:
        redis.Redis.from_url(settings().redis_url, socket_timeout=1).ping()
    except redis.RedisError as fault:
        return f"can't be reached: {type(fault).__name__}"
    return "ok"
