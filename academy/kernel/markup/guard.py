"""Which text would keep a process busy for minutes?

Python-Markdown looks for the end of each opening bracket up to the end of the block, so the time grows with
the square of what is open: 4,000 times `[` take 13 seconds. So it does with the lines of one block, the
tags and the notes. Nesting recurses. All this is refused before anything is parsed.
"""

import re

from academy.kernel.access import Refused, Verdict
from academy.kernel.i18n import Sentence, say

DEEPEST_BRACKETS = 32
DEEPEST_QUOTATION = 12
DEEPEST_INDENT = 64  # columns
MOST_LINES = 1_000  # in one block
MOST_TAGS = 1_000
MOST_NOTES = 1_000  # references and notes together

_BRACKETS = re.compile(r"[\[\]()]")
_BLOCK_END = re.compile(r"\n[ \t]*\n")
_MARGIN = re.compile(r"^[ \t>]+", re.MULTILINE)
_TOO_DEEP = say("Something is nested too deeply: a list in a list, a quotation in a quotation.")


class TooTangled(Refused):
    """The text can't be rendered in reasonable time; `sentence` tells the person what to change."""

    def __init__(self, sentence: Sentence = _TOO_DEEP) -> None:
        super().__init__(Verdict(sentence, 422, "body"))
        self.sentence = sentence


def check(markdown: str, *, longest: int) -> None:
    """Raises TooTangled."""
    if len(markdown) > longest:
        raise TooTangled(say("This text is too long: %(longest)s characters at most.", longest=longest))
    for block in _BLOCK_END.split(markdown):
        if _depth(block) > DEEPEST_BRACKETS:
            raise TooTangled(say("A paragraph opens too many brackets without closing them."))
        if block.count("\n") > MOST_LINES:
            raise TooTangled(say("A paragraph is too long. Divide it with empty lines."))
    if markdown.count("<") > MOST_TAGS:
        raise TooTangled(say("This text has too many tags: %(most)s at most.", most=MOST_TAGS))
    if markdown.count("[^") > MOST_NOTES:
        raise TooTangled(say("This text has too many notes: %(most)s at most.", most=MOST_NOTES // 2))
    for margin in _MARGIN.findall(markdown):
        quoted = margin.count(">")
        if quoted > DEEPEST_QUOTATION or len(margin.expandtabs(4)) - 2 * quoted > DEEPEST_INDENT:
            raise TooTangled()


def _depth(block: str) -> int:
    """How many brackets of one kind stand open at the deepest point."""
    deepest = 0
    standing = {"[": 0, "(": 0}
    for bracket in _BRACKETS.findall(block):
        if bracket in standing:
            standing[bracket] += 1
            deepest = max(deepest, standing[bracket])
        else:
            opening = "[" if bracket == "]" else "("
            standing[opening] = max(0, standing[opening] - 1)
    return deepest
