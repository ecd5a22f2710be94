"""How does a text say a character that means something to GIFT?

While a question is taken apart, each escaped character is a lone surrogate: it can be in no text, and is found by no search.
"""

import re

_ESCAPED = re.compile(r"\\([\\:#={}~n])|(?<=-)\\(>)|(?<=/)\\(/)")
_SURROGATE = 0xDC00
_SHIELDED = re.compile(r"[\udc00-\udc7f]")
_SPECIAL = re.compile(r"[\\:#={}~\n]")


def shielded(text: str) -> str:
    """Escapes as surrogates. Two are ours: `-\\>`, an arrow that does not make pairs, and `/\\/`, which does not begin a comment."""
    return _ESCAPED.sub(
        lambda found: chr(_SURROGATE + ord({"n": "\n"}.get(found[1], found[found.lastindex or 1]))), text
    )


def said(text: str) -> str:
    """What the author meant."""
    return _SHIELDED.sub(lambda found: chr(ord(found[0]) - _SURROGATE), text)


def escaped(text: str, *, arrow: bool = False) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    made = _SPECIAL.sub(lambda found: "\\n" if found[0] == "\n" else "\\" + found[0], text)
    if made.startswith("//"):
        made = "/\\" + made[1:]
    return made.replace("->", "-\\>") if arrow else made
