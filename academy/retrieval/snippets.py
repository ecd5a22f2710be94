"""Which passage of a text shows why it was found?"""

from dataclasses import dataclass

from academy.retrieval.stems import Wanted, folded, forms, placed_words

BEFORE = 60  # characters shown before the first word that was looked for
LENGTH = 220
SEARCHED = 20_000  # characters, then the beginning will do


@dataclass(frozen=True)
class Part:
    """A piece of a passage. Plain text: the template escapes it and puts a <mark> around what is marked."""

    text: str
    marked: bool = False


def passage(body: str, wanted: Wanted, language: str) -> tuple[Part, ...]:
    """About LENGTH characters of a text around the words that were looked for, these marked."""
    text = " ".join(body[:SEARCHED].split())
    found = _found(text, wanted, language)
    start = _word_begin(text, max(0, found[0][0] - BEFORE)) if found else 0
    if start < BEFORE // 2:
        start = 0
    end = min(len(text), start + LENGTH)
    if end < len(text) and " " in text[start:end]:
        end = text.rindex(" ", start, end)
    parts: list[Part] = [Part("… ")] if start else []
    place = start
    for begin, stop in found:
        if begin < place or stop > end:
            continue
        parts += [Part(text[place:begin]), Part(text[begin:stop], marked=True)]
        place = stop
    cut_off = end < len(text) or len(body) > SEARCHED
    parts.append(Part(text[place:end] + (" …" if cut_off else "")))
    return tuple(part for part in parts if part.text)


def _found(text: str, wanted: Wanted, language: str) -> list[tuple[int, int]]:
    """Where the first wanted word stands, and those that fit into one passage with it."""
    accepted = {form for each in wanted.forms(language) for form in each}
    heads = {
        form[:3] for form in accepted
    }  # stemming a whole text would take long: its beginning tells most words apart
    found: list[tuple[int, int]] = []
    for word, begin, stop in placed_words(text):
        if found and stop > found[0][0] + LENGTH:
            break
        plain = folded(word)
        if (wanted.beginning and plain.startswith(wanted.beginning)) or (
            plain[:3] in heads and not accepted.isdisjoint(forms(word.casefold(), language))
        ):
            found.append((begin, stop))
    return found


def _word_begin(text: str, place: int) -> int:
    space = text.find(" ", place)
    return space + 1 if place and space != -1 else place
