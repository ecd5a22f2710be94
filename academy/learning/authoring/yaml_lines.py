"""Where in a YAML file does each value stand? Faults are told with their line."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

from academy.kernel.i18n import say
from academy.learning.authoring.faults import Faults

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, faster where libyaml is there
_DEEPEST = 20

Place = tuple[Hashable, ...]


class NotYaml(Exception):
    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True)
class Document:
    value: Any
    lines: dict[Place, int] = field(default_factory=dict)
    repeated: tuple[tuple[int, str], ...] = ()

    def line(self, *place: Hashable) -> int:
        """The line of a value, or of what should have held it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def loaded(text: str, first_line: int = 1) -> Document:
    """Raises NotYaml. Aliases are refused: a few lines of them can stand for gigabytes."""
    try:
        if "*" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise NotYaml(first_line, "a reference to another value (*name)")
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        raise NotYaml((mark.line if mark else 0) + first_line, str(wrong.problem or wrong)) from wrong
    except yaml.YAMLError as wrong:
        raise NotYaml(first_line, str(wrong).splitlines()[0]) from wrong
    except RecursionError:
        raise NotYaml(first_line, "nested too deeply") from None
    lines: dict[Place, int] = {}
    repeated: list[tuple[int, str]] = []
    constructor = yaml.constructor.SafeConstructor()

    def value_of(node: Any, place: Place) -> Any:
        if len(place) > _DEEPEST:
            raise NotYaml(node.start_mark.line + first_line, "nested too deeply")
        lines.setdefault(place, node.start_mark.line + first_line)
        if isinstance(node, yaml.SequenceNode):
            return [value_of(inner, (*place, number)) for number, inner in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            made: dict[Hashable, Any] = {}
            for name_node, inner in node.value:
                name = value_of(name_node, (*place, "?")) if isinstance(name_node, yaml.ScalarNode) else "?"
                if name in made:
                    repeated.append((name_node.start_mark.line + first_line, str(name)))
                lines[(*place, name)] = name_node.start_mark.line + first_line
                made[name] = value_of(inner, (*place, name))
            return made
        try:
            return constructor.construct_object(node)
        except (yaml.YAMLError, ValueError) as wrong:
            raise NotYaml(node.start_mark.line + first_line, str(wrong).splitlines()[0]) from wrong

    return Document(value_of(root, ()) if root is not None else None, lines, tuple(repeated))


class Fields:
    """A mapping of a YAML file. Each value is asked for by name and kind, and what is wrong with it is noted."""

    def __init__(self, document: Document, faults: Faults, place: Place = ()) -> None:
        self._document, self._faults, self._place = document, faults, place
        value = document.value
        for step in place:
            value = value[step]
        self._values: dict[Hashable, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._note((), say("Here names and values are expected."), say("Write lines like “title: …”."))

    def line(self, *inside: Hashable) -> int:
        return self._document.line(*self._place, *inside)

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, *, needed: bool = True, longest: int = 200) -> str:
        return self._text((name,), self._values.get(name), needed=needed, longest=longest)

    def number(self, name: str, least: int, most: int, *, otherwise: int | None = None) -> int:
        value = self._values.get(name)
        if value is None and otherwise is not None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._note(
                (name,),
                say("“%(name)s” is not a whole number from %(least)s to %(most)s.", name=name, least=least, most=most),
                say("Write for example “%(name)s: %(least)s”.", name=name, least=max(least, 1)),
            )
            return least
        return value

    def texts(self, name: str, languages: tuple[str, ...], *, longest: int = 2_000) -> dict[str, Any]:
        """The same thing in every language of the course."""
        return self.texts_at((name,), languages, longest=longest)

    def texts_at(self, inside: Place, languages: tuple[str, ...], *, longest: int = 2_000) -> dict[str, Any]:
        value: Any = self._values
        for step in inside:
            value = value.get(step) if isinstance(value, dict) else value[step]
        if not isinstance(value, dict):
            self._note(
                inside,
                say("“%(name)s” is not there in each language.", name=_named(inside)),
                say("Write “%(name)s: {%(languages)s}”.", name=_named(inside), languages=_sketch(languages)),
            )
            return {}
        for language in value:
            if language not in languages:
                self._unknown((*inside, language), str(language), languages)
        found = {code: self._text((*inside, code), value.get(code), needed=True, longest=longest) for code in languages}
        return {code: text for code, text in found.items() if text}

    def entries(self, name: str, *, needed: bool = True) -> list[Any]:
        value = self._values.get(name)
        if isinstance(value, list):
            return value
        if value is not None or needed:
            self._note((name,), say("“%(name)s” is not a list.", name=name), say("Write each entry after “- ”."))
        return []

    def list_of_text(self, name: str, *, needed: bool = True, longest: int = 1_000) -> list[str]:
        entries = enumerate(self.entries(name, needed=needed))
        found = [self._text((name, number), entry, needed=True, longest=longest) for number, entry in entries]
        return [text for text in found if text]

    def nothing_but(self, *known: str) -> None:
        for name in self._values:
            if name not in known:
                self._unknown((name,), str(name), known)

    def _text(self, inside: Place, value: Any, *, needed: bool, longest: int) -> str:
        name = _named(inside)
        if value is None or value == "":
            if needed:
                self._note(inside, say("“%(name)s” is missing.", name=name), say("Add it; it is shown to learners."))
            return ""
        if not isinstance(value, str):
            self._note(
                inside,
                say("“%(name)s” is not a text.", name=name),
                say("Put it in quotation marks: YAML takes words such as yes, no and numbers for something else."),
            )
            return ""
        if len(value) > longest:
            self._note(
                inside,
                say("“%(name)s” is longer than %(longest)s characters.", name=name, longest=longest),
                say("Shorten it."),
            )
        return " ".join(value.split())

    def _unknown(self, inside: Place, name: str, known: tuple[str, ...]) -> None:
        near = get_close_matches(name, known, 1)
        self._note(
            inside,
            say("“%(name)s” is not a name that is known here.", name=name),
            say("Did you mean “%(near)s”?", near=near[0])
            if near
            else say("Known are: %(names)s.", names=", ".join(known)),
        )

    def _note(self, inside: Place, message: Any, remedy: Any) -> None:
        self._faults.note(self.line(*inside), message, remedy)


def _named(inside: Place) -> str:
    """("outcomes", 2, "it") is outcomes[3].it to a person."""
    words = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in inside]
    return "".join(words).lstrip(".")


def _sketch(languages: tuple[str, ...]) -> str:
    return ", ".join(f"{code}: …" for code in languages)
