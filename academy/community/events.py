"""What others may hear."""

from dataclasses import dataclass

from academy.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SpaceArranged(Event):
    """Opened, or given another title, place or colour."""

    space: str


@dataclass(frozen=True, kw_only=True)
class SpaceFollowed(Event):
    space: str
    level: str


@dataclass(frozen=True, kw_only=True)
class TopicStarted(Event):
    topic_id: int
    post_id: int
    about: str | None


@dataclass(frozen=True, kw_only=True)
class PostWritten(Event):
    topic_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostEdited(Event):
    post_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class PostHidden(Event):
    post_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class PostShownAgain(Event):
    post_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(Event):
    topic_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class AcceptanceTakenBack(Event):
    topic_id: int


@dataclass(frozen=True, kw_only=True)
class PostFoundUseful(Event):
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostReactedTo(Event):
    """By a word other than useful."""

    post_id: int


@dataclass(frozen=True, kw_only=True)
class UsefulTakenBack(Event):
    post_id: int


@dataclass(frozen=True, kw_only=True)
class TopicFollowed(Event):
    topic_id: int
    level: str


@dataclass(frozen=True, kw_only=True)
class TopicClosed(Event):
    topic_id: int


@dataclass(frozen=True, kw_only=True)
class TopicReopened(Event):
    topic_id: int


@dataclass(frozen=True, kw_only=True)
class PostFlagged(Event):
    post_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class FlagsDecided(Event):
    post_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ReviewDecided(Event):
    """Of a thing of another feature, which now does what was decided, and tells whom it concerns. `decision` is the key."""

    about: str
    decision: str
    hidden: bool
    because: str


@dataclass(frozen=True, kw_only=True)
class MemberRecognised(Event):
    person_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class PersonEnteredSpace(Event):
    space: str
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonLeftSpace(Event):
    space: str
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonBlocked(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonUnblocked(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PostHeld(Event):
    post_id: int


@dataclass(frozen=True, kw_only=True)
class AppealMade(Event):
    decision: str


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event):
    """`about`: the thing of another feature, as a Ref; empty for a post."""

    decision: str
    upheld: bool
    about: str


@dataclass(frozen=True, kw_only=True)
class TopicArranged(Event):
    """Moved, pinned, split, joined, tagged, or given another state."""

    topic_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class EditionHandedToAlumni(Event):
    about: str
    topics: int
