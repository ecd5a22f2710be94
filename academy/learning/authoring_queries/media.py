"""Which files does a module hold, and where do its texts lead outside?"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from academy.kernel.db import session
from academy.kernel.files import StoredFile
from academy.learning.authoring import pictures
from academy.learning.models import (
    ImportedFile,
    Module,
    ModuleFile,
    OutsideLink,
)
from academy.learning.rendering import About, Media, media_known

_facts: dict[
    str, tuple[tuple[int, int] | None, int]
] = {}  # size and weight of each picture, by hash: they never change


def media_seen(module: Module) -> Media:
    """The pictures that came with the tree and the files that were added on the web, as a page must know them."""
    start = f"{module.slug}/media/"
    mine = ImportedFile.key.startswith(start, autoescape=True) & ~ImportedFile.key.endswith(".yaml")
    hashes = {
        key.removeprefix(start): hashed
        for key, hashed in session.execute(sa.select(ImportedFile.key, ImportedFile.sha256).where(mine))
    }
    new = [start + name for name, hashed in hashes.items() if hashed not in _facts]
    if new:
        rows = session.execute(
            sa.select(ImportedFile.key, ImportedFile.sha256, ImportedFile.content).where(ImportedFile.key.in_(new))
        )
        for key, hashed, content in rows:
            _facts[hashed] = (pictures.size_of(key, content), len(content))
    known = [(name, hashed, *_facts[hashed]) for name, hashed in hashes.items()]
    told = session.get(ImportedFile, f"{start}media.yaml")
    about = About(told.content if told else b"", module.authors, module.glossary)
    return media_known(module.slug, known, files_added_to(module), about)


def files_added_to(module: Module) -> Sequence[ModuleFile]:
    return session.scalars(
        sa.select(ModuleFile)
        .where(ModuleFile.module_id == module.id)
        .options(joinedload(ModuleFile.file))
        .order_by(ModuleFile.name)
    ).all()


def all_files_added() -> dict[str, list[ModuleFile]]:
    """By the module's slug."""
    found: defaultdict[str, list[ModuleFile]] = defaultdict(list)
    rows = session.execute(
        sa.select(Module.slug, ModuleFile)
        .join(Module, Module.id == ModuleFile.module_id)
        .options(joinedload(ModuleFile.file))
        .order_by(ModuleFile.id)
    )
    for slug, file in rows:
        found[slug].append(file)
    return found


def file_added_as(module_slug: str, name: str) -> StoredFile | None:
    return session.scalars(
        sa.select(StoredFile)
        .join(ModuleFile, ModuleFile.file_id == StoredFile.id)
        .join(Module, Module.id == ModuleFile.module_id)
        .where(Module.slug == module_slug, ModuleFile.name == name)
    ).first()


def names_taken(module: Module) -> set[str]:
    """In media/, from the tree or from the web."""
    start = f"{module.slug}/media/"
    came = session.scalars(sa.select(ImportedFile.key).where(ImportedFile.key.startswith(start, autoescape=True)))
    added = session.scalars(sa.select(ModuleFile.name).where(ModuleFile.module_id == module.id))
    return {key.removeprefix(start) for key in came} | set(added)


def outside_links(addresses: Collection[str]) -> Mapping[str, OutsideLink]:
    rows = session.scalars(sa.select(OutsideLink).where(OutsideLink.address.in_(addresses)))
    return {link.address: link for link in rows}


def links_to_look_at(before: datetime, limit: int) -> Sequence[OutsideLink]:
    """Those never looked at, then those not looked at for longest."""
    return session.scalars(
        sa.select(OutsideLink)
        .where(sa.or_(OutsideLink.checked_at.is_(None), OutsideLink.checked_at < before))
        .order_by(OutsideLink.checked_at.asc().nulls_first(), OutsideLink.id)
        .limit(limit)
    ).all()


def question_keys(module_slug: str) -> set[str]:
    start = f"{module_slug}/questions/"
    keys = session.scalars(sa.select(ImportedFile.key).where(ImportedFile.key.startswith(start, autoescape=True)))
    return {key.removeprefix(start).removesuffix(".yaml") for key in keys}
