"""What can be seen, and by whom?"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.notifications.models import MailRefused, Notification

MOST_COUNTED = 100


def news_of(person: Person, *, before: int | None = None, limit: int = 30) -> Sequence[Notification]:
    news = sa.select(Notification).where(Notification.person_id == person.id)
    if before is not None:
        news = news.where(Notification.id < before)
    return session.scalars(news.order_by(Notification.id.desc()).limit(limit)).all()


def unread_news_of(person: Person, *, limit: int = MOST_COUNTED) -> Sequence[Notification]:
    """What has not been opened yet, newest first."""
    return session.scalars(
        sa.select(Notification)
        .where(Notification.person_id == person.id, Notification.read_at.is_(None))
        .order_by(Notification.id.desc())
        .limit(limit)
    ).all()


def news_item_of(person: Person, notification_id: int) -> Notification:
    item = session.scalars(sa.select(Notification).filter_by(id=notification_id, person_id=person.id)).first()
    if item is None:
        raise NotFound
    return item


def unread_count(person: Person) -> int:
    """How many, at most a hundred: nobody needs to know more, and the index is left after as many rows."""
    some = (
        sa.select(Notification.id)
        .where(Notification.person_id == person.id, Notification.read_at.is_(None))
        .limit(MOST_COUNTED)
    )
    return session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def unread_about(person_id: int, kind: str, subject: str) -> Notification | None:
    return session.scalars(
        sa.select(Notification).where(
            Notification.person_id == person_id,
            Notification.kind == kind,
            Notification.subject == subject,
            Notification.read_at.is_(None),
        )
    ).first()


def unread_on(person: Person, subject: str) -> Sequence[Notification]:
    return session.scalars(
        sa.select(Notification).where(
            Notification.person_id == person.id, Notification.subject == subject, Notification.read_at.is_(None)
        )
    ).all()


def groups_refused_by(person: Person) -> set[str]:
    return set(session.scalars(sa.select(MailRefused.group).where(MailRefused.person_id == person.id)))


def refusal_of(person_id: int, group: str) -> MailRefused | None:
    return session.get(MailRefused, (person_id, group))


def people_to_tell(ids: Iterable[int], group: str) -> list[tuple[Person, bool]]:
    """The people who are still here, each with whether they want this by mail too."""
    refused = sa.exists().where(MailRefused.person_id == Person.id, MailRefused.group == group)
    rows = session.execute(
        sa.select(Person, ~refused).where(Person.id.in_(set(ids)), Person.closed_at.is_(None)).order_by(Person.id)
    )
    return [(person, bool(wants_mail)) for person, wants_mail in rows]
