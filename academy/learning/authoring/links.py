"""Where does a text lead to? To places of its own site, which can be looked up at once, and to others, which the worker visits."""

import re
from collections.abc import Iterator

_LINK = re.compile(r"(?<!!)\[[^\[\]\n]*\]\(\s*<?([^)\s>]+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_BARE = re.compile(r"<(https?://[^>\s]+)>")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]^\n]+\]:\s*<?(\S+?)>?(?:\s|$)")
_CODE = re.compile(r"`[^`]*`")


def links_in(markdown: str) -> list[str]:
    """Addresses of other sites, each once, in the order in which they stand there."""
    found = (address for line in markdown.split("\n") for address in addresses_in(line))
    return list(dict.fromkeys(address for address in found if address.startswith(("http://", "https://"))))


def addresses_in(line: str) -> Iterator[str]:
    plain = _CODE.sub("", line)
    for pattern in (_LINK, _BARE, _REFERENCE):
        for found in pattern.finditer(plain):
            yield found[1]
