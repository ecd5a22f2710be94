"""What is remembered.

A question and a quiz live in versions that never change. An attempt fixes at its start which versions it asks, in which order; from
then on its journal, the steps, is only added to. So an edited question changes nothing that anybody was shown, and no answer is lost.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.assessment.marking import Response, given
from academy.kernel.db import Base, stored
from academy.kernel.privacy import BLANK, NotPersonal, Personal
from academy.kernel.subjects import Ref

_IN_PROGRESS = sa.text("state = 'in_progress'")
_TO_MARK = sa.text("to_mark > 0")
_OPEN = sa.text("state = 'open'")


class Question(Base):
    __tablename__ = "questions"
    __shared__ = True
    __table_args__ = (sa.UniqueConstraint("bank", "key"), sa.Index("ix_questions_asks", "asks"))
    __privacy__ = NotPersonal("course content")

    id: Mapped[int] = mapped_column(primary_key=True)
    bank: Mapped[str] = mapped_column(sa.String(80))
    key: Mapped[str] = mapped_column(sa.String(80))
    newest: Mapped[int]  # number of the version that new attempts are asked
    asks: Mapped[str] = mapped_column(sa.String(64), server_default="")  # what its newest version asks: sameness.asks
    retired_at: Mapped[datetime | None]  # no new quiz takes it; what asks it already goes on
    current: Mapped["QuestionVersion"] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(Question.id == foreign(QuestionVersion.question_id), Question.newest == QuestionVersion.n)",
    )

    @property
    def asked_ref(self) -> Ref:
        """As something that a person has been asked: seen by nobody to whom it would give something away."""
        return Ref("asked", f"{self.bank}/{self.key}")


class QuestionTag(Base):
    """A tag of the newest version of a question, to search and to draw by."""

    __tablename__ = "question_tags"
    __table_args__ = (sa.Index("ix_question_tags_tag", "tag"),)
    __privacy__ = NotPersonal("course content")

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(sa.String(60), primary_key=True)


class QuestionVersion(Base):
    """What was written never changes; what is made of it for pages can be made again."""

    __tablename__ = "question_versions"
    __shared__ = True
    __table_args__ = (sa.UniqueConstraint("question_id", "n"),)
    __privacy__ = Personal("author_id", on_erasure=BLANK, blank={"author_id": None})

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    n: Mapped[int]
    type: Mapped[str] = mapped_column(sa.String(20))
    body: Mapped[dict[str, Any]]  # as docs/authoring.md describes a question file
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of the body
    shown: Mapped[dict[str, Any]]  # HTML by language and part of the question
    markup: Mapped[int]  # the version of the renderer that made it
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)  # None: came with the tree
    created_at: Mapped[datetime]
    question: Mapped[Question] = relationship(lazy="raise")


class Counts(StrEnum):
    """Which of several attempts is a person's result."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Quiz(Base):
    """The quiz about a thing: a module has one."""

    __tablename__ = "quizzes"
    __table_args__ = (sa.UniqueConstraint("about_kind", "about_key"),)
    __privacy__ = NotPersonal("course content")

    id: Mapped[int] = mapped_column(primary_key=True)
    about_kind: Mapped[str] = mapped_column(sa.String(40))
    about_key: Mapped[str] = mapped_column(sa.String(160))
    newest: Mapped[int]
    counts: Mapped[Counts] = mapped_column(stored(Counts), server_default=Counts.BEST.value)  # by its newest version
    retired_at: Mapped[datetime | None]  # nobody begins it any more; what was begun goes on, and what was done counts
    current: Mapped["QuizVersion"] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(Quiz.id == foreign(QuizVersion.quiz_id), Quiz.newest == QuizVersion.n)",
    )

    @property
    def about(self) -> Ref:
        return Ref(self.about_kind, self.about_key)


class QuizVersion(Base):
    __tablename__ = "quiz_versions"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "n"),)
    __privacy__ = NotPersonal("course content")

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quizzes.id"))
    n: Mapped[int]
    policy: Mapped[dict[str, Any]]  # rules.Policy, as quiz.yaml says it
    pool: Mapped[int]  # how many questions there are to draw from
    published_at: Mapped[datetime]
    quiz: Mapped[Quiz] = relationship(lazy="raise")


class QuizQuestion(Base):
    """A question that a version of a quiz draws from. Attempts ask the version of it that is newest when they start."""

    __tablename__ = "quiz_questions"
    __table_args__ = (sa.UniqueConstraint("quiz_version_id", "question_id"),)
    __privacy__ = NotPersonal("course content")

    quiz_version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_versions.id"), primary_key=True)
    pos: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), index=True)


class KeptTallies(Base):
    """What was added up of a quiz that many have taken, so that nobody waits for it. Nothing in it that fewer than three typed."""

    __tablename__ = "kept_tallies"
    __privacy__ = NotPersonal("counts; what was typed only where several typed it")

    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quizzes.id"), primary_key=True)
    learners: Mapped[int]
    points: Mapped[int] = mapped_column(sa.BigInteger)  # of all of them together: other points, other tallies
    tallies: Mapped[dict[str, Any]]  # as bank/keeping.py writes them
    added_up_at: Mapped[datetime]


class State(StrEnum):
    IN_PROGRESS = "in_progress"
    HANDED_IN = "handed_in"


class ClosedBy(StrEnum):
    LEARNER = "learner"
    DEADLINE = "deadline"  # found over when its learner came back
    SWEEPER = "sweeper"  # nobody came back
    TRAINER = "trainer"


class Attempt(Base):
    __tablename__ = "attempts"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "person_id", "number"),
        sa.Index(
            "uq_attempts_in_progress",
            "quiz_id",
            "person_id",
            "is_preview",
            unique=True,
            sqlite_where=_IN_PROGRESS,
            postgresql_where=_IN_PROGRESS,
        ),
        sa.Index("uq_attempts_receipt", "receipt", unique=True),
        sa.Index("ix_attempts_to_mark", "submitted_at", sqlite_where=_TO_MARK, postgresql_where=_TO_MARK),
        sa.CheckConstraint("score BETWEEN 0 AND max_score", name="score_in_bounds"),
    )
    # counts and statistics stay when a person leaves; whose they were does not
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"person_id": None})

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(16), unique=True)  # in the address, random
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quizzes.id"))
    quiz_version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_versions.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    about_kind: Mapped[str] = mapped_column(sa.String(40))
    about_key: Mapped[str] = mapped_column(sa.String(160))
    number: Mapped[int]  # from 1; previews count down from -1, so that they take no number from anybody
    is_preview: Mapped[bool] = mapped_column(server_default=sa.false())  # by a trainer who tries it: counts nowhere
    state: Mapped[State] = mapped_column(stored(State))
    seed: Mapped[int]
    started_at: Mapped[datetime]
    time_factor: Mapped[int] = mapped_column(server_default="100")  # per cent: of a person who needs more time
    deadline_at: Mapped[datetime | None]
    extended: Mapped[int] = mapped_column(server_default="0")  # seconds that the deadline was moved by outages
    submitted_at: Mapped[datetime | None]
    closed_by: Mapped[ClosedBy | None] = mapped_column(stored(ClosedBy))
    score: Mapped[int | None] = mapped_column(sa.BigInteger)  # here and in max_score: 1/10,000 of a mark
    max_score: Mapped[int] = mapped_column(sa.BigInteger)
    passed: Mapped[
        bool | None
    ]  # by the rules of its own version of the quiz; None: that depends on what is to be marked
    to_mark: Mapped[int] = mapped_column(server_default="0")  # answers that wait for a trainer
    receipt: Mapped[str | None] = mapped_column(sa.String(20))
    quiz_version: Mapped[QuizVersion] = relationship(lazy="raise")

    @property
    def about(self) -> Ref:
        return Ref(self.about_kind, self.about_key)


class AttemptSlot(Base):
    """One question of an attempt, as it is asked there. Written at the start and never again."""

    __tablename__ = "attempt_slots"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "pos"),)
    __privacy__ = NotPersonal("what was asked; whom, the attempt says")

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"))
    pos: Mapped[int]  # from 1
    question_version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_versions.id"), index=True)
    option_order: Mapped[list[Any]]  # keys, in the order in which they are shown
    mark: Mapped[int]  # 1/10,000
    attempt: Mapped[Attempt] = relationship(lazy="raise")
    question_version: Mapped[QuestionVersion] = relationship(lazy="raise")


class StepKind(StrEnum):
    AUTOSAVE = "autosave"  # the page saved it
    ANSWER = "answer"  # the person pressed the button
    STALE = "stale"  # came from a window that did not know of a newer answer: kept, not counted
    LATE = "late"  # came after the end: kept, not counted
    MARK = "mark"  # when it was handed in, or by the trainer who read it
    OVERRIDE = "override"  # a trainer set another mark, and says why
    REGRADE = "regrade"  # marked again by a newer version of the question
    COMMENT = "comment"


COUNTED = (StepKind.AUTOSAVE, StepKind.ANSWER)
MARKS = (StepKind.MARK, StepKind.OVERRIDE, StepKind.REGRADE)


class AttemptStep(Base):
    """One line of the journal. Never changed, never deleted; when a person leaves, what they typed goes, what they chose stays."""

    __tablename__ = "attempt_steps"
    __table_args__ = (sa.UniqueConstraint("slot_id", "seq"),)
    __privacy__ = Personal("actor_id", on_erasure=BLANK, blank={"actor_id": None, "typed": ""})

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt_slots.id"))
    seq: Mapped[int]  # from 1
    kind: Mapped[StepKind] = mapped_column(stored(StepKind))
    client_uuid: Mapped[str | None] = mapped_column(
        sa.String(48), unique=True
    )  # which open page sent it, and its turn there
    chosen: Mapped[list[Any] | dict[str, Any] | None] = mapped_column(
        sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    typed: Mapped[str | None] = mapped_column(sa.Text)
    fraction: Mapped[int | None]  # of a mark: 1/10,000
    note: Mapped[str | None] = mapped_column(sa.Text)  # of a trainer to the learner
    question_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("question_versions.id"), index=True
    )  # that a regrade marked by
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)  # None: the platform
    at: Mapped[datetime]
    question_version: Mapped[QuestionVersion | None] = relationship(lazy="raise")

    @property
    def response(self) -> Response:
        return given(self.chosen, self.typed)


class ChallengeState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Challenge(Base):
    """A learner says that a question, or the mark it gave, is wrong."""

    __tablename__ = "challenges"
    __table_args__ = (sa.Index("ix_challenges_open", "created_at", sqlite_where=_OPEN, postgresql_where=_OPEN),)
    __privacy__ = Personal("person_id", on_erasure=BLANK, blank={"person_id": None, "reason": "", "answer": ""})

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt_slots.id"), unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    state: Mapped[ChallengeState] = mapped_column(stored(ChallengeState))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    decided_at: Mapped[datetime | None]
    slot: Mapped[AttemptSlot] = relationship(lazy="raise")


class TimeAllowance(Base):
    """A person who needs more time gets it in every attempt. Why is nobody's business, and not kept."""

    __tablename__ = "time_allowances"
    __privacy__ = Personal("person_id")

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    factor: Mapped[int]  # per cent of the time of others
    since: Mapped[datetime]


class Outage(Base):
    """A time when the platform could not be reached. Who had an attempt open then got the time back."""

    __tablename__ = "outages"
    __privacy__ = NotPersonal("when the platform was away")

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(200))
    announced_at: Mapped[datetime]
    extended: Mapped[int]  # attempts


@event.listens_for(AttemptStep, "before_update")
@event.listens_for(AttemptStep, "before_delete")
def _only_added_to(*_of: object) -> None:
    raise RuntimeError("the journal of an attempt is only added to")
