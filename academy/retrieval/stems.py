"""When are two words the same word to somebody who searches?

When they differ in case, in accents or in their ending. Folding and stemming happen here and not in the
database: SQLite has no stemmer for our languages, PostgreSQL none for Polish, Slovak and Slovene.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

STEMMED = {"en": "english", "it": "italian", "de": "german", "hu": "hungarian", "pl": "polish"}
"""Languages with a stemmer; in any other, such as Slovene and Slovak, a word is its own stem."""

LONGEST_WORD = 40
MOST_WORDS_WANTED = 12
SHORTEST_BEGINNING = 3

_WORD = re.compile(r"[^\W_]+")
# letters that have no decomposition into a letter and an accent
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
_stemmers = threading.local()  # a stemmer keeps the word it works on


def folded(text: str) -> str:
    """The text without case and accents: `Città` and `CITTA` become `citta`, `Łódź` becomes `lodz`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare.casefold().translate(_LETTERS))


def words(text: str) -> list[str]:
    """The words of a text in order, in lower case, still with their accents, which the stemmers need."""
    return [word.casefold() for word, _start, _end in placed_words(unicodedata.normalize("NFKC", text))]


def placed_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as they stand, with where each begins and ends."""
    for found in _WORD.finditer(text):
        yield found[0][:LONGEST_WORD], found.start(), found.end()


@lru_cache(maxsize=8192)
def forms(word: str, language: str) -> tuple[str, ...]:
    """What a word is indexed and looked up as, the word itself first.

    Stemmed with its accents and without: the first is right, the second meets whoever leaves them out. A form
    holds letters and digits alone.
    """
    plain = _bare(word)
    if language not in STEMMED:
        return (plain,)
    both = dict.fromkeys((word, plain))  # most words have no accents: they are stemmed once
    return tuple(dict.fromkeys((plain, *(_bare(_stem(one, language)) for one in both))))


def stems(text: str, language: str) -> str:
    """Every form of every word of the text, in order, with spaces between."""
    return " ".join(form for word in words(text) for form in forms(word, language) if form)


def trigrams(text: str) -> frozenset[str]:
    """Three letters each, of words between spaces, as pg_trgm makes them: for likeness in spite of a slip."""
    found: set[str] = set()
    for word in words(text):
        padded = f"  {folded(word)} "
        found.update(padded[place : place + 3] for place in range(len(padded) - 2))
    return frozenset(found)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for."""

    words: tuple[str, ...]
    beginning: str  # what the last word may be only the beginning of; empty when it is too short to say anything

    def forms(self, language: str) -> tuple[tuple[str, ...], ...]:
        """For each word, the forms that count as that word in a language."""
        return tuple(forms(word, language) for word in self.words)


def wanted(text: str) -> Wanted:
    """The words of a search. Small ones such as `of` don't count beside longer ones, unless in capitals: `EU`."""
    typed = [word for word, _start, _end in placed_words(unicodedata.normalize("NFKC", text[:1000]))]
    telling = [word for word in typed if len(word) > 2 or word.isupper() or word.isdigit()]
    distinct = dict.fromkeys(word.casefold() for word in (telling or typed) if _bare(word))
    first = tuple(distinct)[:MOST_WORDS_WANTED]
    last = _bare(first[-1]) if first else ""
    return Wanted(first, last if len(last) >= SHORTEST_BEGINNING else "")


def _bare(word: str) -> str:
    return "".join(_WORD.findall(folded(word)))


def _stem(word: str, language: str) -> str:
    stemmer = getattr(_stemmers, language, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(STEMMED[language])
        setattr(_stemmers, language, stemmer)
    return str(stemmer.stemWord(word))
