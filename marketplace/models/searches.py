"""What is remembered of what people wait for?"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from academy.kernel.db import Base
from academy.kernel.privacy import DELETE, Personal


class SavedSearch(Base):
    """Somebody wants to hear of what is published and fits a wish."""

    __tablename__ = "listing_searches"
    __table_args__ = (sa.Index("ix_listing_searches_told_through", "told_through"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(20), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    wish: Mapped[dict[str, Any]]  # as the address of the list asks for it
    language: Mapped[str] = mapped_column(sa.String(2))  # of the words
    told_through: Mapped[datetime]  # all that was published up to here has been told: nothing comes twice
    created_at: Mapped[datetime]
