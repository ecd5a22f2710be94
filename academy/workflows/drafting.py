"""Which words of a portfolio piece become which words of a need or an offer? Pure."""

import re

from academy.kernel.markup import POST, excerpt, plain, rendered
from academy.learning.portfolio.models import PortfolioItem
from marketplace.commands import Content
from marketplace.models import Kind

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_ANSWER = 120, 300, 2000
_HEADING = re.compile(r"^##[ \t]+(?:\d+\.?[ \t]+)?(.+?)[ \t#]*$", re.MULTILINE)
# the lines of the need card for which the form of a need has a field of its own
_FIELDS = {
    "evidence": "evidence",
    "prove": "evidence",
    "who already tries": "tried",
    "chi ci prova già": "tried",
    "what would be better": "better",
    "che cosa sarebbe meglio": "better",
}


def content_of(item: PortfolioItem, kind: Kind) -> Content:
    """Nothing is lost: what has no field of its own, or is too long for it, stays in the text. A heading without words goes."""
    opening, sections = _sections(item.body)
    answers: dict[str, str] = {}
    left = [opening] if opening else []
    for heading, text in sections:
        field = _FIELDS.get(heading.casefold()) if kind is Kind.NEED else None
        answer = plain(rendered(text, profile=POST).html) if field and text and field not in answers else ""
        if field and answer and len(answer) <= LONGEST_ANSWER:
            answers[field] = answer
        elif text:
            left.append(f"## {heading}\n\n{text}")
    body = "\n\n".join(left)
    written = rendered(body, profile=POST)
    first = opening or next((text for _heading, text in sections if text), "")
    return Content(
        title=excerpt(item.title, LONGEST_TITLE),
        summary=excerpt(first, LONGEST_SUMMARY),
        body=body,
        body_html=written.html,
        body_version=written.version,
        language=item.language,
        contact_languages=[item.language],
        evidence=answers.get("evidence", ""),
        tried=answers.get("tried", ""),
        better=answers.get("better", ""),
        source="course",
    )


def _sections(markdown: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first heading, and each heading with what stands below it."""
    opening, *pieces = _HEADING.split(markdown.replace("\r\n", "\n"))
    return opening.strip(), [(heading, text.strip()) for heading, text in zip(pieces[::2], pieces[1::2], strict=True)]
