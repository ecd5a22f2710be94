"""Which Markdown do we write, and which HTML does the design expect of it?

Python-Markdown parses; the steps below turn its tree into the blocks that the style sheets know.
"""

import html
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypedDict
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from academy.kernel.markup.films import Film, film_at
from academy.kernel.markup.profiles import LESSON, Labels, Profile

_SHARED = ["tables", "sane_lists", "toc", "pymdownx.highlight", "pymdownx.superfences", "pymdownx.tasklist"]
_SETTINGS: dict[str, dict[str, object]] = {
    "tables": {"use_align_attribute": True},  # a style attribute would be refused by the page's policy
    "toc": {"marker": "", "slugify": slugify_unicode},
    "pymdownx.highlight": {"css_class": "code"},
}
_PRACTICE = re.compile(r"^ {0,3}::practice\[([a-z0-9]+(?:-[a-z0-9]+)*)\][ \t]*$", re.MULTILINE)
_CALLOUTS = {
    "note": "callout",
    "tip": "callout good",
    "warning": "callout warn",
    "example": "callout example",
}
_PLAYED = {".mp4": "film", ".webm": "film", ".mp3": "sound", ".ogg": "sound", ".m4a": "sound"}
_CELLS = {"right": "num", "center": "centred"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CHECKBOX = re.compile(r'<input type="checkbox" disabled( checked)?\s*/?>')
_NOT_OF_AN_ID = re.compile(r"[^\w:.-]")


class _Token(TypedDict):
    level: int
    id: str
    name: str
    children: "list[_Token]"


@dataclass(frozen=True)
class Writing:
    """One text and everything that decides how it is rendered."""

    profile: Profile
    prefix: str
    top: int
    labels: Labels
    media: str = ""
    slot: str = ""  # stands where the platform puts something of its own, until all is clean; not to be guessed
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    credits: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)

    def fragment(self, id: str) -> str:
        """An id of the text as it stands in the page."""
        return self.prefix + _NOT_OF_AN_ID.sub("-", id)


def parsed(markdown: str, writing: Writing) -> tuple[str, list[tuple[int, str, str]]]:
    """The HTML, not yet clean, and its headings as (level, id, text)."""
    parser, dialect = _parser(writing.profile)
    dialect.writing = writing
    try:
        made = parser.convert(markdown)
    except BaseException:
        _parsers.__dict__.clear()  # who knows in which state it stopped
        raise
    # code scrolls sideways: the keyboard must reach it
    made = made.replace("<pre><span></span><code>", '<pre tabindex="0"><code>')
    made = _CHECKBOX.sub(lambda box: _tick(bool(box[1]), writing.labels), made)
    found: list[_Token] = getattr(parser, "toc_tokens", [])
    return made, [
        (token["level"], writing.fragment(token["id"]), html.unescape(token["name"])) for token in _flat(found)
    ]


_parsers = threading.local()


def _parser(profile: Profile) -> tuple[Markdown, "_Dialect"]:
    """This thread's parser for the profile: to make one takes longer than to read most texts."""
    known: dict[str, tuple[Markdown, _Dialect]] = _parsers.__dict__
    if profile.name not in known:
        dialect = _Dialect(profile)
        own = ["footnotes", "def_list"] if profile is LESSON else ["nl2br"]
        known[profile.name] = Markdown(extensions=[*_SHARED, *own, dialect], extension_configs=_SETTINGS), dialect
    known[profile.name][0].reset()
    return known[profile.name]


def local(address: str) -> bool:
    """The address stays on this site as a browser reads it: no scheme, no host, not even by a backslash."""
    read = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")
    try:
        parts = urlsplit(read)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and not read.startswith("//")


def _flat(tokens: list[_Token]) -> Iterator[_Token]:
    for token in tokens:
        yield token
        yield from _flat(token["children"])


def _tick(done: bool, labels: Labels) -> str:
    # a disabled checkbox looks broken and has no name; a sign with a name prints, too
    label = html.escape(labels.done if done else labels.to_do)
    return f'<span class="tick" role="img" aria-label="{label}">{"☑" if done else "☐"}</span>'


class _Dialect(Extension):
    writing: Writing  # the text that is being read

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile

    def extendMarkdown(self, md: Markdown) -> None:
        if self._profile is LESSON:
            md.parser.blockprocessors.register(_Callout(md.parser, self), "callout", 105)
            md.parser.blockprocessors.register(_PracticeQuestion(md.parser, self), "practice", 78)
        else:
            # `<b>` in a post is text about HTML, or an attempt
            md.preprocessors.deregister("html_block")
            md.inlinePatterns.deregister("html")
        # inline marks are read at 20, headings get their ids at 5
        md.treeprocessors.register(_Captions(md, self), "captions", 30)
        md.treeprocessors.register(_Outline(md, self), "outline", 6)
        md.treeprocessors.register(_Design(md, self), "design", 4)


class _Callout(AdmonitionProcessor):
    """`!!! tip "Title"`, of the five kinds that the design has; any other is a note."""

    def __init__(self, parser: BlockParser, dialect: _Dialect) -> None:
        super().__init__(parser)
        self._dialect = dialect

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        kind = match[1].lower().split()[0]
        titles = self._dialect.writing.labels.callouts
        if kind not in titles:
            kind = "note"
        return kind, titles[kind] if match[2] is None else match[2] or None


class _PracticeQuestion(BlockProcessor):
    """`::practice[key]` on a line of its own, outside every other block."""

    def __init__(self, parser: BlockParser, dialect: _Dialect) -> None:
        super().__init__(parser)
        self._dialect = dialect

    def test(self, parent: Element, block: str) -> bool:
        return parent is self.parser.root and _PRACTICE.search(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> bool:
        block = blocks.pop(0)
        question = _PRACTICE.search(block)
        assert question is not None
        if before := block[: question.start()].strip("\n"):
            self.parser.parseBlocks(parent, [before])
        SubElement(parent, "p").text = AtomicString(f"{self._dialect.writing.slot}practice-{question[1]}")
        if after := block[question.end() :].strip("\n"):
            blocks.insert(0, after)
        return True


class _Step(Treeprocessor):
    def __init__(self, md: Markdown, dialect: _Dialect) -> None:
        super().__init__(md)
        self._dialect = dialect

    @property
    def _writing(self) -> Writing:
        return self._dialect.writing


class _Captions(_Step):
    """A paragraph that begins with `Table:` becomes the caption of the table that follows."""

    def run(self, root: Element) -> None:
        words = {"Table", self._writing.labels.table}
        begins = re.compile(rf"({'|'.join(map(re.escape, words))})[ \t]*:\s*")
        for parent in list(root.iter()):
            children = list(parent)
            for paragraph, table in pairwise(children):
                if paragraph.tag != "p" or table.tag != "table":
                    continue
                text = paragraph.text or ""
                if start := begins.match(text):
                    caption = Element("caption")
                    caption.text = text[start.end() :]
                    table.insert(0, caption)
                    parent.remove(paragraph)


class _Outline(_Step):
    """Headings begin at the level that the page leaves to the text, and none jumps a level."""

    def run(self, root: Element) -> None:
        above: list[int] = []
        for heading in root.iter():
            if (typed := _HEADINGS.get(heading.tag)) is None:
                continue
            while above and above[-1] >= typed:
                above.pop()
            above.append(typed)
            heading.tag = f"h{min(self._writing.top + len(above) - 1, self._writing.profile.deepest)}"


class _Design(_Step):
    """Everything has its tag and its id; now it gets the classes, names and addresses of the page."""

    def run(self, root: Element) -> None:
        self._parents = {child: parent for parent in root.iter() for child in parent}
        self._callouts(root)
        self._notes(root)
        self._tables(root)
        self._pictures(root)
        self._links(root)
        self._addresses(root)

    def _callouts(self, root: Element) -> None:
        thought = 0
        for number, box in enumerate(self._of_class(root, "div", "admonition"), 1):
            kind = box.get("class", "").split()[1]
            title = box[0] if len(box) and box[0].get("class") == "admonition-title" else None
            if title is not None:
                # no heading: a call-out stands below any level, and a heading there would break the outline
                title.set("class", "callout-title")
                strong = Element("strong")
                strong.text, title.text = title.text, None
                strong.extend(list(title))
                title[:] = [strong]
            if kind == "transcript":
                self._fold(box, title)
            elif kind != "think":
                box.attrib = {"class": _CALLOUTS[kind], "role": "note"}
            elif title is not None:
                title.set("id", f"think-{number}")
                box.tag, box.attrib = "aside", {"class": "think", "aria-labelledby": f"think-{number}"}
            else:
                box.tag, box.attrib = "aside", {"class": "think", "aria-label": self._writing.labels.think}
            if kind == "think" and self._parents.get(box) is root:
                thought += 1
                place = Element("p")
                place.text = AtomicString(f"{self._writing.slot}think-{thought}")
                root.insert(list(root).index(box) + 1, place)

    def _fold(self, box: Element, title: Element | None) -> None:
        """What was said in a film: there for whoever wants it, and in nobody's way."""
        box.tag, box.attrib = "details", {"class": "disclose transcript"}
        if title is None:
            title = Element("p")
            title.text = self._writing.labels.transcript
            box.insert(0, title)
        title.tag, title.attrib = "summary", {}

    def _notes(self, root: Element) -> None:
        labels = self._writing.labels
        for link in list(root.iter("a")):
            if link.get("class") == "footnote-ref":
                raised = self._parents[link]  # <sup id><a>1</a></sup> becomes <a id><sup>1</sup></a>
                place, note = raised.get("id", ""), link.get("href", "")
                raised.tag, raised.attrib = "a", {"class": "ref", "id": place, "href": note}
                link.tag, link.attrib = "sup", {}
                SubElement(raised, "span", {"class": "sr"}).text = f" {labels.reference}"
            elif link.get("class") == "footnote-backref":
                link.attrib = {"class": "back", "href": link.get("href", "")}
                link.text, link.tail = labels.back, " "
        for box in self._of_class(root, "div", "footnote"):
            notes = box.find("ol")
            assert notes is not None
            notes.attrib = {"class": "notes small soft", "aria-label": labels.notes}
            parent = self._parents[box]
            parent[list(parent).index(box)] = notes
            self._parents[notes] = parent

    def _tables(self, root: Element) -> None:
        for number, table in enumerate(list(root.iter("table")), 1):
            caption = table.find("caption")
            if caption is not None:
                caption.set("id", f"table-{number}")
                name = {"role": "region", "aria-labelledby": f"table-{number}"}
            else:  # no region: many of one name would help nobody
                name = {"role": "group", "aria-label": self._writing.labels.table}
            box = self._wrapped(table, "div")
            box.attrib = {"class": "table", "tabindex": "0", **name}
            for row in table.iter("tr"):
                for place, cell in enumerate(row):
                    if align := _CELLS.get(cell.attrib.pop("align", "")):
                        cell.set("class", align)
                    empty = not len(cell) and not (cell.text or "").strip()
                    if cell.tag == "th":
                        cell.tag = "td" if empty else "th"
                        cell.attrib.update({} if empty else {"scope": "col"})
                    elif place == 0 and _holds_only(cell, "strong"):
                        # a first cell all in bold is what the row is about
                        strong = cell[0]
                        cell.tag, cell.text = "th", strong.text
                        cell.set("scope", "row")
                        cell[:] = list(strong)

    def _pictures(self, root: Element) -> None:
        for picture in list(root.iter("img")):
            parent = self._parents[picture]
            address, words = picture.get("src", ""), picture.get("alt", "")
            alone = parent.tag == "p" and _holds_only(parent, "img")
            if alone and (film := film_at(address)):
                self._outside_film(parent, picture, film)
                continue
            if alone and (kind := _PLAYED.get(_ending(address))) and local(address):
                self._player(parent, picture, kind)
                continue
            if not local(address):
                # a picture from elsewhere would tell that place who reads: it becomes a link, or words in one
                inside = self._inside_a_link(picture)
                picture.tag, picture.attrib = ("span", {}) if inside else ("a", {"href": address})
                picture.text = words or address
                continue
            picture.set("loading", "lazy")
            if size := self._writing.sizes.get(address):
                picture.set("width", str(size[0]))
                picture.set("height", str(size[1]))
            if alone:
                parent.tag, parent.attrib = "figure", {"class": "figure"}
                parent.text = picture.tail = None
                if _ending(address) == ".svg":  # holds words: a narrow screen shows it larger than itself, and scrolls
                    box = self._wrapped(picture, "div")
                    name = {"role": "group", "aria-label": self._writing.labels.diagram}
                    box.attrib = {"class": "drawing", "tabindex": "0", **name}
                self._caption(parent, picture.attrib.pop("title", ""), address)

    def _caption(self, figure: Element, title: str, address: str) -> None:
        credit = self._writing.credits.get(address, "")
        if title or credit:
            caption = SubElement(figure, "figcaption")
            caption.text = f"{title} " if title and credit else title or None
            if credit:
                SubElement(caption, "small", {"class": "credit"}).text = credit

    def _player(self, figure: Element, picture: Element, kind: str) -> None:
        """A film or a recording of the module, with the captions that lie beside it: talk.mp4, talk.it.vtt."""
        address, words, title = picture.get("src", ""), picture.get("alt", ""), picture.get("title", "")
        figure.tag, figure.attrib = "figure", {"class": f"figure {kind}"}
        figure.text, figure[:] = None, []
        settings = {"src": address, "controls": "", "preload": "metadata" if kind == "film" else "none"}
        player = SubElement(figure, "video" if kind == "film" else "audio", {**settings, "aria-label": words})
        stem = address.rpartition(".")[0]
        for name in sorted(self._writing.weights):
            if found := re.fullmatch(re.escape(stem) + r"\.([a-z]{2})\.vtt", name):
                track = {"kind": "captions", "src": name, "srclang": found[1]}
                SubElement(player, "track", {**track, "label": f"{self._writing.labels.captions} ({found[1]})"})
        self._caption(figure, title or words, address)

    def _outside_film(self, figure: Element, picture: Element, film: Film) -> None:
        """Words and a link; the script offers to show it here, and only then is anything asked of that site."""
        labels, address = self._writing.labels, picture.get("src", "")
        words, title = picture.get("alt", ""), picture.get("title", "")
        figure.tag, figure.attrib = "figure", {"class": "figure film"}
        figure.text, figure[:] = None, []
        box = SubElement(
            figure, "div", {"class": "embed", "data-embed": film.player, "data-show": labels.show, "data-title": words}
        )
        SubElement(SubElement(box, "p"), "strong").text = words
        SubElement(box, "p").text = labels.outside.replace("{site}", film.site)
        SubElement(SubElement(box, "p"), "a", {"href": address}).text = labels.watch.replace("{site}", film.site)
        self._caption(figure, title, address)

    def _links(self, root: Element) -> None:
        for number, link in enumerate(list(root.iter("a")), 1):
            address = link.get("href", "")
            if address.startswith("term:"):
                self._term(link, address.removeprefix("term:"), number)
            elif weight := self._writing.weights.get(address):
                link.set("class", "download")
                link.set("download", "")
                kind = _ending(address).removeprefix(".").upper()
                SubElement(link, "small").text = f" ({kind}, {_size(weight)})"

    def _term(self, link: Element, key: str, number: int) -> None:
        """A button that opens the definition: by mouse, keyboard and touch, and without script."""
        definition = self._writing.terms.get(key)
        if definition is None:
            link.tag, link.attrib = "span", {}
            return
        parent, id = self._parents[link], f"term-{number}"
        link.tag, link.attrib = "button", {"class": "term", "type": "button", "popovertarget": id}
        box = Element("span", {"class": "definition", "popover": "", "id": id})
        box.text, box.tail, link.tail = definition, link.tail, None
        parent.insert(list(parent).index(link) + 1, box)
        self._parents[box] = parent

    def _addresses(self, root: Element) -> None:
        writing = self._writing
        for element in root.iter():
            for name in ("id", "aria-labelledby", "popovertarget"):
                if (id := element.get(name)) is not None:
                    element.set(name, writing.fragment(id))
            for name in ("href", "src"):
                address = element.get(name, "")
                if address.startswith("#") and len(address) > 1:
                    element.set(name, "#" + writing.fragment(address[1:]))
                elif writing.media and address.startswith("media/"):
                    element.set(name, writing.media.rstrip("/") + address.removeprefix("media"))

    def _of_class(self, root: Element, tag: str, name: str) -> list[Element]:
        return [element for element in root.iter(tag) if element.get("class", "").split()[:1] == [name]]

    def _inside_a_link(self, element: Element) -> bool:
        above = self._parents.get(element)
        return above is not None and (above.tag == "a" or self._inside_a_link(above))

    def _wrapped(self, element: Element, tag: str) -> Element:
        parent = self._parents[element]
        box = Element(tag)
        box.tail, element.tail = element.tail, None
        parent[list(parent).index(element)] = box
        box.append(element)
        self._parents[element], self._parents[box] = box, parent
        return box


def _ending(address: str) -> str:
    return "." + address.rpartition(".")[2].lower()


def _size(weight: int) -> str:
    return f"{weight / 1_000_000:.1f} MB" if weight >= 1_000_000 else f"{max(1, round(weight / 1000))} kB"


def _holds_only(element: Element, tag: str) -> bool:
    return (
        len(element) == 1
        and element[0].tag == tag
        and not (element.text or "").strip()
        and not (element[0].tail or "").strip()
    )
