"""What can be seen, and by whom? What one page wants of the course, the quizzes, the forum and the attendance sheets together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment.models import Attempt, State
from academy.attendance.models import Presence, PresenceState
from academy.community.models import Topic, TopicKind
from academy.kernel.db import session
from academy.kernel.i18n import Sentence, language, say, say_number
from academy.learning.editions import rules
from academy.learning.editions.models import Edition, Enrolment, Session, SessionTrainer
from academy.learning.models import Completion, Module
from academy.learning.queries import said

MOST_CALLED = 200  # people on the page of whom to call


@dataclass(frozen=True)
class Call:
    """Somebody who could do with a word, and why."""

    person: Person
    reasons: list[Sentence]
    at: datetime  # since when


def whom_to_call(edition: Edition, *, now: datetime) -> list[Call]:
    """Those with the most reasons first; in two statements."""
    here = sa.and_(Enrolment.edition_id == edition.id, Enrolment.left_at.is_(None), Enrolment.person_id.isnot(None))
    nothing = sa.literal("")
    zero = sa.literal(0)
    not_complete = Enrolment.done < Enrolment.total
    begin_by, quiet = now - timedelta(days=rules.BEGIN_DAYS), now - timedelta(days=rules.QUIET_DAYS)
    kind = sa.literal
    not_begun = sa.select(kind("not-begun"), Enrolment.person_id, nothing, zero, Enrolment.since.label("at")).where(
        here, Enrolment.moved_at.is_(None), Enrolment.since <= begin_by
    )
    stopped = sa.select(kind("stopped"), Enrolment.person_id, nothing, zero, Enrolment.moved_at).where(
        here, not_complete, Enrolment.moved_at <= quiet
    )
    failed = (
        sa.select(
            kind("stuck"), Attempt.person_id, Attempt.about_key, sa.func.count(), sa.func.max(Attempt.submitted_at)
        )
        .join(Enrolment, Enrolment.person_id == Attempt.person_id)
        .where(
            here,
            Attempt.about_kind == "module",
            Attempt.state == State.HANDED_IN,
            Attempt.passed.is_(False),
            ~sa.exists().where(
                Completion.person_id == Attempt.person_id, Completion.item == sa.literal("quiz:") + Attempt.about_key
            ),
        )
        .group_by(Attempt.person_id, Attempt.about_key)
        .having(sa.func.count() >= rules.TRIES_UNTIL_STUCK)
    )
    there = sa.exists().where(
        Presence.person_id == Enrolment.person_id,
        Presence.about == sa.literal("session:") + Session.key,
        Presence.state.in_([PresenceState.PRESENT, PresenceState.EXCUSED]),
    )
    missed = (
        sa.select(
            kind("missed"),
            Enrolment.person_id,
            sa.func.min(Session.title),
            sa.func.count(),
            sa.func.max(Session.ends_at),
        )
        .join(Session, Session.edition_id == Enrolment.edition_id)
        .where(here, Session.ends_at < now, Session.cancelled_at.is_(None), Session.starts_at > Enrolment.since, ~there)
        .group_by(Enrolment.person_id)
    )
    asked = (
        sa.select(
            kind("unanswered"),
            Topic.author_id,
            sa.func.min(Topic.title),
            sa.func.count(),
            sa.func.min(Topic.started_at),
        )
        .join(Enrolment, Enrolment.person_id == Topic.author_id)
        .where(
            here,
            Topic.kind == TopicKind.QUESTION,
            Topic.answer_count == 0,
            Topic.hidden_at.is_(None),
            ~Topic.is_reserved,
            Topic.started_at <= now - timedelta(days=rules.ANSWER_DAYS),
        )
        .group_by(Topic.author_id)
    )
    found: dict[int, list[tuple[str, str, int, datetime]]] = {}
    rows: Any = session.execute(sa.union_all(not_begun, stopped, failed, missed, asked))
    for why, person_id, detail, number, at in rows:
        found.setdefault(person_id, []).append((why, detail, number, at))
    first = sorted(found, key=lambda one: (-len(found[one]), min(at for *_, at in found[one]), one))[:MOST_CALLED]
    people = {person.id: person for person in session.scalars(sa.select(Person).where(Person.id.in_(first)))}
    titles = _titles_of_modules() if any(why == "stuck" for some in found.values() for why, *_ in some) else {}
    return [
        Call(
            people[person_id],
            [
                _reason(why, titles.get(detail, detail), number, (now - at).days)
                for why, detail, number, at in found[person_id]
            ],
            min(at for *_, at in found[person_id]),
        )
        for person_id in first
        if person_id in people
    ]


def _reason(why: str, detail: str, number: int, days: int) -> Sentence:
    if why == "not-begun":
        return say_number("Has not begun, enrolled %(num)s day ago", "Has not begun, enrolled %(num)s days ago", days)
    if why == "stopped":
        return say_number("Stopped %(num)s day ago", "Stopped %(num)s days ago", days)
    if why == "stuck":
        return say("Has tried the quiz of “%(module)s” %(number)s times without passing", module=detail, number=number)
    if why == "missed":
        if number == 1:
            return say("Missed “%(session)s”", session=detail)
        return say("Missed %(number)s sessions, “%(session)s” among them", number=number, session=detail)
    return say("Asked “%(question)s” in the forum, and nobody has answered", question=detail)


def _titles_of_modules() -> Mapping[str, str]:
    rows = session.execute(sa.select(Module.slug, Module.title))
    return {slug: said(title, language()).text for slug, title in rows}


def sheets_waiting_for(person: Person, *, now: datetime) -> int:
    """Sessions that are over and of which nobody has written down who was there, among those this person teaches."""
    noted = sa.exists().where(Presence.about == sa.literal("session:") + Session.key)
    teaches = sa.exists().where(SessionTrainer.session_id == Session.id, SessionTrainer.person_id == person.id)
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Session)
            .where(
                Session.ends_at < now,
                Session.ends_at > now - timedelta(days=30),
                Session.cancelled_at.is_(None),
                teaches,
                ~noted,
            )
        )
        or 0
    )
