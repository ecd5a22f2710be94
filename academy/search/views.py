"""How does a browser ask? Parse, command, answer."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.viewer import viewer
from academy.kernel.i18n import language
from academy.kernel.web import page
from academy.search import queries
from academy.search.queries import GROUPS

bp = Blueprint("search", __name__, url_prefix="/<lang>")

LONGEST = 200  # characters of a search


@bp.get("/search")
def results() -> ResponseReturnValue:
    """Any text is a search; what can't be understood in the address is left out."""
    words = request.args.get("q", "").strip()[:LONGEST]
    group = request.args.get("kind", "")
    group = group if group in GROUPS else ""
    after = request.args.get("after", 0, type=int)
    found = queries.results_seen_by(viewer(), words, language(), group=group, after=after)
    return page(
        "search/results.html",
        words=words,
        group=group,
        groups=[(key, label, _address(words, key)) for key, label in GROUPS.items()],
        everything=_address(words),
        found=found,
        older=_address(words, group, found.after) if found.after else "",
        first=_address(words, group) if after > 0 else "",
    )


def _address(words: str, group: str = "", after: int | None = None) -> str:
    return url_for(".results", q=words or None, kind=group or None, after=after or None)
