"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CourseImported(Event):
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class TextPublished(Event):
    """A lesson, an activity or a guide has a new version in one language."""

    item: str
    language: str
    n: int


@dataclass(frozen=True, kw_only=True)
class TextBegun(Event):
    """There is a new lesson, activity or guide, which nobody reads before a text of it is published."""

    item: str


@dataclass(frozen=True, kw_only=True)
class DraftDropped(Event):
    """What was written and not published is given up."""

    item: str
    language: str


@dataclass(frozen=True, kw_only=True)
class FileAdded(Event):
    """A picture or another file is part of a module."""

    module: str
    name: str


@dataclass(frozen=True, kw_only=True)
class LessonMoved(Event):
    """It is at this place of its module now."""

    item: str
    position: int


@dataclass(frozen=True, kw_only=True)
class PartsChanged(Event):
    """A part of a module, or all of it, was taken out of the course on the web, or brought back."""

    module: str


@dataclass(frozen=True, kw_only=True)
class UnitRetired(Event):
    item: str


@dataclass(frozen=True, kw_only=True)
class ModuleRetired(Event):
    module: str


@dataclass(frozen=True, kw_only=True)
class PartCompleted(Event):
    person_id: int
    item: str
    source: str


@dataclass(frozen=True, kw_only=True)
class PartTakenBack(Event):
    person_id: int
    item: str


@dataclass(frozen=True, kw_only=True)
class ModuleCompleted(Event):
    person_id: int
    module: str


@dataclass(frozen=True, kw_only=True)
class ModuleTakenBack(Event):
    """A part was taken back, and with it the module that had been complete."""

    person_id: int
    module: str
