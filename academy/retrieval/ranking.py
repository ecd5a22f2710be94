"""Which of the things that have the words comes first? Pure: the same order on every database."""

from collections.abc import Sequence

IN_TITLE = 6.0
TITLE_BY_STEM = 0.8  # of that, when the ending differs
TITLE_BY_BEGINNING = 0.5
IN_BODY = 4.0
USUAL_LENGTH = 3_000  # characters of stems
OF_WEIGHT = 0.6
OF_EACH_WORD = 10.0  # so that two words of three always come before one of three


def score(wanted: Sequence[Sequence[str]], beginning: str, *, stems_title: str, stems_body: str, weight: int) -> float:
    """`wanted`: the forms of each word, the word itself first. `beginning`: what the last may go on from."""
    title, body = f" {stems_title} ", f" {stems_body} "
    length = 0.5 + 0.5 * len(body) / USUAL_LENGTH
    total = OF_WEIGHT * weight
    for place, forms in enumerate(wanted):
        more = beginning if place == len(wanted) - 1 else ""
        in_title = _in_title(title, forms, more)
        times: float = max(body.count(f" {form} ") for form in forms)
        if more:
            times = max(times, body.count(f" {more}") / 2)
        if in_title or times:
            total += OF_EACH_WORD + in_title + IN_BODY * times / (times + length)
    return total


def _in_title(title: str, forms: Sequence[str], beginning: str) -> float:
    if f" {forms[0]} " in title:
        return IN_TITLE
    if any(f" {form} " in title for form in forms):
        return IN_TITLE * TITLE_BY_STEM
    if beginning and f" {beginning}" in title:
        return IN_TITLE * TITLE_BY_BEGINNING
    return 0.0
