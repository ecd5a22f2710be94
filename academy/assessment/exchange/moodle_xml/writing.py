"""How does a question look in Moodle XML?"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from academy.assessment import marking
from academy.assessment.exchange.carried import Body, Texts
from academy.assessment.exchange.moodle_xml import cloze
from academy.assessment.exchange.moodle_xml.languages import together
from academy.assessment.exchange.shaping import decimal

OWN = "academy"
START = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
END = "</quiz>\n"
_NAMES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "true-false": "truefalse",
    "short-text": "shortanswer",
    "number": "numerical",
    "gaps": "cloze",
    "open": "essay",
}
_FILE = re.compile(r"/files/[a-z0-9]+/[^\s)\"'<>]+")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Contents = Callable[[str], tuple[str, bytes] | None]  # name and content of what is at an address


def category(path: Iterable[str]) -> str:
    whole = "/".join(["$course$", "top", *(part.replace("/", "//") for part in path)])
    return f'<question type="category"><category><text>{_escaped(whole)}</text></category></question>\n'


def written(key: str, body: Body, *, with_own: bool = True, contents: Contents | None = None) -> str:
    """One question, in every language it has. `contents`: gives the pictures that go with it."""
    return "\n".join(_Question(key, body, contents or (lambda _address: None)).lines(with_own=with_own)) + "\n"


class _Question:
    def __init__(self, key: str, body: Body, contents: Contents) -> None:
        self._key, self._body, self._contents = key, body, contents
        self._language = next(iter(body["prompt"]))

    def lines(self, *, with_own: bool) -> Iterator[str]:
        body, kind = self._body, self._body["type"]
        yield f'<question type="{_NAMES.get(kind, kind)}">'
        yield f"<name><text>{_escaped(body.get('name', self._key))}</text></name>"
        prompt = {self._language: cloze.written(body, self._language)} if kind == "gaps" else body["prompt"]
        yield from self._text("questiontext", prompt)
        feedback = body.get("feedback", {})
        yield from self._text("generalfeedback", feedback.get("general", {}))
        yield f"<defaultgrade>{decimal(body.get('mark', 1))}</defaultgrade>"
        yield f"<idnumber>{_escaped(self._key)}</idnumber>"
        yield from self._answers(kind, feedback)
        if kind not in ("true-false", "short-text", "number", "open", "gaps"):
            yield from self._text("correctfeedback", feedback.get("correct", {}))
            yield from self._text("partiallycorrectfeedback", feedback.get("partly", {}))
            yield from self._text("incorrectfeedback", feedback.get("wrong", {}))
        if tags := body.get("tags"):
            yield f"<tags>{''.join(f'<tag><text>{_escaped(tag)}</text></tag>' for tag in tags)}</tags>"
        if with_own:
            yield f"<{OWN}>{_escaped(self._said(json.dumps(body, ensure_ascii=False)))}</{OWN}>"
        yield "</question>"

    def _answers(self, kind: str, feedback: Mapping[str, Texts]) -> Iterator[str]:
        match kind:
            case "single" | "multiple":
                yield from self._options(single=kind == "single")
            case "true-false":
                for value in (True, False):
                    right = value is self._body["answer"]
                    about = feedback.get("correct" if right else "wrong", {})
                    yield from self._answer({"": str(value).lower()}, 100 if right else 0, about)
            case "short-text":
                yield "<usecase>0</usecase>"
                yield from self._accepted(feedback)
            case "number":
                yield from self._amounts(feedback)
            case "matching":
                yield "<shuffleanswers>true</shuffleanswers>"
                for pair in self._body["pairs"]:
                    yield from self._pair(pair["left"], pair["right"])
                for other in self._body.get("distractors", ()):
                    yield from self._pair({}, other["right"])
            case "ordering":
                yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
                yield f"<selectcount>{len(self._body['items'])}</selectcount>"
                yield f"<gradingtype>{'ALL_OR_NOTHING' if 'scoring' in self._body else 'ABSOLUTE_POSITION'}</gradingtype>"
                for place, item in enumerate(self._body["items"], 1):
                    yield from self._text("answer", item["text"], f' fraction="{place}"')
            case "open":
                yield "<responseformat>editor</responseformat><responserequired>1</responserequired>"
                yield from self._text("graderinfo", self._body.get("example", {}))

    def _options(self, *, single: bool) -> Iterator[str]:
        yield f"<single>{'true' if single else 'false'}</single>"
        yield f"<shuffleanswers>{'true' if self._body.get('shuffle', True) else 'false'}</shuffleanswers>"
        yield "<answernumbering>abc</answernumbering>"
        worth = marking.weights(self._body)
        for option in self._body["options"]:
            written = (
                decimal(option["weight"])
                if "weight" in option
                else f"{100 * float(worth[option['key']]):.5f}".rstrip("0").rstrip(".")
            )
            yield from self._answer(option["text"], written, option.get("feedback", {}))

    def _accepted(self, feedback: Mapping[str, Texts]) -> Iterator[str]:
        groups = [(self._body["accepted"], 100, feedback.get("correct", {}))]
        groups += [
            (one["accepted"], one.get("weight", 100), one.get("feedback", {})) for one in self._body.get("also", ())
        ]
        for accepted, weight, about in groups:
            for code, variants in accepted.items():
                for variant in variants:
                    lang = f' lang="{code}"' if len(self._body["accepted"]) > 1 else ""
                    yield from self._answer({"": variant.replace("*", "\\*")}, weight, about, lang)
        if wrong := feedback.get("wrong"):
            yield from self._answer({"": "*"}, 0, wrong)

    def _amounts(self, feedback: Mapping[str, Texts]) -> Iterator[str]:
        amounts = [{**self._body, "weight": 100, "feedback": feedback.get("correct", {})}, *self._body.get("also", ())]
        for one in amounts:
            tolerance = f"<tolerance>{decimal(one['tolerance'])}</tolerance>" if "tolerance" in one else ""
            yield from self._answer(
                {"": decimal(one["answer"])}, one["weight"], one.get("feedback", {}), inside=tolerance
            )
        if wrong := feedback.get("wrong"):
            yield from self._answer({"": "*"}, 0, wrong)
        if unit := self._body.get("unit"):
            name = _escaped(together(unit))
            yield f"<units><unit><multiplier>1</multiplier><unit_name>{name}</unit_name></unit></units>"

    def _pair(self, left: Texts, right: Texts) -> Iterator[str]:
        yield f'<subquestion format="markdown"{_no_languages(left)}><text>{_escaped(together(left))}</text>'
        yield from self._pictures(left)
        yield f"<answer{_no_languages(right)}><text>{_escaped(together(right))}</text></answer></subquestion>"

    def _answer(self, texts: Texts, weight: Any, about: Texts, more: str = "", *, inside: str = "") -> Iterator[str]:
        style = "plain_text" if "" in texts else "markdown"
        yield f'<answer fraction="{weight}" format="{style}"{more}{_no_languages(texts)}><text>{_escaped(together(texts))}</text>'
        yield from self._pictures(texts)
        yield inside
        yield from self._text("feedback", about)
        yield "</answer>"

    def _text(self, element: str, texts: Texts, more: str = "") -> Iterator[str]:
        if not texts:
            return
        yield f'<{element} format="markdown"{more}{_no_languages(texts)}><text>{_escaped(self._said(together(texts)))}</text>'
        yield from self._pictures(texts)
        yield f"</{element}>"

    def _said(self, text: str) -> str:
        return _FILE.sub(
            lambda found: f"@@PLUGINFILE@@/{file[0]}" if (file := self._contents(found[0])) else found[0], text
        )

    def _pictures(self, texts: Texts) -> Iterator[str]:
        addresses = dict.fromkeys(address for text in texts.values() for address in _FILE.findall(text))
        for address in addresses:
            if file := self._contents(address):
                yield f'<file name={quoteattr(file[0])} path="/" encoding="base64">{base64.b64encode(file[1]).decode()}</file>'


def _no_languages(texts: Texts) -> str:
    """A text that speaks about spans of languages does not itself have them."""
    return ' multilang="no"' if len(texts) < 2 and any("multilang" in text for text in texts.values()) else ""


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text), {"\r": "&#13;"})
