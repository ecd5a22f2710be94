"""What must leave the house once a transaction is committed? Messages wait here, and the worker sends each once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel import clock, jobs, mail
from academy.kernel.db import Base, Moment, session, transaction
from academy.kernel.events import Event, publish
from academy.kernel.logs import logger
from academy.kernel.privacy import DELETE, Personal
from academy.settings import settings

LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(days=3)


class OutgoingMessage(Base):
    __tablename__ = "outgoing_messages"
    __table_args__ = (
        sa.Index(
            "ix_outgoing_messages_due",
            "try_at",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        ),
    )
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    person_id: Mapped[int | None] = mapped_column(index=True)
    recipient: Mapped[str] = mapped_column(sa.String(320))
    subject: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text, default="")
    headers: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(sa.String(500), default="")


@dataclass(frozen=True, kw_only=True)
class MessageRefused(Event):
    """The mail server says that this address takes no mail, now or later."""

    message_id: int
    person_id: int


def post(
    recipient: str,
    subject: str,
    text: str,
    headers: Mapping[str, str] | None = None,
    html: str = "",
    *,
    person_id: int | None = None,
) -> None:
    """Have a message sent after this transaction commits; with `html` it has two parts."""
    now = clock.now()
    session.add(
        OutgoingMessage(
            key=secrets.token_hex(16),
            person_id=person_id,
            recipient=recipient,
            subject=" ".join(subject.split())[:300],
            text=text,
            html=html,
            headers=dict(headers or {}),
            created_at=now,
            try_at=now,
        )
    )
    jobs.wake_the_worker()


@jobs.after_jobs
def deliver_due(app: Flask) -> int:
    """Send what waits; the number of messages that were sent. A message that can't be sent now waits longer each time."""
    sent = 0
    with app.app_context():
        with transaction():
            row = _claimed()
        while row is not None:
            fault: mail.NotDelivered | None = None
            try:
                mail.send(_message(row), settings())
                sent += 1
            except mail.NotDelivered as refused:
                fault = refused
            with transaction():  # what became of one, and which is the next: one commit for each message
                _write_down(row.id, fault)
                row = _claimed()
    return sent


_NEXT = (
    sa.select(OutgoingMessage)
    .where(OutgoingMessage.sent_at.is_(None), OutgoingMessage.try_at <= sa.bindparam("now", type_=Moment()))
    .order_by(OutgoingMessage.try_at, OutgoingMessage.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def _claimed() -> OutgoingMessage | None:
    """As it is now; it belongs to no session, since it is read after the commit."""
    now = clock.now()
    row = session.scalars(_NEXT, {"now": now}).first()
    if row is not None:
        row.tries += 1
        row.try_at = now + LEASE
        session.flush()
        session.expunge(row)
    return row


def _write_down(row_id: int, fault: mail.NotDelivered | None) -> None:
    row = session.get(OutgoingMessage, row_id)
    if row is None:
        return
    now = clock.now()
    if fault is None:
        row.sent_at, row.fault = now, ""
        return
    row.fault = str(fault)[:500]
    if fault.for_good or row.created_at + GIVE_UP_AFTER < now:
        logger.error("a message was given up", extra={"facts": {"message": row.id, "why": row.fault}})
        row.sent_at = now
        if fault.for_good and row.person_id is not None:
            publish(MessageRefused(by=None, message_id=row.id, person_id=row.person_id))
    else:
        row.try_at = now + timedelta(seconds=min(15 * 2**row.tries, 3600))


def _message(row: OutgoingMessage) -> EmailMessage:
    sender = settings().mail_from
    message = EmailMessage()
    message["From"] = sender
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Message-ID"] = row.headers.get("Message-ID", f"<{row.key}@{parseaddr(sender)[1].partition('@')[2]}>")
    message["Auto-Submitted"] = "auto-generated"
    for name, value in row.headers.items():
        if name != "Message-ID":
            message[name] = value
    message.set_content(row.text)
    if row.html:
        message.add_alternative(row.html, subtype="html")
    return message


def recipient_of(message_id: int) -> str:
    row = session.get(OutgoingMessage, message_id)
    return row.recipient if row else ""


@jobs.every(60 * 24, "forget sent messages")
def _forget_sent_messages() -> None:
    session.execute(sa.delete(OutgoingMessage).where(OutgoingMessage.sent_at < clock.now() - timedelta(days=30)))
