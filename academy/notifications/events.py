"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MailPreferenceChanged(Event):
    person_id: int
    group: str
    delivery: str


@dataclass(frozen=True, kw_only=True)
class DigestRhythmChanged(Event):
    person_id: int
    rhythm: str


@dataclass(frozen=True, kw_only=True)
class AnnouncementPublished(Event):
    announcement_id: int
