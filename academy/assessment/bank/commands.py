"""What can be done with many questions at once?"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.assessment import commands, rules, yaml_questions
from academy.assessment.bank import queries
from academy.assessment.bank.importing import Spooled, spooled
from academy.assessment.events import QuestionStored
from academy.assessment.exchange.carried import Body
from academy.assessment.exchange.shaping import Number
from academy.assessment.models import KeptTallies, Question, QuestionTag, QuestionVersion
from academy.assessment.sameness import asks, sha256_of
from academy.kernel import clock, files, markup
from academy.kernel.access import Refused, Verdict, require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.files.kinds import BY_TYPE
from academy.kernel.i18n import Sentence, say
from academy.kernel.subjects import Ref
from academy.settings import settings

AT_ONCE = 250

Name = tuple[str, str]  # bank and key


def take_over(spool: IO[str], *, by: Person | None) -> int:
    """Write what an import prepared, all of it or nothing. How many questions that were."""
    require(rules.may_store(by=by))
    written = 0
    known: dict[str, dict[str, str]] = {}
    for some in _in_pieces(spooled(spool)):
        ready = [_with_pictures(item) for item in some]
        for item in ready:
            if item.bank not in known:
                known[item.bank] = queries.digests(item.bank)
            if known[item.bank].get(item.key) != item.expected:
                raise Refused(
                    Verdict(
                        say(
                            "The question “%(key)s” was changed in the meantime. Look at the file again.", key=item.key
                        ),
                        409,
                    )
                )
        _store_new([item for item in ready if item.expected is None], by=by)
        for item in ready:
            if item.expected is not None:
                commands.store_question(item.bank, item.key, item.body, by=by)
        written += len(ready)
        session.flush()
    return written


def _in_pieces(items: Iterable[Spooled]) -> Iterator[list[Spooled]]:
    iterator = iter(items)
    while some := list(islice(iterator, AT_ONCE)):
        yield some


def _store_new(items: Sequence[Spooled], *, by: Person | None) -> None:
    """Many in a few statements; `commands.store_question` for one."""
    author, now = by.id if by else None, clock.now()
    if not items:
        return
    rows = [{"bank": item.bank, "key": item.key, "newest": 1, "asks": asks(item.body)} for item in items]
    session.execute(sa.insert(Question), rows)
    ids = queries.ids_of((item.bank, item.key) for item in items)
    versions = [
        {
            "question_id": ids[item.bank, item.key],
            "n": 1,
            "type": item.body["type"],
            "body": item.body,
            "sha256": sha256_of(item.body),
            "shown": item.shown,
            "markup": markup.VERSION,
            "author_id": author,
            "created_at": now,
        }
        for item in items
    ]
    session.execute(sa.insert(QuestionVersion), versions)
    tags = [
        {"question_id": ids[item.bank, item.key], "tag": tag} for item in items for tag in item.body.get("tags", ())
    ]
    if tags:
        session.execute(sa.insert(QuestionTag), tags)
    for item in items:
        publish(QuestionStored(by=author, bank=item.bank, key=item.key, n=1))


def _with_pictures(item: Spooled) -> Spooled:
    """Its pictures have rows from now on, and their addresses stand in its texts."""
    if not item.pictures:
        return item
    written, keys = json.dumps([item.body, item.shown], ensure_ascii=False), []
    for picture in item.pictures:
        facts = {name: value for name, value in picture.items() if name not in ("pending", "type")}
        row = files.keep(files.Incoming(kind=BY_TYPE[picture["type"]], **facts), owner_id=None)
        written = written.replace(picture["pending"], f"/files/{row.key}/{row.name}")
        keys.append(row.key)
    body, shown = json.loads(written)
    files.uses(Ref("question", f"{item.bank}/{item.key}"), keys)
    return Spooled(item.bank, item.key, body, shown, item.expected, [])


def keep_tallies(quiz_id: int, tallies: Mapping[str, Any], *, learners: int, points: int, by: Person | None) -> None:
    """In place of those that were kept before."""
    require(rules.may_store(by=by))
    session.merge(
        KeptTallies(quiz_id=quiz_id, learners=learners, points=points, tallies=dict(tallies), added_up_at=clock.now())
    )


# --- many that are here already


@dataclass(frozen=True)
class Change:
    """What many questions are given at once. Empty: as it is."""

    add: Sequence[str] = ()  # tags
    take: Sequence[str] = ()
    mark: Number | None = None
    lesson: str = ""


@dataclass
class Outcome:
    """What came of it, by bank and key."""

    changed: list[Name] = field(default_factory=list)
    same: list[Name] = field(default_factory=list)
    refused: dict[str, list[Name]] = field(default_factory=dict)  # by the reason

    def refuse(self, name: Name, reason: Sentence | None) -> None:
        self.refused.setdefault(str(reason), []).append(name)


def change_questions(
    names: Iterable[Name], change: Change, *, lessons_of: Callable[[str], Collection[str]], by: Person
) -> Outcome:
    """Each that changes becomes a new version; one whose change makes no good question stays as it is."""
    require(rules.may_store(by=by))
    done = Outcome()
    for question in queries.questions_named(names):
        name, body = (question.bank, question.key), _changed(question.current.body, change)
        if sha256_of(body) == question.current.sha256:
            done.same.append(name)
        elif fault := _fault(body, lessons_of(question.bank)):
            done.refuse(name, fault)
        else:
            commands.store_question(*name, body, by=by)
            done.changed.append(name)
    return done


def _changed(body: Body, change: Change) -> Body:
    tags = [tag for tag in dict.fromkeys([*body.get("tags", ()), *change.add]) if tag not in change.take]
    found = {**body, **({"tags": tags} if tags or "tags" in body else {})}
    if change.lesson:
        found["lesson"] = change.lesson
    if change.mark is not None and change.mark != body.get("mark", 1):
        found["mark"] = change.mark
    return found


def _fault(body: Body, lessons: Collection[str]) -> Sentence | None:
    found = yaml_questions.flaws(body, settings().languages, lessons or [body.get("lesson", "")])
    return next((flaw.sentence for flaw in found if flaw.serious), None)


def retire_questions(names: Iterable[Name], *, practised_in: Mapping[Name, Collection[str]], by: Person) -> Outcome:
    """`practised_in`: titles of the lessons that ask a question on the way."""
    require(rules.may_store(by=by))
    done = Outcome()
    for question in queries.questions_named(names):
        name = question.bank, question.key
        try:
            commands.retire_question(question, practised_in=practised_in.get(name, ()), by=by)
            done.changed.append(name)
        except Refused as no:  # asked before anything was changed
            done.refuse(name, no.verdict.refusal)
    return done


def restore_questions(names: Iterable[Name], *, by: Person) -> Outcome:
    require(rules.may_store(by=by))
    done = Outcome()
    for question in queries.questions_named(names):
        commands.store_question(question.bank, question.key, question.current.body, by=by)
        done.changed.append((question.bank, question.key))
    return done
