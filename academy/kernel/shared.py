"""What is the same for every reader, and how does a process keep it without showing what is no longer true?

The rows of some tables (the course, its questions, the rooms of the forum) are read by everybody and change seldom. Such a table says
`__shared__ = True`. Whoever writes to one raises the edition, a number in the database, in the same transaction: the listener below sees to
it, so no command has to think of it. A page learns the number with its first statement (of a member: the one that finds the sign-in), and
what a process made under an older edition is made anew. So a change is seen by the first request after its commit, in every process.

Three rules. Nothing is kept that depends on who asks, least of all a permission. What is kept is never changed: frozen values, or rows that
belong to no session. Only pages read it: a transaction that may write reads the tables.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context
from markupsafe import Markup
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel.db import Base, database, reading, session
from academy.kernel.i18n import language
from academy.kernel.privacy import NotPersonal

P = ParamSpec("P")
R = TypeVar("R")
B = TypeVar("B", bound=Base)

MOST_KEPT = 4096  # pieces of this size a process can hold; the whole course is a few hundred
MOST_LASTING = 1024  # of some kilobytes


class Edition(Base):
    """One row: how often anything shared has changed."""

    __tablename__ = "editions_of_shared"
    __privacy__ = NotPersonal("a counter")

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


# for a statement that is read anyway at the beginning of a page, and tells `known_edition` what it found
EDITION = sa.select(Edition.number).where(Edition.id == 1).scalar_subquery()
_EDITION = sa.select(Edition.number).where(Edition.id == 1)
_RAISED = sa.text("UPDATE editions_of_shared SET number = number + 1 WHERE id = 1")
_FIRST = sa.text("INSERT INTO editions_of_shared (id, number) VALUES (1, 1)")


class _Kept:
    """What this process has made of one edition. Threads may be at two for a moment: each fills what belongs to its own."""

    def __init__(self) -> None:
        self._of: tuple[int, dict[Hashable, Any]] = (-1, {})
        self.lasting: OrderedDict[Hashable, Markup] = OrderedDict()

    def value(self, edition: int, key: Hashable, make: Callable[[], R]) -> R:
        number, values = self._of
        if number != edition:
            self._of = _, values = edition, {}
        if key in values:
            found: R = values[key]
            return found
        made = make()
        if len(values) < MOST_KEPT:
            values[key] = made
        return made


def init_app(app: Flask) -> None:
    app.extensions["shared"] = _Kept()
    app.jinja_env.globals.update(piece=piece, lasting=lasting)
    with app.app_context():
        event.listen(database.engine, "before_execute", _before_execute)


def known_edition(number: int | None) -> None:
    """A statement of this page has read `EDITION` along with its own."""
    g.edition = number or 0


def shared(read: Callable[P, R]) -> Callable[P, R]:
    """Keep what this query finds, for each set of arguments, until a shared table changes. The arguments say what it depends on."""

    @wraps(read)
    def kept(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _for_a_page():
            return read(*args, **kwargs)
        key = (read, args, tuple(kwargs.items()))
        return _kept().value(_edition(), key, lambda: read(*args, **kwargs))

    return kept


def released(row: B) -> B:
    """A row that may be kept: it leaves the session that read it. Where rows may be written it stays, and is not kept."""
    if _for_a_page():
        session.expunge(row)
    return row


def piece(name: str, *depends_on: Hashable, caller: Callable[[], Markup]) -> Markup:
    """For templates: a piece of a page that shows nothing but shared rows. Made once for each language, time zone and whatever else it depends on.

    `{% call piece("lesson", version.id) %}…{% endcall %}`
    """
    if not _for_a_page():
        return caller()
    return _kept().value(_edition(), ("piece", name, language(), g.get("time_zone"), depends_on), caller)


def lasting(name: str, *depends_on: Hashable, caller: Callable[[], Markup]) -> Markup:
    """For templates: a piece of a page in which all that can differ is the language, the time zone and what `depends_on` says.

    `{% call lasting("about") %}…{% endcall %}`
    """
    if current_app.jinja_env.auto_reload:
        return caller()
    pieces, key = _kept().lasting, (name, language(), g.get("time_zone"), depends_on)
    found = pieces.get(key)
    if found is None:
        found = pieces[key] = caller()
        if len(pieces) > MOST_LASTING:
            pieces.popitem(last=False)
    return found


def _for_a_page() -> bool:
    return has_request_context() and reading()


def _kept() -> _Kept:
    found: _Kept = current_app.extensions["shared"]
    return found


def _edition() -> int:
    if "edition" not in g:
        known_edition(session.scalar(_EDITION))
    number: int = g.edition
    return number


def _before_execute(connection: sa.Connection, statement: Any, *_parameters: Any) -> None:
    """The first write of a transaction to a shared table raises the edition."""
    if not isinstance(statement, sa.UpdateBase) or statement.table not in _shared_tables():
        return
    transaction = connection.get_nested_transaction() or connection.get_transaction()
    if connection.info.get("raised_in") is transaction:
        return
    connection.info["raised_in"] = transaction
    _raise_edition(connection)


def changed() -> None:
    """Rows were written past the tables that the listener knows: what the processes keep is old."""
    _raise_edition(session.connection())


def _raise_edition(connection: sa.Connection) -> None:
    if connection.execute(_RAISED).rowcount == 0:
        connection.execute(_FIRST)


@cache
def _shared_tables() -> set[sa.FromClause]:
    return {mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__shared__}
