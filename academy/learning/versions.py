"""What does a version of a text keep? The same for a part of the course and for a guide of the library."""

from typing import Any

from academy.accounts.models import Person
from academy.kernel import clock
from academy.learning.authoring.course import Text
from academy.learning.authoring.tree import sha256
from academy.learning.rendering import Page


def kept(text: Text, page: Page, *, n: int, by: Person | None) -> dict[str, Any]:
    """The columns of a version that becomes the current one."""
    return {
        "language": text.language,
        "n": n,
        "is_current": True,
        "title": text.title,
        "summary": text.summary,
        "minutes": text.minutes,
        "sources": text.sources,
        "written": text.written,
        "sha256": sha256(text.written.encode()),
        "parts": page.parts,
        "contents": page.contents,
        "markup": page.markup,
        "author_id": by.id if by else None,
        "published_at": clock.now(),
    }
