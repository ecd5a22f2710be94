"""What can be done with the library? It follows the tree as the course does: what was edited on the web is not touched by an unchanged file."""

from collections.abc import Collection

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.markup import VERSION, plain
from academy.learning import queries, rules
from academy.learning.authoring.course import CourseText, Text, split_text
from academy.learning.authoring.tree import sha256
from academy.learning.changes import Changes
from academy.learning.events import TextPublished, UnitRetired
from academy.learning.library.queries import current_version, guides, last_number
from academy.learning.models import Guide, GuideVersion
from academy.learning.rendering import Media, Renderer
from academy.learning.versions import kept
from academy.retrieval import commands as retrieval

IMPORTANT = 3  # as lessons are: few write them
NO_PICTURES = Media("guides")


def import_guides(
    course: CourseText, changes: Changes, last: Collection[str], *, renderer: Renderer, by: Person | None
) -> tuple[int, int]:
    """Take over what changed. How many new versions there are, and how many guides are retired."""
    require(rules.may_import(by=by))
    known = {guide.slug: guide for guide in guides()}
    wanted = list(dict.fromkeys(text.slug for text in course.guides))
    back = set()
    for position, slug in enumerate(wanted, 1):
        guide = known.get(slug)
        if guide is None:
            guide = known[slug] = Guide(slug=slug, added_at=clock.now())
            session.add(guide)
        elif guide.retired_at:
            back.add(slug)
        guide.position, guide.retired_at = position, None
    session.flush()
    new = [text for text in course.guides if text.path in changes.new]
    for text in new:
        publish_guide(known[text.slug], text, renderer=renderer, by=by)
    once = {key.split("/")[1] for key in last if key.startswith("guides/")}
    gone = [guide for slug, guide in known.items() if slug in once and slug not in wanted and not guide.retired_at]
    for guide in gone:
        guide.retired_at = clock.now()
        retrieval.forget(guide.ref, by=by)
        publish(UnitRetired(by=by.id if by else None, item=str(guide.ref)))
    _withdraw(changes)
    _index(back)
    return len(new), len(gone)


def publish_guide(guide: Guide, text: Text, *, renderer: Renderer, by: Person | None) -> GuideVersion:
    """A new version in one language, which people read from now on. Unchanged text makes no version."""
    require(rules.may_publish(by=by))
    before = current_version(guide, text.language)
    if before is not None and before.sha256 == sha256(text.written.encode()):
        return before
    if before is not None:
        before.is_current = False
        session.flush()
    page = renderer.page(text.markdown, text.language, NO_PICTURES)
    n = last_number(guide, text.language) + 1
    version = GuideVersion(guide=guide, **kept(text, page, n=n, by=by))
    session.add(version)
    session.flush()
    _index_version(version)
    publish(TextPublished(by=by.id if by else None, item=str(guide.ref), language=text.language, n=n))
    return version


def make_pages_again(renderer: Renderer, *, by: Person | None) -> int:
    """Make the HTML anew of what an older renderer made."""
    require(rules.may_import(by=by))
    stale = [version for version in queries.current_guide_versions() if version.markup != VERSION]
    for version in stale:
        pieces = split_text(version.written)
        if pieces is not None:
            page = renderer.page(pieces[1], version.language, NO_PICTURES)
            version.parts, version.contents, version.markup = page.parts, page.contents, page.markup
    return len(stale)


def reindex(*, by: Person | None) -> None:
    """Let the whole library be found again."""
    require(rules.may_import(by=by))
    _index({guide.slug for guide in guides()})


def _withdraw(changes: Changes) -> None:
    """One language of a guide that goes on in others. The last text of what is retired stays readable at its address."""
    for version in queries.current_guide_versions():
        if queries.path_of_guide(version) in changes.removed and version.guide.retired_at is None:
            version.is_current = False
            retrieval.forget(version.guide.ref)
            session.flush()
            _index({version.guide.slug})


def _index(slugs: Collection[str]) -> None:
    for version in queries.current_guide_versions():
        if version.guide.slug in slugs and version.guide.retired_at is None:
            _index_version(version)


def _index_version(version: GuideVersion) -> None:
    words = plain("".join(part.get("html", "") for part in version.parts))
    retrieval.index(
        version.guide.ref,
        language=version.language,
        title=version.title,
        body=f"{version.summary}\n{words}",
        weight=IMPORTANT,
        updated_at=version.published_at,
    )
