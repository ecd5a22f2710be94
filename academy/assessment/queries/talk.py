"""Who may talk about a question of a quiz, and what has been said about it?

Whoever has been asked it in an attempt that is handed in, once it may be seen what was right; who teaches; who moderates.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person, Role
from academy.assessment import rules
from academy.assessment.models import Attempt, AttemptSlot, Question, QuestionVersion, QuizVersion, State
from academy.assessment.queries import Outcome
from academy.assessment.rules import Feedback, Policy
from academy.assessment.wording import plain_prompt
from academy.kernel import clock
from academy.kernel.db import session
from academy.kernel.i18n import language
from academy.kernel.markup import excerpt
from academy.kernel.subjects import Ref, Subject, resolves, said_about
from academy.kernel.web import shown_address

LONGEST_TITLE = 90


@resolves("asked")
def _asked(refs: list[Ref], viewer: Any) -> Mapping[Ref, Subject]:
    """Each leads to its place in the newest review of this viewer; for who teaches and was not asked, to the bank of questions."""
    if viewer is None:
        return {}
    names = [ref.key.partition("/")[::2] for ref in refs]
    rows = session.execute(_what_was_asked(viewer).where(sa.tuple_(Question.bank, Question.key).in_(names)))
    teaches = viewer.has(Role.TRAINER, Role.ADMINISTRATOR)
    found: dict[Ref, Subject] = {}
    for question, shown, attempt, pos, policy in rows:
        title = excerpt(plain_prompt(shown, language()), LONGEST_TITLE)
        if policy and rules.feedback_shown(Policy.of(policy), now=clock.now()) is Feedback.AT_ONCE:
            address = shown_address("assessment.attempt", key=attempt, _anchor=f"q{pos}")
            found[question.asked_ref] = Subject(title, address or "")
        elif teaches or viewer.has(Role.MODERATOR):
            bank = {"bank": question.bank, "key": question.key}
            address = shown_address("studio_questions.question", **bank) if teaches else None
            found.setdefault(question.asked_ref, Subject(title, address or ""))
    return found


def _what_was_asked(viewer: Person) -> sa.Select[*tuple[Any, ...]]:
    """Each question as it is now, with the places where this person was asked it."""
    mine = (
        sa.select(
            QuestionVersion.question_id,
            Attempt.id.label("attempt_id"),
            Attempt.key,
            AttemptSlot.pos,
            QuizVersion.policy,
        )
        .join(AttemptSlot, AttemptSlot.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.person_id == viewer.id, Attempt.state == State.HANDED_IN, ~Attempt.is_preview)
        .subquery()
    )
    return (
        sa.select(Question, QuestionVersion.shown, mine.c.key, mine.c.pos, mine.c.policy)
        .join(
            QuestionVersion,
            sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.n == Question.newest),
        )
        .outerjoin(mine, mine.c.question_id == Question.id)
        .order_by(mine.c.attempt_id)
    )


def said_about_questions(viewer: Person, outcome: Outcome) -> dict[Ref, list[Subject]]:
    """Of an attempt whose review they may see."""
    return said_about(viewer, [one.slot.question_version.question.asked_ref for one in outcome.questions])
