"""What does the site say about itself? Long texts, written in Markdown, one file for each language, made into HTML once."""

from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import url_for
from markupsafe import Markup

from academy.kernel.i18n import language
from academy.kernel.markup import LESSON, excerpt, plain, rendered
from academy.kernel.web import base_address
from academy.settings import ROOT, settings

FOLDER = ROOT / "templates" / "home" / "statements"


@dataclass(frozen=True)
class Statement:
    title: str
    summary: str
    body: Markup
    language: str


def statement(name: str) -> Statement:
    """In the reader's language, else in the first language of the site that has it, else in English."""
    site = settings()
    address = base_address(site)
    contact = parseaddr(site.mail_from)[1]
    facts = {
        "address": f"<{address}/>",
        "contact": f"[{contact}](mailto:{contact})",
        "site": site.site_name or urlsplit(address).netloc,
        "settings": url_for("accounts.settings"),
        "privacy": url_for("home.privacy"),
    }
    return _made(_file(name, (language(), *site.languages, "en")), tuple(facts.items()))


def _file(name: str, languages: tuple[str, ...]) -> Path:
    files = [FOLDER / f"{name}.{code}.md" for code in languages]
    return next(file for file in files if file.exists())


@lru_cache(maxsize=64)  # facts hold the host that was asked for, and anybody may ask for any
def _made(file: Path, facts: tuple[tuple[str, str], ...]) -> Statement:
    """`# Title`, then the text. `{contact}` and the other facts are filled in before it is read as Markdown."""
    title, _, text = file.read_text(encoding="utf-8").partition("\n")
    for fact, value in facts:
        text = text.replace(f"{{{fact}}}", value)
    made = rendered(text, profile=LESSON)
    return Statement(
        title=title.removeprefix("# "),
        summary=excerpt(plain(made.html), 200),
        body=Markup(made.html),  # noqa: S704  # cleaned by the renderer
        language=file.suffixes[0].removeprefix("."),
    )
