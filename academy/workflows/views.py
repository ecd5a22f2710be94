"""How does a browser ask? Parse, command, answer."""

from collections.abc import Mapping

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import looking
from academy.kernel.i18n import say, say_number
from academy.kernel.web import page, see, submitted, tell
from academy.learning.editions.models import Session
from academy.learning.editions.queries import enrolment_of, session_and_standing
from academy.learning.portfolio.queries import item_seen_by
from academy.organisations.models import Organisation
from academy.organisations.queries import memberships_of
from academy.workflows import drafting, noting, queries, rules
from academy.workflows.forms import CameUpForm
from marketplace import commands as marketplace
from marketplace.models import Kind, Listing

bp = Blueprint("workflows", __name__)


@bp.post("/<lang>/learn/portfolio/<key>/listing")
def draft_listing(key: str) -> ResponseReturnValue:
    """A need card or a canvas becomes the draft of a need or an offer. Pressed twice it is still one draft."""
    person = member()
    organisation = request.form.get("organisation", 0, type=int)
    try:
        kind = Kind(request.form.get("kind", ""))
    except ValueError:
        raise BadRequest from None
    with looking():
        seen = item_seen_by(person, key)
        if not seen.mine:
            raise NotFound
        content, origin = drafting.content_of(seen.row, kind), seen.row.ref
    listing = queries.draft_from(origin, kind, organisation, by=person)
    if listing is None:
        listing = marketplace.draft_listing(kind, organisation, content, by=person, origin=origin)
        tell(say("A draft is made of it. Complete what is missing, then publish it."))
    return see(url_for("marketplace.edit", slug=listing.slug))


@bp.get("/<lang>/editions/sessions/<key>/came-up")
def came_up(key: str) -> ResponseReturnValue:
    """What came up at a session, to be written down a line each."""
    person = member()
    session, organisations = _session(person, key), _organisations(person)
    own = session.edition.organisation_id
    guess = {"language": session.edition.language, "organisation": own if own in organisations else None}
    return _came_up_page(CameUpForm(data=guess, organisations=_names(organisations)), session)


@bp.post("/<lang>/editions/sessions/<key>/came-up")
def draft_listings(key: str) -> ResponseReturnValue:
    """Each line becomes a draft that says where it came up. Sent twice they are still the same drafts."""
    person = member()
    with looking():
        session, organisations = _session(person, key), _organisations(person)
    form = submitted(CameUpForm, organisations=_names(organisations))
    made: list[Listing] = []

    def draft() -> None:
        for line in noting.lines_in(form.lines.data or ""):
            organisation = organisations[form.organisation.data]
            content = noting.content_of(line, session, form.language.data, organisation)
            kind = Kind(form.kind.data)
            made.append(marketplace.draft_listing(kind, organisation.id, content, by=person, origin=session.ref))

    if not (form.validate() and form.carries(draft)):
        return _came_up_page(form, session, status=422)
    if len(made) == 1:
        tell(say("A draft is made of it. Complete what is missing, then publish it."))
        return see(url_for("marketplace.edit", slug=made[0].slug))
    tell(say_number("%(num)s draft is made.", "%(num)s drafts are made. Complete each, then publish it.", len(made)))
    return see(url_for("marketplace.mine"))


def _came_up_page(form: CameUpForm, session: Session, *, status: int = 200) -> ResponseReturnValue:
    return page("workflows/came_up.html", status=status, form=form, session=session, edition=session.edition)


def _session(person: Person, key: str) -> Session:
    """One at which the person was, with its edition and modules."""
    session, who = session_and_standing(person, key)
    enrolled = enrolment_of(person.id, session.edition) is not None
    require(rules.may_note_what_came_up(session, who, enrolled=enrolled, now=clock.now()))
    return session


def _organisations(person: Person) -> dict[int, Organisation]:
    return {one.organisation_id: one.organisation for one in memberships_of(person)}


def _names(organisations: Mapping[int, Organisation]) -> dict[int, str]:
    return {key: one.name for key, one in organisations.items()}
