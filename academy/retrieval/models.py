"""What is remembered."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel.db import Base
from academy.kernel.privacy import NotPersonal


class SearchEntry(Base):
    """A thing as it can be found in one language. `schema.py` adds the index, unknown to the model."""

    __tablename__ = "search_entries"
    __table_args__ = (sa.UniqueConstraint("kind", "key", "language"), sa.Index(None, "kind", "id"))
    __privacy__ = NotPersonal("A copy of what other tables hold; their features forget it when they erase it.")

    id: Mapped[int] = mapped_column(primary_key=True)  # a new one with each change: the highest are the newest texts
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)  # plain text, for the passage shown under the title
    stems_title: Mapped[str] = mapped_column(sa.Text)
    stems_body: Mapped[str] = mapped_column(sa.Text)
    audience: Mapped[str] = mapped_column(sa.String(80))  # public, members, or a Ref such as organisation:12
    weight: Mapped[int] = mapped_column(sa.SmallInteger)  # 0 for what many people write, up to 3 for lessons
    updated_at: Mapped[datetime]
