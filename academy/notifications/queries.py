"""What can be seen, and by whom?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.kernel.db import Moment, session
from academy.notifications.models import Announcement, Delivery, DeliveryChoice, Inbox, Notification, Rhythm

MOST_COUNTED = 100
Rows = sa.Select[*tuple[Any, ...]]
MOST_A_DAY = 5  # messages at once, unless somebody chose otherwise


# --- The inbox -----------------------------------------------------------------------------------------------------


def news_of(person: Person, *, before: tuple[datetime, int] | None = None, limit: int = 30) -> Sequence[Notification]:
    """The last changed first."""
    news = sa.select(Notification).where(Notification.person_id == person.id)
    if before is not None:
        moment, row_id = before
        news = news.where(
            sa.tuple_(Notification.changed_at, Notification.id)
            < sa.tuple_(sa.literal(moment, Notification.changed_at.type), sa.literal(row_id))
        )
    return session.scalars(news.order_by(Notification.changed_at.desc(), Notification.id.desc()).limit(limit)).all()


def unread_news_of(person: Person, *, limit: int = MOST_COUNTED) -> Sequence[Notification]:
    """What has not been opened yet, newest first."""
    return session.scalars(
        sa.select(Notification)
        .where(Notification.person_id == person.id, Notification.read_at.is_(None))
        .order_by(Notification.changed_at.desc(), Notification.id.desc())
        .limit(limit)
    ).all()


def news_item_of(person: Person, notification_id: int) -> Notification:
    item = session.scalars(sa.select(Notification).filter_by(id=notification_id, person_id=person.id)).first()
    if item is None:
        raise NotFound
    return item


def unread_count(person: Person) -> int:
    """News and announcements, at most a hundred: nobody needs to know more, and the index is left after as many rows."""
    found = session.scalar(_UNREAD_COUNT, {"person": person.id, "joined": person.created_at})
    return min(found or 0, MOST_COUNTED)


def unread_on(person: Person, subject: str) -> Sequence[Notification]:
    return session.scalars(
        sa.select(Notification).where(
            Notification.person_id == person.id, Notification.subject == subject, Notification.read_at.is_(None)
        )
    ).all()


# --- Announcements -------------------------------------------------------------------------------------------------


_ME = sa.bindparam("person", type_=sa.Integer)
_SEEN = sa.select(Inbox.announcements_seen).where(Inbox.person_id == _ME).scalar_subquery()
_IS_NEW = sa.and_(
    Announcement.id > sa.func.coalesce(_SEEN, 0), Announcement.published_at > sa.bindparam("joined", type_=Moment())
)
# put together once: every page of a member asks it
_UNREAD_COUNT = sa.select(
    sa.select(sa.func.count())
    .select_from(
        sa.select(Notification.id)
        .where(Notification.person_id == _ME, Notification.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    .scalar_subquery()
    + sa.select(sa.func.count()).select_from(Announcement).where(_IS_NEW).scalar_subquery()
)


def new_announcements(person: Person) -> Sequence[Announcement]:
    """Those that the person has not seen yet, newest first."""
    newest = sa.select(Announcement).where(_IS_NEW).order_by(Announcement.id.desc()).limit(10)
    return session.scalars(newest, {"person": person.id, "joined": person.created_at}).all()


def announcements(*, limit: int = 50) -> Sequence[Announcement]:
    return session.scalars(sa.select(Announcement).order_by(Announcement.id.desc()).limit(limit)).all()


def announcement_with_id(announcement_id: int) -> Announcement:
    found = session.get(Announcement, announcement_id)
    if found is None:
        raise NotFound
    return found


def last_announcement() -> int:
    return session.scalar(sa.select(sa.func.coalesce(sa.func.max(Announcement.id), 0))) or 0


def announcements_since(moment: datetime) -> Sequence[Announcement]:
    return session.scalars(
        sa.select(Announcement).where(Announcement.published_at >= moment).order_by(Announcement.id)
    ).all()


# --- How people want to be told ------------------------------------------------------------------------------------


def inbox_of(person_id: int) -> Inbox | None:
    return session.get(Inbox, person_id)


def deliveries_of(person: Person) -> dict[str, Delivery]:
    rows = session.execute(
        sa.select(DeliveryChoice.group, DeliveryChoice.delivery).where(DeliveryChoice.person_id == person.id)
    )
    return dict(rows.all())


def delivery_choice(person_id: int, group: str) -> DeliveryChoice | None:
    return session.get(DeliveryChoice, (person_id, group))


def those_who_are_here(ids: Collection[int], because: str) -> Rows:
    """As recipients."""
    return sa.select(Person.id.label("person_id"), sa.literal(because, sa.String).label("because")).where(
        Person.id.in_(ids), Person.closed_at.is_(None)
    )


def lines_to_write(
    recipients: Rows, *, kind: str, subject: str, facts: dict[str, Any], no: int, now: datetime, without: int
) -> Rows:
    """Rows for everybody a statement selects, as `person_id` and `because`."""
    people = recipients.subquery()
    moment = Notification.created_at.type
    return (
        sa.select(
            people.c.person_id.label("person_id"),
            people.c.because.label("because"),
            sa.literal(kind, Notification.kind.type).label("kind"),
            sa.literal(subject, Notification.subject.type).label("subject"),
            sa.literal(facts, Notification.facts.type).label("facts"),
            sa.literal(1).label("count"),
            sa.literal(0).label("mailed"),
            sa.literal(no).label("first_no"),
            sa.literal(no).label("last_no"),
            sa.literal(now, moment).label("created_at"),
            sa.literal(now, moment).label("changed_at"),
        )
        .select_from(people)
        .where(people.c.person_id != without)
    )


def people_to_mail(ids: Iterable[int], group: str) -> list[tuple[Person, Inbox]]:
    """Who among them wants news of this group at once and can be reached, with their inbox locked."""
    not_at_once = sa.exists().where(
        DeliveryChoice.person_id == Person.id,
        DeliveryChoice.group == group,
        DeliveryChoice.delivery != Delivery.AT_ONCE,
    )
    rows = session.execute(
        sa.select(Person, Inbox)
        .join(Inbox, Inbox.person_id == Person.id)
        .where(Person.id.in_(set(ids)), Person.closed_at.is_(None), Person.email != Inbox.refused_address, ~not_at_once)
        .order_by(Person.id)
        .with_for_update(of=Inbox)
    )
    return [(person, inbox) for person, inbox in rows]


# --- Digests -------------------------------------------------------------------------------------------------------


def zones_without_inbox() -> list[str]:
    """The time zones of the people who have none yet."""
    return [*session.scalars(sa.select(Person.time_zone).where(*_without_inbox()).distinct())]


def inboxes_to_make(time_zone: str, *, now: datetime, next_digest_at: datetime | None) -> Rows:
    """Rows for the people of a time zone who have none."""
    moment = Inbox.digest_upto.type
    return sa.select(
        Person.id.label("person_id"),
        sa.literal(Rhythm.DAILY, Inbox.rhythm.type).label("rhythm"),
        sa.literal(now, moment).label("digest_upto"),
        sa.literal(next_digest_at, moment).label("next_digest_at"),
        sa.literal(MOST_A_DAY).label("most_a_day"),
        *(sa.literal(0).label(name) for name in ("mailed_today", "ignored", "announcements_seen")),
        sa.literal("", sa.String).label("refused_address"),
    ).where(Person.time_zone == time_zone, *_without_inbox())


def _without_inbox() -> tuple[sa.ColumnElement[bool], ...]:
    return (Person.closed_at.is_(None), ~sa.exists().where(Inbox.person_id == Person.id))


def due_inboxes(now: datetime, *, limit: int) -> Sequence[Inbox]:
    """Those whose digest is due, the longest waiting first, with the person and their roles; taken for this transaction."""
    return (
        session.scalars(
            sa.select(Inbox)
            .join(Inbox.person)
            .where(Inbox.next_digest_at <= now)
            .order_by(Inbox.next_digest_at, Inbox.person_id)
            .limit(limit)
            .options(contains_eager(Inbox.person).options(selectinload(Person.roles)))
            .with_for_update(of=Inbox, skip_locked=True)
        )
        .unique()
        .all()
    )


def news_for_digests(people: Collection[int]) -> dict[int, list[Notification]]:
    """What each has not read and no message has told, oldest first; without the groups that they don't want by mail."""
    refused = sa.exists().where(
        DeliveryChoice.person_id == Notification.person_id,
        DeliveryChoice.delivery == Delivery.NONE,
        Notification.kind.startswith(DeliveryChoice.group + "."),
    )
    found: defaultdict[int, list[Notification]] = defaultdict(list)
    for item in session.scalars(
        sa.select(Notification)
        .where(
            Notification.person_id.in_(people),
            Notification.read_at.is_(None),
            Notification.mailed < Notification.count,
            ~refused,
        )
        .order_by(Notification.changed_at, Notification.id)
    ):
        found[item.person_id].append(item)
    return found


def is_here(person_id: int) -> bool:
    return session.scalar(sa.select(sa.exists().where(Person.id == person_id, Person.closed_at.is_(None)))) or False
