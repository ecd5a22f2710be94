"""What is different between two texts? By blocks, and inside a block by words, as a person would mark it with a pen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|[\w’'-]+|[^\w\s]")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Piece:
    """Some words: `kind` is same, added or removed."""

    kind: Change
    text: str


@dataclass(frozen=True)
class Block:
    """A block of the newer text, or one of the older that is gone. `number`: which block of the newer text it is, from 1."""

    change: Change
    pieces: tuple[Piece, ...]
    number: int
    before: int  # which block of the older text it was; 0: none

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind is not Change.REMOVED)


def blocks_of(markdown: str) -> list[str]:
    """Paragraphs, lists, tables, headings: what stands between empty lines. Fenced code and what is indented below stay in one piece."""
    found: list[list[str]] = []
    fence, gap = "", True
    for line in markdown.replace("\r\n", "\n").split("\n"):
        mark = _FENCE.match(line)
        if not line.strip() and not fence:
            gap = True
            continue
        if gap and not fence and not (found and line.startswith("    ")):
            found.append([])
        elif gap and found and not fence:
            found[-1].append("")
        gap = False
        if not found:
            found.append([])
        found[-1].append(line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
    return ["\n".join(block) for block in found]


def differences(older: str, newer: str) -> list[Block]:
    """The newer text block by block, with what was taken away in its place."""
    before, after = blocks_of(older), blocks_of(newer)
    made: list[Block] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            made += [
                Block(Change.SAME, (Piece(Change.SAME, after[b]),), b + 1, a + 1)
                for a, b in zip(range(i, i_end), range(j, j_end), strict=True)
            ]
        else:
            made += _replaced(before, after, range(i, i_end), range(j, j_end))
    return made


def changed_words(older: str, newer: str) -> tuple[Piece, ...]:
    before, after = _WORDS.findall(older), _WORDS.findall(newer)
    pieces: list[Piece] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(after[j:j_end])))
            continue
        if i < i_end:
            pieces.append(Piece(Change.REMOVED, "".join(before[i:i_end])))
        if j < j_end:
            pieces.append(Piece(Change.ADDED, "".join(after[j:j_end])))
    return tuple(pieces)


def counts(blocks: Sequence[Block]) -> dict[str, int]:
    """How many blocks are added, removed, changed."""
    return {
        change.value: sum(block.change is change for block in blocks)
        for change in (Change.ADDED, Change.REMOVED, Change.CHANGED)
    }


def _replaced(before: Sequence[str], after: Sequence[str], old: range, new: range) -> Iterator[Block]:
    """Some blocks in the place of others: those that are alike are one that changed."""
    left = list(old)
    for b in new:
        alike = max(left, key=lambda a: _likeness(before[a], after[b]), default=None)
        if alike is None or _likeness(before[alike], after[b]) < 0.4:
            yield Block(Change.ADDED, (Piece(Change.ADDED, after[b]),), b + 1, 0)
            continue
        for a in [a for a in left if a < alike]:
            yield Block(Change.REMOVED, (Piece(Change.REMOVED, before[a]),), 0, a + 1)
        left = [a for a in left if a > alike]
        yield Block(Change.CHANGED, changed_words(before[alike], after[b]), b + 1, alike + 1)
    for a in left:
        yield Block(Change.REMOVED, (Piece(Change.REMOVED, before[a]),), 0, a + 1)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()
