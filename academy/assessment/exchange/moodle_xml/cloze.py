"""Texts with gaps as Moodle writes them: `{1:SHORTANSWER:=Danube~*#Look at the map}` in the middle of a text."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from academy.assessment.exchange import shaping
from academy.assessment.exchange.carried import Found, Texts, Unsuitable
from academy.assessment.exchange.prose import MARKDOWN, in_markdown
from academy.kernel.i18n import say

GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")
_TYPED = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_CHOSEN = {
    f"{name}{how}"
    for name in ("MULTICHOICE", "MC")
    for how in ("", "S", "V", "VS", "H", "HS", "_S", "_V", "_VS", "_H", "_HS")
}
_PART = re.compile(r"(?<!\\)~")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d+)?)%")
_SPECIAL = re.compile(r"[}#~/\"\\]")


def read(found: Found, text: str, style: str, language: str) -> None:
    """`text` is written in `style`. The paragraphs before the first with a gap are the question, the others the text."""
    gaps: list[dict[str, Any]] = []

    def mark(gap: re.Match[str]) -> str:
        answers = gap[3] if style == MARKDOWN else unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", gap[3]))
        gaps.append(_gap(found, shaping.key(len(gaps)), gap[1], gap[2], answers, language))
        return f"[[{gaps[-1]['key']}]]"

    _take_in(found, in_markdown(GAP.sub(mark, text), style), gaps, language)


def read_places(found: Found, text: str, style: str, choices: list[tuple[str, str]], language: str) -> None:
    """Gaps that name the right one of some choices by its number; `choices`: text and group of each."""
    gaps: list[dict[str, Any]] = []

    def mark(place: re.Match[str]) -> str:
        number = int(place[1])
        if not 1 <= number <= len(choices):
            raise Unsuitable(say("Gap [[%(number)s]] has no choice of this number.", number=number))
        group = [said for said, of in choices if of == choices[number - 1][1]]
        gaps.append(_choices(shaping.key(len(gaps)), group, choices[number - 1][0], language))
        return f"[[{gaps[-1]['key']}]]"

    _take_in(found, in_markdown(_PLACE.sub(mark, text), style), gaps, language)


def _take_in(found: Found, text: str, gaps: list[dict[str, Any]], language: str) -> None:
    if not gaps:
        raise Unsuitable(say("There is no gap in the text."))
    paragraphs = text.strip().split("\n\n")
    first = next(place for place, paragraph in enumerate(paragraphs) if "[[" in paragraph)
    prompt, rest = "\n\n".join(paragraphs[:first]).strip(), "\n\n".join(paragraphs[first:]).strip()
    if not prompt:
        prompt = _FILL_IN.get(language, _FILL_IN["en"])
    found.body |= {"type": "gaps", "prompt": {language: prompt}, "text": {language: rest}, "gaps": gaps}


_FILL_IN = {
    "en": "Fill in the gaps.",
    "it": "Completa il testo.",
    "de": "Fülle die Lücken.",
    "hu": "Egészítsd ki a szöveget.",
    "sl": "Dopolni besedilo.",
    "sk": "Doplň text.",
    "pl": "Uzupełnij tekst.",
}


def _gap(found: Found, key: str, weight_of_gap: str, kind: str, written: str, language: str) -> dict[str, Any]:
    answers = [_answer(part) for part in _PART.split(written)]
    if weight_of_gap not in ("", "0", "1"):
        found.note(say("Each gap counts the same here."))
    right = [said for said, weight, _about in answers if weight == 100 and said != "*"]
    wrong = next((about for said, weight, about in answers if weight != 100 and about), "")
    if any(weight not in (0, 100) for _said, weight, _about in answers):
        found.note(say("A gap is right or wrong here; answers that are worth a part of it are not kept."))
    if not right:
        raise Unsuitable(say("No answer of a gap is right. Mark one."))
    about: dict[str, Any] = {"feedback": {language: wrong}} if wrong else {}
    if kind in _CHOSEN:
        return _choices(key, [said for said, *_ in answers], right[0], language) | about
    if kind in _NUMBER:
        answer, mark, tolerance = right[0].partition(":")
        return {
            "key": key,
            "answer": shaping.number_of(answer),
            **({"tolerance": shaping.number_of(tolerance)} if mark else {}),
            **about,
        }
    if kind in _TYPED:
        return {"key": key, "accepted": {language: right}, **about}
    raise Unsuitable(say("Gaps of the kind %(kind)s are not known here.", kind=kind))


def _answer(part: str) -> tuple[str, float, str]:
    words, _, about = re.sub(r"\\([ -~])", lambda found: chr(0xDC00 + ord(found[1])), part).strip().partition("#")
    weight: float = 0
    if words.startswith("="):
        words, weight = words[1:], 100
    elif found := _WEIGHT.match(words):
        words, weight = words[found.end() :], float(found[1])
    return _said(words), weight, _said(about)


def _said(text: str) -> str:
    return re.sub(r"[\udc00-\udc7f]", lambda found: chr(ord(found[0]) - 0xDC00), text).strip()


def _choices(key: str, texts: list[str], right: str, language: str) -> dict[str, Any]:
    return {
        "key": key,
        "choices": [
            {"key": shaping.key(place), "text": {language: said}, "correct": said == right}
            for place, said in enumerate(dict.fromkeys(texts))
        ],
    }


def written(body: Mapping[str, Any], language: str) -> str:
    """The question and its text, for Moodle, in one language."""
    gaps = {gap["key"]: gap for gap in body["gaps"]}
    text = re.sub(
        r"\[\[([a-z0-9-]+)\]\]", lambda found: _written(gaps[found[1]], language), _in(body["text"], language)
    )
    return f"{_in(body['prompt'], language)}\n\n{text}"


def _written(gap: Mapping[str, Any], language: str) -> str:
    about = f"#{_escaped(_in(gap['feedback'], language))}" if "feedback" in gap else ""
    if "choices" in gap:
        parts = [
            f"={_escaped(_in(choice['text'], language))}"
            if choice.get("correct")
            else f"{_escaped(_in(choice['text'], language))}{about}"
            for choice in gap["choices"]
        ]
        return f"{{1:MULTICHOICE:{'~'.join(parts)}}}"
    otherwise = f"~*{about}" if about else ""
    if "answer" in gap:
        tolerance = f":{shaping.decimal(gap['tolerance'])}" if "tolerance" in gap else ""
        return f"{{1:NUMERICAL:={shaping.decimal(gap['answer'])}{tolerance}{otherwise}}}"
    variants = [variant for variants in gap["accepted"].values() for variant in variants]
    return f"{{1:SHORTANSWER:{'~'.join(f'={_escaped(variant)}' for variant in variants)}{otherwise}}}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def _in(texts: Texts, language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")
