"""What is wrong with a question, at which place, and how is it mended?"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from academy.assessment.comparing import exact, folded
from academy.assessment.marking import ALL_OR_NOTHING, TYPES, is_weight, weights
from academy.assessment.wording import GAP, LESSON
from academy.assessment.yaml_questions.reading import Place
from academy.kernel.i18n import Sentence, say

_COMMON = ("type", "name", "lesson", "tags", "mark", "prompt", "feedback", "source")
_OWN = {
    "single": ("options", "shuffle"),
    "multiple": ("options", "shuffle", "scoring"),
    "true-false": ("answer",),
    "short-text": ("accepted", "accents", "also"),
    "number": ("answer", "tolerance", "unit", "also"),
    "matching": ("pairs", "distractors", "scoring"),
    "ordering": ("items", "shuffle", "scoring"),
    "gaps": ("text", "gaps", "accents", "scoring"),
    "open": ("rubric", "example"),
}
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]*)")
_LONGEST = {"example": 10_000, "text": 6_000}
_LONGEST_TEXT = 2_000
MOST_PARTS = 20
MOST_POINTS = 100

Values = dict[Hashable, Any]


@dataclass(frozen=True)
class Flaw:
    place: Place
    sentence: Sentence
    serious: bool


class Check:
    """`line`: in which line of the file a place is, where there is a file."""

    def __init__(
        self,
        languages: Sequence[str],
        lessons: Collection[str],
        media: Collection[str] | None,
        *,
        line: Callable[[Place], int] | None = None,
    ) -> None:
        self._languages, self._lessons, self._media, self._line = tuple(languages), lessons, media, line
        self.found: list[Flaw] = []

    def repeated(self, names: Iterable[tuple[Place, str]]) -> None:
        for place, name in names:
            self._note(place, say("“%(name)s” stands here twice. Keep one of them.", name=name))

    def question(self, body: object) -> None:
        if not isinstance(body, dict):
            self._note((), say("No question here. Begin with “type: single”."))
            return
        kind = body.get("type")
        if kind not in TYPES:
            self._note(("type",), say("“type” is missing or unknown. Write one of: %(known)s.", known=", ".join(TYPES)))
            return
        self._nothing_but((), body, (*_COMMON, *_OWN[kind]))
        self._about(body)
        self._texts(("prompt",), body.get("prompt"), one_line=False)
        self._feedback(kind, body)
        self._settings(body)
        match kind:
            case "single" | "multiple":
                self._options(kind, body)
            case "true-false":
                if not isinstance(body.get("answer"), bool):
                    self._note(
                        ("answer",),
                        say("The answer is missing. Write “answer: true” or “answer: false”."),
                        form=say("Say whether it is true or false."),
                    )
            case "short-text":
                self._accepted(("accepted",), body.get("accepted"))
                self._also(body.get("also"), ("accepted",))
            case "number":
                self._number((), body)
                self._also(body.get("also"), ("answer", "tolerance"))
            case "matching":
                self._matching(body)
            case "ordering":
                self._parts("items", body.get("items"), ("text",))
            case "gaps":
                self._gaps(body)
            case _:
                self._open(body)

    # --- what every question has

    def _about(self, body: Values) -> None:
        if "lesson" in body:
            self._lesson(body["lesson"])
        else:
            self._note(
                ("lesson",),
                say("Name the lesson that teaches this, so that learners can read it again."),
                serious=False,
            )
        tags = body.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) and _KEY.fullmatch(tag) for tag in tags):
            self._note(
                ("tags",), say("Tags are a list of lower case words. Write for example “tags: [need, practice]”.")
            )
        for name in ("name", "source"):
            if name in body:
                self._words((name,), body[name], one_line=True)
        mark = body.get("mark", 1)
        if not _is_number(mark) or not exact("0.01") <= exact(mark) <= MOST_POINTS:
            self._note(
                ("mark",),
                say("The mark is a number above 0. Write for example “mark: 2”."),
                form=say("The mark is a number above 0."),
            )

    def _lesson(self, lesson: object) -> None:
        if lesson in self._lessons:
            return
        near = get_close_matches(str(lesson), list(self._lessons), 1)
        known = ", ".join(sorted(self._lessons))
        self._note(
            ("lesson",),
            say("There is no lesson “%(lesson)s”. Did you mean “%(near)s”?", lesson=lesson, near=near[0])
            if near
            else say("“lesson” names no lesson of this module. Known are: %(known)s.", known=known),
        )

    def _feedback(self, kind: str, body: Values) -> None:
        feedback = body.get("feedback")
        if feedback is None:
            missing = say("Feedback is missing. Say why, under “correct” and under “wrong”, in each language.")
            self._note(
                ("feedback",), missing, form=say("Feedback is missing. Say why it is right or wrong."), serious=False
            )
            return
        if not isinstance(feedback, dict):
            self._note(
                ("feedback",), say("Feedback is missing. Say why, under “correct” and under “wrong”, in each language.")
            )
            return
        known = ("general",) if kind == "open" else ("general", "correct", "partly", "wrong")
        self._nothing_but(("feedback",), feedback, known)
        wanted = () if kind == "open" or "general" in feedback else ("correct", "wrong")
        for when in known:
            if when in feedback:
                self._texts(("feedback", when), feedback[when], one_line=False)
            elif when in wanted:
                self._note(
                    ("feedback", when),
                    say("What is said when the answer is “%(when)s” is missing. Say why.", when=when),
                    form=say("What is said then is missing. Say why."),
                    serious=False,
                )

    def _settings(self, body: Values) -> None:
        for name in ("shuffle", "accents"):
            if not isinstance(body.get(name, False), bool):
                self._note((name,), say("Write “%(name)s: true” or “%(name)s: false”.", name=name))
        if body.get("scoring", "shared") not in ("shared", ALL_OR_NOTHING):
            self._note(("scoring",), say("Write “scoring: shared” or “scoring: all-or-nothing”."))

    # --- what is chosen from, paired up, put in order

    def _options(self, kind: str, body: Values) -> None:
        before = len(self.found)
        options = body.get("options")
        for number, option in self._parts("options", options, ("text",), ("correct", "weight", "feedback")):
            place = ("options", number)
            self._part_feedback(place, option)
            if not isinstance(option.get("correct", False), bool):
                self._note((*place, "correct"), say("Is this option right? Write “correct: true” or “correct: false”."))
            if "weight" in option and not is_weight(option["weight"]):
                self._note((*place, "weight"), _weight_in_words(), form=_weight_in_a_form())
        if len(self.found) > before and any(flaw.serious for flaw in self.found[before:]):
            return
        assert isinstance(options, list)
        right = sum(option.get("correct") is True for option in options)
        if any("weight" in option for option in options):
            self._weights(kind, body)
        elif kind == "single" and right != 1:
            self._note(
                ("options",),
                say("%(number)s options are marked as right. Mark one, or write “type: multiple”.", number=right),
                form=say("%(number)s options are marked as right. Mark one.", number=right),
            )
        elif not right:
            self._note(
                ("options",),
                say("No option is right. Mark at least one with “correct: true”."),
                form=say("No option is right. Mark at least one."),
            )

    def _weights(self, kind: str, body: Values) -> None:
        parts = weights(body).values()  # type: ignore[arg-type]  # names are words by now
        most = max(parts) if kind == "single" else sum(part for part in parts if part > 0)
        if most != 1:
            self._note(
                ("options",),
                say(
                    "The weights of what is right do not come to 100. Change them so that a full answer gets the whole mark."
                ),
            )

    def _matching(self, body: Values) -> None:
        self._parts("pairs", body.get("pairs"), ("left", "right"), unlike=("left",))
        if "distractors" in body:
            keys = [pair.get("key") for pair in body.get("pairs") or () if isinstance(pair, dict)]
            self._parts("distractors", body["distractors"], ("right",), least=1, taken=keys)

    def _parts(
        self,
        name: str,
        parts: object,
        texts: tuple[str, ...],
        others: tuple[str, ...] = (),
        *,
        least: int = 2,
        unlike: tuple[str, ...] | None = None,
        taken: Iterable[object] = (),
        above: Place = (),
    ) -> list[tuple[int, Values]]:
        """Options, pairs or items: keys that differ, texts that differ. Those that can be looked at further."""
        if not isinstance(parts, list) or not least <= len(parts) <= MOST_PARTS:
            self._note(
                (*above, name),
                say(
                    "“%(name)s” is a list of %(least)s to %(most)s. Write each after “- ”.",
                    name=name,
                    least=least,
                    most=MOST_PARTS,
                ),
                form=say("Between %(least)s and %(most)s belong here.", least=least, most=MOST_PARTS),
            )
            return []
        seen: dict[object, Place] = {("key", key): () for key in taken}
        found = []
        for number, part in enumerate(parts):
            place = (*above, name, number)
            if not isinstance(part, dict):
                self._note(place, say("Names and values are expected here. Write “key: a”, then the text below."))
                continue
            self._nothing_but(place, part, ("key", *texts, *others))
            key = part.get("key")
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                self._note((*place, "key"), say("The key is missing or not a lower case word. Write “key: a”."))
            self._once(seen, (*place, "key"), ("key", str(key)))
            for text in texts:
                self._texts((*place, text), part.get(text), one_line=True)
                if unlike is not None and text not in unlike:
                    continue
                for code, words in part[text].items() if isinstance(part.get(text), dict) else ():
                    self._once(seen, (*place, text, code), (text, code, folded(str(words))))
            found.append((number, part))
        return found

    def _once(self, seen: dict[object, Place], place: Place, what: object) -> None:
        if what in seen and self._line:
            self._note(
                place,
                say(
                    "The same stands in line %(line)s already. Nobody could tell them apart: change one.",
                    line=self._line(seen[what]),
                ),
            )
        elif what in seen:
            self._note(place, say("The same is here twice. Nobody could tell them apart: change one."))
        seen.setdefault(what, place)

    def _part_feedback(self, place: Place, part: Values) -> None:
        if "feedback" in part:
            self._texts((*place, "feedback"), part["feedback"], one_line=False)

    # --- what is typed

    def _accepted(self, place: Place, accepted: object) -> None:
        if not isinstance(accepted, dict) or not accepted:
            self._note(
                place,
                say("No answers are accepted. Write “accepted: {%(sketch)s}”.", sketch=self._sketch("[…]")),
                form=say("No answer is accepted. Write at least one."),
            )
            return
        self._nothing_but(place, accepted, self._languages)
        for code in self._languages:
            variants = accepted.get(code)
            if not isinstance(variants, list) or not variants:
                self._note(
                    (*place, code),
                    say("Nothing is accepted in “%(code)s”. Write “%(code)s: [first, second]”.", code=code),
                    form=say("Nothing is accepted in this language."),
                    serious=code in accepted,
                )
                continue
            for number, variant in enumerate(variants):
                self._words((*place, code, number), variant, one_line=True)

    def _number(self, place: Place, part: Values) -> None:
        if not _is_number(part.get("answer")):
            self._note(
                (*place, "answer"),
                say("The answer is not a number. Write it with a point: “answer: 12.5”."),
                form=say("The answer is not a number. Write it in digits."),
            )
        tolerance = part.get("tolerance", 0)
        if not _is_number(tolerance) or exact(tolerance) < 0:
            self._note(
                (*place, "tolerance"),
                say("The tolerance is not a number from 0 up. Write for example “tolerance: 0.5”."),
                form=say("The tolerance is not a number from 0 up. Write it in digits."),
            )
        if "unit" in part:
            self._texts((*place, "unit"), part["unit"], one_line=True)

    def _also(self, also: object, own: tuple[str, ...]) -> None:
        """Other answers that are known: for part of the mark, or with words of their own."""
        if also is None:
            return
        for number, variant in self._parts("also", also, (), (*own, "weight", "feedback"), least=1):
            place = ("also", number)
            if "accepted" in own:
                self._accepted((*place, "accepted"), variant.get("accepted"))
            else:
                self._number(place, variant)
            if not is_weight(variant.get("weight")) or exact(variant["weight"]) < 0:
                self._note((*place, "weight"), _weight_in_words(), form=_weight_in_a_form())
            self._part_feedback(place, variant)

    def _gaps(self, body: Values) -> None:
        text, others = body.get("text"), ("accepted", "choices", "answer", "tolerance", "feedback")
        self._texts(("text",), text, one_line=False)
        gaps = self._parts("gaps", body.get("gaps"), (), others, least=1)
        keys = [gap.get("key") for _number, gap in gaps]
        for code, words in text.items() if isinstance(text, dict) else ():
            there = GAP.findall(str(words))
            for key in keys:
                if there.count(key) != 1:
                    self._note(
                        ("text", code),
                        say("The gap “%(key)s” is not there once. Write [[%(key)s]] where it belongs.", key=key),
                    )
            for key in {*there} - {*keys}:
                self._note(("text", code), say("There is no gap “%(key)s”. Describe it under “gaps”.", key=key))
        for number, gap in gaps:
            self._gap(("gaps", number), gap)

    def _gap(self, place: Place, gap: Values) -> None:
        self._part_feedback(place, gap)
        if sum(name in gap for name in ("accepted", "choices", "answer")) != 1:
            self._note(
                place,
                say("How is this gap filled? Write one of “accepted”, “choices” and “answer” for it."),
                form=say("How is this gap filled? Write what is accepted, choices, or a number."),
            )
        elif "accepted" in gap:
            self._accepted((*place, "accepted"), gap["accepted"])
        elif "answer" in gap:
            self._number(place, gap)
        else:
            choices = self._parts("choices", gap["choices"], ("text",), ("correct",), above=place)
            right = sum(choice.get("correct") is True for _number, choice in choices)
            if choices and right != 1:
                self._note((*place, "choices"), say("%(number)s choices are marked as right. Mark one.", number=right))

    def _open(self, body: Values) -> None:
        if "example" in body:
            self._texts(("example",), body["example"], one_line=False)
        if "rubric" not in body:
            self._note(
                ("rubric",),
                say("There is no rubric. Say what a good answer shows, and how many points each gives."),
                serious=False,
            )
            return
        for number, criterion in self._parts("rubric", body["rubric"], ("text",), ("points",), least=1):
            points = criterion.get("points")
            if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= MOST_POINTS:
                self._note(
                    ("rubric", number, "points"),
                    say("Points are a whole number from 1 to %(most)s. Write “points: 2”.", most=MOST_POINTS),
                    form=say("Points are a whole number from 1 to %(most)s.", most=MOST_POINTS),
                )

    # --- texts

    def _texts(self, place: Place, texts: object, *, one_line: bool) -> None:
        """The same words in every language; in one at least."""
        if not isinstance(texts, dict) or not texts:
            self._note(
                place,
                say(
                    "“%(name)s” is not there in each language. Write “%(name)s: {%(sketch)s}”.",
                    name=place[-1],
                    sketch=self._sketch("…"),
                ),
                form=say("The text is missing. Write it in one language at least."),
            )
            return
        self._nothing_but(place, texts, self._languages)
        for code in self._languages:
            self._words((*place, code), texts.get(code), one_line=one_line, serious=code in texts)

    def _words(self, place: Place, words: object, *, one_line: bool, serious: bool = True) -> None:
        name = place[-1]
        longest = _LONGEST.get(str(place[0]), _LONGEST_TEXT)
        if words is None or (isinstance(words, str) and not words.strip()):
            self._note(
                place,
                say("The text of “%(name)s” is missing. Add it.", name=name),
                form=say("The text in this language is missing."),
                serious=serious,
            )
        elif not isinstance(words, str):
            self._note(place, say("“%(words)s” is not taken for a text. Put it in quotation marks.", words=words))
        elif len(words) > longest:
            self._note(place, say("The text is longer than %(number)s characters. Shorten it.", number=longest))
        elif one_line and "\n" in words.strip():
            self._note(
                place, say("Only one paragraph has room here. Join the lines, or move some of it to the prompt.")
            )
        else:
            self._pictures(place, words)
            for lesson in LESSON.findall(words):
                if lesson not in self._lessons:
                    self._note(place, say("There is no lesson “%(lesson)s” to link to.", lesson=lesson))

    def _pictures(self, place: Place, words: str) -> None:
        for said, address in _PICTURE.findall(words):
            if not said.strip():
                self._note(
                    place, say("A picture says nothing to those who can't see it. Write it: ![what one sees](…).")
                )
            if self._media is not None and address.startswith("media/") and address[6:] not in self._media:
                self._note(place, say("There is no picture “%(name)s”. Mend the name, or add the file.", name=address))

    def _nothing_but(self, place: Place, values: Values, known: tuple[str, ...]) -> None:
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

    def _note(self, place: Place, sentence: Sentence, *, form: Sentence | None = None, serious: bool = True) -> None:
        """`form`: what is said to who wrote no file, where the sentence tells how it is written there."""
        self.found.append(Flaw(place, form if form and not self._line else sentence, serious))


def _weight_in_words() -> Sentence:
    return say("The weight is a part of the mark in per cent. Write for example “weight: 50”.")


def _weight_in_a_form() -> Sentence:
    return say("The part of the mark is a number of per cent, at most 100.")


def _is_number(value: object) -> bool:
    """Written out in full: no infinity, no power of ten."""
    return not isinstance(value, bool) and bool(re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", str(value)))
