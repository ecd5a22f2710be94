"""Which questions does a file of Moodle's hold?"""

import base64
import binascii
import io
import json
from collections.abc import Callable, Iterator
from typing import IO, Any
from urllib.parse import quote, unquote

from academy.assessment.exchange import shaping
from academy.assessment.exchange.carried import Body, Carried, Found, Picture, Texts, TurnedAway, Unsuitable, slug
from academy.assessment.exchange.moodle_xml import cloze
from academy.assessment.exchange.moodle_xml.languages import apart
from academy.assessment.exchange.moodle_xml.nodes import Node, questions
from academy.assessment.exchange.moodle_xml.writing import OWN, written
from academy.assessment.exchange.prose import AUTO, HTML, MARKDOWN, PLAIN, in_markdown, left_behind
from academy.assessment.exchange.shaping import Amount, Rated
from academy.kernel.i18n import say

PLUGINFILE = "@@PLUGINFILE@@/"
_STYLES = {
    "markdown": MARKDOWN,
    "moodle_auto_format": AUTO,
    "plain_text": PLAIN,
    "wiki_like": PLAIN,
}  # all else is HTML
_ABOVE = {"top", "$course$", "$module$", "$system$", "$coursecat$"}


def read(stream: IO[bytes], language: str) -> Iterator[Carried | TurnedAway]:
    """`language`: of texts that don't say it."""
    category: tuple[str, ...] = ()
    for node in questions(stream):
        if isinstance(node, TurnedAway):
            yield node
        elif node.attributes.get("type") == "category":
            parts = [part.replace("\0", "/").strip() for part in node.value("category").replace("//", "\0").split("/")]
            category = tuple(part for part in parts if part and part not in _ABOVE)
        else:
            yield _read(node, language, category)


def _read(node: Node, language: str, category: tuple[str, ...]) -> Carried | TurnedAway:
    question = _Question(node, language)
    try:
        question.take_apart()
    except Unsuitable as reason:
        return TurnedAway(node.line, question.name[:60], reason.sentence)
    body = _own(node, question, language) or question.found.body
    key = slug(node.value("idnumber"))
    return Carried(
        line=node.line,
        key=key or slug(question.name),
        named=bool(key),
        body=body,
        category=category,
        notes=() if body is not question.found.body else tuple(question.found.notes),
        pictures=tuple(question.pictures.values()),
    )


def _own(node: Node, question: "_Question", language: str) -> Body | None:
    """The question that we once wrote, if the rest still says what it said then."""
    own = node.first(OWN)
    if own is None:
        return None
    try:
        body: Body = json.loads(own.text)
        again = next(questions(_wrapped(written(question.key, body, with_own=False))), None)
        if not isinstance(again, Node):
            return None
        compared = _Question(again, language)
        compared.take_apart()
    except (Unsuitable, ValueError, TypeError, KeyError, LookupError, AttributeError, StopIteration):
        return None  # it is not ours, or was touched
    return body if compared.found.body == question.found.body else None


def _wrapped(question: str) -> IO[bytes]:
    return io.BytesIO(f"<quiz>{question}</quiz>".encode())


class _Question:
    def __init__(self, node: Node, language: str) -> None:
        self._node, self._language = node, language
        self.found = Found({"type": "", "tags": []})
        self.name = " ".join(node.value("name").split())
        self.key = node.value("idnumber")
        self.pictures: dict[str, Picture] = {}

    def take_apart(self) -> None:
        node, body = self._node, self.found.body
        kind = node.attributes.get("type", "")
        if not self.name:
            raise Unsuitable(say("The question has no name."))
        if kind not in _TYPES:
            raise Unsuitable(say("Questions of the type “%(type)s” are not known here.", type=kind[:40] or "?"))
        if self.name != self.key:
            body["name"] = self.name
        tags = node.first("tags")
        body["tags"] = [*dict.fromkeys(slug(tag.value("text") or tag.text) for tag in tags.all("tag"))] if tags else []
        body["tags"] = [tag for tag in body["tags"] if tag]
        self._mark(node.value("defaultgrade", "1"))
        body["prompt"] = self._text(node.first("questiontext"))
        self._legacy_picture()
        if not body["prompt"]:
            raise Unsuitable(say("The question has no text."))
        _TYPES[kind](self)
        feedback = {name: self._text(node.first(element)) for name, element in _FEEDBACK.items()}
        shaping.feedback(self.found, **feedback)
        if node.value("hidden", "0") == "1":
            self.found.note(say("It was hidden where it comes from. Here it is in the bank like any other."))
        if node.all("hint"):
            self.found.note(say("Hints are not kept: what helps stands in the feedback here."))
        if node.value("responsetemplate"):
            self.found.note(say("The template for the answer is not kept."))

    def _mark(self, written: str) -> None:
        mark = shaping.number_of(written or "1")
        if mark != 1:
            self.found.body["mark"] = mark

    def _legacy_picture(self) -> None:
        name, content = self._node.value("image"), self._node.value("image_base64")
        if name and content:
            picture = self._picture(name.rpartition("/")[2], content)
            prompt = self.found.body["prompt"]
            self.found.body["prompt"] = {
                code: f"{said}\n\n![{picture.name.rpartition('.')[0]}]({picture.address})"
                for code, said in prompt.items()
            }

    # --- texts

    def _text(self, node: Node | None, otherwise: str = "html") -> Texts:
        """In Markdown, by language, with what it shows."""
        if node is None:
            return {}
        inner = node.first("text")
        words = (inner or node).text
        for file in [*node.all("file"), *(inner.all("file") if inner else ())]:
            self._file(file)
        style = _STYLES.get(node.attributes.get("format", otherwise), HTML)
        if node.attributes.get("multilang") == "no":
            return {self._language: words.strip()}
        if style != MARKDOWN and (gone := left_behind(words)):
            self.found.note(gone)
        texts = apart(words, self._language)
        made = {code: in_markdown(said, style).strip() for code, said in texts.items()}
        return {code: said for code, said in made.items() if said}

    def _plain(self, node: Node | None) -> Texts:
        """What is typed or chosen as it stands."""
        if node is None:
            return {}
        words = (node.first("text") or node).text
        if node.attributes.get("multilang") == "no":
            return {self._language: words.strip()}
        texts = {code: " ".join(said.split()) for code, said in apart(words, self._language).items()}
        return {node.attributes.get("lang", code): said for code, said in texts.items() if said}

    def _file(self, node: Node) -> None:
        if node.attributes.get("encoding", "base64") != "base64":
            raise Unsuitable(say("The file “%(name)s” is not in base64.", name=node.attributes.get("name", "")[:60]))
        self._picture(node.attributes.get("name", ""), node.text)

    def _picture(self, name: str, content: str) -> Picture:
        try:
            data = base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            raise Unsuitable(say("The file “%(name)s” is damaged: it is not base64.", name=name[:60])) from None
        name = unquote(name).replace("\\", "/").rpartition("/")[2]
        picture = Picture(PLUGINFILE + quote(name), name, data)
        return self.pictures.setdefault(name, picture)

    # --- types

    def multichoice(self) -> None:
        node = self._node
        options = [
            Rated(self._text(answer), self._weight(answer), self._text(answer.first("feedback")))
            for answer in node.all("answer")
        ]
        if any(not option.texts for option in options):
            raise Unsuitable(say("An option has no text."))
        shaping.choice(self.found, options, single=node.value("single", "true") in ("true", "1"))
        self._shuffle("shuffleanswers")

    def multichoiceset(self) -> None:
        self._node.children.append(Node("single", {}, 0, ["false"]))
        right = [answer for answer in self._node.all("answer") if self._weight(answer)]
        for answer in self._node.all("answer"):
            answer.attributes["fraction"] = str((1 if answer in right else -1) * 100 / max(1, len(right)))
        self.multichoice()
        self.found.body["scoring"] = "all-or-nothing"

    def _shuffle(self, element: str) -> None:
        if self._node.value(element, "true") in ("false", "0"):
            self.found.body["shuffle"] = False

    def truefalse(self) -> None:
        answers = {answer.value("text").strip().lower(): answer for answer in self._node.all("answer")}
        if not {"true", "false"} <= answers.keys():
            raise Unsuitable(say("The answers “true” and “false” are not both there."))
        right = "true" if self._weight(answers["true"]) == 100 else "false"
        wrong = "false" if right == "true" else "true"
        if self._weight(answers[right]) != 100:
            raise Unsuitable(say("No answer gets the whole mark. Say which one is right."))
        shaping.true_false(self.found, answer=right == "true")
        about = {
            name: self._text(answers[key].first("feedback")) for name, key in (("correct", right), ("wrong", wrong))
        }
        shaping.feedback(self.found, **about)

    def shortanswer(self) -> None:
        if self._node.value("usecase", "0") == "1":
            self.found.note(say("Capital and small letters are the same here."))
        shaping.short_text(
            self.found,
            [
                Rated(
                    self._plain(answer) or {self._language: ""},
                    self._weight(answer),
                    self._text(answer.first("feedback")),
                )
                for answer in self._node.all("answer")
            ],
        )

    def numerical(self) -> None:
        amounts = []
        for answer in self._node.all("answer"):
            written, about = answer.value("text") or answer.text.strip(), self._text(answer.first("feedback"))
            weight = self._weight(answer)
            if written == "*":
                if weight:
                    raise Unsuitable(say("“*” accepts anything. Write out the answers that are right."))
                shaping.feedback(self.found, wrong=about)
                continue
            tolerance = answer.value("tolerance")
            amounts.append(
                Amount(shaping.number_of(written), shaping.number_of(tolerance) if tolerance else None, weight, about)
            )
        shaping.number(self.found, amounts)
        units = self._node.first("units")
        named = units.all("unit") if units else []
        if named:
            self.found.body["unit"] = apart(named[0].value("unit_name"), self._language)
        if len(named) > 1 or (named and named[0].value("multiplier", "1") not in ("1", "1.0", "1.0000000")):
            self.found.note(say("One unit is kept; answers in other units are not converted here."))

    def matching(self) -> None:
        pairs = [(self._text(pair), self._plain(pair.first("answer"))) for pair in self._node.all("subquestion")]
        if any(not right for _left, right in pairs):
            raise Unsuitable(say("A pair has no right side."))
        shaping.matching(self.found, pairs)

    def ordering(self) -> None:
        answers = self._node.all("answer")
        if all("fraction" in answer.attributes for answer in answers):
            answers = sorted(answers, key=lambda answer: float(self._weight_as_written(answer)))
        shaping.ordering(self.found, [self._text(answer, "moodle_auto_format") for answer in answers])
        grading = self._node.value("gradingtype", "ABSOLUTE_POSITION").upper()
        if grading == "ALL_OR_NOTHING":
            self.found.body["scoring"] = "all-or-nothing"
        elif grading not in ("ABSOLUTE_POSITION", "ABSOLUTE", "0"):
            self.found.note(say("Each thing in its right place counts here; other ways to count are not known."))

    def essay(self) -> None:
        self.found.body["type"] = "open"
        if example := self._text(self._node.first("graderinfo")):
            self.found.body["example"] = example

    def multianswer(self) -> None:
        cloze.read(self.found, *self._written())

    def gapselect(self) -> None:
        choices = [
            (next(iter(self._plain(choice).values()), ""), choice.value("group", "1"))
            for choice in (*self._node.all("selectoption"), *self._node.all("dragbox"))
        ]
        text, style, language = self._written()
        cloze.read_places(self.found, text, style, choices, language)

    def _written(self) -> tuple[str, str, str]:
        """The text of the question as it stands there, what it is written in, and the first language it has."""
        node = self._node.first("questiontext")
        words = node.value("text") if node else ""
        style = _STYLES.get(node.attributes.get("format", "html"), HTML) if node else HTML
        if node and node.attributes.get("multilang") == "no":
            return words, style, self._language
        language, text = next(iter(apart(words, self._language).items()))
        return text, style, language

    def _weight(self, answer: Node) -> shaping.Number:
        return shaping.weight_of(answer.attributes.get("fraction") or answer.value("fraction", "0"))

    def _weight_as_written(self, answer: Node) -> str:
        try:
            return str(float(answer.attributes["fraction"]))
        except ValueError:
            raise Unsuitable(
                say(
                    "“%(weight)s %%” is no weight. Write a number from -100 to 100.",
                    weight=answer.attributes["fraction"],
                )
            ) from None


_FEEDBACK = {
    "general": "generalfeedback",
    "correct": "correctfeedback",
    "partly": "partiallycorrectfeedback",
    "wrong": "incorrectfeedback",
}
_TYPES: dict[str, Callable[[_Question], Any]] = {
    "multichoice": _Question.multichoice,
    "multichoiceset": _Question.multichoiceset,
    "truefalse": _Question.truefalse,
    "shortanswer": _Question.shortanswer,
    "numerical": _Question.numerical,
    "matching": _Question.matching,
    "match": _Question.matching,
    "ordering": _Question.ordering,
    "essay": _Question.essay,
    "cloze": _Question.multianswer,
    "multianswer": _Question.multianswer,
    "gapselect": _Question.gapselect,
    "ddwtos": _Question.gapselect,
}
