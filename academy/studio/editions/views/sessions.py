"""How are sessions planned, changed and cancelled?"""

from flask import url_for
from flask.typing import ResponseReturnValue

from academy.attendance import queries as attendances
from academy.kernel import clock, files
from academy.kernel.db import looking
from academy.kernel.files import takes_files
from academy.kernel.files.forms import FileForm
from academy.kernel.i18n import language, say
from academy.kernel.web import page, see, submitted, tell
from academy.learning.editions import commands, queries, rules
from academy.learning.editions.models import Edition, Session
from academy.learning.editions.rules import Standing
from academy.learning.queries import said
from academy.studio.editions.forms import CancelForm, SessionForm, choose
from academy.studio.editions.views.blueprint import bp, edition_for, session_for

LARGEST = 31  # MB: the largest document, and what goes around it


@bp.get("/<slug>/sessions")
def sessions(slug: str) -> ResponseReturnValue:
    edition, who, _person = edition_for(slug, rules.may_see_learners)
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
    edition, _who, _person = edition_for(slug, rules.may_run_edition)
    return _session_page(_session_form(SessionForm(data={"day": edition.starts_on})), edition, None)


@bp.post("/<slug>/sessions/new")
def send_add_session(slug: str) -> ResponseReturnValue:
    edition, who, person = edition_for(slug, rules.may_run_edition)
    form = _session_form(submitted(SessionForm))
    if form.validate() and form.carries(
        lambda: commands.add_session(edition, form.meeting(edition.time_zone), who=who, by=person)
    ):
        tell(say("The session is there."))
        return see(url_for(".sessions", slug=slug))
    return _session_page(form, edition, None, status=422)


@bp.get("/sessions/<key>/edit")
def change_session(key: str) -> ResponseReturnValue:
    one, _who, _person = session_for(key, rules.may_run_edition)
    return _session_page(_session_form(SessionForm.about(one, one.edition.time_zone)), one.edition, one)


@bp.post("/sessions/<key>/edit")
def send_change_session(key: str) -> ResponseReturnValue:
    one, who, person = session_for(key, rules.may_run_edition)
    form = _session_form(submitted(SessionForm))
    if form.validate() and form.carries(
        lambda: commands.change_session(one, form.meeting(one.edition.time_zone), who=who, by=person)
    ):
        tell(say("Saved. If it moved, those who are enrolled are told."))
        return see(url_for(".sessions", slug=one.edition.slug))
    return _session_page(form, one.edition, one, status=422)


@bp.post("/sessions/<key>/cancel")
def cancel_session(key: str) -> ResponseReturnValue:
    one, who, person = session_for(key, rules.may_run_edition)
    form = submitted(CancelForm)
    if not form.validate():
        return _session_page(
            _session_form(SessionForm.about(one, one.edition.time_zone)), one.edition, one, cancel=form, status=422
        )
    commands.cancel_session(one, because=form.because.data or "", who=who, by=person)
    tell(say("The session is marked as cancelled, and those who are enrolled are told."))
    return see(url_for(".sessions", slug=one.edition.slug))


@bp.get("/sessions/<key>/materials")
def materials(key: str) -> ResponseReturnValue:
    one, who, _person = session_for(key, rules.may_take_attendance)
    return _materials_page(one, who, FileForm())


@bp.post("/sessions/<key>/materials")
@takes_files(LARGEST)
def add_material(key: str) -> ResponseReturnValue:
    with looking():
        session_for(key, rules.may_take_attendance)
    form = submitted(FileForm)
    valid = form.validate()
    one, who, person = session_for(key, rules.may_take_attendance)
    if valid and form.carries(
        lambda: commands.add_material(
            one,
            form.file.found,  # type: ignore[arg-type]  # `validate` has seen it
            alternative=form.alternative.data or "",
            who=who,
            by=person,
        )
    ):
        tell(say("The file is there."))
        return see(url_for(".materials", key=key))
    return _materials_page(one, who, form, status=422)


@bp.post("/sessions/<key>/materials/<file>/away")
def take_material_away(key: str, file: str) -> ResponseReturnValue:
    one, who, person = session_for(key, rules.may_take_attendance)
    commands.take_material_away(one, file, who=who, by=person)
    tell(say("The file is gone."))
    return see(url_for(".materials", key=key))


def _materials_page(one: Session, who: Standing, form: FileForm, *, status: int = 200) -> ResponseReturnValue:
    return page(
        "studio/editions/materials.html",
        status=status,
        one=one,
        edition=one.edition,
        form=form,
        files=files.files_used_by([one.ref])[one.ref],
        may_run=rules.may_run_edition(one.edition, who),
    )


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
