"""Has somebody tried this too often?

Counted in the database, which all processes share. A count must survive although the answer is no, so `too_often` returns and never raises.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel import clock, jobs
from academy.kernel.db import Base, Moment, session
from academy.kernel.privacy import NotPersonal


class Throttle(Base):
    __tablename__ = "throttles"
    __privacy__ = NotPersonal("keys are hashes of what was tried, gone within a day")

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]


_FIRST_TRY = sa.text(
    "INSERT INTO throttles (key, since, tries) VALUES (:key, :since, 0) ON CONFLICT (key) DO NOTHING"
).bindparams(sa.bindparam("since", type_=Moment()))


def too_often(key: str, *, most: int, per: timedelta) -> timedelta | None:
    """Count one try; None while there were at most `most` in this stretch of time, else how long to wait."""
    now = clock.now()
    throttle = session.get(Throttle, key, with_for_update=True)
    if throttle is None:
        session.execute(_FIRST_TRY, {"key": key, "since": now})  # two first tries may come at once
        throttle = session.get_one(Throttle, key, with_for_update=True)
    if throttle.since + per <= now:
        throttle.since, throttle.tries = now, 1
        return None
    throttle.tries += 1
    return throttle.since + per - now if throttle.tries > most else None


def forget_tries(key: str) -> None:
    """The person got in: the count begins anew."""
    session.execute(sa.delete(Throttle).where(Throttle.key == key))


@jobs.every(60, "forget old tries")
def forget_old_tries() -> None:
    session.execute(sa.delete(Throttle).where(Throttle.since < clock.now() - timedelta(days=1)))
