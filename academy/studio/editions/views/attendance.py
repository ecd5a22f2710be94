"""How is it written down who was there?"""

import io

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from academy.attendance import codes
from academy.attendance import commands as attendance
from academy.attendance import queries as attendances
from academy.attendance.models import PresenceState
from academy.kernel import clock
from academy.kernel.i18n import say, say_number
from academy.kernel.web import external_address, page, see, submitted, tell
from academy.learning.editions import queries, rules
from academy.learning.editions.models import Session
from academy.studio.editions.forms import STATES, CorrectionForm
from academy.studio.editions.views.blueprint import bp, session_for


@bp.get("/sessions/<key>/sheet")
def sheet(key: str) -> ResponseReturnValue:
    one, _who, _person = session_for(key, rules.may_take_attendance)
    return page(
        "studio/editions/sheet.html",
        one=one,
        edition=one.edition,
        lines=queries.sheet_of(one),
        now=clock.now(),
        changes=attendances.changes_of(one.ref),
        states=STATES,
    )


@bp.post("/sessions/<key>/sheet")
def send_sheet(key: str) -> ResponseReturnValue:
    """Who is ticked was there; with the second button everybody else of the list was not."""
    one, _who, person = session_for(key, rules.may_take_attendance)
    listed = [line.person.id for line in queries.sheet_of(one) if line.presence is None]
    ticked = [number for number in request.form.getlist("there", type=int) if number in listed]
    occasion = rules.occasion_of(one)
    count = attendance.tick(occasion, ticked, PresenceState.PRESENT, runs=True, by=person)
    if "close" in request.form:
        absent = [number for number in listed if number not in ticked]
        attendance.tick(occasion, absent, PresenceState.ABSENT, runs=True, by=person)
    tell(say_number("%(num)s person is noted as present.", "%(num)s people are noted as present.", count))
    return see(url_for(".sheet", key=key))


@bp.get("/sessions/<key>/sheet/<int:person_id>")
def correct(key: str, person_id: int) -> ResponseReturnValue:
    one, _who, _person = session_for(key, rules.may_take_attendance)
    line = _line(one, person_id)
    presence = line.presence
    form = CorrectionForm(
        data={
            "state": presence.state.value if presence else PresenceState.PRESENT.value,
            "minutes": presence.minutes if presence else one.minutes,
        }
    )
    return page("studio/editions/correct.html", one=one, edition=one.edition, line=line, form=form)


@bp.post("/sessions/<key>/sheet/<int:person_id>")
def send_correct(key: str, person_id: int) -> ResponseReturnValue:
    one, _who, person = session_for(key, rules.may_take_attendance)
    line = _line(one, person_id)
    form = submitted(CorrectionForm)
    if form.validate() and form.carries(
        lambda: attendance.correct(
            rules.occasion_of(one),
            person_id,
            PresenceState(form.state.data),
            minutes=form.minutes.data or 0,
            because=form.because.data or "",
            runs=True,
            by=person,
        )
    ):
        tell(say("Corrected. The sheet says what it was before, and why."))
        return see(url_for(".sheet", key=key))
    return page("studio/editions/correct.html", status=422, one=one, edition=one.edition, line=line, form=form)


def _line(one: Session, person_id: int) -> queries.Line:
    found = next((line for line in queries.sheet_of(one) if line.person.id == person_id), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/sessions/<key>/screen")
def screen(key: str) -> ResponseReturnValue:
    """What the room sees: a code that changes every minute, to scan or to type."""
    one, _who, _person = session_for(key, rules.may_take_attendance)
    door = attendances.door_of(one.ref)
    if door is None:
        raise NotFound
    code = codes.code_at(door.secret, clock.now())
    address = external_address("editions.scan", key=key, code=code, lang=one.edition.language)
    response = make_response(
        page(
            "studio/editions/screen.html",
            one=one,
            edition=one.edition,
            code=code,
            picture=_picture(address),
            typed_at=external_address("editions.check_in_page").removeprefix("https://").removeprefix("http://"),
            here=attendances.present_count(one.ref),
            early=clock.now() < rules.occasion_of(one).opens_at,
            over=clock.now() > rules.occasion_of(one).closes_at,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _picture(address: str) -> Markup:
    import segno  # slow to import, and seldom needed

    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        written,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=2,
        svgclass="qr",
        dark="#000",
        light="#fff",
        nl=False,
    )
    return Markup(written.getvalue().decode())  # noqa: S704  # drawn here from an address of ours
