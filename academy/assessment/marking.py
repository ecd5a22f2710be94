"""How much of a question is right? Exact, pure, and the same for everybody.

A body is what a question file says (docs/authoring.md). A response names keys, never the words that were shown, since words get edited:

    single, multiple, true-false    ["a", "c"]            keys of the chosen options; true-false has the keys "true" and "false"
    short-text, number, open        "orizzontale"         what was typed
    matching                        {"a": "b", …}         key of the left side: key of the right side that was chosen
    ordering                        {"a": "3", …}         key of the item: the place it was given, from 1
    gaps                            {"a": "nord", …}      key of the gap: what was typed, or the key of what was chosen
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

from academy.assessment.comparing import exact, folded, readings
from academy.kernel.i18n import Sentence, say

Body = Mapping[str, Any]
Response = str | list[str] | dict[str, str]

WHOLE = 10_000  # marks are integers of this part
NOTHING = Fraction(0)
LONGEST = 1_000  # characters, typed
LONGEST_OPEN = 20_000
ALL_OR_NOTHING = "all-or-nothing"

CHOSEN = ("single", "multiple", "true-false")  # types whose answer is a list of keys
PLACED = ("matching", "ordering", "gaps")  # whose answer says something about each part
TYPES = (*CHOSEN, "short-text", "number", *PLACED, "open")

_NOT_OF_THIS_QUESTION = say("This answer does not belong to this question. Load the page again.")
_NO_NUMBER = say("Write one number, such as 12 or 12.5.")
_PER_CENT = re.compile(r"-?\d{1,3}(\.\d{1,7})?")


class WrongShape(ValueError):
    """This can't be an answer to this question. `sentence` is for the person, in case it was typed."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


def fraction(body: Body, response: Response) -> Fraction | None:
    """From 0 to 1; None where a person has to read and mark it. Raises WrongShape."""
    check_shape(body, response)
    if is_empty(response):
        return Fraction(0)
    part = _part(body, response)
    if part is None:
        return None
    if body.get("scoring") == ALL_OR_NOTHING:
        return Fraction(_is_all(body, response, part))
    return min(max(part, Fraction(0)), Fraction(1))


def _part(body: Body, response: Response) -> Fraction | None:
    match body["type"], response:
        case "single" | "multiple", list():
            worth = weights(body)
            return sum((worth[key] for key in response), Fraction(0))
        case "matching" | "ordering", dict():
            key = right_response(body)
            assert isinstance(key, dict)
            return Fraction(sum(response.get(name) == place for name, place in key.items()), len(key))
        case "gaps", dict():
            return Fraction(
                sum(fills(body, gap, response.get(gap["key"], "")) for gap in body["gaps"]), len(body["gaps"])
            )
        case "short-text" | "number", str():
            found = variant_of(body, response)
            return Fraction(0) if found is None else weight(found)
        case "open", _:
            return None
        case _:
            return Fraction(response == right_response(body))


def _is_all(body: Body, response: Response, part: Fraction) -> bool:
    key = right_response(body)
    return {*response} == {*key} if body["type"] == "multiple" else part == 1


def points(part: Fraction) -> int:
    """In 1/10,000, the half rounded up."""
    return (2 * WHOLE * part.numerator + part.denominator) // (2 * part.denominator)


# --- what is right


def mark(body: Body) -> int:
    """What the question is worth, in 1/10,000."""
    return int(exact(body.get("mark", 1)) * WHOLE)


def by_hand(body: Body) -> bool:
    """Only a person can say what an answer is worth."""
    return bool(body["type"] == "open")


def right_response(body: Body, language: str = "") -> Response:
    """What gets full marks; nothing where there is no one right answer. A short text may have other variants."""
    match body["type"]:
        case "single":
            worth = weights(body)
            return [max(worth, key=worth.__getitem__)]
        case "multiple":
            return [key for key, part in weights(body).items() if part > 0]
        case "true-false":
            return ["true" if body["answer"] else "false"]
        case "matching":
            return {pair["key"]: _same_right(body, pair) for pair in body["pairs"]}
        case "ordering":
            return {item["key"]: str(place) for place, item in enumerate(body["items"], 1)}
        case "gaps":
            return {gap["key"]: _filling(gap, language) for gap in body["gaps"]}
        case "short-text":
            return accepted(body, language)[0]
        case "number":
            return str(body["answer"])
        case _:
            return ""


def weights(body: Body) -> dict[str, Fraction]:
    """What each option of a choice adds. Right ones share the mark and wrong ones take away as much, unless weights are given."""
    options = body["options"]
    if any("weight" in option for option in options):
        return {
            option["key"]: weight(option) if "weight" in option or option.get("correct") else Fraction(0)
            for option in options
        }
    right = sum(bool(option.get("correct")) for option in options) if body["type"] == "multiple" else 1
    wrong = Fraction(-1, right) if body["type"] == "multiple" else Fraction(0)
    return {option["key"]: Fraction(1, right) if option.get("correct") else wrong for option in options}


def weight(part: Mapping[str, Any]) -> Fraction:
    """Of a whole mark. Written in per cent; 33.33333 is meant as a third."""
    written = Fraction(str(part.get("weight", 100))) / 100
    near = written.limit_denominator(20)
    return near if abs(near - written) < Fraction(1, 10**6) else written


def is_weight(value: object) -> bool:
    return not isinstance(value, bool) and bool(_PER_CENT.fullmatch(str(value))) and abs(Fraction(str(value))) <= 100


def accepted(part: Mapping[str, Any], first: str = "") -> list[str]:
    """The variants of every language: who reads in one may well answer in another. `first`: the language that comes first."""
    by_language = part["accepted"]
    order = [first, *(code for code in by_language if code != first)]
    return [variant for code in order for variant in by_language.get(code, ())]


def variant_of(body: Body, typed: str) -> Mapping[str, Any] | None:
    """What a typed answer is taken for: the right one, or one of those that question knows `also`, each with its weight."""
    hits = _hits_number if body["type"] == "number" else _hits_text(accents=bool(body.get("accents")))
    if hits(body, typed):
        return {"key": "", "weight": 100}
    return next((variant for variant in body.get("also", ()) if hits(variant, typed)), None)


def fills(body: Body, gap: Mapping[str, Any], given: str) -> bool:
    if not given:
        return False
    if "choices" in gap:
        return given == _filling(gap)
    if "answer" in gap:
        return _hits_number(gap, given)
    return _hits_text(accents=bool(body.get("accents")))(gap, given)


def _filling(gap: Mapping[str, Any], language: str = "") -> str:
    if "choices" in gap:
        return str(next(choice["key"] for choice in gap["choices"] if choice.get("correct")))
    return str(gap["answer"]) if "answer" in gap else accepted(gap, language)[0]


def _hits_text(*, accents: bool) -> Callable[[Mapping[str, Any], str], bool]:
    def hits(part: Mapping[str, Any], typed: str) -> bool:
        return folded(typed, accents=accents) in {folded(variant, accents=accents) for variant in accepted(part)}

    return hits


def _hits_number(part: Mapping[str, Any], typed: str) -> bool:
    answer, tolerance = exact(part["answer"]), exact(part.get("tolerance") or 0)
    return any(abs(reading - answer) <= tolerance for reading in readings(typed))


# --- what can be answered


def keys(body: Body) -> list[str]:
    """Those of what a person chooses from, or says something about; none where they type one thing."""
    if body["type"] == "true-false":
        return ["true", "false"]
    name = {"matching": "pairs", "ordering": "items", "gaps": "gaps"}.get(body["type"], "options")
    return [part["key"] for part in body.get(name, ())]


def right_sides(body: Body) -> list[str]:
    """Keys of what can be chosen for a left side. Two pairs with the same right side share one."""
    return [*dict.fromkeys(_same_right(body, part) for part in (*body["pairs"], *body.get("distractors", ())))]


def _same_right(body: Body, part: Mapping[str, Any]) -> str:
    return str(next(other["key"] for other in (*body["pairs"], part) if other["right"] == part["right"]))


def shuffled(body: Body) -> list[str]:
    """Keys of what is shown in another order in each attempt."""
    if body["type"] in ("single", "multiple", "ordering"):
        return keys(body) if body.get("shuffle", True) else []
    return right_sides(body) if body["type"] == "matching" else []


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
            fits = _is_map(response, known, right_sides(body))
        case "ordering":
            fits = _is_map(response, known, [str(place) for place in range(1, len(known) + 1)])
        case "gaps":
            fits = isinstance(response, dict) and response.keys() <= {*known}
            for gap in body["gaps"] if fits else ():
                fits = fits and _fits_gap(gap, response.get(gap["key"], ""))  # type: ignore[attr-defined]  # a dict by then
        case kind:
            fits = _fits_line(kind, response)
    if not fits:
        raise WrongShape(_NOT_OF_THIS_QUESTION)


def _fits_gap(gap: Mapping[str, Any], given: object) -> bool:
    if "choices" in gap:
        return given in ("", *(choice["key"] for choice in gap["choices"]))
    return _fits_line("number" if "answer" in gap else "short-text", given)


def _fits_line(kind: str, given: object) -> bool:
    if not isinstance(given, str):
        return False
    longest = LONGEST_OPEN if kind == "open" else LONGEST
    if len(given) > longest:
        raise WrongShape(say("Write at most %(number)s characters.", number=longest))
    if kind == "number" and given and not readings(given):
        raise WrongShape(_NO_NUMBER)
    return True


def _is_some_of(known: Collection[str], response: object) -> bool:
    return (
        isinstance(response, list)
        and all(isinstance(key, str) and key in known for key in response)
        and len(set(response)) == len(response)
    )


def _is_map(response: object, names: Collection[str], values: Collection[str]) -> bool:
    return isinstance(response, dict) and all(name in names and value in values for name, value in response.items())


# --- how it is kept


def kept(body: Body, response: Response) -> tuple[list[str] | dict[str, str] | None, str | None]:
    """An answer in two: what was picked from what the page offered, and words of the person's own, which go when they leave."""
    if isinstance(response, str):
        return None, response
    if body["type"] != "gaps" or isinstance(response, list):
        return response, None
    picked = {gap["key"] for gap in body["gaps"] if "choices" in gap}
    typed = {key: value for key, value in response.items() if key not in picked}
    return {key: value for key, value in response.items() if key in picked}, json.dumps(typed, ensure_ascii=False)


def given(chosen: list[str] | dict[str, str] | None, typed: str | None) -> Response:
    """The answer that was kept so."""
    if chosen is None:
        return typed or ""
    return {**chosen, **json.loads(typed)} if isinstance(chosen, dict) and typed else chosen
