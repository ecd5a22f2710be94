"""How does a browser ask for a guide, and for what it all rests on?"""

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

from academy.kernel.i18n import language, say
from academy.kernel.web import page, same_for_visitors
from academy.learning.library import queries
from academy.learning.queries import licence_of_course

bp = Blueprint("guides", __name__)

SECONDS_KEPT = 60


@bp.get("/<lang>/guides")
@same_for_visitors(SECONDS_KEPT)
def library() -> ResponseReturnValue:
    return page("learning/library.html", guides=queries.library(language()), licence=licence_of_course())


@bp.get("/<lang>/learn/sources")
@same_for_visitors(SECONDS_KEPT)
def sources() -> ResponseReturnValue:
    works = queries.works(language())
    groups = [
        (say("Books, articles, reports and pages"), [work for work in works if not work.citation.is_act]),
        (say("Laws and official acts"), [work for work in works if work.citation.is_act]),
    ]
    return page("learning/sources.html", groups=groups, licence=licence_of_course())


@bp.get("/<lang>/guides/<slug>")
@same_for_visitors(SECONDS_KEPT)
def guide(slug: str) -> ResponseReturnValue:
    return page("learning/guide.html", seen=queries.guide_seen(slug, language()), licence=licence_of_course())


@bp.get("/<lang>/guides/<slug>.md")
def download(slug: str) -> ResponseReturnValue:
    """The text as it was written, to keep, adapt and pass on."""
    seen = queries.guide_seen(slug, language())
    response = make_response(seen.version.written)
    response.mimetype = "text/markdown"
    name = f"{slug}.{seen.version.language}.md"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
