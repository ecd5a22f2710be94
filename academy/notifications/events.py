"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MailPreferenceChanged(Event):
    person_id: int
    group: str
    wanted: bool
