"""What do other features show of the course?"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.accounts.told import tells
from academy.kernel.db import session
from academy.kernel.i18n import language as language_of_page
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address
from academy.learning.models import Completion, Module, Unit, UnitKind, UnitVersion, ref_of
from academy.learning.queries.wording import said


@tells("modules")
def _modules_finished(person: Person) -> list[Ref]:
    """For a profile, in the order in which they were finished."""
    items = session.scalars(
        sa.select(Completion.item)
        .where(Completion.person_id == person.id, Completion.item.startswith("module:"))
        .order_by(Completion.at)
    )
    return [ref for item in items if (ref := Ref.parsed(item))]


@resolves("module")
@resolves("lesson")
@resolves("activity")
@resolves("guide")
@resolves("example")
def _subjects(refs: list[Ref], _viewer: Any) -> Mapping[Ref, Subject]:
    """In one statement, whatever is asked for: it looks at all that these modules hold, which is little."""
    language = language_of_page()
    rows = session.execute(
        sa.select(Module.slug, Module.title, Module.hue, Unit.kind, Unit.slug, UnitVersion.language, UnitVersion.title)
        .outerjoin(Unit, Unit.module_id == Module.id)
        .outerjoin(UnitVersion, (UnitVersion.unit_id == Unit.id) & UnitVersion.is_current)
        .where(Module.slug.in_({ref.key.partition("/")[0] for ref in refs}))
    )
    found: dict[Ref, Subject] = {}
    parts: defaultdict[tuple[UnitKind, str, str], dict[str, str]] = defaultdict(dict)
    hues: dict[str, int] = {}
    for module, title, hue, kind, slug, code, part_title in rows:
        address = shown_address("learning.module", module=module) or ""
        hues[module] = hue
        found[Ref("module", module)] = Subject(said(title, language).text, address, hue=hue)
        if code is not None:
            parts[kind, module, slug][code] = part_title
    for (kind, module, slug), titles in parts.items():
        address = address_of(kind, module, slug)
        found[ref_of(kind, module, slug)] = Subject(said(titles, language).text, address, hue=hues[module])
    return {ref: found[ref] for ref in refs if ref in found}


_PAGES = {
    UnitKind.ACTIVITY: "learning.activity",
    UnitKind.GUIDE: "learning.facilitator",
    UnitKind.EXAMPLE: "learning.example",
}


def address_of(kind: UnitKind, module: str, slug: str) -> str:
    """The page of a part, in the language of the page that is being made."""
    if kind is UnitKind.LESSON:
        found = shown_address("learning.lesson", module=module, lesson=slug)
    elif kind is UnitKind.QUIZ:
        found = shown_address("assessment.start_page", module=module)
    else:
        found = shown_address(_PAGES[kind], module=module)
    return found or shown_address("learning.module", module=module) or ""
