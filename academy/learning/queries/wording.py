"""In which language is a text of the course said, where the wanted one is missing?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

SPELLED_LANGUAGES = ("en", "it", "de", "hu", "sl", "sk", "pl")  # which to show where the wanted one is missing


@dataclass(frozen=True)
class Said:
    """A text of the course in the language of the page or, where that is missing, in another one, which the page then names."""

    text: str
    language: str
    foreign: bool

    def __html__(self) -> Markup:
        if not self.foreign:
            return escape(self.text)
        return Markup('<span lang="{}">{}</span>').format(self.language, self.text)

    def __str__(self) -> str:
        return self.text


def said(texts: Mapping[str, str], language: str) -> Said:
    code = nearest(texts, language)
    return Said(texts.get(code, ""), code, foreign=code != language)


def nearest(texts: Iterable[str], language: str) -> str:
    there = set(texts)
    if language in there or not there:
        return language
    return next((code for code in SPELLED_LANGUAGES if code in there), min(there))
