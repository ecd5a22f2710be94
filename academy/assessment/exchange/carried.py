"""What comes out of a file with questions: some that can be taken over, and some that can't, each with its line."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from academy.kernel.i18n import Sentence

Texts = dict[str, str]  # Markdown, by language
Body = dict[str, Any]  # as docs/authoring.md describes a question file

LONGEST_KEY = 60
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})


@dataclass(frozen=True)
class Carried:
    """A question that can be taken over. `notes` say what of it stays behind."""

    line: int
    key: str
    body: Body
    named: bool = False  # the file itself says the key; otherwise it is made of the title or the text
    category: tuple[str, ...] = ()
    notes: tuple[Sentence, ...] = ()
    pictures: tuple["Picture", ...] = ()


@dataclass(frozen=True)
class Picture:
    """A file that came inside a question; its texts name it by `address`."""

    address: str
    name: str
    content: bytes


@dataclass(frozen=True)
class TurnedAway:
    """A question that can't be taken over. `broken`: the file itself can't be read from here on, and nothing of it is taken."""

    line: int
    name: str
    reason: Sentence
    broken: bool = False


class Unsuitable(ValueError):
    """This can't become a question here. `line` counts from the question's first line, where it is known."""

    def __init__(self, sentence: Sentence, line: int = 0) -> None:
        super().__init__(sentence.message)
        self.sentence, self.line = sentence, line


@dataclass
class Found:
    """What a reader gathers of one question."""

    body: Body
    notes: list[Sentence] = field(default_factory=list)

    def note(self, sentence: Sentence) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def slug(text: str) -> str:
    """Lower case words joined by hyphens; empty where there are no letters and digits."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if unicodedata.category(letter) != "Mn"))
    found = ""
    for word in words:
        if found and len(found) + len(word) >= LONGEST_KEY:
            break
        found = f"{found}-{word}" if found else word[:LONGEST_KEY]
    return found
