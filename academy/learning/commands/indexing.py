"""How is the course found by a search?"""

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.markup import plain
from academy.kernel.subjects import Ref
from academy.learning import queries, rules
from academy.learning.library import commands as library
from academy.learning.models import Module, Unit, UnitVersion
from academy.retrieval import commands as retrieval

IMPORTANT = 3  # few write lessons, many write posts: a search must not lose the few


def reindex(after: int = 0, *, by: Person | None) -> int | None:
    """Let the whole course be found again. Where to go on; None: that was all."""
    require(rules.may_import(by=by))
    for module in queries.modules_and_units():
        if module.retired_at is None:
            index_module(module, by=by)
    for version in queries.current_versions():
        if version.unit.retired_at is None:
            index_version(version, by=by)
    library.reindex(by=by)
    return None


def index_again(unit: Unit, *, by: Person | None) -> None:
    """The languages that are left: an entry is forgotten in all of them at once."""
    session.flush()
    for version in queries.current_versions({unit.id}):
        index_version(version, by=by)


def index_version(version: UnitVersion, *, by: Person | None) -> None:
    words = plain("".join(part.get("html", "") for part in version.parts))
    retrieval.index(
        version.unit.ref,
        language=version.language,
        title=version.title,
        body=f"{version.summary}\n{words}",
        weight=IMPORTANT,
        updated_at=version.published_at,
        by=by,
    )


def index_module(module: Module, *, by: Person | None) -> None:
    for language, title in module.title.items():
        outcomes = "\n".join(outcome.get(language, "") for outcome in module.outcomes)
        retrieval.index(
            Ref("module", module.slug),
            language=language,
            title=title,
            body=f"{module.summary.get(language, '')}\n{outcomes}",
            weight=IMPORTANT,
            updated_at=clock.now(),
            by=by,
        )
