"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel import clock, outbox
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.subjects import Ref
from academy.notifications import notices, queries, rules
from academy.notifications.events import MailPreferenceChanged
from academy.notifications.models import MailRefused, Notification


def notify(people: Iterable[int], kind: str, about: Ref, *, address: str, by: Person | None, **facts: Any) -> None:
    """Tell people that something of this kind happened to a thing.

    `kind` names the sentences, `community.replied` those in `templates/community/notices/replied.txt`; `address` is the local path where
    it can be seen; facts are plain values for the sentences. Who did it is not told. One unread line is kept for each thing.
    """
    group = rules.group_of(kind)
    now = clock.now()
    told = [person_id for person_id in people if by is None or person_id != by.id]
    for person, wants_mail in queries.people_to_tell(told, group) if told else []:
        known = queries.unread_about(person.id, kind, str(about))
        if known is not None:
            known.count, known.facts, known.created_at = known.count + 1, {**facts, "address": address}, now
        else:
            session.add(
                Notification(
                    person_id=person.id,
                    kind=kind,
                    subject=str(about),
                    facts={**facts, "address": address},
                    created_at=now,
                )
            )
        if wants_mail:
            subject, text, headers = notices.message_to(person, kind, {**facts, "address": address})
            outbox.post(person.email, subject, text, person_id=person.id, headers=headers)


def read_news(item: Notification, *, by: Person) -> None:
    require(rules.may_read_news(item.person_id, by=by))
    item.read_at = item.read_at or clock.now()


def read_all_news(*, by: Person) -> None:
    require(rules.may_read_news(by.id, by=by))
    session.execute(
        sa.update(Notification)
        .where(Notification.person_id == by.id, Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )


def read_news_about(about: Ref, *, by: Person) -> None:
    """The person is looking at the thing itself: what the inbox said of it is no news any more."""
    for item in queries.unread_on(by, str(about)):
        read_news(item, by=by)


def choose_mail(person_id: int, group: str, *, wanted: bool, by: Person | None) -> None:
    require(rules.may_change_mail(person_id, group, by=by))
    refusal = queries.refusal_of(person_id, group)
    if wanted and refusal is not None:
        session.delete(refusal)
    elif not wanted and refusal is None:
        session.add(MailRefused(person_id=person_id, group=group, since=clock.now()))
    else:
        return
    publish(MailPreferenceChanged(by=by.id if by else person_id, person_id=person_id, group=group, wanted=wanted))
