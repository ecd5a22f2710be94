"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from academy.accounts.viewer import member
from academy.kernel.db import looking
from academy.kernel.i18n import say
from academy.kernel.web import see, tell
from academy.learning.portfolio.queries import item_seen_by
from academy.workflows import queries
from academy.workflows.drafting import content_of
from marketplace import commands as marketplace
from marketplace.models import Kind

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
        content, origin = content_of(seen.row, kind), seen.row.ref
    listing = queries.draft_from(origin, kind, organisation, by=person)
    if listing is None:
        listing = marketplace.draft_listing(kind, organisation, content, by=person, origin=origin)
        tell(say("A draft is made of it. Complete what is missing, then publish it."))
    return see(url_for("marketplace.edit", slug=listing.slug))
