"""How does a browser look for needs and offers?"""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.viewer import viewer
from academy.kernel import clock
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.web import page, same_for_visitors
from academy.organisations.models import Organisation
from academy.organisations.queries import organisation_seen_by
from academy.organisations.territories import COUNTRIES, Country, Tongue
from academy.settings import LANGUAGES_KNOWN
from marketplace import matching, queries, vocabulary
from marketplace.models import Relation
from marketplace.queries import CLOSEST, CLOSING, NARROWED_BY, NEWEST, Results, Wish
from marketplace.views.blueprint import bp
from marketplace.views.pages import dressing, listing_page, mine_of

PAGE = 20

FACETS: dict[str, tuple[Sentence, Mapping[str, object]]] = {
    "kind": (say("Kind"), vocabulary.KINDS),
    "theme": (say("Field or goal"), vocabulary.THEMES),
    "resource": (say("What is needed or given"), vocabulary.RESOURCES),
    "target": (say("For whom"), vocabulary.TARGETS),
    "country": (say("Country"), {code: Country(code) for code in COUNTRIES}),
    "conditions": (say("Conditions"), vocabulary.CONDITIONS),
    "language": (say("Written in"), {code: Tongue(code) for code in LANGUAGES_KNOWN}),
}

SORTS = {CLOSEST: say("closest"), NEWEST: say("newest"), CLOSING: say("closing soon")}


@bp.get("")
@same_for_visitors(60)
def browse() -> ResponseReturnValue:
    now = clock.now()
    wish = _wish()
    results = queries.listings_found(wish, language=language(), now=now, limit=PAGE)
    return page(
        "marketplace/browse.html",
        wish=wish,
        results=results,
        facets=[_facet(name, wish, results.counts.get(name, {})) for name in NARROWED_BY],
        chosen=sum(len(values) for values in wish.chosen.values()) + bool(wish.organisation),
        organisation=_organisation(wish, results),
        sorts=[
            (name, label, _browse_address(wish, sort=name))
            for name, label in SORTS.items()
            if wish.words or name != CLOSEST
        ],
        sort=wish.sort or (CLOSEST if wish.words else NEWEST),
        older=_browse_address(wish, after=results.listings[-1].slug) if results.more else "",
        first=_browse_address(wish) if wish.after else "",
        **dressing(),
    )


@bp.get("/how-matching-works")
@same_for_visitors(600)
def how_matching_works() -> ResponseReturnValue:
    shown = queries.configuration_shown()
    model = shown.model if shown else ""
    table = matching.weights_for(Relation.FITS, with_meaning=bool(model)) | {"freshness": matching.FRESHNESS}
    return page(
        "marketplace/how_matching_works.html",
        model=model,
        version=shown.weights_version if shown else matching.VERSION,
        parts=[(title, what, table[name]) for name, title, what in vocabulary.PARTS if name in table],
    )


@bp.get("/<slug>")
@same_for_visitors(60)
def show(slug: str) -> ResponseReturnValue:
    mine = mine_of(viewer())
    listing = queries.listing_seen_by(viewer(), slug, mine, now=clock.now())
    return listing_page(listing, mine)


def _wish() -> Wish:
    """What the address asks for; a value that we do not know is as if it were not there."""
    chosen = {}
    for facet, (_title, labels) in FACETS.items():
        if values := tuple(dict.fromkeys(value for value in request.args.getlist(facet) if value in labels)):
            chosen[facet] = values
    sort = request.args.get("sort", "")
    return Wish(
        words=request.args.get("q", "").strip()[:200],
        chosen=chosen,
        organisation=request.args.get("organisation", "")[:80],
        sort=sort if sort in SORTS else "",
        after=request.args.get("after", "")[:80],
    )


def _organisation(wish: Wish, results: Results) -> Organisation | None:
    """The one that the list is narrowed to; there may be nothing of it."""
    if not wish.organisation:
        return None
    return results.listings[0].organisation if results.listings else organisation_seen_by(viewer(), wish.organisation)


def _browse_address(wish: Wish, *, sort: str = "", after: str = "") -> str:
    asked_for: dict[str, Any] = {facet: list(values) for facet, values in wish.chosen.items()}
    asked_for |= {"q": wish.words, "organisation": wish.organisation, "sort": sort or wish.sort, "after": after}
    return url_for(".browse", **{name: value for name, value in asked_for.items() if value})


def _facet(name: str, wish: Wish, counts: Mapping[str, int]) -> dict[str, Any]:
    """One group of boxes: what is chosen and what there is, the most frequent first."""
    title, labels = FACETS[name]
    chosen = wish.chosen.get(name, ())
    values = [
        (value, str(label), counts.get(value, 0), value in chosen)
        for value, label in labels.items()
        if counts.get(value) or value in chosen
    ]
    if len(values) > 3:
        values.sort(key=lambda one: (not one[3], -one[2], one[1]))
    return {"name": name, "title": title, "first": values[:7], "rest": values[7:]}
