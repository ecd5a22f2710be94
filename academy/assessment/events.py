"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class QuestionStored(Event):
    bank: str
    key: str
    n: int


@dataclass(frozen=True, kw_only=True)
class QuestionRetired(Event):
    bank: str
    key: str


@dataclass(frozen=True, kw_only=True)
class QuizStored(Event):
    about_kind: str
    about_key: str
    n: int


@dataclass(frozen=True, kw_only=True)
class AttemptStarted(Event):
    attempt_id: int
    about_kind: str
    about_key: str


@dataclass(frozen=True, kw_only=True)
class AttemptHandedIn(Event):
    """Over: handed in by its learner, or closed at its deadline by whoever noticed first. `person_id` is whose it is."""

    attempt_id: int
    person_id: int | None
    about_kind: str
    about_key: str
    passed: bool


@dataclass(frozen=True, kw_only=True)
class AttemptMarked(Event):
    """A mark of it changed after it was handed in. `passed`: whether it makes its quiz passed now."""

    attempt_id: int
    person_id: int | None
    about_kind: str
    about_key: str
    passed: bool


@dataclass(frozen=True, kw_only=True)
class AttemptExtended(Event):
    attempt_id: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class OutageAnnounced(Event):
    outage_id: int
    extended: int


@dataclass(frozen=True, kw_only=True)
class QuestionChallenged(Event):
    challenge_id: int
    attempt_id: int


@dataclass(frozen=True, kw_only=True)
class ChallengeDecided(Event):
    challenge_id: int
    accepted: bool
