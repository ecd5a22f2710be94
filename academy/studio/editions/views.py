"""How does a browser ask? Parse, command, answer."""

import io
from collections.abc import Callable

import segno
from flask import Blueprint, make_response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person, Role
from academy.accounts.viewer import member
from academy.attendance import codes
from academy.attendance import commands as attendance
from academy.attendance import queries as attendances
from academy.attendance.models import PresenceState
from academy.kernel import clock
from academy.kernel.access import ALLOWED, Verdict, require
from academy.kernel.i18n import language, say, say_number
from academy.kernel.web import external_address, page, see, submitted, tell
from academy.learning.editions import commands, queries, roster, rules
from academy.learning.editions.models import Edition, Session
from academy.learning.editions.rules import Standing
from academy.learning.queries import said
from academy.studio.desks import Desk, at_desk
from academy.studio.editions import glance as glancing
from academy.studio.editions import queries as desk
from academy.studio.editions import sheets
from academy.studio.editions.forms import (
    STATES,
    CancelForm,
    CorrectionForm,
    EditionForm,
    MessageForm,
    RosterForm,
    RulesForm,
    SessionForm,
    choose,
)

bp = Blueprint("studio_editions", __name__, url_prefix="/<lang>/studio/editions")


def may_enter(person: Person) -> Verdict:
    if person.has(Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(say("This desk is for trainers and coordinators."), 403)


at_desk(
    Desk(
        "editions",
        say("Editions"),
        say("Sessions, attendance, who is where and who could do with a call."),
        "studio_editions.overview",
        "people",
        may_enter=may_enter,
        waiting=lambda person: desk.sheets_waiting_for(person, now=clock.now()),
    )
)


def _visible(slug: str, may: Callable[[Edition, Standing], Verdict]) -> tuple[Edition, Standing, Person]:
    """The edition, if this person sees it and may do this."""
    person = member()
    edition, who = queries.edition_and_standing(person, slug)
    if not rules.may_see_edition(edition, who):
        raise NotFound
    require(may(edition, who))
    return edition, who, person


def _session(key: str, may: Callable[[Edition, Standing], Verdict]) -> tuple[Session, Standing, Person]:
    person = member()
    one, who = queries.session_and_standing(person, key)
    if not rules.may_see_edition(one.edition, who):
        raise NotFound
    require(may(one.edition, who))
    return one, who, person


# --- editions


@bp.get("")
def overview() -> ResponseReturnValue:
    person = member()
    require(may_enter(person))
    today = clock.now().date()
    return page(
        "studio/editions/overview.html",
        editions=[
            (edition, count, rules.stage_of(edition, today)) for edition, count in queries.editions_run_by(person)
        ],
        may_create=person.has(Role.COORDINATOR, Role.ADMINISTRATOR),
        may_rule=rules.may_publish_rules(by=person),
    )


@bp.get("/new")
def create() -> ResponseReturnValue:
    person = member()
    require(may_enter(person))
    return _form_page(_edition_form(EditionForm(data={"language": language()}), person), None)


@bp.post("/new")
def send_create() -> ResponseReturnValue:
    person = member()
    require(may_enter(person))
    form = _edition_form(submitted(EditionForm), person)
    made: list[Edition] = []
    if form.validate():
        organisation = next(one for one in queries.organisations_for(person) if one.id == form.organisation.data)
        who = queries.standing_for_new(person)
        said_of_it, seats = form.announcement(), form.seats.data
        if form.carries(
            lambda: made.append(commands.create_edition(said_of_it, organisation, seats=seats, who=who, by=person))
        ):
            tell(say("The edition is a draft. Add its sessions, then publish it."))
            return see(url_for(".sessions", slug=made[0].slug))
    return _form_page(form, None, status=422)


@bp.get("/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    edition, _who, person = _visible(slug, rules.may_run_edition)
    gate = attendances.gate_of(edition.ref)
    form = EditionForm.about(edition, gate.capacity if gate else None)
    form.organisation.data = edition.organisation_id
    return _form_page(_edition_form(form, person), edition)


@bp.post("/<slug>/edit")
def send_edit(slug: str) -> ResponseReturnValue:
    edition, who, person = _visible(slug, rules.may_run_edition)
    form = _edition_form(submitted(EditionForm), person)
    form.organisation.data = edition.organisation_id
    if form.validate() and form.carries(
        lambda: commands.change_edition(edition, form.announcement(), seats=form.seats.data, who=who, by=person)
    ):
        tell(say("Saved."))
        return see(url_for(".sessions", slug=slug))
    return _form_page(form, edition, status=422)


def _edition_form(form: EditionForm, person: Person) -> EditionForm:
    form.organisation.choices = [(one.id, one.name) for one in queries.organisations_for(person)]
    return form


def _form_page(form: EditionForm, edition: Edition | None, *, status: int = 200) -> ResponseReturnValue:
    return page("studio/editions/form.html", status=status, form=form, edition=edition)


@bp.post("/<slug>/publish")
def publish(slug: str) -> ResponseReturnValue:
    edition, who, person = _visible(slug, rules.may_run_edition)
    commands.publish_edition(edition, who=who, by=person)
    tell(say("The edition is published. Everybody sees it, and can enrol."))
    return see(url_for(".sessions", slug=slug))


@bp.post("/<slug>/end")
def end(slug: str) -> ResponseReturnValue:
    edition, who, person = _visible(slug, rules.may_run_edition)
    commands.end_edition(edition, who=who, by=person)
    tell(say("The edition has ended. Everything stays readable, and its people are alumni now."))
    return see(url_for(".glance", slug=slug))


@bp.get("/<slug>")
def glance(slug: str) -> ResponseReturnValue:
    """Who is where: fifty learners a page, by name."""
    edition, who, _person = _visible(slug, rules.may_see_learners)
    name, number = request.args.get("after", ""), request.args.get("id", 0, type=int)
    seen = glancing.glance_at(edition, after=(name, number) if name else None, now=clock.now())
    older = url_for(".glance", slug=slug, after=seen.next[0], id=seen.next[1]) if seen.next else ""
    return page(
        "studio/editions/glance.html",
        edition=edition,
        seen=seen,
        older=older,
        newer=url_for(".glance", slug=slug) if name else "",
        stage=rules.stage_of(edition, clock.now().date()),
        may_run=rules.may_run_edition(edition, who),
    )


# --- sessions


@bp.get("/<slug>/sessions")
def sessions(slug: str) -> ResponseReturnValue:
    edition, who, _person = _visible(slug, rules.may_see_learners)
    found = queries.sessions_of(edition)
    return page(
        "studio/editions/sessions.html",
        edition=edition,
        sessions=found,
        gates=attendances.gates_of([one.ref for one in found]),
        now=clock.now(),
        stage=rules.stage_of(edition, clock.now().date()),
        may_run=rules.may_run_edition(edition, who),
    )


@bp.get("/<slug>/sessions/new")
def add_session(slug: str) -> ResponseReturnValue:
    edition, _who, _person = _visible(slug, rules.may_run_edition)
    return _session_page(_session_form(SessionForm(data={"day": edition.starts_on})), edition, None)


@bp.post("/<slug>/sessions/new")
def send_add_session(slug: str) -> ResponseReturnValue:
    edition, who, person = _visible(slug, rules.may_run_edition)
    form = _session_form(submitted(SessionForm))
    if form.validate() and form.carries(
        lambda: commands.add_session(edition, form.meeting(edition.time_zone), who=who, by=person)
    ):
        tell(say("The session is there."))
        return see(url_for(".sessions", slug=slug))
    return _session_page(form, edition, None, status=422)


@bp.get("/sessions/<key>/edit")
def change_session(key: str) -> ResponseReturnValue:
    one, _who, _person = _session(key, rules.may_run_edition)
    return _session_page(_session_form(SessionForm.about(one, one.edition.time_zone)), one.edition, one)


@bp.post("/sessions/<key>/edit")
def send_change_session(key: str) -> ResponseReturnValue:
    one, who, person = _session(key, rules.may_run_edition)
    form = _session_form(submitted(SessionForm))
    if form.validate() and form.carries(
        lambda: commands.change_session(one, form.meeting(one.edition.time_zone), who=who, by=person)
    ):
        tell(say("Saved. If it moved, those who are enrolled are told."))
        return see(url_for(".sessions", slug=one.edition.slug))
    return _session_page(form, one.edition, one, status=422)


@bp.post("/sessions/<key>/cancel")
def cancel_session(key: str) -> ResponseReturnValue:
    one, who, person = _session(key, rules.may_run_edition)
    form = submitted(CancelForm)
    if not form.validate():
        return _session_page(
            _session_form(SessionForm.about(one, one.edition.time_zone)), one.edition, one, cancel=form, status=422
        )
    commands.cancel_session(one, because=form.because.data or "", who=who, by=person)
    tell(say("The session is marked as cancelled, and those who are enrolled are told."))
    return see(url_for(".sessions", slug=one.edition.slug))


def _session_form(form: SessionForm) -> SessionForm:
    modules = [(module, said(module.title, language()).text) for module in queries.modules_to_choose()]
    return choose(form, modules, [(trainer.id, trainer.name) for trainer in queries.trainers_to_choose()])


def _session_page(
    form: SessionForm, edition: Edition, one: Session | None, *, cancel: CancelForm | None = None, status: int = 200
) -> ResponseReturnValue:
    return page(
        "studio/editions/session_form.html",
        status=status,
        form=form,
        edition=edition,
        one=one,
        cancel=cancel or CancelForm(),
    )


# --- attendance


@bp.get("/sessions/<key>/sheet")
def sheet(key: str) -> ResponseReturnValue:
    one, _who, _person = _session(key, rules.may_take_attendance)
    return page(
        "studio/editions/sheet.html",
        one=one,
        edition=one.edition,
        lines=queries.sheet_of(one),
        changes=attendances.changes_of(one.ref),
        states=STATES,
    )


@bp.post("/sessions/<key>/sheet")
def send_sheet(key: str) -> ResponseReturnValue:
    """Who is ticked was there; with the second button everybody else of the list was not."""
    one, _who, person = _session(key, rules.may_take_attendance)
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
    one, _who, _person = _session(key, rules.may_take_attendance)
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
    one, _who, person = _session(key, rules.may_take_attendance)
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
    one, _who, _person = _session(key, rules.may_take_attendance)
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


# --- people


@bp.get("/<slug>/people")
def people(slug: str) -> ResponseReturnValue:
    edition, _who, _person = _visible(slug, rules.may_run_edition)
    return _people_page(edition, RosterForm())


@bp.post("/<slug>/people")
def enrol_list(slug: str) -> ResponseReturnValue:
    """Everybody on the list or nobody: where a line has a fault, the page says which, and nothing is done."""
    edition, who, person = _visible(slug, rules.may_run_edition)
    form = submitted(RosterForm)
    if not form.validate():
        return _people_page(edition, form, status=422)
    read = roster.read(form.file.data.read())
    known = roster.known(read, queries.addresses([line.email for line in read.lines]), queries.enrolled_ids(edition))
    if known.fault:
        form.file.errors = [str(known.fault)]
        return _people_page(edition, form, status=422)
    counted: list[int] = []
    if form.carries(
        lambda: counted.append(
            commands.enrol_list(edition, known, queries.people_with_ids(known.wanted), who=who, by=person)
        )
    ):
        tell(say_number("%(num)s person is enrolled.", "%(num)s people are enrolled.", counted[0]))
        return see(url_for(".glance", slug=slug))
    return _people_page(edition, form, report=known, status=422)


def _people_page(
    edition: Edition, form: RosterForm, *, report: roster.Roster | None = None, status: int = 200
) -> ResponseReturnValue:
    return page(
        "studio/editions/people.html",
        status=status,
        edition=edition,
        form=form,
        report=report,
        gate=attendances.gate_of(edition.ref),
    )


@bp.get("/<slug>/call")
def call(slug: str) -> ResponseReturnValue:
    edition, _who, _person = _visible(slug, rules.may_see_learners)
    return page("studio/editions/call.html", edition=edition, calls=desk.whom_to_call(edition, now=clock.now()))


@bp.get("/<slug>/write")
def write(slug: str) -> ResponseReturnValue:
    edition, _who, _person = _visible(slug, rules.may_see_learners)
    return _write_page(edition, MessageForm(data={"to": request.args.get("to", "all")}))


@bp.post("/<slug>/write")
def send_write(slug: str) -> ResponseReturnValue:
    form = submitted(MessageForm)
    valid = form.validate()
    edition, who, person = _visible(slug, rules.may_see_learners)
    sent: list[int] = []
    if valid and form.carries(
        lambda: sent.append(
            len(
                commands.write_to_group(
                    edition,
                    form.to.data,
                    title=form.title.data or "",
                    body=form.body.data or "",
                    written=form.body.written,
                    who=who,
                    by=person,
                ).people
            )
        )
    ):
        tell(
            say_number(
                "Your message goes to %(num)s person, to the inbox and by mail.",
                "Your message goes to %(num)s people, to the inbox and by mail.",
                sent[0],
            )
        )
        return see(url_for(".write", slug=slug))
    return _write_page(edition, form, status=422)


def _write_page(edition: Edition, form: MessageForm, *, status: int = 200) -> ResponseReturnValue:
    return page(
        "studio/editions/write.html",
        status=status,
        edition=edition,
        form=form,
        messages=queries.messages_of(edition),
        groups=rules.GROUPS,
    )


@bp.get("/<slug>/export.<kind>")
def export(slug: str, kind: str) -> ResponseReturnValue:
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    edition, _who, _person = _visible(slug, rules.may_see_learners)
    header, rows = glancing.table_of(edition)
    response = make_response(
        sheets.as_csv(header, rows) if kind == "csv" else sheets.as_xlsx(edition.title, header, rows)
    )
    response.mimetype = "text/csv" if kind == "csv" else sheets.XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{edition.slug}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


# --- rules of completion


@bp.get("/rules")
def completion() -> ResponseReturnValue:
    require(rules.may_publish_rules(by=member()))
    _number, asked = queries.current_rules()
    return _rules_page(_rules_form(RulesForm.about(asked)))


@bp.post("/rules")
def send_completion() -> ResponseReturnValue:
    """First a preview of what it would do to whom; the second button publishes."""
    person = member()
    require(rules.may_publish_rules(by=person))
    form = _rules_form(submitted(RulesForm))
    if not form.validate():
        return _rules_page(form, status=422)
    wanted = form.wanted()
    if "publish" in request.form:
        if form.carries(lambda: commands.publish_rules(wanted, because=form.because.data or "", by=person)):
            tell(say("Published. What was earned stays; everybody's figure says the new state."))
            return see(url_for(".completion"))
        return _rules_page(form, preview=queries.preview_of(wanted), status=422)
    fits = rules.rules_fit(wanted, "-")
    if not fits:
        form[fits.field].errors = [str(fits.refusal)]
        return _rules_page(form, status=422)
    return _rules_page(form, preview=queries.preview_of(wanted))


def _rules_form(form: RulesForm) -> RulesForm:
    form.optional.choices = glancing.choices_of_parts()
    return form


def _rules_page(form: RulesForm, *, preview: queries.Preview | None = None, status: int = 200) -> ResponseReturnValue:
    return page(
        "studio/editions/rules.html",
        status=status,
        form=form,
        preview=preview,
        history=queries.rules_history(),
        titles={module.slug: said(module.title, language()).text for module in queries.modules_to_choose()},
    )
