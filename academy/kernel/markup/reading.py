"""What does a text say, without its dress? For search, snippets, mail and descriptions."""

import re
from html.parser import HTMLParser

import nh3

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_INLINE = frozenset({"a", "span"})
_CLASSES = {tag: {"class"} for tag in _INLINE}
_NOT_TEXT = frozenset({"ref", "back", "sr", "definition"})  # numbers of notes, ways back, words for screen readers

_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^ {0,3}(```+|~~~+).*$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}::practice\[[^\]\n]*\][ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}!!! ?[\w -]+(?:\"([^\"\n]*)\")?.*$", re.MULTILINE), r"\1"),
    (re.compile(r"^ {0,3}\[\^?[^\]\n]+\]:.*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t|:-]*\|[ \t|:-]*$|^ {0,3}[-*_=][ \t*_=-]*$", re.MULTILINE), ""),
    (
        re.compile(
            r"^[ \t>]*(?:#{1,6}[ \t]+|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|\d{1,9}[.)][ \t]+|:[ \t]+)?",
            re.MULTILINE,
        ),
        "",
    ),
    (re.compile(r"[ \t]+#+[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"\[\^[^\]\n]{1,80}\]"), ""),
    (re.compile(r"!?\[([^\[\]\n]{0,400})\](?:\([^()\n]{0,2000}\)|\[[^\]\n]{0,80}\])"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"), r"\1"),
    (
        re.compile(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+"),
        "",
    ),
    (re.compile(r"\|"), " "),
)


def plain(html: str) -> str:
    """The words of some HTML, a line for each block."""
    reader = _Reader()
    # well-formed first: HTMLParser needs time that grows with the square of the tags left open
    reader.feed(nh3.clean(html, tags=_BLOCKS | _INLINE, attributes=_CLASSES, link_rel=None))
    reader.close()
    lines = "".join(reader.words).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def excerpt(html_or_markdown: str, length: int) -> str:
    """The beginning of a text in one line of at most `length` characters, cut between words.

    What begins with a tag is taken for HTML, anything else for Markdown.
    """
    text = html_or_markdown.lstrip()
    if re.match(r"<[a-zA-Z!/]", text) and not re.match(r"<https?:|<mailto:", text):
        words = plain(text)
    else:
        words = text
        for mark, instead in _MARKS:
            words = mark.sub(instead, words)
    words = " ".join(words.split())
    if len(words) <= length:
        return words
    cut = words[: max(length - 1, 0)]
    if " " in cut and not words[len(cut)].isspace():
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.-\u2013\u2014") + "…"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._code = 0  # how many <pre> stand open
        self._silent: list[bool] = []  # one for each inline tag that stands open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _INLINE:
            classes = (dict(attributes).get("class") or "").split()
            self._silent.append(not _NOT_TEXT.isdisjoint(classes))
        else:
            self.words.append("\n")
            self._code += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE:
            self._silent.pop()
        else:
            self.words.append("\n")
            self._code -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if not any(self._silent):
            self.words.append(data if self._code else data.replace("\n", " "))
