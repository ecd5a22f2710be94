"""How does one text speak several languages? As Moodle's filter for multi-language content has it: a span for each, side by side."""

import re

from academy.assessment.exchange.carried import Texts

_SPAN = re.compile(
    r"<span\b(?=[^>]*\bclass=[\"']?multilang\b)[^>]*\blang=[\"']?([a-zA-Z]{2})\b[^>]*>(.*?)</span>", re.DOTALL
)
_GROUP = re.compile(
    rf"(?:{_SPAN.pattern.replace('(.*?)', '.*?').replace('([a-zA-Z]{2})', '[a-zA-Z]{2}')}\s*)+", re.DOTALL
)


def apart(text: str, language: str) -> Texts:
    """The text in each of its languages; one that has no spans is in `language`."""
    languages = dict.fromkeys(found[1].lower() for found in _SPAN.finditer(text))
    if not languages:
        return {language: text} if text.strip() else {}
    return {code: said for code in languages if (said := _in(text, code)).strip()}


def _in(text: str, code: str) -> str:
    def chosen(group: re.Match[str]) -> str:
        said = {found[1].lower(): found[2] for found in _SPAN.finditer(group[0])}
        after = " " if group[0][-1:].isspace() and group.end() < len(text) else ""
        return said.get(code, next(iter(said.values()))) + after

    return _GROUP.sub(chosen, text)


def together(texts: Texts) -> str:
    """Without spans where there is one language."""
    if len(texts) < 2:
        return next(iter(texts.values()), "")
    return "".join(f'<span lang="{code}" class="multilang">{said}</span>' for code, said in texts.items())
