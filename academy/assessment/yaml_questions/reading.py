"""Which values are in a file, and in which line is each?"""

from collections.abc import Hashable
from typing import Any

import yaml

from academy.kernel.i18n import Sentence, say

Place = tuple[Hashable, ...]  # ("options", 0, "text", "en")

_DEEPEST = 10
_LARGEST = 100_000
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, faster where libyaml is there


class NotYaml(Exception):
    def __init__(self, line: int, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.line, self.sentence = line, sentence


class Lines:
    """The values of a file and the line of each. Raises NotYaml."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self.repeated: list[tuple[Place, str]] = []
        if len(text) > _LARGEST:
            raise NotYaml(1, say("The file is larger than 100 kB. Shorten the question."))
        self._constructor = yaml.constructor.SafeConstructor()
        try:
            for event in yaml.parse(text, Loader=Loader) if "*" in text else ():
                if isinstance(event, yaml.AliasEvent):  # a few lines of them can stand for gigabytes
                    line = event.start_mark.line if event.start_mark else 0
                    raise NotYaml(line + 1, say("“*” refers to another value. Write the value itself."))
            root = yaml.compose(text, Loader=Loader)
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark or wrong.context_mark
            why = str(wrong.problem or wrong.context)
            raise NotYaml(
                mark.line + 1 if mark else 1,
                say("This is not YAML: %(why)s. Look at indents, colons and quotation marks.", why=why),
            ) from wrong
        except yaml.YAMLError as wrong:
            raise NotYaml(1, say("A character here can't be read. Save the file as UTF-8 text.")) from wrong
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
                return self._constructor.construct_object(node)
            except (yaml.YAMLError, ValueError):
                raise NotYaml(line, say("This value can't be read. Put it in quotation marks.")) from None
        found: dict[Hashable, Any] = {}
        for name_node, inner in node.value:
            name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
            if name in found:
                self.lines[(*place, name, "twice")] = name_node.start_mark.line + 1
                self.repeated.append(((*place, name, "twice"), name))
            else:
                self.lines[(*place, name)] = name_node.start_mark.line + 1
            found[name] = self._value(inner, (*place, name))
        return found


def _too_deep(line: int) -> NotYaml:
    return NotYaml(line, say("Values are nested too deeply. Compare with docs/authoring.md."))
