"""Does everybody who writes get a turn, whatever became of those before?"""

import threading

import pytest
import sqlalchemy as sa

from academy.kernel import db
from academy.kernel.db import database, session, transaction
from academy.kernel.jobs import Job
from tests.given import Given

WRITE = sa.update(Job).values(tries=Job.tries)


def others_can_write(given: Given) -> bool:
    """Another thread of this process, which has a connection of its own."""
    done = []

    def write() -> None:
        given.done(lambda: session.execute(WRITE).rowcount)
        done.append(True)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(20)
    return bool(done)


def test_a_turn_ends_with_its_transaction_however_that_ends(given: Given) -> None:
    given.done(lambda: session.execute(WRITE).rowcount)
    assert others_can_write(given)
    with pytest.raises(LookupError), given.app.app_context(), transaction():
        session.execute(WRITE)
        raise LookupError
    assert others_can_write(given)
    with given.app.app_context():
        connection = database.engine.connect()
        connection.execute(WRITE)
        connection.close()  # neither committed nor rolled back by anybody
    assert others_can_write(given)
    with pytest.raises(sa.exc.DBAPIError), given.app.app_context(), transaction():
        session.execute(WRITE)
        session.execute(sa.text("UPDATE nowhere SET a = 1"))
    assert others_can_write(given)


def test_who_waits_too_long_is_told_so_and_the_next_goes_on(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    if given.app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        pytest.skip("PostgreSQL has a queue for each row")
    monkeypatch.setattr(db, "LONGEST_TURN", 0.01)
    with given.app.app_context(), transaction():
        session.execute(WRITE)
        with pytest.raises(sa.exc.OperationalError, match="locked"), database.engine.connect() as other:
            other.execute(WRITE)
    assert others_can_write(given)
