"""Which question do the parts of a foreign one make, and which of them have no place here?

Weights are per cent, as both formats write them. Keys of parts are a, b, c …: no format carries ours.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from academy.assessment import marking
from academy.assessment.comparing import readings
from academy.assessment.exchange.carried import Found, Texts, Unsuitable
from academy.kernel.i18n import say

Number = int | float | str

_WHOLE = Fraction(1)
_PLAIN = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})")
_POWER = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,15})?)[eE]([+-]?\d{1,2})")
_GROUPED = re.compile(r"[+-]?[\d.,' \u00a0\u202f]*\d")


@dataclass(frozen=True)
class Rated:
    """An answer and what it is worth."""

    texts: Texts
    weight: Number = 100
    feedback: Texts = field(default_factory=dict)

    @property
    def part(self) -> Fraction:
        return marking.weight({"weight": self.weight})


@dataclass(frozen=True)
class Amount:
    answer: Number
    tolerance: Number | None
    weight: Number = 100
    feedback: Texts = field(default_factory=dict)


def key(place: int) -> str:
    """a, b … z, aa, ab …"""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(97 + letter) + letters
    return letters


def weight_of(written: str) -> Number:
    number = number_of(written)
    if not marking.is_weight(number):
        raise Unsuitable(say("“%(weight)s %%” is no weight. Write a number from -100 to 100.", weight=written))
    return number


def number_of(written: str) -> Number:
    """As it is written there, a decimal comma included where it can mean nothing else."""
    text = written.strip().replace("\u2212", "-")
    if found := _POWER.fullmatch(text):
        return _kept(Fraction(found[1]) * Fraction(10) ** int(found[2]))
    if _PLAIN.fullmatch(text):
        return _kept(Fraction(text if text[-1] != "." else text[:-1]))
    meant = readings(text) if _GROUPED.fullmatch(text) and text[-1].isdigit() else set()
    if len(meant) == 1:
        return _kept(meant.pop())
    if meant:
        raise Unsuitable(
            say("“%(number)s” can be read in two ways. Write it with a point and without groups.", number=written)
        )
    raise Unsuitable(say("“%(number)s” is not a number. Write it with a point, such as 3.14.", number=written[:40]))


def _kept(value: Fraction) -> Number:
    """As JSON keeps it without loss."""
    if value.denominator == 1:
        return int(value)
    near = float(value)
    if Fraction(repr(near)) == value and "e" not in repr(near):
        return near
    return decimal(value)


def decimal(value: Fraction | Number) -> str:
    """Written out in full, with a point."""
    exact = Fraction(str(value)) if not isinstance(value, Fraction) else value
    sign = "-" if exact.numerator < 0 else ""
    exact = abs(exact)
    for digits in range(16):
        scaled = exact * 10**digits
        if scaled.denominator == 1:
            break
    whole = str(round(exact * 10**digits)).rjust(digits + 1, "0")
    return sign + (f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole)


def between(low: Number, high: Number) -> tuple[Number, Number]:
    """Middle and half width of a range."""
    lowest, highest = Fraction(str(low)), Fraction(str(high))
    if lowest > highest:
        raise Unsuitable(say("The range begins above its end. Write the smaller number first."))
    return _kept((lowest + highest) / 2), _kept((highest - lowest) / 2)


# --- bodies


def feedback(found: Found, **texts: Texts) -> None:
    """Each where there is one."""
    for name, said in texts.items():
        if said:
            found.body.setdefault("feedback", {})[name] = said


def choice(found: Found, options: Sequence[Rated], *, single: bool) -> None:
    _enough(options, 2)
    parts = [option.part for option in options]
    found.body["type"] = "single" if single else "multiple"
    right: list[Fraction] = [part for part in parts if part > 0]
    if single and parts.count(_WHOLE) != 1:
        raise Unsuitable(
            say(
                "%(number)s options are worth 100 %%. Where one can be chosen, one is right.",
                number=parts.count(_WHOLE),
            )
        )
    if not single and not right:
        raise Unsuitable(say("No option is right. Give at least one a weight above 0."))
    if not single and abs(sum(right, Fraction(-1))) > Fraction(1, 1000):
        raise Unsuitable(
            say(
                "The weights of the right options come to %(sum)s %%, not to 100.", sum=decimal(round(sum(right) * 100))
            )
        )
    plain = parts == _usual(parts, single=single)
    found.body["options"] = [
        {
            "key": key(place),
            "correct": option.part == 1 if single else option.part > 0,
            "text": option.texts,
            **({} if plain or not option.part or (single and option.part == 1) else {"weight": option.weight}),
            **({"feedback": option.feedback} if option.feedback else {}),
        }
        for place, option in enumerate(options)
    ]


def _usual(parts: Sequence[Fraction], *, single: bool) -> list[Fraction]:
    """What options are worth where nothing is said about weights."""
    if single:
        return [Fraction(part == 1) for part in parts]
    share = Fraction(1, sum(part > 0 for part in parts))
    return [share if part > 0 else -share for part in parts]


def true_false(found: Found, *, answer: bool) -> None:
    found.body |= {"type": "true-false", "answer": answer}


def short_text(found: Found, answers: Iterable[Rated]) -> None:
    """`*` alone and worth nothing carries the feedback for everything else."""
    found.body["type"] = "short-text"
    right: dict[str, list[str]] = {}
    also: list[dict[str, Any]] = []
    said: list[Texts] = []
    for answer in answers:
        if all(text == "*" for text in answer.texts.values()):
            if answer.part:
                raise Unsuitable(say("“*” accepts anything. Write out the answers that are right."))
            feedback(found, wrong=answer.feedback)
            continue
        variants = {language: [_without_stars(text)] for language, text in answer.texts.items()}
        if answer.part == 1:
            _join(right, variants)
            said.append(answer.feedback)
        elif also and (also[-1]["weight"], also[-1].get("feedback", {})) == (answer.weight, answer.feedback):
            _join(also[-1]["accepted"], variants)
        else:
            about = {"feedback": answer.feedback} if answer.feedback else {}
            also.append({"key": key(len(also)), "accepted": variants, "weight": answer.weight, **about})
    if not right:
        raise Unsuitable(say("No answer gets the whole mark. Say which one is right."))
    found.body["accepted"] = right
    if also:
        found.body["also"] = also
    _one_feedback(found, said)


def _join(variants: dict[str, list[str]], more: Mapping[str, list[str]]) -> None:
    for language, texts in more.items():
        variants[language] = [*variants.get(language, []), *texts]


def _without_stars(text: str) -> str:
    if re.search(r"(?<!\\)\*", text):
        raise Unsuitable(
            say(
                "“%(text)s”: a star stands for any text. Answers are compared as a whole here: write them out.",
                text=text,
            )
        )
    return text.replace("\\*", "*")


def _one_feedback(found: Found, said: Sequence[Texts]) -> None:
    """What is said to those who are right is one text here."""
    texts = [text for text in said if text]
    if texts:
        feedback(found, correct=texts[0])
    if any(text != texts[0] for text in texts[1:]):
        found.note(say("The right answers have feedback of their own; only the first of it is kept."))


def number(found: Found, amounts: Sequence[Amount]) -> None:
    found.body["type"] = "number"
    right = [amount for amount in amounts if marking.weight({"weight": amount.weight}) == 1]
    if not right:
        raise Unsuitable(say("No answer gets the whole mark. Say which one is right."))
    found.body |= _amount(right[0])
    _one_feedback(found, [right[0].feedback])
    others = [amount for amount in amounts if amount is not right[0]]
    if others:
        found.body["also"] = [
            {
                "key": key(place),
                **_amount(amount),
                "weight": amount.weight,
                **({"feedback": amount.feedback} if amount.feedback else {}),
            }
            for place, amount in enumerate(others)
        ]


def _amount(amount: Amount) -> dict[str, Any]:
    if amount.tolerance is not None and str(amount.tolerance).startswith("-"):
        raise Unsuitable(say("A tolerance is never below 0."))
    return {"answer": amount.answer} | ({} if amount.tolerance is None else {"tolerance": amount.tolerance})


def matching(found: Found, pairs: Sequence[tuple[Texts, Texts]]) -> None:
    """A pair without a left side is one more right side to choose from."""
    _enough(pairs, 2)
    whole = [(left, right) for left, right in pairs if left]
    others = [right for left, right in pairs if not left]
    if len(whole) < 2:
        raise Unsuitable(say("There are fewer than two pairs. Write at least two."))
    found.body |= {
        "type": "matching",
        "pairs": [{"key": key(place), "left": left, "right": right} for place, (left, right) in enumerate(whole)],
    }
    if others:
        found.body["distractors"] = [
            {"key": key(len(whole) + place), "right": right} for place, right in enumerate(others)
        ]


def ordering(found: Found, items: Sequence[Texts]) -> None:
    _enough(items, 2)
    found.body |= {
        "type": "ordering",
        "items": [{"key": key(place), "text": text} for place, text in enumerate(items)],
    }


def _enough(parts: Sequence[object], least: int) -> None:
    if len(parts) < least:
        raise Unsuitable(say("There are fewer than %(number)s answers to choose from.", number=least))
