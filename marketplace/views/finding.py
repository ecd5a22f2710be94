"""How does a browser look for needs and offers?"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.viewer import member, viewer
from academy.kernel import clock
from academy.kernel.i18n import Sentence, language, say
from academy.kernel.web import base_address, external_address, page, same_for_visitors, see, tell
from academy.organisations.models import Organisation
from academy.organisations.queries import organisation_seen_by
from academy.organisations.territories import COUNTRIES, Country, Tongue, region_choices, region_name, regions
from academy.settings import LANGUAGES_KNOWN, settings
from marketplace import commands, matching, queries, vocabulary
from marketplace.models import Relation
from marketplace.queries import CLOSEST, CLOSING, NARROWED_BY, NEWEST, Results, Wish
from marketplace.views.blueprint import bp
from marketplace.views.pages import dressing, listing_page

PAGE = 20

FACETS: dict[str, tuple[Sentence, Mapping[str, object]]] = {
    "kind": (say("Kind"), vocabulary.KINDS),
    "theme": (say("Field or goal"), vocabulary.THEMES),
    "resource": (say("What is needed or given"), vocabulary.RESOURCES),
    "target": (say("For whom"), vocabulary.TARGETS),
    "country": (say("Country"), {code: Country(code) for code in COUNTRIES}),
    "region": (say("Region"), {code: region.name for code, region in regions().items()}),
    "conditions": (say("Conditions"), vocabulary.CONDITIONS),
    "language": (say("Written in"), {code: Tongue(code) for code in LANGUAGES_KNOWN}),
    "function": (say("Public function"), vocabulary.PUBLIC_FUNCTIONS),
    "source": (say("How it came up"), vocabulary.SOURCES),
}

VIEWS = {"list": say("list"), "table": say("table")}
SORTS = {CLOSEST: say("closest"), NEWEST: say("newest"), CLOSING: say("closing soon")}


@bp.get("")
@same_for_visitors(60)
def browse() -> ResponseReturnValue:
    now = clock.now()
    wish = _wish()
    results = queries.listings_found(wish, member=viewer() is not None, language=language(), now=now, limit=PAGE)
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
        view="table" if request.values.get("view") == "table" else "list",
        views=[(name, label, _browse_address(wish, view=name)) for name, label in VIEWS.items()],
        feed=_browse_address(wish, endpoint=".feed"),
        places=region_choices(),
        told=_told_of(wish, results),
        wish_fields=_as_fields(wish),
        **dressing(),
    )


def _told_of(wish: Wish, results: Results) -> list[Sentence]:
    """Where there is nothing, and where there is something then: “nothing in Modena; three in Emilia-Romagna”."""
    if not wish.near:
        return []
    names = {
        "town": wish.town,
        "region": region_name(wish.near),
        "part": str(say("the regions around it")),
        "country": str(Country(wish.near[:2])),
        "anywhere": str(say("all countries")),
    }
    nothing = [
        say("Nothing in the town of %(where)s.", where=wish.town)
        if reach == "town"
        else say("Nothing in %(where)s.", where=names[reach])
        for reach in results.nothing_in
    ]
    if results.reach == "town":
        return [*nothing, say("%(num)s in the town of %(where)s.", num=results.total, where=wish.town)]
    return [*nothing, say("%(num)s in %(where)s.", num=results.total, where=names.get(results.reach, ""))]


@bp.get("/feed.atom")
@same_for_visitors(300)
def feed() -> ResponseReturnValue:
    """What is newest of a wish, for programs that read along."""
    wish = replace(_wish(), sort=NEWEST, after="")
    found = queries.listings_found(wish, member=viewer() is not None, language=language(), now=clock.now(), limit=PAGE)
    base = base_address(settings())
    xml = render_template(
        "marketplace/feed.xml",
        here=base + _browse_address(wish, endpoint=".feed"),
        there=base + _browse_address(wish),
        updated=max((one.changed_at for one in found.listings), default=clock.now()),
        entries=[(one, external_address(".show", slug=one.slug)) for one in found.listings],
    )
    return current_app.response_class(xml, mimetype="application/atom+xml")


@bp.get("/saved")
def saved() -> ResponseReturnValue:
    """What the reader waits for."""
    searches = [
        (one, _browse_address(queries.wish_of(one)), _said(queries.wish_of(one)))
        for one in queries.searches_of(member())
    ]
    return page("marketplace/saved.html", searches=searches)


@bp.post("/saved")
def save_search() -> ResponseReturnValue:
    person = member()
    commands.save_search(_to_keep(_wish()), language(), by=person)
    tell(say("Saved. You hear of what is published from now on and fits, once."))
    return see(url_for(".saved"))


@bp.post("/saved/<key>/forget")
def forget_search(key: str) -> ResponseReturnValue:
    person = member()
    commands.forget_search(queries.search_of(person, key), by=person)
    tell(say("Forgotten."))
    return see(url_for(".saved"))


def _to_keep(wish: Wish) -> dict[str, Any]:
    """As it comes back from the database."""
    facts = asdict(replace(wish, sort="", after=""))
    return facts | {"chosen": {facet: list(values) for facet, values in wish.chosen.items()}}


def _said(wish: Wish) -> str:
    """A wish in words."""
    parts = [f"“{wish.words}”"] if wish.words else []
    for facet, values in wish.chosen.items():
        parts += [str(FACETS[facet][1][value]) for value in values if facet in FACETS and value in FACETS[facet][1]]
    return ", ".join([*parts, *filter(None, (wish.town, region_name(wish.near)))]) or str(say("everything"))


def _as_fields(wish: Wish) -> list[tuple[str, str]]:
    """The wish as hidden fields of a form."""
    fields = [("q", wish.words), ("organisation", wish.organisation), ("near", wish.near), ("town", wish.town)]
    fields += [(facet, value) for facet, values in wish.chosen.items() for value in values]
    return [(name, value) for name, value in fields if value]


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
    listing, ours = queries.listing_and_side(viewer(), slug, now=clock.now())
    return listing_page(listing, ours=ours)


def _wish() -> Wish:
    """What the address asks for; a value that we do not know is as if it were not there."""
    chosen = {}
    for facet, (_title, labels) in FACETS.items():
        if values := tuple(dict.fromkeys(value for value in request.values.getlist(facet) if value in labels)):
            chosen[facet] = values
    sort = request.values.get("sort", "")
    near = request.values.get("near", "")
    return Wish(
        words=request.values.get("q", "").strip()[:200],
        chosen=chosen,
        organisation=request.values.get("organisation", "")[:80],
        near=near if near in regions() else "",
        town=request.values.get("town", "").strip()[:120],
        sort=sort if sort in SORTS else "",
        after=request.values.get("after", "")[:80],
    )


def _organisation(wish: Wish, results: Results) -> Organisation | None:
    """The one that the list is narrowed to; there may be nothing of it."""
    if not wish.organisation:
        return None
    return results.listings[0].organisation if results.listings else organisation_seen_by(viewer(), wish.organisation)


def _browse_address(wish: Wish, *, sort: str = "", after: str = "", endpoint: str = ".browse", view: str = "") -> str:
    """The list, or its feed, that shows this wish; in the same view."""
    view = view or request.values.get("view", "") if endpoint == ".browse" else ""
    asked_for: dict[str, Any] = {facet: list(values) for facet, values in wish.chosen.items()}
    asked_for |= {"near": wish.near, "town": wish.town, "view": view}
    asked_for |= {"q": wish.words, "organisation": wish.organisation, "sort": sort or wish.sort, "after": after}
    return url_for(endpoint, **{name: value for name, value in asked_for.items() if value})


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
