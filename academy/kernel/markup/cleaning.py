"""What may reach a page?

bleach first, because it makes links of addresses and shows as text what is no tag of ours; nh3 last, because bleach is no longer
maintained and what the last pass writes is what a browser gets. Both read the same list. The first pass takes longer than reading the
Markdown, so a text that gives it nothing to do is spared it.
"""

import re
import threading
from collections.abc import MutableMapping
from functools import partial

import nh3
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from pygments.token import STANDARD_TYPES

from academy.kernel.markup.dialect import local
from academy.kernel.markup.films import PLAYER
from academy.kernel.markup.profiles import LESSON, POST, Profile

_Name = tuple[str | None, str]

SCHEMES = {"http", "https", "mailto"}

_NOTHING: frozenset[str] = frozenset()
_TEXT = {
    **dict.fromkeys(
        [
            "p",
            "br",
            "hr",
            "em",
            "strong",
            "del",
            "code",
            "blockquote",
            "ul",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "td",
        ],
        _NOTHING,
    ),
    **dict.fromkeys(("h2", "h3", "h4", "h5"), frozenset({"id"})),
    "pre": frozenset({"tabindex"}),
    "ol": frozenset({"start"}),
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title", "width", "height", "loading"}),
    "div": frozenset({"role", "tabindex", "aria-label", "aria-labelledby"}),
    "span": frozenset({"role", "aria-label"}),
    "figure": _NOTHING,
    "figcaption": _NOTHING,
    "caption": frozenset({"id"}),
    "th": frozenset({"scope"}),
}
TAGS: dict[Profile, dict[str, frozenset[str]]] = {
    POST: _TEXT | {"a": _TEXT["a"] | {"rel"}},
    LESSON: _TEXT
    | {
        **dict.fromkeys(["b", "s", "u", "sup", "sub", "kbd", "mark", "small", "dl", "dt", "dd"], _NOTHING),
        "a": _TEXT["a"] | {"id", "lang", "download"},
        "abbr": frozenset({"title"}),
        "aside": frozenset({"aria-label", "aria-labelledby"}),
        "cite": frozenset({"lang"}),
        "em": frozenset({"lang"}),
        "i": frozenset({"lang"}),
        "li": frozenset({"id"}),
        "ol": _TEXT["ol"] | {"aria-label"},
        "p": frozenset({"id", "lang"}),
        "q": frozenset({"lang"}),
        "span": _TEXT["span"] | {"lang", "id", "popover"},
        "button": frozenset({"type", "popovertarget"}),
        "div": _TEXT["div"] | {"data-embed", "data-show", "data-title"},
        "details": _NOTHING,
        "summary": _NOTHING,
        "video": frozenset({"src", "controls", "preload", "aria-label"}),
        "audio": frozenset({"src", "controls", "preload", "aria-label"}),
        "track": frozenset({"src", "kind", "srclang", "label"}),
        "blockquote": frozenset({"lang"}),
    },
}
CLASSES: dict[str, set[str]] = {
    "a": {"ref", "back", "download"},
    "button": {"term"},
    "details": {"disclose", "transcript"},
    "aside": {"think"},
    "div": {"callout", "good", "warn", "example", "table", "drawing", "code", "embed"},
    "figure": {"figure", "film", "sound"},
    "li": {"task-list-item"},
    "ol": {"notes", "small", "soft", "task-list"},
    "p": {"callout-title"},
    "small": {"credit"},
    "span": {"sr", "definition", "tick", "filename", *STANDARD_TYPES.values()} - {""},
    "td": {"num", "centred"},
    "th": {"num", "centred"},
    "ul": {"task-list"},
}
# bleach's own pattern makes a link of `setup.py` and takes minutes for `a-a.a-a.a-a.`
_ADDRESS = re.compile(r"""\b(?:https?://|www\.)[^\s<>"]{0,2000}[^\s<>"'.,;:!?\u201d\u2019\u00bb]""", re.IGNORECASE)
_VALUES = {
    "role": re.compile(r"note|region|group|img"),
    "tabindex": re.compile("0"),
    "scope": re.compile("col|row"),
    "loading": re.compile("lazy"),
    "start": re.compile(r"[0-9]{1,6}"),
    "width": re.compile(r"[0-9]{1,5}"),
    "height": re.compile(r"[0-9]{1,5}"),
    "lang": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}"),
    "srclang": re.compile(r"[a-z]{2}"),
    "kind": re.compile("captions"),
    "preload": re.compile("metadata|none"),
    "controls": re.compile(""),
    "download": re.compile(""),
    "popover": re.compile(""),
    "type": re.compile("button"),
    "data-embed": PLAYER,
    "rel": re.compile("nofollow ugc noopener"),
}


# what needs the first pass: a tag that is not on the list, or not written as ours are; an address that is not plainly one; and in texts of
# people whatever may lead away
_ODD_ADDRESS = r"""\b(?:href|src)\s*=(?!"(?:https?://|mailto:|/(?!/)|#|[\w.-]+(?=[/?#"]))[^\s"<>\\]*")"""
_STRANGE = {
    profile: re.compile(rf"<(?!/?(?:{'|'.join(TAGS[profile])})[\s/>])|{_ODD_ADDRESS}{more}", re.IGNORECASE)
    for profile, more in ((LESSON, ""), (POST, r"|<a\b|https?://|www\."))
}


def clean(made: str, *, profile: Profile, prefix: str) -> str:
    allowed = TAGS[profile]
    return nh3.clean(
        _cleaner(profile).clean(made) if _STRANGE[profile].search(made) else made,
        tags=set(allowed),
        attributes={tag: set(names) for tag, names in allowed.items()},
        attribute_filter=partial(_value, prefix),
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel=None,  # written by _outward, for links that lead away
    )


_cleaners = threading.local()


def _cleaner(profile: Profile) -> Cleaner:
    """This thread's first pass: slow to make, and not to be shared."""
    known: dict[str, Cleaner] = _cleaners.__dict__
    if profile.name not in known:
        allowed = TAGS[profile]
        linkify = partial(LinkifyFilter, callbacks=[_outward], skip_tags={"pre", "code"}, url_re=_ADDRESS)
        known[profile.name] = Cleaner(
            tags=set(allowed),
            attributes={tag: [*names, "class"] for tag, names in allowed.items()},
            protocols=SCHEMES,
            filters=[linkify] if profile is POST else [],
        )
    return known[profile.name]


def _value(prefix: str, tag: str, attribute: str, value: str) -> str | None:
    """The value, or None to drop the attribute."""
    if attribute in {"id", "aria-labelledby", "popovertarget"}:
        # no text, not even by raw HTML, takes an id that belongs to the page
        return value if value.startswith(prefix) and not re.search(r"\s", value) else None
    if attribute == "src":
        return value if local(value) else None
    if pattern := _VALUES.get(attribute):
        return value if pattern.fullmatch(value) else None
    return value


def _outward(attributes: MutableMapping[_Name, str], _new: bool = False, /) -> MutableMapping[_Name, str]:
    """A link to elsewhere passes on nothing."""
    if not local(attributes.get((None, "href"), "")):
        attributes[None, "rel"] = "nofollow ugc noopener"
    return attributes
