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


# one statement, the same words on both databases: what comes at once is counted one after the other
_TRY = (
    sa.text(
        """
        INSERT INTO throttles (key, since, tries) VALUES (:key, :now, 1)
        ON CONFLICT (key) DO UPDATE SET
            tries = CASE WHEN throttles.since <= :over THEN 1 ELSE throttles.tries + 1 END,
            since = CASE WHEN throttles.since <= :over THEN excluded.since ELSE throttles.since END
        RETURNING since, tries
        """
    )
    .bindparams(sa.bindparam("now", type_=Moment()), sa.bindparam("over", type_=Moment()))
    .columns(since=Moment(), tries=sa.Integer())
)


def too_often(key: str, *, most: int, per: timedelta) -> timedelta | None:
    """Count one try; None while there were at most `most` in this stretch of time, else how long to wait."""
    now = clock.now()
    since, tries = session.execute(_TRY, {"key": key, "now": now, "over": now - per}).one()
    return since + per - now if tries > most else None


def forget_tries(key: str) -> None:
    """The person got in: the count begins anew."""
    session.execute(sa.delete(Throttle).where(Throttle.key == key))


@jobs.every(60, "forget old tries")
def forget_old_tries() -> None:
    session.execute(sa.delete(Throttle).where(Throttle.since < clock.now() - timedelta(days=1)))
