"""How much of a question is right? Exact, pure, and the same for everybody.

A body is what a question file says (docs/authoring.md). A response names keys, never the words that were shown, since words get edited:

    single, multiple, true-false    ["a", "c"]            keys of the chosen options; true-false has the keys "true" and "false"
    short-text, number              "orizzontale"         what was typed
    matching                        {"a": "b", …}         key of the left side: key of the pair whose right side was chosen
    ordering                        {"a": "3", …}         key of the item: the place it was given, from 1
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from academy.kernel.i18n import Sentence, say

Body = Mapping[str, Any]
Response = str | list[str] | dict[str, str]

WHOLE = 10_000  # marks are integers of this part
LONGEST = 1_000

_NOT_OF_THIS_QUESTION = say("This answer does not belong to this question. Load the page again.")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'", "‘": "'", "`": "'"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_AMOUNT = re.compile(r"[^\d+-]*?([+-]?) *([.,]?\d(?:[\d.,' ]*\d)?)\D*", re.ASCII)


class WrongShape(ValueError):
    """This can't be an answer to this question. `sentence` is for the person, in case it was typed."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


def fraction(body: Body, response: Response) -> Fraction:
    """From 0 to 1. Raises WrongShape."""
    check_shape(body, response)
    if is_empty(response):
        return Fraction(0)
    key = right_response(body)
    match body["type"], response:
        case "multiple", list():
            right, wrong = len({*response} & {*key}), len({*response} - {*key})
            return max(Fraction(0), Fraction(right - wrong, len(key)))
        case "matching" | "ordering", dict():
            assert isinstance(key, dict)
            return Fraction(sum(response.get(name) == place for name, place in key.items()), len(key))
        case "short-text", str():
            return Fraction(folded(response) in {folded(variant) for variant in accepted(body)})
        case "number", str():
            answer, tolerance = exact(body["answer"]), exact(body.get("tolerance") or 0)
            return Fraction(any(abs(reading - answer) <= tolerance for reading in readings(response)))
        case _:
            return Fraction(response == key)


def points(part: Fraction) -> int:
    """In 1/10,000, the half rounded up."""
    return (2 * WHOLE * part.numerator + part.denominator) // (2 * part.denominator)


def right_response(body: Body) -> Response:
    """What gets full marks. A short text may have other variants."""
    match body["type"]:
        case "single" | "multiple":
            return [option["key"] for option in body["options"] if option.get("correct")]
        case "true-false":
            return ["true" if body["answer"] else "false"]
        case "matching":
            return {pair["key"]: pair["key"] for pair in body["pairs"]}
        case "ordering":
            return {item["key"]: str(place) for place, item in enumerate(body["items"], 1)}
        case "short-text":
            return accepted(body)[0]
        case _:
            return str(body["answer"])


def keys(body: Body) -> list[str]:
    """Those of what a person chooses from, pairs up or puts in order; none where they type."""
    if body["type"] == "true-false":
        return ["true", "false"]
    return [part["key"] for part in body.get("options") or body.get("pairs") or body.get("items") or ()]


def is_empty(response: Response) -> bool:
    return not response


def is_complete(body: Body, response: Response) -> bool:
    """Answered, with nothing left open."""
    return len(response) == len(keys(body)) if isinstance(response, dict) else not is_empty(response)


def check_shape(body: Body, response: object) -> None:
    """Raises WrongShape. An answer may be empty or incomplete: that is not wrong, only not done yet."""
    known = keys(body)
    match body["type"]:
        case "single" | "true-false":
            fits = _is_some_of(known, response) and len(response) <= 1  # type: ignore[arg-type]  # a list by then
        case "multiple":
            fits = _is_some_of(known, response)
        case "matching":
            fits = _is_map(response, known, known)
        case "ordering":
            fits = _is_map(response, known, [str(place) for place in range(1, len(known) + 1)])
        case kind:
            fits = isinstance(response, str)
            if isinstance(response, str) and len(response) > LONGEST:
                raise WrongShape(say("Write at most %(number)s characters.", number=LONGEST))
            if kind == "number" and isinstance(response, str) and response and not readings(response):
                raise WrongShape(say("Write one number, such as 12 or 12.5."))
    if not fits:
        raise WrongShape(_NOT_OF_THIS_QUESTION)


def _is_some_of(known: Collection[str], response: object) -> bool:
    return (
        isinstance(response, list)
        and all(isinstance(key, str) and key in known for key in response)
        and len(set(response)) == len(response)
    )


def _is_map(response: object, names: Collection[str], values: Collection[str]) -> bool:
    return isinstance(response, dict) and all(name in names and value in values for name, value in response.items())


def accepted(body: Body) -> list[str]:
    """The variants of every language: who reads in one may well answer in another."""
    return [variant for variants in body["accepted"].values() for variant in variants]


def folded(text: str) -> str:
    """Without case, accents and needless space; nothing else is forgiven."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    bare = (
        letter for letter in unicodedata.normalize("NFD", plain) if unicodedata.category(letter) not in {"Mn", "Cf"}
    )
    return " ".join("".join(bare).translate(_LETTERS).translate(_DASHES).split())


def exact(number: object) -> Fraction:
    """A number of a question file, as it was written there."""
    return Fraction(str(number))


def readings(text: str) -> set[Fraction]:
    """What a typed number can mean. Words around it, such as the unit, are ignored.

    A point or a comma may part thousands or decimals, as it does in the reader's country: 8.000 is eight and eight thousand.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_LETTERS)
    found = _AMOUNT.fullmatch(" ".join(plain.split()))
    if found is None:
        return set()
    sign = -1 if found[1] == "-" else 1
    meant = set()
    for thousands, decimals in product(" '.,", ".,"):
        grouped = rf"(\d*|[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+)(?:{re.escape(decimals)}(\d+))?"
        if thousands != decimals and (parts := re.fullmatch(grouped, found[2], re.ASCII)):
            whole, part = re.sub(r"\D", "", parts[1]), parts[2] or ""
            meant.add(sign * Fraction(int(whole + part), 10 ** len(part)))
    return meant
