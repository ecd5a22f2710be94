"""How many words has a text, and how hard is it to read?

Gulpease for Italian (Lucisano and Piemontese, 1988), made for it and counting letters; Flesch Reading Ease for English (Flesch, 1948), counting
syllables. Both run from 0, hard, to 100, easy. Tables and lists of words are counted as words and left out of the index.
"""

import re
from dataclasses import dataclass

from academy.kernel.markup import excerpt

GULPEASE_AT_LEAST = 45
WORDS = (900, 1_500)

_WORD = re.compile(r"[^\W_]+(?:['’\-‐][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s”»\")*_]|$)")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+", re.MULTILINE)
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Figures:
    words: int
    sentences: int
    index: int  # 0 to 100
    index_name: str


def figures(markdown: str, language: str) -> Figures:
    words = sentences = letters = syllables = counted = 0
    for block in _blocks(markdown):
        text = excerpt(block, 1_000_000)
        found = _WORD.findall(text)
        words += len(found)
        if block.lstrip().startswith(("|", "#")) or not found:
            continue
        counted += len(found)
        sentences += max(1, len(_SENTENCE_END.findall(text)))
        if language == "it":
            letters += sum(map(len, found))
        else:
            syllables += sum(map(_syllables, found))
    name = "Gulpease" if language == "it" else "Flesch"
    if not counted:
        return Figures(words, sentences, 0, name)
    if language == "it":
        index = 89 + (300 * sentences - 10 * letters) / counted
    else:
        index = 206.835 - 1.015 * counted / sentences - 84.6 * syllables / counted
    return Figures(words, sentences, max(0, min(100, round(index))), name)


def _blocks(markdown: str) -> list[str]:
    """Paragraphs and items of lists, without code."""
    without_code = re.sub(r"^(```|~~~).*?^\1[ \t]*$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    blocks = []
    for block in re.split(r"\n[ \t]*\n", without_code):
        if _LIST_ITEM.search(block) and not block.lstrip().startswith("|"):
            blocks += [item for item in _LIST_ITEM.split(block) if item.strip()]
        elif block.strip():
            blocks.append(block)
    return blocks


def _syllables(word: str) -> int:
    plain = word.lower()
    count = len(_VOWELS.findall(plain))
    silent = plain.endswith("e") and not plain.endswith(("le", "ee")) and count > 1
    return max(1, count - silent)
