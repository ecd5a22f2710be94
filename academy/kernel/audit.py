"""What was done, by whom and when? One row for every domain event, without foreign keys, so that it outlives what it tells of."""

import dataclasses
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel import clock
from academy.kernel.db import Base, session
from academy.kernel.events import Event, handles
from academy.kernel.logs import request_id
from academy.kernel.privacy import KEEP, Personal


class AuditRecord(Base):
    __tablename__ = "audit_records"
    __table_args__ = (sa.Index("ix_audit_records_person_id_at", "person_id", "at"),)
    __privacy__ = Personal("person_id", on_erasure=KEEP)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    event: Mapped[str] = mapped_column(sa.String(80))
    facts: Mapped[dict[str, Any]]
    request: Mapped[str] = mapped_column(sa.String(16))


@handles(Event)
def write_down(event: Event) -> None:
    facts = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in dataclasses.asdict(event).items()
        if name != "by"
    }
    session.add(
        AuditRecord(
            at=clock.now(),
            person_id=event.by,
            event=f"{type(event).__module__.split('.')[-2]}.{type(event).__name__}",
            facts=facts,
            request=request_id.get(),
        )
    )
