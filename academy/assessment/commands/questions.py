"""Questions and quizzes: what is written once is never changed, only followed by a newer version."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment import queries, rules
from academy.assessment.events import QuestionRetired, QuestionStored, QuizStored
from academy.assessment.models import Question, QuestionTag, QuestionVersion, Quiz, QuizQuestion, QuizVersion
from academy.assessment.rules import Policy
from academy.assessment.sameness import asks, sha256_of
from academy.assessment.wording import Sizes, shown
from academy.kernel import clock, markup
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.i18n import say
from academy.kernel.subjects import Ref


def store_question(
    bank: str, key: str, body: Mapping[str, Any], *, by: Person | None, sizes: Sizes | None = None
) -> QuestionVersion:
    """A new version, unless this very question is the current one. `body` comes from yaml_questions, without faults; `sizes` of the pictures
    that came with the course."""
    require(rules.may_store(by=by))
    question = queries.question_with(bank, key)
    sha256 = sha256_of(body)
    if question is not None:
        question.retired_at = None  # who writes it wants it asked
    if question is not None and question.current.sha256 == sha256:
        return _as_shown_now(question.current, bank, sizes)
    if question is None:
        question = Question(bank=bank, key=key, newest=0)
        session.add(question)
        session.flush()
    else:
        lock_row(question)
    question.newest += 1
    question.asks = asks(body)
    version = QuestionVersion(
        question_id=question.id,
        n=question.newest,
        type=body["type"],
        body=dict(body),
        sha256=sha256,
        shown=shown(body, _media(bank), {**(sizes or {}), **queries.sizes_of_files_in(body)}),
        markup=markup.VERSION,
        author_id=by.id if by else None,
        created_at=clock.now(),
    )
    session.add(version)
    _tag(question, body.get("tags", ()))
    session.flush()
    publish(QuestionStored(by=by.id if by else None, bank=bank, key=key, n=version.n))
    return version


def retire_question(question: Question, *, by: Person | None, practised_in: Collection[str] = ()) -> None:
    """No list and no new quiz has it any more. Attempts that asked it keep it, and who writes it again brings it back."""
    quizzes = queries.quizzes_that_ask(question)
    require(rules.may_retire(by=by, quizzes=quizzes, practised_in=practised_in))
    if question.retired_at is None:
        question.retired_at = clock.now()
        session.flush()
        publish(QuestionRetired(by=by.id if by else None, bank=question.bank, key=question.key))


def store_quiz(
    about: Ref, settings: Mapping[str, Any], question_keys: Sequence[str], *, by: Person | None
) -> QuizVersion:
    """The quiz about a thing; its questions are in the bank of the same key. A new version, unless nothing changed."""
    require(rules.may_store(by=by))
    policy = _policy_of(settings)
    require(rules.quiz_possible(policy, len(question_keys)))
    ids = queries.question_ids(about.key, question_keys)
    if missing := [key for key in question_keys if key not in ids]:
        raise Refused(Verdict(say("There is no question “%(key)s”.", key=missing[0]), 422))
    wanted = [ids[key] for key in question_keys]
    if policy.tags:
        require(rules.tags_possible(policy, Counter(tag for tags in queries.tags_of(wanted).values() for tag in tags)))
    quiz = queries.quiz_about(about)
    if quiz is not None and Policy.of(quiz.current.policy) == policy and queries.entries_of(quiz.current) == wanted:
        return quiz.current
    if quiz is None:
        quiz = Quiz(about_kind=about.kind, about_key=about.key, newest=0, counts=policy.counts)
        session.add(quiz)
        session.flush()
    else:
        lock_row(quiz)
    quiz.newest += 1
    quiz.counts = policy.counts
    version = QuizVersion(
        quiz_id=quiz.id, n=quiz.newest, policy=policy.facts, pool=len(wanted), published_at=clock.now()
    )
    session.add(version)
    session.flush()
    session.add_all(
        QuizQuestion(quiz_version_id=version.id, pos=pos, question_id=question_id)
        for pos, question_id in enumerate(wanted, 1)
    )
    session.flush()
    session.expire(quiz, ["current"])
    publish(QuizStored(by=by.id if by else None, about_kind=about.kind, about_key=about.key, n=version.n))
    return version


def retire_quiz(about: Ref, *, by: Person | None) -> None:
    """Nobody begins it from now on. An attempt that has begun can be finished, and counts."""
    require(rules.may_store(by=by))
    if (quiz := queries.quiz_about(about)) is not None:
        quiz.retired_at = clock.now()
        session.flush()


def restore_quiz(about: Ref, *, by: Person | None) -> None:
    require(rules.may_store(by=by))
    if (quiz := queries.quiz_about(about)) is not None:
        quiz.retired_at = None
        session.flush()


def _as_shown_now(version: QuestionVersion, bank: str, sizes: Sizes | None) -> QuestionVersion:
    """The same words, made into HTML again where the renderer has changed since."""
    if version.markup != markup.VERSION:
        known = {**(sizes or {}), **queries.sizes_of_files_in(version.body)}
        version.shown, version.markup = shown(version.body, _media(bank), known), markup.VERSION
    return version


def _media(bank: str) -> str:
    """Where the pictures of a bank are: those of the module of the same name."""
    return f"/media/{bank}"


def _tag(question: Question, tags: Iterable[str]) -> None:
    if question.newest > 1:  # a new one has none yet
        session.execute(sa.delete(QuestionTag).where(QuestionTag.question_id == question.id))
    session.add_all(QuestionTag(question_id=question.id, tag=tag) for tag in dict.fromkeys(tags))


def _policy_of(settings: Mapping[str, Any]) -> Policy:
    try:
        return Policy.of(settings)
    except (ValueError, TypeError, AttributeError) as wrong:
        raise Refused(
            Verdict(say("The rules of the quiz can't be read. Compare with docs/authoring.md."), 422)
        ) from wrong
