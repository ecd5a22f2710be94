"""Is the course in the database what `modules/` says?"""

import sys
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from academy.community import commands as community
from academy.kernel.db import looking, transaction
from academy.learning import authoring_queries, commands, queries
from academy.learning.authoring import tree
from academy.learning.authoring.course import CourseText, read
from academy.learning.authoring.faults import Fault
from academy.learning.changes import Changes
from academy.learning.commands import ConflictingEdits, Imported
from academy.learning.rendering import Renderer, make_ready
from academy.settings import ROOT

MODULES = ROOT / "modules"
# The room of the forum for what belongs to no module; each module brings its own
NOTHING = Changes(frozenset(), frozenset(), frozenset(), frozenset(), ())
GENERAL = {
    "en": "Everything else",
    "it": "Tutto il resto",
    "de": "Alles andere",
    "hu": "Minden más",
    "sl": "Vse drugo",
    "sk": "Všetko ostatné",
    "pl": "Wszystko inne",
}


@dataclass(frozen=True)
class Outcome:
    """What became of an import. With serious faults or conflicts nothing was changed."""

    faults: list[Fault]
    conflicts: list[str]
    changes: Changes | None
    imported: Imported | None

    @property
    def serious(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.serious]


def load_course(app: Flask) -> None:
    """Import the tree where it changed. One that can't be imported is reported, and people go on reading the one before."""
    with app.app_context():
        try:
            outcome = import_folder(MODULES)
        except FileNotFoundError:
            return
        for fault in outcome.serious:
            print(f"modules/{line_of(fault)}", file=sys.stderr)
        for path in outcome.conflicts:
            print(f"modules/{path}: changed both here and on the web", file=sys.stderr)
        if outcome.serious or outcome.conflicts:
            print("The course was not imported. See: flask --app wsgi modules check", file=sys.stderr)


def import_folder(folder: Path, *, dry_run: bool = False) -> Outcome:
    """Read, check, render, and take over in one transaction what changed. A tree that was imported as it is needs none of that."""
    stamp = tree.fingerprint(folder)
    if _is_imported(folder, stamp):
        return Outcome([], [], NOTHING, None if dry_run else Imported(0, 0, 0, 0, 0))
    files, course, faults = checked(folder)
    if course is None or any(fault.serious for fault in faults):
        return Outcome(faults, [], None, None)
    renderer = Renderer()
    with looking():
        changes = queries.changes_in(course, files)
    if changes.conflicts or dry_run:
        return Outcome(faults, list(changes.conflicts), changes, None)
    try:
        with looking():
            added = authoring_queries.all_files_added()
        make_ready(course, changes, renderer, added)
        with transaction():
            imported = commands.import_course(course, files, renderer=renderer, fingerprint=stamp, by=None)
            community.ensure_space("general", len(course.modules) + 1, GENERAL, None, by=None)
            if queries.stale_pages():
                commands.make_pages_again(None, renderer, by=None)
    except ConflictingEdits as conflict:
        return Outcome(faults, conflict.paths, changes, None)
    return Outcome(faults, [], changes, imported)


def _is_imported(folder: Path, stamp: str) -> bool:
    """It is the tree that was imported last, and nothing made of it is out of date."""
    with looking():
        known, stale = queries.course(), queries.stale_pages()
    return known is not None and not stale and (known.fingerprint == stamp or _same_content(folder, stamp))


def _same_content(folder: Path, stamp: str) -> bool:
    """Only the times of the files differ, as after a fresh checkout: remember these."""
    with looking():
        last = {file.path: file.sha256 for file in queries.imported_files().values()}
    try:
        now = {path: tree.sha256(content) for path, content in tree.files_in(folder).items()}
    except tree.TooLarge:
        return False
    if now != last:
        return False
    with transaction():
        commands.note_fingerprint(stamp, by=None)
    return True


def checked(folder: Path) -> tuple[dict[str, bytes], CourseText | None, list[Fault]]:
    """The files of a tree, what they say, and what is wrong with them."""
    try:
        files = tree.files_in(folder)
    except tree.TooLarge as large:
        return {}, None, [large.fault]
    course, faults = read(files)
    return files, course, faults


def line_of(fault: Fault) -> str:
    """`path:line: what is wrong. What to do.`"""
    place = f"{fault.path}:{fault.line}" if fault.line else fault.path
    return f"{place}: {fault.message} {fault.remedy}".rstrip()
