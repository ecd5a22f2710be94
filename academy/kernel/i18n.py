"""How is a sentence written once and said in the reader's language?"""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g
from flask_babel import Babel, force_locale, format_date, format_datetime, format_time, get_domain, gettext, ngettext

from academy.settings import ROOT, settings

CATALOGUES = ROOT / "translations"

NATIVE_NAMES = {
    "en": "English",
    "it": "Italiano",
    "de": "Deutsch",
    "hu": "Magyar",
    "sl": "Slovenščina",
    "sk": "Slovenčina",
    "pl": "Polski",
}


# Dates and numbers as Europe writes them; sentences are found by the language alone.
LOCALES = {"en": "en_GB"}


@dataclass(frozen=True)
class Sentence:
    """A message to be translated where it is shown. Plain data: rules and tests compare it, pages say it."""

    message: str
    values: tuple[tuple[str, object], ...] = ()
    plural: str = ""

    def __str__(self) -> str:
        values = {name: _as_said(value) for name, value in self.values}
        if self.plural:
            number = values.pop("num")
            return str(ngettext(self.message, self.plural, number, **values))
        return str(gettext(self.message, **values))


def _as_said(value: object) -> Any:
    """An instant in the reader's time zone and language, a sentence in theirs; anything else as it is."""
    if isinstance(value, datetime):
        return moment(value)
    return str(value) if isinstance(value, Sentence) else value


def say(message: str, **values: object) -> Sentence:
    """`say("Hello %(name)s, it is %(when)s.", name=…, when=…)`: instants are written as the reader writes them."""
    return Sentence(message, tuple(values.items()))


def say_number(singular: str, plural: str, num: int, **values: object) -> Sentence:
    """`say_number("%(num)s answer", "%(num)s answers", 3)`"""
    return Sentence(singular, (("num", num), *values.items()), plural)


def language() -> str:
    """The language of the page that is being made."""
    return str(g.get("language") or settings().languages[0])


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Say everything inside the block in this language: for mail to somebody else."""
    before = g.get("language")
    g.language = code
    try:
        with force_locale(_locale(code)):
            yield
    finally:
        g.language = before or settings().languages[0]


def init_app(app: Flask) -> None:
    """Flask-Babel, on catalogues that are compiled into the data directory when they changed."""
    target = Path(app.extensions["settings"].data_dir) / "translations"
    compile_catalogues(target)
    Babel(
        app,
        default_domain="messages",
        default_translation_directories=str(target),
        locale_selector=lambda: _locale(language()),
        timezone_selector=lambda: g.get("time_zone", "Europe/Rome"),
    )
    app.jinja_env.globals.update(_=_in_page, ngettext=ngettext)
    app.jinja_env.filters.update(date=date, time=time, moment=moment, day=day)


def _locale(code: str) -> str:
    """Whose dates and numbers: in Europe, English means 22 November and 14:02."""
    return "en_GB" if code == "en" else code


def _in_page(message: str, **values: object) -> str:
    """What `_` is in templates: gettext, with the catalogue looked up once for a page and not for each of its sentences."""
    if (known := g.get("catalogue")) is None or known[0] != g.get("language"):
        known = g.catalogue = (g.get("language"), get_domain().get_translations())
    said: str = known[1].ugettext(message)
    return said % values if values else said


def date(when: datetime) -> str:
    """22 November 2026"""
    return str(format_date(when, "long"))


def day(when: datetime) -> str:
    """22 Nov"""
    return str(format_date(when, "d MMM"))


def time(when: datetime) -> str:
    """14:02"""
    return str(format_time(when, "HH:mm"))


def moment(when: datetime) -> str:
    """22 November 2026, 14:02"""
    return str(format_datetime(when, "d MMMM y, HH:mm"))


def compile_catalogues(target: Path) -> None:
    """Join `translations/<language>/<feature>.po` into one catalogue for each language, when any of them is newer.

    One file a feature: the person who changes a page finds its sentences beside it, and two people seldom meet in one file.
    """
    for folder in sorted(path for path in CATALOGUES.iterdir() if path.is_dir()):
        sources = sorted(folder.glob("*.po"))
        compiled = target / folder.name / "LC_MESSAGES" / "messages.mo"
        newest = max((source.stat().st_mtime for source in sources), default=0.0)
        if not sources or (compiled.exists() and compiled.stat().st_mtime > newest):
            continue
        catalogue = joined_catalogue(folder.name, sources)
        packed = io.BytesIO()
        write_mo(packed, catalogue)
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=compiled.parent, delete=False) as new:
            new.write(packed.getvalue())
        os.replace(new.name, compiled)


def joined_catalogue(code: str, sources: list[Path]) -> Any:
    """One catalogue of all the sources; a message that two of them translate differently keeps the first, by file name."""
    whole = None
    for source in sources:
        with source.open("rb") as opened:
            part = read_po(opened, locale=code)
        if whole is None:
            whole = part
            continue
        for message in part:
            if message.id and message.id not in whole:
                whole[message.id] = message
    return whole
