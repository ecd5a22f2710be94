"""How does text of another system become our Markdown, and mean the same?"""

import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote

from academy.kernel.i18n import Sentence, say

MARKDOWN, HTML, PLAIN, AUTO = "markdown", "html", "plain", "moodle"

_ESCAPED = re.compile(
    r"\\(?=[\\`*_{}\[\]()>#+.!-])"  # a backslash that would escape something
    r"|`"
    r"|(?<!\s)(?<!^)\*|\*(?!\s|$)"  # stars and underlines that would emphasise
    r"|(?<![\w_])_(?=[^\s_])|(?<=[^\s_])_(?![\w_])"
    r"|\[(?=[^\]]*\][(\[:])|(?<=::practice)\["  # links, and our own practice questions
    r"|^ {0,3}[#>](?=.)|^ {0,3}[-+*](?=\s)|^ {0,3}-(?=-*$)|^ {0,3}[-*_](?=[ *_-]+$)|^!(?=!!)"
    r"|(?<=\d)[.)](?=\s)",
    re.MULTILINE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCKS = {"p", "div", "section", "article", "header", "footer", "address", "center", "figure", "figcaption"}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
_KEPT = {"sup", "sub", "kbd", "mark", "u", "s", "small"}  # HTML that our Markdown knows
_SILENT = {"script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math"}
_HEADINGS = {f"h{level}": "#" * max(2, min(level + 1, 5)) for level in range(1, 7)}
_UNWANTED = {"video", "audio", "embed", "object", "iframe", "form", "input", "svg", "math", "canvas"}


def in_markdown(text: str, style: str) -> str:
    """`style`: what the text is written in. Markdown stays as it is."""
    match style:
        case "markdown":
            return text
        case "html":
            return from_html(text)
        case "moodle" if _TAG.search(text) or _ENTITY.search(text):
            return from_html(text.replace("\r", "").replace("\n", "<br>"))
        case _:
            return literal(text)


def literal(text: str) -> str:
    """Markdown that shows exactly this text, with its line breaks."""
    lines = [line.strip() for line in text.split("\n")]
    return "\n".join(_ended(line, after) for line, after in zip(lines, [*lines[1:], ""], strict=True)).strip()


def _ended(line: str, after: str) -> str:
    made = re.sub(r"^=(?==*$)", "&#61;", _quoted(line))  # no escape is known for what makes a heading of the line above
    return f"{made}  " if made and after else made


def left_behind(text: str) -> Sentence | None:
    """What a text in HTML holds that has no place here."""
    found = sorted({tag for tag in re.findall(r"<([a-z0-9]+)[\s>/]", text.lower()) if tag in _UNWANTED})
    return say("Left out of the text: %(tags)s.", tags=", ".join(found)) if found else None


def from_html(text: str) -> str:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.markdown()


class _Reader(HTMLParser):
    """Writes Markdown while it reads HTML. What it doesn't know it leaves out; the words stay."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[str] = []  # finished
        self._line: list[str] = []  # of the block that is being written
        self._lists: list[list[str | int]] = []  # marker or next number, for each list that is open
        self._quotes = 0
        self._silent = 0
        self._preformatted = False
        self._mark = ""  # what stands before the block
        self._links: list[str] = []
        self._rows: list[list[str]] | None = None  # of a table

    def markdown(self) -> str:
        self._finish()
        made = "\n".join(self._blocks)
        return re.sub(r"\n{3,}", "\n\n", made).strip("\n")

    # --- what HTMLParser calls

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if self._silent:
            return
        given = {name: value or "" for name, value in attributes}
        match tag:
            case "br":
                self._line.append("\n" if self._preformatted else "  \n")
            case "hr":
                self._finish()
                self._blocks += ["---", ""]
            case "ul" | "ol":
                self._finish(gap=not self._lists)
                self._lists.append([1 if tag == "ol" else "-"])
            case "li":
                self._finish(gap=False)
                self._mark = self._marker()
            case "pre":
                self._finish()
                self._preformatted = True
            case "blockquote":
                self._finish()
                self._quotes += 1
            case "a":
                self._links.append(given.get("href", ""))
                self._line.append("[")
            case "img":
                self._picture(given)
            case "table":
                self._finish()
                self._rows = []
            case "tr" if self._rows is not None:
                self._rows.append([])
            case "td" | "th" if self._rows:
                self._line = []
            case _ if tag in _HEADINGS:
                self._finish()
                self._mark = f"{_HEADINGS[tag]} "
            case _ if tag in _BLOCKS:
                self._finish()
            case _ if tag in _KEPT:
                self._line.append(f"<{tag}>")
            case _ if tag in _MARKS and not self._preformatted:
                self._line.append("\0" + _MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
            return
        if self._silent:
            return
        match tag:
            case "ul" | "ol":
                self._finish(gap=len(self._lists) < 2)
                self._lists = self._lists[:-1]
            case "li":
                self._finish(gap=False)
            case "pre":
                self._code()
            case "blockquote":
                self._finish()
                self._quotes = max(0, self._quotes - 1)
            case "a" if self._links:
                address = self._links.pop()
                self._line.append(f"]({address})" if address and not re.search(r"[\s()<>]", address) else "]")
            case "td" | "th" if self._rows:
                self._rows[-1].append(" ".join(self._words().split()).replace("|", "\\|"))
                self._line = []
            case "table" if self._rows is not None:
                self._table()
            case _ if tag in _HEADINGS or tag in _BLOCKS:
                self._finish(gap=not self._lists)
            case _ if tag in _KEPT:
                self._line.append(f"</{tag}>")
            case _ if tag in _MARKS and not self._preformatted:
                self._close(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._preformatted:
            self._line.append(data)
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        if not "".join(self._line).strip() and not self._line:
            words = words.lstrip(" ")
        self._line.append(_quoted(words))

    # --- writing

    def _words(self) -> str:
        return "".join(self._line).replace("\0", "")

    def _close(self, mark: str) -> None:
        """Emphasis begins and ends at a word; where there is none, it goes."""
        opened = "\0" + mark
        if opened not in self._line:
            return
        start = len(self._line) - 1 - self._line[::-1].index(opened)
        inside = "".join(self._line[start + 1 :])
        words = inside.strip(" ")
        lead, trail = inside[: len(inside) - len(inside.lstrip(" "))], inside[len(inside.rstrip(" ")) :]
        self._line[start:] = [f"{lead}{mark}{words}{mark}{trail}" if words else inside]

    def _marker(self) -> str:
        if not self._lists:
            return ""
        here = self._lists[-1]
        if isinstance(here[0], int):
            here[0] += 1
            return f"{here[0] - 1}. "
        return "- "

    def _finish(self, *, gap: bool = True) -> None:
        words = self._words().strip()
        self._line = []
        if words:
            indent = "    " * max(0, len(self._lists) - (1 if self._mark else 0))
            quote = "> " * self._quotes
            lines = words.split("\n")
            first = f"{quote}{indent}{self._mark}{lines[0].lstrip()}"
            rest = [f"{quote}{indent}{' ' * len(self._mark.replace('#', ''))}{line.lstrip()}" for line in lines[1:]]
            self._blocks += [first, *rest]
            self._mark = ""
        if gap and self._blocks and self._blocks[-1]:
            self._blocks.append("")

    def _code(self) -> None:
        code = self._words().strip("\n")
        self._line, self._preformatted = [], False
        fence = "~~~" if "```" in code else "```"
        self._blocks += [fence, *code.split("\n"), fence, ""]

    def _picture(self, given: dict[str, str]) -> None:
        source = given.get("src", "")
        if source and not re.search(r"[\s()<>]", source):
            said = " ".join(given.get("alt", "").split()) or unquote(PurePosixPath(source).stem)
            self._line.append(f"![{literal(said)}]({source})")

    def _table(self) -> None:
        rows = [row for row in self._rows or [] if row]
        self._rows, self._line = None, []
        if not rows:
            return
        width = max(map(len, rows))
        written = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        self._blocks += [written[0], f"|{' --- |' * width}", *written[1:], ""]


def _quoted(words: str) -> str:
    """With a backslash before what would be Markdown, and entities for what would be HTML."""
    made = _ESCAPED.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], _ENTITY.sub("&amp;", words))
    return re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", made)
