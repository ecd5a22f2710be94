"""How does a text become what people read?"""

from academy.accounts.models import Person
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.markup import VERSION
from academy.learning import authoring_queries, queries, rules
from academy.learning.authoring.course import UnitText, split_text
from academy.learning.authoring.tree import sha256
from academy.learning.commands.indexing import index_version
from academy.learning.events import TextPublished
from academy.learning.library import commands as library
from academy.learning.models import Unit, UnitVersion
from academy.learning.rendering import Media, Renderer
from academy.learning.versions import kept


def publish_text(unit: Unit, text: UnitText, *, renderer: Renderer, media: Media, by: Person | None) -> UnitVersion:
    """A new version in one language, which people read from now on. Unchanged text makes no version."""
    require(rules.may_publish(by=by))
    before = queries.current_version(unit, text.language)
    if before is not None and before.sha256 == sha256(text.written.encode()):
        return before
    if before is not None:
        before.is_current = False
        session.flush()
    page = renderer.page(text.markdown, text.language, media)
    n = queries.last_number(unit, text.language) + 1
    version = UnitVersion(unit=unit, **kept(text, page, n=n, by=by))
    session.add(version)
    session.flush()
    index_version(version, by=by)
    publish(TextPublished(by=by.id if by else None, item=str(unit.ref), language=text.language, n=version.n))
    return version


def make_pages_again(units: set[int] | None, renderer: Renderer, *, by: Person | None) -> int:
    """Make the HTML of current versions anew, where a picture or the renderer changed; of all stale ones where no units are given.
    What was written stays as it is, and so does its number."""
    require(rules.may_import(by=by))
    count = 0
    media: dict[str, Media] = {}
    for version in queries.current_versions(units):
        if units is None and version.markup == VERSION:
            continue
        pieces = split_text(version.written)
        slug = version.unit.module.slug
        if pieces is None:
            continue
        if slug not in media:
            media[slug] = authoring_queries.media_seen(version.unit.module)
        page = renderer.page(pieces[1], version.language, media[slug])
        version.parts, version.contents, version.markup = page.parts, page.contents, page.markup
        count += 1
    return count + (library.make_pages_again(renderer, by=by) if units is None else 0)
