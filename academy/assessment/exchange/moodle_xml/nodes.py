"""How does XML from anybody become a tree for one question at a time, without doing harm?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree

from academy.assessment.exchange.carried import TurnedAway
from academy.kernel.i18n import Sentence, say

PIECE = 64 * 1024
LARGEST_QUESTION = 12 * 1024 * 1024  # characters, with its pictures
DEEPEST = 40


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    line: int
    pieces: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def first(self, tag: str) -> "Node | None":
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, tag: str) -> list["Node"]:
        return [child for child in self.children if child.tag == tag]

    def value(self, tag: str, otherwise: str = "") -> str:
        """Of a child that holds a plain value, in `<text>` or not."""
        child = self.first(tag)
        if child is None:
            return otherwise
        inner = child.first("text")
        return (inner or child).text.strip()


class _Target:
    """What the parser calls: keeps the question that is being read, and the finished ones until they are fetched."""

    def __init__(self) -> None:
        self.finished: list[Node | TurnedAway] = []
        self.line: Callable[[], int] = lambda: 0
        self.root = ""
        self._open: list[Node] = []
        self._depth = 0
        self._size = 0
        self._too_much: Sentence | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.root = tag
        if self._depth == 2 and tag == "question":
            self._open, self._size, self._too_much = [Node(tag, attributes, self.line())], 0, None
        elif self._open and not self._too_much:
            if self._depth > DEEPEST:
                self._too_much = say("Its elements are nested too deeply.")
                return
            node = Node(tag, attributes, self.line())
            self._open[-1].children.append(node)
            self._open.append(node)

    def data(self, data: str) -> None:
        if not self._open or self._too_much:
            return
        self._size += len(data)
        if self._size > LARGEST_QUESTION:
            self._too_much = say("The question is too large, with its pictures. At most 8 MB have room.")
            del self._open[0].children[:]
            return
        self._open[-1].pieces.append(data)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._depth == 1 and self._open:
            question, self._open = self._open[0], []
            self.finished.append(TurnedAway(question.line, "", self._too_much) if self._too_much else question)
        elif self._open and not self._too_much:
            self._open.pop()

    def close(self) -> None:
        return None


def questions(stream: IO[bytes]) -> Iterator[Node | TurnedAway]:
    """Each as soon as it is read. What makes the whole file unreadable comes last, as `broken`."""
    target = _Target()
    parser: Any = ElementTree.DefusedXMLParser(target=target, forbid_dtd=True)
    target.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        while piece := stream.read(PIECE):
            parser.feed(piece)
            yield from target.finished
            target.finished.clear()
            if target.root not in ("", "quiz"):
                yield _broken(
                    1,
                    say(
                        "This is no question file of Moodle: it begins with <%(tag)s>, not with <quiz>.",
                        tag=target.root[:40],
                    ),
                )
                return
        parser.close()
        yield from target.finished
    except DefusedXmlException:
        yield from target.finished
        yield _broken(
            target.line(),
            say(
                "The file defines entities or has a DOCTYPE. That can be used to do harm, and Moodle never writes it. Take it out."
            ),
        )
    except (ParseError, LookupError, ValueError) as wrong:
        yield from target.finished
        line = getattr(wrong, "position", (target.line(), 0))[0]
        yield _broken(line, say("This is not XML that can be read: %(why)s.", why=str(wrong).partition(": line")[0]))


def _broken(line: int, reason: Sentence) -> TurnedAway:
    return TurnedAway(max(line, 1), "", reason, broken=True)
