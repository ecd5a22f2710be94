"""What is remembered.

A `Unit` is one thing that a module holds: a lesson, the activity, the quiz, the guide for the local session, the worked example. Its text lives
in versions, numbered per language; the one that is `current` is what people read. What a person has done hangs on Refs, not on versions, so a
lesson in two languages is one part, and a lesson that is rewritten stays done. A `Guide` of the library has versions of the same kind and no
module.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.kernel.db import Base, stored
from academy.kernel.files import StoredFile
from academy.kernel.privacy import BLANK, DELETE, NotPersonal, Personal
from academy.kernel.subjects import Ref

_PUBLIC = NotPersonal("course content, public and under an open licence")
_CURRENT = sa.text("is_current")


class Course(Base):
    """One row: what `course.yaml` says, and which tree was loaded last."""

    __tablename__ = "courses"
    __shared__ = True
    __privacy__ = _PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]]  # texts by language, here and below
    summary: Mapped[dict[str, Any]]
    licence: Mapped[str] = mapped_column(sa.String(40))
    languages: Mapped[list[Any]]
    fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")  # of paths, times and sizes: nothing changed?
    imported_at: Mapped[datetime]


class Module(Base):
    __tablename__ = "modules"
    __shared__ = True
    __privacy__ = _PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    folder: Mapped[str] = mapped_column(sa.String(100))
    position: Mapped[int]
    hue: Mapped[int]
    minutes: Mapped[int]
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    artefact: Mapped[dict[str, Any]]  # what the activity leaves in the learner's hands
    outcomes: Mapped[list[Any]]  # each a dictionary by language
    authors: Mapped[list[Any]]
    glossary: Mapped[list[Any]]  # {"key": …, "term": {…}, "definition": {…}}
    quiz: Mapped[dict[str, Any]]  # {"draw", "pass_mark", "attempts", "minutes", "questions": how many}; empty: none yet
    credits: Mapped[list[Any]]  # who made the pictures: {"credit": …, "licence": …}
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    units: Mapped[list["Unit"]] = relationship(lazy="raise", back_populates="module")

    @property
    def ref(self) -> Ref:
        return Ref("module", self.slug)


class UnitKind(StrEnum):
    LESSON = "lesson"
    ACTIVITY = "activity"
    QUIZ = "quiz"
    GUIDE = "guide"
    EXAMPLE = "example"  # the activity, carried out in the running story


class Unit(Base):
    __tablename__ = "units"
    __shared__ = True
    __table_args__ = (sa.UniqueConstraint("module_id", "slug"),)
    __privacy__ = _PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("modules.id"))
    kind: Mapped[UnitKind] = mapped_column(stored(UnitKind))
    slug: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int]
    required: Mapped[bool]  # counts as a part of the module
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    module: Mapped[Module] = relationship(lazy="raise", back_populates="units")
    versions: Mapped[list["UnitVersion"]] = relationship(lazy="raise", back_populates="unit")

    @property
    def ref(self) -> Ref:
        """The module must have been loaded with it."""
        return ref_of(self.kind, self.module.slug, self.slug)


NOT_COUNTED = {UnitKind.EXAMPLE, UnitKind.GUIDE}  # to look at, not to do
BESIDE_LESSONS = {
    "activity": UnitKind.ACTIVITY,
    "quiz": UnitKind.QUIZ,
    "example": UnitKind.EXAMPLE,
    "facilitator": UnitKind.GUIDE,
}


def place_beside_lessons(kind: UnitKind) -> tuple[str, int]:
    """Slug and position of what a module has one of: after all lessons, also those that are still to come."""
    for place, (slug, one) in enumerate(BESIDE_LESSONS.items(), 1_001):
        if one is kind:
            return slug, place
    raise LookupError(kind)


def ref_of(kind: UnitKind, module: str, slug: str) -> Ref:
    """A lesson has a name of its own; of everything else a module has one."""
    return Ref(kind.value, f"{module}/{slug}" if kind is UnitKind.LESSON else module)


class Version:
    """A text as it was at one time, in one language. What was written never changes; what is made of it can be made again."""

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    n: Mapped[int]
    is_current: Mapped[bool]
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text)
    minutes: Mapped[int]
    sources: Mapped[list[Any]]  # the works that the text rests on, each named in full
    written: Mapped[str] = mapped_column(sa.Text)  # the whole file, front matter and Markdown, byte for byte
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of `written`
    parts: Mapped[list[Any]]  # in order: {"html": …} or {"practice": key}
    contents: Mapped[list[Any]]  # headings: {"level", "id", "text"}
    markup: Mapped[int]  # the version of the renderer that made `parts` and `contents`
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))  # None: came with the tree
    published_at: Mapped[datetime]


class UnitVersion(Version, Base):
    __tablename__ = "unit_versions"
    __shared__ = True
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "language", "n"),
        sa.Index(
            "uq_unit_versions_current",
            "unit_id",
            "language",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        sa.Index("ix_unit_versions_author_id", "author_id"),
    )
    __privacy__ = Personal("author_id", on_erasure=BLANK, blank={"author_id": None})

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    unit: Mapped[Unit] = relationship(lazy="raise", back_populates="versions")


class Guide(Base):
    """How one thing is done, in two pages: part of the library, and of no module."""

    __tablename__ = "guides"
    __privacy__ = _PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int]
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    versions: Mapped[list["GuideVersion"]] = relationship(lazy="raise", back_populates="guide")

    @property
    def ref(self) -> Ref:
        return Ref("library", self.slug)


class GuideVersion(Version, Base):
    __tablename__ = "guide_versions"
    __table_args__ = (
        sa.UniqueConstraint("guide_id", "language", "n"),
        sa.Index(
            "uq_guide_versions_current",
            "guide_id",
            "language",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        sa.Index("ix_guide_versions_author_id", "author_id"),
    )
    __privacy__ = Personal("author_id", on_erasure=BLANK, blank={"author_id": None})

    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guides.id"))
    guide: Mapped[Guide] = relationship(lazy="raise", back_populates="versions")


class UnitDraft(Base):
    """What is being written, in one language, and not yet read by anybody else. One for all who write it: `revision` says whose is newer."""

    __tablename__ = "unit_drafts"
    __privacy__ = Personal("author_id", on_erasure=BLANK, blank={"author_id": None})

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    base: Mapped[int]  # the number of the version that it was begun on; 0: none
    revision: Mapped[int]
    hand: Mapped[str] = mapped_column(
        sa.String(20)
    )  # the page that saved last: one that missed the answer is no stranger
    title: Mapped[str] = mapped_column(sa.Text)  # everything as typed, right or wrong
    summary: Mapped[str] = mapped_column(sa.Text)
    minutes: Mapped[str] = mapped_column(sa.Text)
    sources: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    saved_at: Mapped[datetime]
    unit: Mapped[Unit] = relationship(lazy="raise")


class TextPair(Base):
    """The newest versions in two languages that say the same. `language` is the first of the two in the alphabet."""

    __tablename__ = "text_pairs"
    __privacy__ = _PUBLIC

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    other: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    n: Mapped[int]
    other_n: Mapped[int]


class ModuleFile(Base):
    """A picture or another file that was added on the web: `media/<name>` of its module, until a tree brings it."""

    __tablename__ = "module_files"
    __table_args__ = (sa.UniqueConstraint("module_id", "name"),)
    __privacy__ = _PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("modules.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("files.id"), index=True)
    credit: Mapped[str] = mapped_column(sa.String(300))
    licence: Mapped[str] = mapped_column(sa.String(60))
    added_at: Mapped[datetime]
    file: Mapped[StoredFile] = relationship(lazy="raise")


class OutsideLink(Base):
    """An address of another site that a text leads to, and whether something was there when the worker last looked."""

    __tablename__ = "outside_links"
    __privacy__ = _PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(2000), unique=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)  # when a text last named it
    checked_at: Mapped[datetime | None] = mapped_column(index=True)
    fault: Mapped[str] = mapped_column(sa.String(200), default="")  # a sentence in English; empty: it answered


class ImportedFile(Base):
    """One file of the tree that was imported last. An import compares with these, never with what people see. What came with a module that
    left the tree is kept: its pages can still be read, and it may come back."""

    __tablename__ = "imported_files"
    __privacy__ = _PUBLIC

    key: Mapped[str] = mapped_column(
        sa.String(250), primary_key=True
    )  # the path without the numbers that give the order
    path: Mapped[str] = mapped_column(sa.String(250))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    kept: Mapped[bool] = mapped_column(server_default=sa.false())  # its module is in the tree no more


class Completion(Base):
    """A part is done. The row of one person and one thing, whatever the language, the version and the number of clicks."""

    __tablename__ = "completions"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(200), primary_key=True)  # a Ref as text
    at: Mapped[datetime]


class CompletionEvent(Base):
    """What happened, never changed: `Completion` is what these add up to."""

    __tablename__ = "completion_events"
    __table_args__ = (sa.Index("ix_completion_events_person_id_id", "person_id", "id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    item: Mapped[str] = mapped_column(sa.String(200))
    done: Mapped[bool]  # False: taken back
    source: Mapped[str] = mapped_column(sa.String(20))  # who says so: the learner, the quiz, later the attendance sheet
    evidence: Mapped[str] = mapped_column(sa.String(200))  # a Ref as text, or empty
    at: Mapped[datetime]


class Note(Base):
    """What a person wrote for themselves about a box to think about. Nobody else reads it."""

    __tablename__ = "notes"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True, index=True)
    box: Mapped[int] = mapped_column(primary_key=True)  # which box of the text, from 1, the same in every language
    prompt: Mapped[str] = mapped_column(sa.Text)  # what was asked when the note was written
    text: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime]


class ReadingPlace(Base):
    """Where a person stopped in a module. Left as a trace: it may be lost, and no rule reads it."""

    __tablename__ = "reading_places"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("modules.id"), primary_key=True, index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), index=True)
    at: Mapped[datetime]
