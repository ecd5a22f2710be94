"""How does a browser ask what came of it?"""

from collections.abc import Iterator, Mapping

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from academy.kernel import sheets
from academy.kernel.i18n import Sentence, say
from academy.kernel.sheets import Cell
from academy.kernel.web import page, same_for_visitors
from academy.organisations.territories import COUNTRIES, Country, region_choices, regions
from marketplace import queries, vocabulary
from marketplace.queries import Impact, Sum
from marketplace.views.blueprint import bp
from marketplace.views.pages import dressing

# what outcomes are summed by, and what the values of each are called
GROUPS: dict[str, tuple[Sentence, Mapping[str, object]]] = {
    "goal": (say("Goal of the 2030 Agenda"), vocabulary.GOALS),
    "country": (say("Country"), {code: Country(code) for code in COUNTRIES}),
    "region": (say("Region"), {code: region.name for code, region in regions().items()}),
    "kind": (say("It began with"), vocabulary.KINDS),
    "resource": (say("What was needed"), vocabulary.RESOURCES),
}


@bp.get("/outcomes")
@same_for_visitors(600)
def outcomes() -> ResponseReturnValue:
    """Counted anew for each reader; nobody is named."""
    country, region, theme = _chosen()
    found = queries.impact(country=country, region=region, theme=theme)
    return page(
        "marketplace/outcomes.html",
        whole=found.whole,
        examples=found.examples,
        groups=[(name, title, _lines(found, name)) for name, (title, _labels) in GROUPS.items()],
        steps=queries.funnel(country=country, region=region, field=theme),
        country=country,
        region=region,
        theme=theme,
        countries={code: Country(code) for code in COUNTRIES},
        places=region_choices(),
        table=url_for(".outcomes_table", country=country or None, region=region or None, theme=theme or None),
        **dressing(),
    )


@bp.get("/outcomes.csv")
def outcomes_table() -> ResponseReturnValue:
    """The same sums for a report, with the separator that spreadsheets expect in the reader's language."""
    country, region, theme = _chosen()
    found = queries.impact(country=country, region=region, theme=theme)
    lines: list[list[Cell]] = [["all", "", "", *_numbers(found.whole)]]
    for group in GROUPS:
        lines += [[group, key, label, *_numbers(one)] for key, label, one in _lines(found, group)]
    response = make_response(
        sheets.as_csv(("by", "key", "name", "outcomes", "people", "outcomes_without_a_number"), lines)
    )
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="outcomes.csv"'
    return response


def _chosen() -> tuple[str, str, str]:
    """A region says its country by itself."""
    country, region, theme = (request.args.get(name, "") for name in ("country", "region", "theme"))
    if known := regions().get(region):
        country = known.country
    return country if country in COUNTRIES else "", region if known else "", theme if theme in vocabulary.THEMES else ""


def _lines(found: Impact, group: str) -> list[tuple[str, str, Sum]]:
    """Those that have any, in the order of the vocabulary."""
    sums = found.by[group]
    return [(key, str(label), sums[key]) for key, label in GROUPS[group][1].items() if key in sums]


def _numbers(one: Sum) -> Iterator[int]:
    yield from (one.outcomes, one.people, one.unsaid)
