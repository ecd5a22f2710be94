"""How are people enrolled, called, written to, and taken home as a table?"""

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.attendance import queries as attendances
from academy.kernel import clock, sheets
from academy.kernel.i18n import say_number
from academy.kernel.web import page, see, submitted, tell
from academy.learning.editions import commands, queries, roster, rules
from academy.learning.editions.models import Edition
from academy.learning.editions.rules import Standing
from academy.learning.portfolio import queries as portfolio
from academy.studio.editions import glance as glancing
from academy.studio.editions import queries as desk
from academy.studio.editions.forms import MessageForm, RosterForm
from academy.studio.editions.views.blueprint import bp, edition_for


@bp.get("/<slug>/people")
def people(slug: str) -> ResponseReturnValue:
    edition, _who, _person = edition_for(slug, rules.may_run_edition)
    return _people_page(edition, RosterForm())


@bp.post("/<slug>/people")
def enrol_list(slug: str) -> ResponseReturnValue:
    """Everybody on the list or nobody: where a line has a fault, the page says which, and nothing is done."""
    edition, who, person = edition_for(slug, rules.may_run_edition)
    form = submitted(RosterForm)
    if not form.validate():
        return _people_page(edition, form, status=422)
    read = roster.read(form.file.data.read())
    known = roster.known(
        read,
        queries.addresses([line.email for line in read.lines]),
        queries.enrolled_ids(edition),
        invite=form.invite.data,
        invited=queries.invited_to(edition),
    )
    if known.fault:
        form.file.errors = [str(known.fault)]
        return _people_page(edition, form, status=422)
    counted: list[int] = []

    def enrol_and_invite() -> None:
        counted.append(commands.enrol_list(edition, known, queries.people_with_ids(known.wanted), who=who, by=person))
        counted.append(commands.invite(edition, known.invited, who=who, by=person))

    if form.carries(enrol_and_invite):
        tell(say_number("%(num)s person is enrolled.", "%(num)s people are enrolled.", counted[0]))
        if counted[1]:
            tell(say_number("%(num)s person is invited.", "%(num)s people are invited.", counted[1]))
        return see(url_for(".people" if counted[1] else ".glance", slug=slug))
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
        invited=len(queries.invited_to(edition)),
    )


@bp.get("/<slug>/call")
def call(slug: str) -> ResponseReturnValue:
    edition, who, _person = edition_for(slug, rules.may_see_learners)
    calls = desk.whom_to_call(edition, now=clock.now())
    return page(
        "studio/editions/call.html",
        edition=edition,
        calls=calls,
        somebody=bool(calls or queries.enrolled_ids(edition)),
        may_run=rules.may_run_edition(edition, who),
    )


@bp.get("/<slug>/portfolio")
def shown_work(slug: str) -> ResponseReturnValue:
    """What the people of this edition have made and show to their trainers."""
    edition, who, _person = edition_for(slug, rules.may_see_learners)
    before = request.args.get("before", type=int)
    found = portfolio.shown_in(edition, before=before)
    items = found[: portfolio.PAGE]
    return page(
        "studio/editions/portfolio.html",
        edition=edition,
        items=items,
        may_run=rules.may_run_edition(edition, who),
        newer=url_for(".shown_work", slug=slug) if before else "",
        older=url_for(".shown_work", slug=slug, before=items[-1].id) if len(found) > portfolio.PAGE else "",
    )


@bp.get("/<slug>/write")
def write(slug: str) -> ResponseReturnValue:
    edition, who, _person = edition_for(slug, rules.may_see_learners)
    chosen = request.args.getlist("person", type=int)
    to = rules.CHOSEN if chosen else request.args.get("to", "all")
    return _write_page(edition, who, MessageForm(data={"to": to, "people": chosen}))


@bp.post("/<slug>/write")
def send_write(slug: str) -> ResponseReturnValue:
    form = submitted(MessageForm)
    valid = form.validate()
    edition, who, person = edition_for(slug, rules.may_see_learners)
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
                    chosen=form.people.data or (),
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
    return _write_page(edition, who, form, status=422)


def _write_page(edition: Edition, who: Standing, form: MessageForm, *, status: int = 200) -> ResponseReturnValue:
    """Somebody chosen who is not in the edition, or no longer, is not shown."""
    wanted = queries.enrolled_ids(edition).intersection(form.people.data or ())
    form.people.choices = [(one.id, one.name) for one in queries.people_with_ids(wanted)] if wanted else []
    form.to.choices = {
        key: str(label) for key, label in rules.GROUPS.items() if key != rules.CHOSEN or form.people.choices
    }
    return page(
        "studio/editions/write.html",
        status=status,
        edition=edition,
        form=form,
        messages=queries.messages_of(edition),
        groups=rules.GROUPS,
        may_run=rules.may_run_edition(edition, who),
    )


@bp.get("/<slug>/export.<kind>")
def export(slug: str, kind: str) -> ResponseReturnValue:
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    edition, _who, _person = edition_for(slug, rules.may_see_learners)
    header, rows = glancing.table_of(edition)
    about = glancing.about(edition)
    if kind == "csv":
        response = make_response(sheets.as_csv(header, rows, last=about))
    else:
        response = make_response(sheets.as_xlsx(edition.title, header, rows, about=about))
    response.mimetype = "text/csv" if kind == "csv" else sheets.XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{edition.slug}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
