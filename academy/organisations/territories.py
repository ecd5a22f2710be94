"""Where is something: country, NUTS 2 region, municipality?

Codes and names of the 99 regions of the seven countries are in `nuts2.csv` beside this file, as Eurostat publishes them. Countries and
languages are named by the CLDR, in the language of the page.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale

from academy.kernel.i18n import language

COUNTRIES = ("AT", "DE", "HU", "IT", "PL", "SI", "SK")

_BORDERS = ("AT-DE", "AT-HU", "AT-IT", "AT-SI", "AT-SK", "DE-PL", "HU-SI", "HU-SK", "IT-SI", "PL-SK")
NEIGHBOURS = {
    country: frozenset(other for border in _BORDERS if country in border.split("-") for other in border.split("-"))
    - {country}
    for country in COUNTRIES
}


@dataclass(frozen=True)
class Region:
    code: str
    name: str
    country: str


@dataclass(frozen=True)
class Country:
    """The name of a country, said in the language of the page that shows it."""

    code: str

    def __str__(self) -> str:
        return str(_locale(language()).territories.get(self.code, self.code))


@dataclass(frozen=True)
class Tongue:
    """The name of a language, said in the language of the page that shows it."""

    code: str

    def __str__(self) -> str:
        return str(_locale(language()).languages.get(self.code, self.code))


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """Every NUTS 2 region of the seven countries, by code, sorted by name within its country."""
    with (Path(__file__).parent / "nuts2.csv").open(encoding="utf-8", newline="") as table:
        rows = [Region(**row) for row in csv.DictReader(table)]
    return {region.code: region for region in sorted(rows, key=lambda region: (region.country, region.name))}


def region_name(code: str) -> str:
    region = regions().get(code)
    return region.name if region else ""


def place(country: str, nuts2: str = "", municipality: str = "") -> str:
    """“Ptuj, Slovenia”, or the region where no municipality is named."""
    return ", ".join(
        part for part in (municipality or region_name(nuts2), str(Country(country)) if country else "") if part
    )


def country_choices() -> dict[str, str]:
    return dict(sorted(((code, str(Country(code))) for code in COUNTRIES), key=lambda choice: choice[1]))


def region_choices() -> dict[str, str | dict[str, str]]:
    """By country, for a list with group headings; an empty choice first."""
    grouped: dict[str, str | dict[str, str]] = {"": "–"}
    for code, name in country_choices().items():
        grouped[name] = {region.code: region.name for region in regions().values() if region.country == code}
    return grouped


@lru_cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)
