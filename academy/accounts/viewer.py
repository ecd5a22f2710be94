"""Who is asking? Found once per request, by Flask-Login."""

from datetime import timedelta

from flask import Flask, g
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user

from academy.accounts import commands, queries
from academy.accounts.models import Person
from academy.accounts.queries import SignedIn
from academy.accounts.rules import SIGN_IN_LASTS
from academy.kernel import clock, db
from academy.kernel.access import Refused, Verdict
from academy.kernel.i18n import language, say
from academy.kernel.traces import leave_trace
from academy.settings import settings

WORTH_NOTING = timedelta(minutes=10)


class Visit(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    def __init__(self, key: str, sign_in: SignedIn) -> None:
        self.key = key
        self.sign_in_id = sign_in.id
        self.person = sign_in.person

    def get_id(self) -> str:
        return self.key


def init_app(app: Flask) -> None:
    signing_in = LoginManager()
    signing_in.session_protection = None  # nothing here depends on how fresh a sign-in is, and each can be ended
    signing_in.init_app(app, add_context_processor=False)
    signing_in.user_loader(_visit)
    app.config.update(PERMANENT_SESSION_LIFETIME=SIGN_IN_LASTS)
    app.jinja_env.globals["viewer"] = viewer
    app.before_request(_know_the_person_first)


def viewer() -> Person | None:
    """The person asking, or None for a visitor. With their roles."""
    if "without_database" in g:
        return None
    if "viewer" not in g:
        g.viewer = current_user.person if current_user.is_authenticated else None
    person: Person | None = g.viewer
    return person


def member() -> Person:
    """The person asking; a visitor is asked to sign in."""
    if person := viewer():
        return person
    raise Refused(Verdict(say("This page is for members. Sign in and you come back here."), 401))


def this_sign_in() -> int | None:
    """The id of the sign-in that this browser uses."""
    return current_user.sign_in_id if current_user.is_authenticated else None


def remember(person: Person, key: str) -> None:
    """Put the key of a new sign-in into the cookie, in place of everything that was there."""
    cookie.clear()
    cookie.permanent = True
    sign_in = queries.sign_in_with(commands.key_hash(key))
    if sign_in is not None:
        login_user(Visit(key, sign_in))
    g.language = language_of(person)


def language_of(person: Person) -> str:
    """The language to greet a person in."""
    return person.language if person.language in settings().languages else language()


def _know_the_person_first() -> None:
    """Before a write begins, so that Markdown and passwords can be worked on without holding its lock."""
    if db.reading():
        person = viewer()
        db.session.expunge_all()  # the page of a refusal, made when the transaction is over, still says whose it is
    else:
        with db.looking():
            person = viewer()
    if person is not None:
        g.time_zone = person.time_zone


def _visit(key: str) -> Visit | None:
    sign_in = queries.sign_in_with(commands.key_hash(key))
    now = clock.now()
    if sign_in is None or sign_in.created_at + SIGN_IN_LASTS < now:
        return None
    if sign_in.seen_at + WORTH_NOTING < now:
        sign_in_id = sign_in.id
        leave_trace(("seen", sign_in_id), lambda: commands.note_visit(sign_in_id, at=now, by=None))
    return Visit(key, sign_in)
