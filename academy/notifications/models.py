"""What is remembered."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel.db import Base
from academy.kernel.privacy import DELETE, Personal

_UNREAD = sa.text("read_at IS NULL")


class Notification(Base):
    """News for one person about one thing. While unread, more news of the same kind about the same thing is counted here."""

    __tablename__ = "notifications"
    __table_args__ = (
        sa.Index(
            "uq_notifications_unread",
            "person_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
        sa.Index("ix_notifications_person_id_id", "person_id", "id"),
    )
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(200))
    facts: Mapped[dict[str, Any]]
    count: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MailRefused(Base):
    """A group of news that a person does not want by mail. No row: by mail too."""

    __tablename__ = "mail_refused"
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    group: Mapped[str] = mapped_column("news_group", sa.String(30), primary_key=True)
    since: Mapped[datetime]
