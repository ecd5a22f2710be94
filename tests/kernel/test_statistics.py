"""The database knows what is in its tables, and chooses its ways by that."""

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel.db import gather_statistics, session, transaction
from academy.kernel.web import Academy
from tests.given import Given


def test_sqlite_is_asked_to_look_at_its_tables_and_postgresql_does_so_by_itself(app: Academy, given: Given) -> None:
    for n in range(3):
        given.person(f"Person {n}")
    with app.app_context(), transaction():
        gather_statistics()
    if str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"):
        seen = given.seen(lambda: session.scalar(sa.text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'people' LIMIT 1")))
        assert str(seen).startswith("3 ")
    assert given.seen(lambda: session.scalar(sa.select(sa.func.count()).select_from(Person))) == 3
