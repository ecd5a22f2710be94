"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.accounts.queries import last_visits, person_with_address
from academy.kernel import clock, outbox
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.markup import POST, rendered
from academy.kernel.subjects import Ref
from academy.notifications import bounces, digests, notices, queries, rules
from academy.notifications.events import AnnouncementPublished, DigestRhythmChanged, MailPreferenceChanged
from academy.notifications.models import Announcement, Delivery, DeliveryChoice, Inbox, Notification, Rhythm

_ONCE = sa.text("ON CONFLICT (person_id) DO NOTHING")


def notify(
    people: Iterable[int],
    kind: str,
    about: Ref,
    *,
    address: str,
    by: Person | None,
    because: str = "",
    no: int = 0,
    excerpt: str = "",
    **facts: Any,
) -> None:
    """Tell a few people, each by mail at once if they want that, that something of this kind happened to a thing.

    `kind` names the sentences, `community.replied` those in `templates/community/notices/replied.txt`; `address` is the local path where
    it can be seen; `because` is a key of `rules.REASONS`; facts are plain values for the sentences. Who did it is not told. An `excerpt`
    is for the message alone: what is kept would outlive the post. One unread line is kept for each thing.
    """
    told = {person_id for person_id in people if by is None or person_id != by.id}
    if not told:
        return
    given = {"people": sorted(told), "because": because}
    notify_selected(queries.THOSE_WHO_ARE_HERE, kind, about, address=address, by=by, no=no, given=given, **facts)
    shown = {**facts, "excerpt": excerpt, "address": address}
    mailed = []
    for person, inbox in queries.people_to_mail(told, rules.group_of(kind)):
        if _may_mail_today(person, inbox or ensure_inbox(person, by=None)):
            outbox.post(person.email, *notices.message_to(person, kind, about, no, shown, because), person_id=person.id)
            mailed.append(person.id)
    if mailed:
        session.execute(
            sa.update(Notification)
            .where(
                Notification.person_id.in_(mailed),
                Notification.kind == kind,
                Notification.subject == str(about),
                Notification.read_at.is_(None),
            )
            .values(mailed=Notification.count)
            .execution_options(synchronize_session=False)
        )


def notify_selected(
    recipients: queries.Rows,
    kind: str,
    about: Ref,
    *,
    address: str,
    by: Person | None,
    no: int = 0,
    given: Mapping[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Tell everybody a statement selects, as `person_id` and `because`, in one statement: thousands as fast as a few. No mail at
    once: the digest tells it. What the statement asks is `given`; one that is always the same is put together once."""
    now = clock.now()
    line = {
        "kind": kind,
        "subject": str(about),
        "facts": {**facts, "address": address},
        "first_no": no,
        "last_no": no,
        "created_at": now,
        "changed_at": now,
        "without": by.id if by else 0,
    }
    values = {f"line_{name}": value for name, value in line.items()} | dict(given or {})
    session.execute(queries.lines_for_all(recipients), values)


def _may_mail_today(person: Person, inbox: Inbox) -> bool:
    """Counts the message. What is more than the person wants in a day waits for the digest."""
    today = rules.today_in(person.time_zone, clock.now())
    if inbox.mailed_on != today:
        inbox.mailed_on, inbox.mailed_today = today, 0
    if inbox.mailed_today >= inbox.most_a_day:
        return False
    inbox.mailed_today += 1
    return True


# --- Reading -------------------------------------------------------------------------------------------------------


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
    see_announcements(queries.last_announcement(), by=by)


def forget_news_about(about: Ref, people: Collection[int], *, by: Person | None) -> None:
    """What the inboxes of these people say of a thing names somebody who leaves the platform."""
    require(rules.may_keep_inboxes(by=by))
    told = sa.and_(Notification.person_id.in_(people), Notification.subject == str(about))
    session.execute(sa.delete(Notification).where(told).execution_options(synchronize_session=False))


def read_news_about(about: Ref, *, by: Person) -> None:
    """The person is looking at the thing itself: what the inbox said of it is no news any more."""
    for item in queries.unread_on(by, str(about)):
        read_news(item, by=by)


def see_announcements(upto: int, *, by: Person) -> None:
    """A pointer that never goes back."""
    require(rules.may_read_news(by.id, by=by))
    inbox = _inbox_of(by.id)
    inbox.announcements_seen = max(inbox.announcements_seen, upto)


# --- How one is told -----------------------------------------------------------------------------------------------


def choose_delivery(person_id: int, group: str, delivery: Delivery, *, by: Person | None) -> None:
    require(rules.may_change_mail(person_id, group, by=by))
    choice = queries.delivery_choice(person_id, group)
    if choice is None and delivery is not Delivery.AT_ONCE:
        session.add(DeliveryChoice(person_id=person_id, group=group, delivery=delivery, since=clock.now()))
    elif choice is not None and delivery is Delivery.AT_ONCE:
        session.delete(choice)
    elif choice is not None and choice.delivery is not delivery:
        choice.delivery, choice.since = delivery, clock.now()
    else:
        return
    publish(MailPreferenceChanged(by=by.id if by else person_id, person_id=person_id, group=group, delivery=delivery))


def choose_rhythm(person_id: int, rhythm: Rhythm, *, by: Person | None) -> None:
    require(rules.may_change_mail(person_id, rules.DIGEST, by=by))
    inbox = _inbox_of(person_id)
    if inbox.rhythm is rhythm:
        return
    inbox.rhythm, inbox.ignored = rhythm, 0
    plan_digest(person_id, by=by)
    publish(DigestRhythmChanged(by=by.id if by else person_id, person_id=person_id, rhythm=rhythm))


def plan_digest(person_id: int, *, by: Person | None) -> None:
    """When the next one is, after the rhythm or the time zone has changed. What it will cover begins where the last one ended."""
    require(rules.may_change_mail(person_id, rules.DIGEST, by=by))
    inbox = _inbox_of(person_id)
    session.refresh(inbox, ["person"])
    inbox.next_digest_at = rules.next_digest(clock.now(), inbox.rhythm, inbox.person.time_zone)


def choose_most_a_day(most: int, *, by: Person) -> None:
    require(rules.may_change_mail(by.id, rules.DIGEST, by=by))
    _inbox_of(by.id).most_a_day = most if most in rules.LIMITS else max(rules.LIMITS)


def unsubscribe(person_id: int, name: str, *, by: Person | None) -> None:
    """By the link in a message, without a sign-in: this list and no other."""
    require(rules.may_change_mail(person_id, name, by=by))
    if name == rules.DIGEST:
        choose_rhythm(person_id, Rhythm.OFF, by=by)
    else:
        choose_delivery(person_id, name, Delivery.NONE, by=by)


def write_no_more_to(person: Person, *, by: Person | None) -> None:
    """The address came back. Messages that the person asks for, such as a new password, are still tried."""
    require(rules.may_change_mail(person.id, rules.DIGEST, by=by))
    _inbox_of(person.id).refused_address = person.email


def note_bounce(written: bytes, *, by: Person | None) -> int:
    """A message that came back hours after it was taken. To how many people nothing more is written."""
    require(rules.may_keep_inboxes(by=by))
    people = [person for address in bounces.refused_for_good(written) if (person := person_with_address(address))]
    for person in people:
        write_no_more_to(person, by=by)
    return len(people)


def try_address_again(*, by: Person) -> None:
    require(rules.may_change_mail(by.id, rules.DIGEST, by=by))
    _inbox_of(by.id).refused_address = ""


def ensure_inboxes(*, by: Person | None) -> None:
    """Whoever has none yet gets one: a digest each morning, beginning now."""
    require(rules.may_keep_inboxes(by=by))
    for time_zone in queries.zones_without_inbox():
        _make_inboxes(queries.is_without_inbox_in(time_zone), time_zone)


def ensure_inbox(person: Person, *, by: Person | None) -> Inbox:
    """The same for one, without looking at all the others."""
    require(rules.may_keep_inboxes(by=by))
    if found := queries.inbox_of(person.id):
        return found
    _make_inboxes(Person.id == person.id, person.time_zone)
    return session.get_one(Inbox, person.id)


def _make_inboxes(people: sa.ColumnElement[bool], time_zone: str) -> None:
    now = clock.now()
    first = rules.next_digest(now, Rhythm.DAILY, time_zone)
    rows = queries.inboxes_to_make(people, now=now, next_digest_at=first)
    names = [column.name for column in rows.selected_columns]
    session.execute(sa.insert(Inbox).from_select(names, rows.suffix_with(_ONCE), include_defaults=False))


def _inbox_of(person_id: int) -> Inbox:
    return queries.inbox_of(person_id) or ensure_inbox(session.get_one(Person, person_id), by=None)


# --- To everybody --------------------------------------------------------------------------------------------------


def announce(titles: Mapping[str, str], markdowns: Mapping[str, str], *, by: Person) -> Announcement:
    require(rules.may_announce(by=by))
    announcement = Announcement(
        author_id=by.id,
        titles=dict(titles),
        markdowns=dict(markdowns),
        htmls={code: rendered(text, profile=POST).html for code, text in markdowns.items()},
        published_at=clock.now(),
    )
    session.add(announcement)
    session.flush()
    publish(AnnouncementPublished(by=by.id, announcement_id=announcement.id))
    return announcement


def make_digests(*, by: Person | None, limit: int = 100) -> int:
    """The digests that are due, a few at a time, and how many people that were. Each piece of news goes into one: what a digest tells is
    counted on its line, and its stretch of time ends where the next begins."""
    now = clock.now()
    due = queries.due_inboxes(now - rules.SETTLED, limit=limit)
    people = [inbox.person_id for inbox in due]
    news, visits = queries.news_for_digests(people), last_visits(people)
    announced = queries.announcements_since(min((inbox.digest_upto for inbox in due), default=now))
    told: list[dict[str, Any]] = []
    # what each reads is not what the others write: all of it is written at the end, together
    with session.no_autoflush:
        for inbox in due:
            person = inbox.person
            end = rules.window_end(inbox.next_digest_at or now, now, person.time_zone)
            items = [item for item in news.get(person.id, []) if item.changed_at < end]
            new = [
                item
                for item in announced
                if inbox.digest_upto <= item.published_at < end and item.published_at > person.created_at
            ]
            if (items or new) and person.closed_at is None and person.email != inbox.refused_address:
                slower = _step_down(inbox, visits.get(person.id))
                if message := digests.digest_for(inbox, items, new, slower=slower):
                    outbox.post(person.email, *message, person_id=person.id)
                told += [{"id": item.id, "mailed": item.count} for item in items]
            inbox.digest_upto = end
            inbox.next_digest_at = rules.next_digest(end, inbox.rhythm, person.time_zone)
    if told:
        session.execute(sa.update(Notification), told)
    return len(due)


def _step_down(inbox: Inbox, last_visit: datetime | None) -> bool:
    """Who does not come after several digests gets them less often."""
    inbox.ignored = inbox.ignored + 1 if last_visit is None or last_visit < inbox.digest_upto else 0
    slower = rules.rhythm_after(inbox.rhythm, inbox.ignored)
    if slower is inbox.rhythm:
        return False
    inbox.rhythm, inbox.ignored = slower, 0
    publish(DigestRhythmChanged(by=None, person_id=inbox.person_id, rhythm=slower))
    return True
