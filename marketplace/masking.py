"""Which part of a message is an address? It is hidden until both sides show theirs, on the page and in mails."""

import re

INSTEAD = "•••"

_NO_AMOUNT = r"(?!\d|\s?(?:€|euros?\b|eur\b|ft\b|huf\b|zł|pln\b|m²|%))"
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}"  # mail
    r"|[\w.+-]+\s?[\[(]\s?(?:at|chiocciola)\s?[\])]\s?[\w-]+\s?(?:\.|[\[(]\s?(?:dot|punto)\s?[\])])\s?\w{2,}"
    r"|(?:\+|(?<!\d)00)\d[\d\s./()-]{7,}\d"  # telephone, with the code of a country …
    rf"|(?<![\d-])0?\d{{2,4}}[\s./-]\d{{6,8}}{_NO_AMOUNT}"  # … and without
    rf"|(?<!\d)3\d{{2}}[\s./-]?\d{{3}}[\s./-]?\d{{3,4}}{_NO_AMOUNT}",
    re.IGNORECASE,
)
_LINKED = re.compile(r'<a\s[^>]*href="(?:mailto|tel):[^"]*"[^>]*>.*?</a>', re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")


def address_in(text: str) -> str:
    """The first one; empty where there is none."""
    found = _ADDRESS.search(text)
    return found[0].strip() if found else ""


def masked(text: str) -> str:
    return _ADDRESS.sub(INSTEAD, text)


def masked_html(html: str) -> str:
    """The same for what was rendered: links that write a mail go as a whole, other tags stay as they are."""
    parts = _TAG.split(_LINKED.sub(INSTEAD, html))
    return "".join(part if part.startswith("<") else masked(part) for part in parts)
