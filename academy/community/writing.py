"""How does what a member types become a post?

Rendered once, before the database is asked for anything. Who is called by `@name` is found in the clean HTML and made a link afterwards:
never in code, in a link or in an attribute.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import Protocol

from academy.kernel.markup import POST, labels, rendered

_OUTWARD = re.compile(r'<a [^>]*?href="(?:https?:)?//')
# clean HTML: attributes stand in double quotes and may hold ">"
_TAG = re.compile(r'(<[^>"]*(?:"[^"]*"[^>"]*)*>)')
_CALL = re.compile(r"(?<![\w@/.+-])@([a-z0-9]+(?:-[a-z0-9]+)*)", re.IGNORECASE)
_REPEATED = re.compile(r'<a [^>]*?href="(?:/[a-z]{2})?/community/p/(\d+)"[^>]*>↑</a>')
_SILENT = frozenset({"a", "code", "pre"})


@dataclass(frozen=True)
class Text:
    """A post as it was typed and as it will be shown."""

    markdown: str
    html: str
    markup: int  # the version of the renderer
    called: tuple[str, ...]  # the slugs that stand behind an @, whoever they belong to
    links: int  # that lead away from here


def written(markdown: str) -> Text:
    """Raises TooTangled, a refusal about the field `body`."""
    made = rendered(markdown, profile=POST, labels=labels())
    pieces = _pieces(made.html) if "@" in made.html else []
    called = [call.lower() for piece, is_text in pieces if is_text for call in _CALL.findall(piece)]
    return Text(
        markdown=markdown,
        html=made.html,
        markup=made.version,
        called=tuple(dict.fromkeys(called)),
        links=len(_OUTWARD.findall(made.html)),
    )


def with_calls(html: str, slugs: Collection[str]) -> str:
    """The same HTML with a link to each of these people where they are called. Without a language: `in_language` adds it."""
    if not slugs:
        return html

    def link(call: re.Match[str]) -> str:
        slug = call[1].lower()
        return f'<a class="call" href="/people/{slug}">{call[0]}</a>' if slug in slugs else call[0]

    return "".join(_CALL.sub(link, piece) if is_text else piece for piece, is_text in _pieces(html))


def in_language(html: str, language: str, *, to_the_post: str) -> str:
    """As a page in this language shows it; the arrow below a quote is said in words too."""
    html = _REPEATED.sub(lambda arrow: f'{arrow[0][: -len("</a>")]}<span class="sr"> {to_the_post}</span></a>', html)
    html = html.replace('<a class="call" href="/people/', f'<a class="call" href="/{language}/people/')
    return html.replace('href="/community/p/', f'href="/{language}/community/p/')


def without_call(markdown: str, slug: str) -> str:
    """The same text with `@…` for a person who has left: a slug is made of the name."""
    return _CALL.sub(lambda call: "@…" if call[1].lower() == slug else call[0], markdown)


def html_without_call(html: str, slug: str) -> str:
    link = re.compile(rf'<a class="call" href="/people/{re.escape(slug)}">[^<]*</a>')
    return link.sub("@…", html)


def _pieces(html: str) -> list[tuple[str, bool]]:
    """Tags and texts in order, each with whether it is text in which somebody may be called."""
    pieces: list[tuple[str, bool]] = []
    silent = 0
    for place, piece in enumerate(_TAG.split(html)):
        if place % 2 == 0:
            pieces.append((piece, not silent))
            continue
        name = re.match(r"</?([a-z0-9]+)", piece)
        if name and name[1] in _SILENT:
            silent += -1 if piece.startswith("</") else 1
        pieces.append((piece, False))
    return pieces


def tag_of(word: str) -> str:
    """A tag as it is kept: lower case, words joined by hyphens."""
    return re.sub(r"[^\w]+", "-", word.strip().casefold()).strip("-_")[:30]


def quoted(markdown: str, address: str) -> str:
    """A post as a quote that begins an answer: it names a place and no person, so nobody's name outlives their account."""
    lines = [f"> {line}".rstrip() for line in markdown.strip().splitlines() if not line.startswith(">")]
    return "\n".join([*lines, ">", f"> [↑]({address})"]) + "\n\n"


_QUOTED = re.compile(r'<a [^>]*?href="(?:/[a-z]{2})?/community/p/(\d+)"')


def posts_quoted_in(html: str) -> set[int]:
    """The ids of the posts that are linked by their permanent address."""
    return {int(found) for found in _QUOTED.findall(html) if len(found) < 10}


def posts_repeated_in(html: str) -> set[int]:
    """The ids of the posts whose words stand there as a quote: `quoted` ends with the link that says so."""
    return {int(found) for found in _REPEATED.findall(html) if len(found) < 10}


_PICTURE = re.compile(r'<img [^>]*?src="/files/([a-z0-9]{16})/')


def pictures_in(html: str) -> set[str]:
    """The keys of the files that are shown."""
    return set(_PICTURE.findall(html))


def picture_line(address: str, says: str) -> str:
    """What stands in the text for a picture."""
    words = re.sub(r"[\[\]\\]", " ", " ".join(says.split()))
    return f"![{words}]({address})"


def key_in(address: str) -> str:
    """The key of the topic that an address, or what somebody copied of one, leads to."""
    found = re.search(r"/t/([a-z0-9]{8})(?![a-z0-9])", address) or re.match(
        r"([a-z0-9]{8})(?![a-z0-9])", address.strip()
    )
    return found[1] if found else ""


@dataclass(frozen=True)
class Edit:
    """One change of a post: pieces of text, each kept, taken away or added."""

    by_id: int
    at: datetime
    because: str
    title: tuple[str, str]  # before and after, where it changed
    pieces: list[tuple[str, str]]  # "same", "gone" or "new", and the text


class Version(Protocol):
    title: str
    markdown: str
    replaced_by_id: int
    replaced_at: datetime
    because: str


def edits(versions: Sequence[Version], title: str, markdown: str) -> list[Edit]:
    """The newest first; `title` and `markdown` are as they stand now."""
    if not versions:
        return []
    after = [*((version.title, version.markdown) for version in versions[1:]), (title, markdown)]
    found = [
        Edit(
            version.replaced_by_id,
            version.replaced_at,
            version.because,
            (version.title, later_title) if version.title and version.title != later_title else ("", ""),
            _differences(version.markdown, later),
        )
        for version, (later_title, later) in zip(versions, after, strict=True)
    ]
    return found[::-1]


def without_what_was_taken_out(found: Sequence[Edit], author_id: int) -> list[Edit]:
    """As they are for everybody: from where somebody else than the author changed the post, what stood there before is not read again."""
    shown: list[Edit] = []
    for edit in found:
        if edit.by_id != author_id:
            return [*shown, replace(edit, title=("", ""), pieces=[])]
        shown.append(edit)
    return shown


LONGEST_BY_WORDS = 12_000  # characters of both; longer texts are compared by lines
_WORDS = re.compile(r"\s+|[^\s]+")


def _differences(before: str, after: str) -> list[tuple[str, str]]:
    """By words, so that one changed letter does not mark a whole paragraph."""
    by_words = len(before) + len(after) < LONGEST_BY_WORDS
    old, new = ((_WORDS.findall(text) if by_words else text.splitlines(keepends=True)) for text in (before, after))
    pieces: list[tuple[str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[i:j])))
            continue
        pieces += [("gone", "".join(old[i:j]))] if i < j else []
        pieces += [("new", "".join(new[k:m]))] if k < m else []
    return pieces
