"""Which files are there, who uses them, and which can go?"""

import time
from collections.abc import Collection, Iterable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import url_for

from academy.kernel import clock
from academy.kernel.access import Refused, Verdict
from academy.kernel.db import session
from academy.kernel.files.kinds import MEGABYTE
from academy.kernel.files.models import FileUse, StoredFile
from academy.kernel.files.receiving import Incoming
from academy.kernel.i18n import say
from academy.kernel.jobs import every
from academy.kernel.logs import logger
from academy.kernel.subjects import Ref
from academy.kernel.web import random_key
from academy.settings import settings

UNUSED_FOR = timedelta(days=1)
ALLOWANCE = 400 * MEGABYTE  # for all that one person keeps


def keep(found: Incoming, *, owner_id: int | None, alternative: str = "", key: str = "") -> StoredFile:
    """A row for what was received. Without an owner it belongs to the course and stays when people leave. `key`: one from `random_key(16)`
    whose address had to be known before. Raises Refused."""
    if owner_id is not None and _kept_by(owner_id) + found.size > ALLOWANCE:
        size = ALLOWANCE // MEGABYTE
        raise Refused(
            Verdict(
                say("You keep %(size)s MB here already. Delete something that you no longer need.", size=size),
                409,
                "file",
            )
        )
    row = StoredFile(
        key=key or random_key(16),
        owner_id=owner_id,
        sha256=found.sha256,
        name=found.name,
        type=found.kind.type,
        size=found.size,
        width=found.width,
        height=found.height,
        alternative=alternative,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def describe(file: StoredFile, alternative: str) -> None:
    """What the picture says to those who can't see it."""
    file.alternative = alternative


def uses(thing: Ref, keys: Iterable[str]) -> None:
    """From now on this thing shows exactly these files."""
    wanted = set(session.scalars(sa.select(StoredFile.id).where(StoredFile.key.in_(set(keys)))))
    mine = (FileUse.kind == thing.kind) & (FileUse.key == thing.key)
    there = set(session.scalars(sa.select(FileUse.file_id).where(mine)))
    if gone := there - wanted:
        session.execute(sa.delete(FileUse).where(mine, FileUse.file_id.in_(gone)))
    session.add_all(FileUse(file_id=one, kind=thing.kind, key=thing.key) for one in wanted - there)
    session.flush()


def file_with_key(key: str) -> StoredFile | None:
    """Whoever may see it."""
    return session.scalars(sa.select(StoredFile).where(StoredFile.key == key)).first()


def files_used_by(things: Collection[Ref]) -> dict[Ref, list[StoredFile]]:
    """What each of these things shows, in one statement, oldest first."""
    found: dict[Ref, list[StoredFile]] = {thing: [] for thing in things}
    pairs = [(thing.kind, thing.key) for thing in things]
    rows = session.execute(
        sa.select(FileUse.kind, FileUse.key, StoredFile)
        .join(StoredFile, StoredFile.id == FileUse.file_id)
        .where(sa.tuple_(FileUse.kind, FileUse.key).in_(pairs))
        .order_by(StoredFile.id)
    )
    for kind, key, file in rows:
        found[Ref(kind, key)].append(file)
    return found


def address_of(file: StoredFile) -> str:
    return url_for("files.give", key=file.key, name=file.name)


def path_of(file: StoredFile) -> Path:
    """Where its content is on this machine."""
    return settings().data_dir / "files" / file.sha256


@every(60, "sweep files")
def sweep() -> int:
    """Forget what nothing has used for a day, and content that no row names. A row goes first, its content with a later sweep."""
    unused = ~sa.exists().where(FileUse.file_id == StoredFile.id)
    old = clock.now() - UNUSED_FOR
    session.execute(sa.delete(StoredFile).where(unused, StoredFile.created_at < old))
    named = set(session.scalars(sa.select(StoredFile.sha256).distinct()))
    folder = settings().data_dir / "files"
    count = 0
    for path in folder.iterdir() if folder.exists() else ():
        if path.name not in named and path.stat().st_mtime < time.time() - UNUSED_FOR.total_seconds():
            path.unlink(missing_ok=True)
            count += 1
    if count:
        logger.info("unused files are gone", extra={"facts": {"files": count}})
    return count


def _kept_by(owner_id: int) -> int:
    found = session.scalar(sa.select(sa.func.sum(StoredFile.size)).where(StoredFile.owner_id == owner_id))
    return int(found or 0)
