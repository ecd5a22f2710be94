"""What can be done about people: know them, leave them alone, keep what they are writing."""

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.community import finding, queries, rules, writing
from academy.community.events import MemberRecognised, PersonBlocked, PersonUnblocked
from academy.community.models import Block, Mention, Post, Standing, Topic
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import Moment, session
from academy.kernel.events import publish
from academy.kernel.subjects import Ref

_EXPERIENCED = sa.text(
    "INSERT INTO experiences (person_id, about, since, asked_at) VALUES (:person, :about, :now, :now)"
    " ON CONFLICT (person_id, about) DO NOTHING"
).bindparams(sa.bindparam("now", type_=Moment()))
_DRAFT = sa.text(
    "INSERT INTO drafts (person_id, key, title, body, saved_at) VALUES (:person, :key, :title, :body, :now)"
    " ON CONFLICT (person_id, key) DO UPDATE SET title = excluded.title, body = excluded.body, saved_at = excluded.saved_at"
).bindparams(sa.bindparam("now", type_=Moment()))

_FORGET_DRAFT = sa.text("DELETE FROM drafts WHERE person_id = :person AND key = :key")


def recognise_member(person_id: int, *, because: Ref, by: Person | None) -> None:
    """The person has finished a lesson, or has come to a meeting: the limits of a new member end."""
    require(rules.may_recognise(by=by))
    if queries.standing_of(person_id) is None:
        session.add(Standing(person_id=person_id, since=clock.now(), because=str(because)))
        publish(MemberRecognised(by=by.id if by else None, person_id=person_id, because=str(because)))
    module = because.key.partition("/")[0]
    if because.kind in ("lesson", "activity", "quiz"):
        session.execute(_EXPERIENCED, {"person": person_id, "about": f"module:{module}", "now": clock.now()})


def forget_calls(person: Person, *, by: Person | None) -> None:
    """Somebody leaves: the name goes from where others called it."""
    require(rules.may_recognise(by=by))
    for post in queries.posts_calling(person.id):
        post.markdown = writing.without_call(post.markdown, person.slug)
        post.html = writing.html_without_call(post.html, person.slug)
        session.flush()
        finding.index_topic(post.topic)
    for revision in queries.revisions_naming(person.slug):
        revision.markdown = writing.without_call(revision.markdown, person.slug)


def note_calls_told(post: Post, *, by: Person | None) -> None:
    """Whoever is called in it has heard of it, or does not want to."""
    require(rules.may_recognise(by=by))
    session.execute(
        sa.update(Mention)
        .where(Mention.post_id == post.id, ~Mention.told)
        .values(told=True)
        .execution_options(synchronize_session=False)
    )


def block_person(person: Person, *, by: Person) -> None:
    """Read and hear nothing of somebody. They are not told."""
    require(rules.may_block(person.id, by=by))
    if not queries.has_blocked(by, person.id):
        session.add(Block(person_id=by.id, blocked_id=person.id, since=clock.now()))
        publish(PersonBlocked(by=by.id, person_id=person.id))


def unblock_person(person: Person, *, by: Person) -> None:
    require(rules.may_block(person.id, by=by))
    session.execute(sa.delete(Block).where(Block.person_id == by.id, Block.blocked_id == person.id))
    publish(PersonUnblocked(by=by.id, person_id=person.id))


def keep_draft(key: str, *, title: str, body: str, by: Person) -> None:
    """The newest of each form; an empty one goes."""
    require(rules.may_follow(by=by))
    if body or title:
        values = {
            "person": by.id,
            "key": key[:60],
            "title": title[:150],
            "body": body,
            "now": clock.now(),
        }
        session.execute(_DRAFT, values)
    else:
        forget_draft(key, by=by)


def forget_draft(key: str, *, by: Person) -> None:
    """It has been sent."""
    require(rules.may_follow(by=by))
    session.execute(_FORGET_DRAFT, {"person": by.id, "key": key})


def ask_to_welcome(topic: Topic, *, by: Person | None) -> list[int]:
    """Whose turn it is to answer a newcomer: those who worked through the module and were asked longest ago. A day later the next ones;
    nobody twice about the same topic."""
    require(rules.may_recognise(by=by))
    now = clock.now()
    if topic.welcomed_at is not None and now < topic.welcomed_at + rules.WELCOME_AGAIN:
        return []
    topic.welcomed_at = now
    turns = queries.whose_turn(topic, limit=rules.ASKED_TO_WELCOME)
    for turn in turns:
        turn.asked_at = now
    return [turn.person_id for turn in turns]
