"""Is this question file right, and if not, in which line and how is it mended?

docs/authoring.md describes the format. A file without faults gives a body: plain values, texts by language, ready to be stored.
"""

import re
from collections.abc import Collection, Hashable, Sequence
from difflib import get_close_matches
from typing import Any

import yaml

from academy.assessment.marking import exact, folded
from academy.kernel.i18n import Sentence, say

TYPES = ("single", "multiple", "true-false", "short-text", "number", "matching", "ordering")

_COMMON = ("type", "lesson", "tags", "prompt", "feedback", "source")
_OWN = {
    "single": ("options",),
    "multiple": ("options",),
    "true-false": ("answer",),
    "short-text": ("accepted",),
    "number": ("answer", "tolerance", "unit"),
    "matching": ("pairs",),
    "ordering": ("items",),
}
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DEEPEST = 10
_LARGEST = 100_000
_LONGEST = 2_000
_MOST_PARTS = 20
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, faster where libyaml is there

Place = tuple[Hashable, ...]


def faults(text: str, languages: Sequence[str], lesson_slugs: Collection[str]) -> list[tuple[int, Sentence]]:
    """Each with its line and its remedy, in the order of the file."""
    try:
        check = _Check(_Lines(text), languages)
    except _NotYaml as wrong:
        return [(wrong.line, wrong.sentence)]
    check.question(lesson_slugs)
    return sorted(check.found, key=lambda fault: fault[0])


def parsed(text: str) -> dict[str, Any]:
    """The body. For a text that has no faults."""
    body: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader
    return body


class _NotYaml(Exception):
    def __init__(self, line: int, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.line, self.sentence = line, sentence


class _Lines:
    """The values of a file and the line of each."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self.repeated: list[tuple[int, str]] = []
        if len(text) > _LARGEST:
            raise _NotYaml(1, say("The file is larger than 100 kB. Shorten the question."))
        try:
            for event in yaml.parse(text, Loader=_Loader):
                if isinstance(event, yaml.AliasEvent):  # a few lines of them can stand for gigabytes
                    line = event.start_mark.line if event.start_mark else 0
                    raise _NotYaml(line + 1, say("“*” refers to another value. Write the value itself."))
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark or wrong.context_mark
            why = str(wrong.problem or wrong.context)
            raise _NotYaml(
                mark.line + 1 if mark else 1,
                say("This is not YAML: %(why)s. Look at indents, colons and quotation marks.", why=why),
            ) from wrong
        except yaml.YAMLError as wrong:
            raise _NotYaml(1, say("A character here can't be read. Save the file as UTF-8 text.")) from wrong
        except RecursionError:
            raise _too_deep(1) from None
        self.value = self._value(root, ()) if root is not None else None

    def line(self, place: Place) -> int:
        """The line of a value, or of what should have held it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def _value(self, node: Any, place: Place) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if len(place) > _DEEPEST:
            raise _too_deep(line)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(inner, (*place, number)) for number, inner in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            try:
                return yaml.constructor.SafeConstructor().construct_object(node)
            except (yaml.YAMLError, ValueError):
                raise _NotYaml(line, say("This value can't be read. Put it in quotation marks.")) from None
        found: dict[Hashable, Any] = {}
        for name_node, inner in node.value:
            name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
            if name in found:
                self.repeated.append((name_node.start_mark.line + 1, name))
            self.lines[(*place, name)] = name_node.start_mark.line + 1
            found[name] = self._value(inner, (*place, name))
        return found


def _too_deep(line: int) -> _NotYaml:
    return _NotYaml(line, say("Values are nested too deeply. Compare with docs/authoring.md."))


class _Check:
    def __init__(self, lines: _Lines, languages: Sequence[str]) -> None:
        self._lines, self._languages = lines, tuple(languages)
        self.found = [
            (line, say("“%(name)s” stands here twice. Keep one of them.", name=name)) for line, name in lines.repeated
        ]

    def question(self, lesson_slugs: Collection[str]) -> None:
        body = self._lines.value
        if not isinstance(body, dict):
            self._note((), say("No question here. Begin with “type: single”."))
            return
        kind = body.get("type")
        if kind not in TYPES:
            self._note(("type",), say("“type” is missing or unknown. Write one of: %(known)s.", known=", ".join(TYPES)))
            return
        self._nothing_but((), body, (*_COMMON, *_OWN[kind]))
        self._lesson(body.get("lesson"), lesson_slugs)
        self._tags(body.get("tags", []))
        self._texts(("prompt",), body.get("prompt"), one_line=False)
        self._feedback(body.get("feedback"))
        if "source" in body:
            self._words(("source",), body["source"], one_line=True)
        match kind:
            case "single" | "multiple":
                self._options(kind, body.get("options"))
            case "true-false":
                if not isinstance(body.get("answer"), bool):
                    self._note(("answer",), say("The answer is missing. Write “answer: true” or “answer: false”."))
            case "short-text":
                self._accepted(body.get("accepted"))
            case "number":
                self._number(body)
            case "matching":
                self._parts("pairs", body.get("pairs"), ("left", "right"))
            case "ordering":
                self._parts("items", body.get("items"), ("text",))

    def _lesson(self, lesson: object, known: Collection[str]) -> None:
        if lesson in known:
            return
        near = get_close_matches(str(lesson), list(known), 1)
        self._note(
            ("lesson",),
            say("There is no lesson “%(lesson)s”. Did you mean “%(near)s”?", lesson=lesson, near=near[0])
            if near
            else say("“lesson” names no lesson of this module. Known are: %(known)s.", known=", ".join(sorted(known))),
        )

    def _tags(self, tags: object) -> None:
        if not isinstance(tags, list) or not all(isinstance(tag, str) and _KEY.fullmatch(tag) for tag in tags):
            self._note(
                ("tags",), say("Tags are a list of lower case words. Write for example “tags: [need, practice]”.")
            )

    def _feedback(self, feedback: object) -> None:
        if not isinstance(feedback, dict):
            self._note(
                ("feedback",), say("Feedback is missing. Say why, under “correct” and under “wrong”, in each language.")
            )
            return
        self._nothing_but(("feedback",), feedback, ("correct", "wrong"))
        for when in ("correct", "wrong"):
            self._texts(("feedback", when), feedback.get(when), one_line=False)

    def _options(self, kind: str, options: object) -> None:
        correct = 0
        for number, option in self._parts("options", options, ("text",), ("correct", "feedback")):
            if "feedback" in option:
                self._texts(("options", number, "feedback"), option["feedback"], one_line=False)
            if not isinstance(option.get("correct", False), bool):
                self._note(
                    ("options", number, "correct"),
                    say("Is this option right? Write “correct: true” or “correct: false”."),
                )
            correct += option.get("correct") is True
        if kind == "single" and correct != 1 and isinstance(options, list):
            self._note(
                ("options",),
                say("%(number)s options are marked as right. Mark one, or write “type: multiple”.", number=correct),
            )
        if kind == "multiple" and not correct and isinstance(options, list):
            self._note(("options",), say("No option is right. Mark at least one with “correct: true”."))

    def _parts(
        self, name: str, parts: object, texts: tuple[str, ...], others: tuple[str, ...] = ()
    ) -> list[tuple[int, dict[Hashable, Any]]]:
        """Options, pairs or items: keys that differ, texts that differ. Those that can be looked at further."""
        if not isinstance(parts, list) or not 2 <= len(parts) <= _MOST_PARTS:
            self._note(
                (name,),
                say("“%(name)s” is a list of 2 to %(most)s. Write each after “- ”.", name=name, most=_MOST_PARTS),
            )
            return []
        seen: dict[object, int] = {}
        found = []
        for number, part in enumerate(parts):
            place = (name, number)
            if not isinstance(part, dict):
                self._note(place, say("Names and values are expected here. Write “key: a”, then the text below."))
                continue
            self._nothing_but(place, part, ("key", *texts, *others))
            key = part.get("key")
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                self._note((*place, "key"), say("The key is missing or not a lower case word. Write “key: a”."))
            self._once(seen, (*place, "key"), ("key", key))
            for text in texts:
                self._texts((*place, text), part.get(text), one_line=True)
                for code, words in part[text].items() if isinstance(part.get(text), dict) else ():
                    self._once(seen, (*place, text, code), (text, code, folded(str(words))))
            found.append((number, part))
        return found

    def _once(self, seen: dict[object, int], place: Place, what: object) -> None:
        if what in seen:
            self._note(
                place,
                say(
                    "The same stands in line %(line)s already. Nobody could tell them apart: change one.",
                    line=seen[what],
                ),
            )
        seen.setdefault(what, self._lines.line(place))

    def _accepted(self, accepted: object) -> None:
        if not isinstance(accepted, dict):
            self._note(
                ("accepted",),
                say("No answers are accepted. Write “accepted: {%(sketch)s}”.", sketch=self._sketch("[…]")),
            )
            return
        self._only_languages(("accepted",), accepted)
        for code in self._languages:
            variants = accepted.get(code)
            if not isinstance(variants, list) or not variants:
                self._note(
                    ("accepted", code),
                    say("Nothing is accepted in “%(code)s”. Write “%(code)s: [first, second]”.", code=code),
                )
                continue
            for number, variant in enumerate(variants):
                self._words(("accepted", code, number), variant, one_line=True)

    def _number(self, body: dict[Hashable, Any]) -> None:
        if not _is_number(body.get("answer")):
            self._note(("answer",), say("The answer is not a number. Write it with a point: “answer: 12.5”."))
        tolerance = body.get("tolerance", 0)
        if not _is_number(tolerance) or exact(tolerance) < 0:
            self._note(
                ("tolerance",), say("The tolerance is not a number from 0 up. Write for example “tolerance: 0.5”.")
            )
        if "unit" in body:
            self._texts(("unit",), body["unit"], one_line=True)

    def _texts(self, place: Place, texts: object, *, one_line: bool) -> None:
        """The same words in every language."""
        if not isinstance(texts, dict):
            self._note(
                place,
                say(
                    "“%(name)s” is not there in each language. Write “%(name)s: {%(sketch)s}”.",
                    name=place[-1],
                    sketch=self._sketch("…"),
                ),
            )
            return
        self._only_languages(place, texts)
        for code in self._languages:
            self._words((*place, code), texts.get(code), one_line=one_line)

    def _words(self, place: Place, words: object, *, one_line: bool) -> None:
        name = place[-1]
        if words is None or (isinstance(words, str) and not words.strip()):
            self._note(place, say("The text of “%(name)s” is missing. Add it.", name=name))
        elif not isinstance(words, str):
            self._note(place, say("“%(words)s” is not taken for a text. Put it in quotation marks.", words=words))
        elif len(words) > _LONGEST:
            self._note(place, say("The text is longer than %(number)s characters. Shorten it.", number=_LONGEST))
        elif one_line and "\n" in words.strip():
            self._note(
                place, say("Only one paragraph has room here. Join the lines, or move some of it to the prompt.")
            )

    def _only_languages(self, place: Place, texts: dict[Hashable, Any]) -> None:
        self._nothing_but(place, texts, self._languages)

    def _nothing_but(self, place: Place, values: dict[Hashable, Any], known: tuple[str, ...]) -> None:
        for name in values:
            if name not in known:
                near = get_close_matches(str(name), known, 1)
                self._note(
                    (*place, name),
                    say("“%(name)s” is not known here. Did you mean “%(near)s”?", name=name, near=near[0])
                    if near
                    else say("“%(name)s” is not known here. Known are: %(known)s.", name=name, known=", ".join(known)),
                )

    def _sketch(self, of: str) -> str:
        return ", ".join(f"{code}: {of}" for code in self._languages)

    def _note(self, place: Place, sentence: Sentence) -> None:
        self.found.append((self._lines.line(place), sentence))


def _is_number(value: object) -> bool:
    """Written out in full: no infinity, no power of ten."""
    return not isinstance(value, bool) and bool(re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", str(value)))
