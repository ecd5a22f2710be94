"""What can be seen, and by whom?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
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


THOSE_WHO_ARE_HERE: Rows = sa.select(
    Person.id.label("person_id"), sa.bindparam("because", type_=sa.String).label("because")
).where(Person.id.in_(sa.bindparam("people", expanding=True, type_=sa.Integer)), Person.closed_at.is_(None))
"""As recipients: of these people, those who have not left."""

# The unread line of a person, a kind and a thing grows: the partial unique index finds it, the same words on both databases.
_GROWS = sa.text(
    """
    ON CONFLICT (person_id, kind, subject) WHERE read_at IS NULL DO UPDATE SET
        count = notifications.count + 1, last_no = excluded.last_no, facts = excluded.facts,
        changed_at = excluded.changed_at
    """
)


@lru_cache(maxsize=64)
def lines_for_all(recipients: Rows) -> sa.Insert:
    """One statement that writes a line for everybody another one selects, as `person_id` and `because`. Put together once for each."""
    people = recipients.subquery()
    given = {
        "kind": Notification.kind.type,
        "subject": Notification.subject.type,
        "facts": Notification.facts.type,
        "first_no": Notification.first_no.type,
        "last_no": Notification.last_no.type,
        "created_at": Notification.created_at.type,
        "changed_at": Notification.changed_at.type,
    }
    lines = (
        sa.select(
            people.c.person_id,
            people.c.because,
            sa.literal(1),
            sa.literal(0),
            *(sa.bindparam(f"line_{name}", type_=type_) for name, type_ in given.items()),
        )
        .select_from(people)
        .where(people.c.person_id != sa.bindparam("line_without", type_=sa.Integer))
    )
    table = Notification.__table__
    assert isinstance(table, sa.Table)
    return sa.insert(table).from_select(
        ["person_id", "because", "count", "mailed", *given], lines.suffix_with(_GROWS), include_defaults=False
    )


_TO_MAIL = (
    sa.select(Person, Inbox)
    .outerjoin(Inbox, Inbox.person_id == Person.id)
    .where(
        Person.id.in_(sa.bindparam("people", expanding=True, type_=sa.Integer)),
        Person.closed_at.is_(None),
        Person.email != sa.func.coalesce(Inbox.refused_address, ""),
        ~sa.exists().where(
            DeliveryChoice.person_id == Person.id,
            DeliveryChoice.group == sa.bindparam("group"),
            DeliveryChoice.delivery != Delivery.AT_ONCE,
        ),
    )
    .order_by(Person.id)
    .with_for_update(of=Person, key_share=True)
)


def people_to_mail(ids: Iterable[int], group: str) -> list[tuple[Person, Inbox | None]]:
    """Who among them wants news of this group at once and can be reached, with their inbox where they have one; taken for this
    transaction, so that what they get in a day is counted by one at a time."""
    return [(person, inbox) for person, inbox in session.execute(_TO_MAIL, {"people": [*set(ids)], "group": group})]


# --- Digests -------------------------------------------------------------------------------------------------------


def zones_without_inbox() -> list[str]:
    """The time zones of the people who have none yet."""
    return [*session.scalars(sa.select(Person.time_zone).where(*_without_inbox()).distinct())]


def inboxes_to_make(people: sa.ColumnElement[bool], *, now: datetime, next_digest_at: datetime | None) -> Rows:
    """Rows for these people."""
    moment = Inbox.digest_upto.type
    return sa.select(
        Person.id.label("person_id"),
        sa.literal(Rhythm.DAILY, Inbox.rhythm.type).label("rhythm"),
        sa.literal(now, moment).label("digest_upto"),
        sa.literal(next_digest_at, moment).label("next_digest_at"),
        sa.literal(MOST_A_DAY).label("most_a_day"),
        *(sa.literal(0).label(name) for name in ("mailed_today", "ignored", "announcements_seen")),
        sa.literal("", sa.String).label("refused_address"),
    ).where(people)


def is_without_inbox_in(time_zone: str) -> sa.ColumnElement[bool]:
    return sa.and_(Person.time_zone == time_zone, *_without_inbox())


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
