"""How does an administrator find somebody, and give or take a role?"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts import commands, queries, rules
from academy.accounts.models import Person, Role
from academy.accounts.viewer import member
from academy.accounts.vocabulary import ALLOWS, ROLES
from academy.kernel.access import require
from academy.kernel.i18n import say
from academy.kernel.web import page, see, submitted, tell
from academy.studio.desks import Desk, at_desk
from academy.studio.people.forms import RoleForm
from academy.studio.people.queries import looked_after

bp = Blueprint("studio_people", __name__)

PEOPLE = 30  # on a page

at_desk(
    Desk(
        "people",
        say("People and roles"),
        say("Find somebody, see what they may do, and give or take a role."),
        "studio_people.overview",
        "people",
        rules.may_look_after_people,
    )
)


def _administrator() -> Person:
    person = member()
    require(rules.may_look_after_people(person))
    return person


@bp.get("/<lang>/studio/people")
def overview() -> ResponseReturnValue:
    _administrator()
    words, after = request.args.get("q", "")[:320], request.args.get("after", "")[:80]
    role = next((one for one in ROLES if one == request.args.get("role")), None)
    found = queries.people_looked_after(words, role, after=after, limit=PEOPLE + 1)
    last = found[PEOPLE - 1].slug if len(found) > PEOPLE else ""
    return page(
        "studio/people/overview.html",
        words=words,
        role=role,
        roles=ROLES,
        people=found[:PEOPLE],
        older=url_for(".overview", q=words or None, role=role.value if role else None, after=last) if last else "",
    )


@bp.get("/<lang>/studio/people/<person>")
def show(person: str) -> ResponseReturnValue:
    return _person_page(person)


@bp.post("/<lang>/studio/people/<person>/<role>/give")
def give(person: str, role: str) -> ResponseReturnValue:
    return _changed(person, role, give=True)


@bp.post("/<lang>/studio/people/<person>/<role>/take")
def take(person: str, role: str) -> ResponseReturnValue:
    return _changed(person, role, give=False)


def _changed(slug: str, name: str, *, give: bool) -> ResponseReturnValue:
    me = _administrator()
    form = submitted(RoleForm)
    person = queries.person_looked_after(slug)
    role = next((one for one in ROLES if one == name), None)
    if role is None:
        raise NotFound
    if not form.validate():
        return _person_page(slug, {role: form}, status=422)
    (commands.give_role if give else commands.take_role)(person, role, why=form.why.data or "", by=me)
    if give:
        tell(say("Given. %(name)s is told.", name=person.name))
    else:
        tell(say("Taken. %(name)s is told.", name=person.name))
    still = rules.may_look_after_people(person if person.id == me.id else me)
    return see(url_for(".show", person=slug) if still else url_for("home.start"))


def _person_page(slug: str, wrong: dict[Role, RoleForm] | None = None, *, status: int = 200) -> ResponseReturnValue:
    me = _administrator()
    forms = {role: RoleForm() for role in ROLES} | (wrong or {})
    for role, form in forms.items():  # one for each role on the page: each field needs an id of its own
        form.why.id = f"why-{role}"
    return page(
        "studio/people/person.html",
        status=status,
        found=looked_after(slug, by=me),
        forms=forms,
        wrong=next(iter((wrong or {}).values()), None),
        roles=ROLES,
        allows=ALLOWS,
        me=me,
    )
