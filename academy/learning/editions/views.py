"""How does a browser ask? Parse, command, answer."""

from datetime import UTC, datetime

from flask import Blueprint, Flask, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import NotFound

from academy.accounts import commands as accounts
from academy.accounts.viewer import member, viewer
from academy.attendance import codes
from academy.attendance import commands as attendance
from academy.attendance import queries as attendances
from academy.attendance import rules as attending
from academy.attendance.models import PresenceState, Seat, SeatState
from academy.kernel import clock, files
from academy.kernel.access import require
from academy.kernel.db import looking
from academy.kernel.i18n import language, say, say_number
from academy.kernel.subjects import Ref, said_about
from academy.kernel.web import client_address, page, same_for_visitors, see, submitted, tell
from academy.learning.editions import commands, queries, rules, when
from academy.learning.editions.forms import CodeForm
from academy.learning.editions.models import Session
from academy.learning.queries import said
from academy.organisations.territories import Tongue, place
from academy.settings import settings

bp = Blueprint("editions", __name__)

SECONDS_KEPT = 60
# Which session's code this browser has seen, and when: a cookie of its own, since signing in begins a new one
_INTENT = "academy-check-in"


@bp.get("/<lang>/editions")
@same_for_visitors(SECONDS_KEPT)
def overview() -> ResponseReturnValue:
    past = "past" in request.args
    return page("learning/editions/overview.html", editions=queries.editions_seen_by(viewer(), past=past), past=past)


@bp.get("/<lang>/editions/<slug>")
@same_for_visitors(SECONDS_KEPT)
def show(slug: str) -> ResponseReturnValue:
    person = viewer()
    seen = queries.edition_seen_by(person, slug)
    return page(
        "learning/editions/show.html",
        seen=seen,
        edition=seen.row,
        person=person,
        materials=files.files_used_by([one.row.ref for one in seen.sessions]) if seen.sessions else {},
        stage=rules.stage_of(seen.row, clock.now().date()),
        said_of=said_about(person, [one.row.ref for one in seen.sessions]),
        now=clock.now(),
        waiting_place=_place_in(seen.seat),
        may_enrol=rules.may_enrol(seen.row, by=person),
        may_see_learners=rules.may_see_learners(seen.row, seen.who),
    )


def _place_in(seat: Seat | None) -> int:
    return attendances.place_in_queue(seat) if seat and seat.state is SeatState.WAITING else 0


@bp.post("/<lang>/editions/<slug>/enrol")
def enrol(slug: str) -> ResponseReturnValue:
    person = member()
    edition, who = queries.edition_and_standing(person, slug)
    if not rules.may_see_edition(edition, who):
        raise NotFound
    if commands.enrol(edition, by=person) is SeatState.SEATED:
        tell(say("You are enrolled. This page shows what comes when."))
    else:
        tell(say("All places are taken. You are on the waiting list, and hear as soon as one is yours."), "warn")
    return see(url_for(".show", slug=slug))


@bp.post("/<lang>/editions/<slug>/leave")
def leave(slug: str) -> ResponseReturnValue:
    person = member()
    edition, who = queries.edition_and_standing(person, slug)
    commands.leave(edition, person.id, who=who, by=person)
    tell(say("You have left this edition. What you have done stays done."))
    return see(url_for(".show", slug=slug))


@bp.post("/<lang>/editions/sessions/<key>/seat")
def reserve_seat(key: str) -> ResponseReturnValue:
    """`on` says which way, so that a second click or tab changes nothing by surprise."""
    person = member()
    one = _session(key)
    if request.form.get("on", "1") == "1":
        seat = commands.reserve_seat(one, by=person)
        if seat.state is SeatState.SEATED:
            tell(say("A seat is kept for you."))
        else:
            tell(say("The room is full. You are on the waiting list, and hear as soon as a seat is yours."), "warn")
    else:
        commands.give_back_seat(one, by=person)
        tell(say("Your seat is free for somebody else. Thank you for saying so."))
    return see(url_for(".show", slug=one.edition.slug, _anchor=f"session-{key}"))


@bp.get("/<lang>/editions/messages/<key>")
def message(key: str) -> ResponseReturnValue:
    found = queries.message_seen_by(member(), key)
    return page("learning/editions/message.html", message=found, edition=queries.edition_with_id(found.edition_id))


# --- checking in


@bp.get("/<lang>/check-in")
def check_in_page() -> ResponseReturnValue:
    return page("learning/editions/check_in.html", form=CodeForm())


@bp.post("/<lang>/check-in")
def type_code() -> ResponseReturnValue:
    """Where the camera of a phone is of no use."""
    form = submitted(CodeForm)
    found: list[Ref] = []
    at = clock.now()
    if form.validate() and _may_try(form):
        with looking():
            form.carries(lambda: found.append(attendance.door_for_code(form.code.data or "", at=at, by=viewer())))
    if not found:
        return page("learning/editions/check_in.html", status=422, form=form)
    return _to_confirm(found[0].key, at)


def _may_try(form: CodeForm) -> bool:
    """A room full of people shares one address, so the limit is wide; nobody guesses a code within it."""
    if wait := accounts.too_many_tries("code", client_address(), attending.CODES_PER_PLACE, by=viewer()):
        form.code.errors = [str(say_number("Wait %(num)s second.", "Wait %(num)s seconds.", wait))]
        return False
    return True


@bp.get("/<lang>/check-in/<key>/<code>")
def scan(key: str, code: str) -> ResponseReturnValue:
    """What the camera opens. The moment is kept in this browser, so signing in first costs nobody their code."""
    one = _session(key)
    at = clock.now()
    require(attending.may_check_in(rules.occasion_of(one), now=at))
    door = attendances.door_of(one.ref)
    require(attending.may_use_code(right=door is not None and codes.is_current(door.secret, code, at)))
    return _to_confirm(key, at)


@bp.get("/<lang>/check-in/<key>")
def confirm_check_in(key: str) -> ResponseReturnValue:
    one = _session(key)
    person = viewer()
    at = _remembered(key)
    presence = attendances.presence_of(person.id, one.ref) if person else None
    return page(
        "learning/editions/check_in_confirm.html",
        one=one,
        person=person,
        seen_at=at,
        here=presence if presence and presence.state is PresenceState.PRESENT else None,
        enrolled=person is not None and queries.enrolment_of(person.id, one.edition) is not None,
    )


@bp.post("/<lang>/check-in/<key>")
def check_in(key: str) -> ResponseReturnValue:
    person = member()
    one = _session(key)
    at = _remembered(key)
    require(attending.may_use_code(right=at is not None))
    assert at is not None
    if "enrol" in request.form:
        commands.enrol(one.edition, by=person)
    commands.check_in(one, at=at, by=person)
    return see(url_for(".confirm_check_in", key=key))


def _session(key: str) -> Session:
    one = queries.session_with_key(key)
    if one is None or one.edition.published_at is None:
        raise NotFound
    return one


def _to_confirm(key: str, at: datetime) -> ResponseReturnValue:
    response = see(url_for(".confirm_check_in", key=key))
    response.set_cookie(
        _INTENT,
        _signer().dumps([key, at.timestamp()]),
        max_age=attending.INTENT_LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings().secure,
    )
    return response


def _remembered(key: str) -> datetime | None:
    """When this browser saw a good code of this session, if that is not long ago."""
    try:
        for_key, seconds = _signer().loads(request.cookies.get(_INTENT, ""))
    except (BadData, ValueError, TypeError):
        return None
    at = datetime.fromtimestamp(float(seconds), UTC)
    return at if for_key == key and clock.now() - at <= attending.INTENT_LASTS else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="academy.check-in")


def titles_of_modules(one: Session) -> list[tuple[str, str, str]]:
    """Number, title and slug of the modules that a session teaches."""
    return [(str(module.position), said(module.title, language()).text, module.slug) for module in one.modules]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        editions_when=when,
        edition_modes=rules.MODES,
        edition_stages=rules.STAGES,
        hours_of_minutes=rules.hours,
        titles_of_modules=titles_of_modules,
        place_of_edition=lambda edition: place(edition.country, edition.nuts2, edition.municipality),
        tongue=Tongue,
    )
