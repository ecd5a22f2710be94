"""How does a test say what is there? Small typed builders, each in a transaction of its own."""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event

from academy.accounts import commands as accounts
from academy.accounts import passwords, queries
from academy.accounts.models import Person, Role
from academy.kernel import jobs
from academy.kernel.db import database, session, transaction
from academy.kernel.web import Academy

PASSWORD = "five blue wooden chairs"
T = TypeVar("T")


class Mail(EmailMessage):
    """A message whose content is what a plain reader shows."""

    def get_content(self, *args: Any, **kw: Any) -> Any:
        plain = self.get_body(("plain",))
        return plain.get_content() if plain not in (None, self) else super().get_content(*args, **kw)


PLAINLY = email.policy.default.clone(message_factory=Mail)


class Given:
    def __init__(self, app: Academy) -> None:
        self.app = app
        self._numbers = count(1)

    def done(self, do: Callable[[], T]) -> T:
        """Do something in a transaction of its own; what it returns is loaded and stays usable."""
        with self.app.app_context():
            with transaction():
                result = do()
                session.flush()
            if isinstance(result, list):
                [session.refresh(row) for row in result if sa.inspect(row, raiseerr=False)]
            elif sa.inspect(result, raiseerr=False) is not None:
                session.refresh(result)
            session.expunge_all()
            return result

    def seen(self, read: Callable[[], T]) -> T:
        """Read something, outside every request."""
        with self.app.app_context():
            result = read()
            session.expunge_all()
            session.rollback()
            return result

    def person(self, name: str = "", *roles: Role, email: str = "", language: str = "en") -> Person:
        """A member whose address is confirmed; the password is PASSWORD."""
        number = next(self._numbers)
        hashed = passwords.hash_of(PASSWORD)

        def make() -> Person:
            person = accounts.sign_up(
                email=email or f"person{number}@example.org",
                name=name or f"Person {number}",
                password_hash=hashed,
                language=language,
                time_zone="Europe/Rome",
                by=None,
                confirmed=True,
            )
            assert person is not None
            for role in roles:
                accounts.give_role(person, role, by=None)
            return person

        made = self.done(make)
        loaded = self.seen(lambda: queries.person_with_id(made.id))
        assert loaded is not None
        return loaded

    def signed_in(self, person: Person) -> FlaskClient:
        """A browser that this person is signed in with."""
        key = ""

        def start() -> None:
            nonlocal key
            found = queries.person_with_id(person.id)
            assert found is not None
            key = accounts.start_sign_in(found, browser="test", by=found)

        self.done(start)
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True
        return client

    def mail(self) -> list[EmailMessage]:
        """Let the worker send what waits; every message so far, oldest first."""
        jobs.run_due(self.app)
        folder = self.app.extensions["settings"].data_dir / "mail"
        files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns) if folder.exists() else []
        return [email.message_from_bytes(file.read_bytes(), policy=PLAINLY) for file in files]

    def link_in(self, message: EmailMessage) -> str:
        """The local path of the first address in a message."""
        found = re.search(r"http://localhost(/\S+)", message.get_content())
        assert found, message.get_content()
        return found.group(1)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that the database gets inside the block, BEGIN and COMMIT not counted."""
        seen: list[str] = []
        with self.app.app_context():
            engine = database.engine

        def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)
