"""How does a question look in GIFT?"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from academy.assessment import marking
from academy.assessment.exchange import shaping
from academy.assessment.exchange.carried import Body, Unsuitable
from academy.assessment.exchange.gift.escapes import escaped
from academy.assessment.exchange.shaping import decimal
from academy.kernel.i18n import say

_STRAIGHT = ("lesson", "mark", "source", "unit", "shuffle", "accents", "rubric", "example")
_CARRIED = {  # feedback that GIFT has a place for, by type
    "true-false": ("correct", "wrong"),
    "short-text": ("correct", "wrong"),
    "number": ("correct", "wrong"),
}


def written(key: str, body: Body, language: str) -> str:
    """One question, in one language: the texts it has in that language, else those it has. Raises Unsuitable."""
    return "\n".join(_Question(key, body, language).lines()) + "\n"


def category(path: Iterable[str]) -> str:
    return f"$CATEGORY: {'/'.join(part.replace('/', '//') for part in path)}\n"


class _Question:
    def __init__(self, key: str, body: Body, language: str) -> None:
        self._key, self._language = key, language
        self._body = in_one_language(body, language)
        self._feedback: Mapping[str, str] = {
            name: text[language] for name, text in self._body.get("feedback", {}).items()
        }

    def lines(self) -> Iterator[str]:
        kind = self._body["type"]
        if kind == "gaps":
            raise Unsuitable(say("GIFT has no way to write a text with gaps. Moodle XML has."))
        tags = "".join(f" [tag:{tag}]" for tag in self._body.get("tags", ()))
        yield f"// [id:{self._key}]{tags}"
        if own := self._own():
            yield f"// [academy:{json.dumps(own, ensure_ascii=False, sort_keys=True).replace(']', chr(92) + ']')}]"
        head, *answers = self._answers(kind)
        if "general" in self._feedback:
            answers.append(f"####{self._text(self._feedback['general'])}")
        yield f"::{escaped(self._body.get('name', self._key))}::[markdown]{escaped(self._said(self._body['prompt']))}{{{head}{'' if answers else '}'}"
        if answers:
            yield from (f"\t{answer}" for answer in answers)
            yield "}"

    # --- answers

    def _answers(self, kind: str) -> Iterator[str]:
        """What stands right after the brace, then a line for each answer."""
        match kind:
            case "single" | "multiple":
                yield ""
                yield from self._options(single=kind == "single")
            case "true-false":
                wrong, right = (self._feedback.get(name, "") for name in ("wrong", "correct"))
                comments = f"#{self._text(wrong)}" if wrong or right else ""
                yield (
                    ("TRUE" if self._body["answer"] else "FALSE")
                    + comments
                    + (f"#{self._text(right)}" if right else "")
                )
            case "short-text":
                yield ""
                yield from self._accepted()
            case "number":
                yield from self._amounts()
            case "matching":
                yield ""
                for pair in self._body["pairs"]:
                    yield f"={self._text(self._said(pair['left']))} -> {self._plain(self._said(pair['right']))}"
                for other in self._body.get("distractors", ()):
                    yield f"= -> {self._plain(self._said(other['right']))}"
            case "ordering":
                items = self._body["items"]
                grading = "ALL_OR_NOTHING" if self._body.get("scoring") else "ABSOLUTE_POSITION"
                yield f"> {len(items)} ALL VERTICAL {grading}"
                yield from (self._text(self._said(item["text"])) for item in items)
            case "open":
                yield ""

    def _options(self, *, single: bool) -> Iterator[str]:
        worth = marking.weights(self._body)
        right = sum(part > 0 for part in worth.values())
        for option in self._body["options"]:
            words = self._text(self._said(option["text"]))
            if single and worth[option["key"]] == 1:
                sign = "="
            elif "weight" in option:
                sign = f"~%{decimal(option['weight'])}%"
            elif worth[option["key"]]:
                sign = f"~%{'-' if worth[option['key']] < 0 else ''}{share(right)}%"
            else:
                sign = "~%0%" if words.startswith("%") else "~"
            yield f"{sign}{words}{self._about(option)}"

    def _accepted(self) -> Iterator[str]:
        right = self._feedback.get("correct", "")
        groups = [(self._body["accepted"], 100, right)]
        groups += [
            (one["accepted"], one.get("weight", 100), self._said(one.get("feedback", {})))
            for one in self._body.get("also", ())
        ]
        for accepted, weight, comment in groups:
            for variants in accepted.values():
                for variant in variants:
                    about = f"#{self._text(comment)}" if comment else ""
                    yield f"=%{decimal(weight)}%{self._plain(variant.replace('*', chr(92) + '*'), arrow=True)}{about}"
        if wrong := self._feedback.get("wrong"):
            yield f"=%0%*#{self._text(wrong)}"

    def _amounts(self) -> Iterator[str]:
        right, wrong = (self._feedback.get(name, "") for name in ("correct", "wrong"))
        also = self._body.get("also", ())
        if not (right or wrong or also):
            yield f"#{_amount(self._body)}"
            return
        yield "#"
        yield f"=%100%{_amount(self._body)}" + (f"#{self._text(right)}" if right else "")
        for one in also:
            yield f"=%{decimal(one.get('weight', 100))}%{_amount(one)}{self._about(one)}"
        if wrong:
            yield f"~#{self._text(wrong)}"

    # --- texts

    def _said(self, texts: Mapping[str, str]) -> str:
        return texts.get(self._language, "").strip()

    def _about(self, part: Mapping[str, Any]) -> str:
        comment = self._said(part.get("feedback", {}))
        return f"#{self._text(comment)}" if comment else ""

    def _text(self, words: str) -> str:
        """Markdown, as the whole question; said once more where the text would be taken for saying something else."""
        made = escaped(words, arrow=True)
        return f"[markdown]{made}" if made.startswith("[") else made

    def _plain(self, words: str, *, arrow: bool = False) -> str:
        made = escaped(words, arrow=arrow)
        return f"[plain]{made}" if made.startswith("[") else made

    # --- what only we read

    def _own(self) -> dict[str, Any]:
        body = self._body
        own = {name: body[name] for name in _STRAIGHT if name in body}
        if "scoring" in body and body["type"] != "ordering":
            own["scoring"] = body["scoring"]
        native = ("general", *_CARRIED.get(body["type"], ()))
        if rest := {name: text for name, text in body.get("feedback", {}).items() if name not in native}:
            own["feedback"] = rest
        keys = {}
        for name in ("options", "pairs", "items", "also", "distractors"):
            have = [part["key"] for part in body.get(name, ())]
            start = len(body.get("pairs", ())) if name == "distractors" else 0
            if have != [shaping.key(start + place) for place in range(len(have))]:
                keys[name] = have
        return own | ({"keys": keys} if keys else {})


def in_one_language(value: Any, language: str) -> Any:
    """The same question with the texts of one language, or of the first there is, called by that one."""
    if isinstance(value, list):
        return [in_one_language(one, language) for one in value]
    if not isinstance(value, dict):
        return value
    if value and all(is_language(name) for name in value):
        return {language: value[language] if language in value else next(iter(value.values()))}
    return {name: in_one_language(one, language) for name, one in value.items()}


def is_language(name: str) -> bool:
    return len(name) == 2 and name.isalpha() and name.islower()


def share(right: int) -> str:
    """Per cent of the mark for each of so many right options, as Moodle writes it."""
    return f"{100 / right:.5f}".rstrip("0").rstrip(".")


def _amount(part: Mapping[str, Any]) -> str:
    return decimal(part["answer"]) + (f":{decimal(part['tolerance'])}" if "tolerance" in part else "")
