"""How is an edition set up, published and ended, and who is where in it?"""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.attendance import queries as attendances
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.i18n import language, say
from academy.kernel.web import page, see, submitted, tell
from academy.learning.editions import commands, queries, rules
from academy.learning.editions.models import Edition
from academy.studio.editions import glance as glancing
from academy.studio.editions.forms import EditionForm
from academy.studio.editions.views.blueprint import bp, edition_for, may_enter


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
        may_create=rules.may_set_up_editions(person),
        may_rule=rules.may_publish_rules(by=person),
    )


@bp.get("/new")
def create() -> ResponseReturnValue:
    person = member()
    require(rules.may_set_up_editions(person))
    return _form_page(_edition_form(EditionForm(data={"language": language()}), person), None)


@bp.post("/new")
def send_create() -> ResponseReturnValue:
    person = member()
    require(rules.may_set_up_editions(person))
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
    edition, _who, person = edition_for(slug, rules.may_run_edition)
    gate = attendances.gate_of(edition.ref)
    form = EditionForm.about(edition, gate.capacity if gate else None)
    form.organisation.data = edition.organisation_id
    return _form_page(_edition_form(form, person), edition)


@bp.post("/<slug>/edit")
def send_edit(slug: str) -> ResponseReturnValue:
    edition, who, person = edition_for(slug, rules.may_run_edition)
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
    edition, who, person = edition_for(slug, rules.may_run_edition)
    commands.publish_edition(edition, who=who, by=person)
    tell(say("The edition is published. Everybody sees it, and can enrol."))
    return see(url_for(".sessions", slug=slug))


@bp.post("/<slug>/end")
def end(slug: str) -> ResponseReturnValue:
    edition, who, person = edition_for(slug, rules.may_run_edition)
    commands.end_edition(edition, who=who, by=person)
    tell(say("The edition has ended. Everything stays readable, and its people are alumni now."))
    return see(url_for(".glance", slug=slug))


@bp.get("/<slug>")
def glance(slug: str) -> ResponseReturnValue:
    """Who is where: fifty learners a page, by name."""
    edition, who, _person = edition_for(slug, rules.may_see_learners)
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
