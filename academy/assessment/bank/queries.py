"""What is in the bank, who uses it and how does it do?"""

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from academy.assessment.exchange.carried import Body
from academy.assessment.models import Question, QuestionVersion
from academy.kernel.db import session
from academy.kernel.subjects import Ref, Subject, resolves
from academy.kernel.web import shown_address

_NEWEST = sa.and_(Question.id == QuestionVersion.question_id, Question.newest == QuestionVersion.n)
AT_ONCE = 200


@resolves("question")
def _questions(refs: list[Ref], _viewer: object) -> dict[Ref, Subject]:
    """Whoever may read may see the pictures of questions: practice is open to all, and an address can't be guessed."""
    asked = [tuple(ref.key.partition("/")[::2]) for ref in refs]
    rows = session.execute(
        sa.select(Question.bank, Question.key).where(sa.tuple_(Question.bank, Question.key).in_(asked))
    )
    there = {Ref("question", f"{bank}/{key}"): key for bank, key in rows}
    return {
        ref: Subject(
            title=key, address=shown_address("studio_questions.question", bank=ref.key.partition("/")[0], key=key) or ""
        )
        for ref, key in there.items()
    }


def banks() -> list[str]:
    return list(session.scalars(sa.select(Question.bank).distinct().order_by(Question.bank)))


def digests(bank: str) -> dict[str, str]:
    """Of the newest version of each question, by its key."""
    rows = session.execute(
        sa.select(Question.key, QuestionVersion.sha256).join(QuestionVersion, _NEWEST).where(Question.bank == bank)
    )
    return dict(rows.all())


def ids_of(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """By bank and key."""
    rows = session.execute(
        sa.select(Question.bank, Question.key, Question.id).where(sa.tuple_(Question.bank, Question.key).in_([*names]))
    )
    return {(bank, key): question_id for bank, key, question_id in rows}


def current_body(bank: str, key: str) -> Body | None:
    return session.scalars(
        sa.select(QuestionVersion.body).join(Question, _NEWEST).where(Question.bank == bank, Question.key == key)
    ).first()


def twin(bank: str, asks: str) -> str:
    """Key of a question of the bank that asks the same."""
    return (
        session.scalar(
            sa.select(Question.key)
            .where(Question.bank == bank, Question.asks == asks, Question.retired_at.is_(None))
            .order_by(Question.id)
            .limit(1)
        )
        or ""
    )


def all_questions(banks: Sequence[str] = ()) -> Iterator[Question]:
    """With their newest versions, bank by bank, a few at a time."""
    place = ("", "")
    while True:
        wanted = (
            sa.select(Question)
            .join(QuestionVersion, _NEWEST)
            .where(sa.tuple_(Question.bank, Question.key) > place, Question.retired_at.is_(None))
            .options(contains_eager(Question.current))
            .order_by(Question.bank, Question.key)
            .limit(AT_ONCE)
        )
        if banks:
            wanted = wanted.where(Question.bank.in_(banks))
        found = session.scalars(wanted).all()
        yield from found
        if len(found) < AT_ONCE:
            return
        place = (found[-1].bank, found[-1].key)
        for question in found:
            session.expunge(question)
