"""What is remembered: what somebody made in an activity, whom they show it to, and what is said of it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.kernel.db import Base, stored
from academy.kernel.privacy import DELETE, Personal
from academy.kernel.subjects import Ref
from academy.learning.models import Module


class Visibility(StrEnum):
    PRIVATE = "private"  # the person alone
    SHARED = "shared"  # also those who run or teach in an edition that the person follows
    PUBLISHED = "published"  # everybody


class PortfolioItem(Base):
    """The result of an activity, in its maker's words. Its files are those that `ref` uses."""

    __tablename__ = "portfolio_items"
    __table_args__ = (
        sa.Index("ix_portfolio_items_person_id_changed_at", "person_id", "changed_at"),
        sa.Index("ix_portfolio_items_module_id_published_at", "module_id", "published_at"),
        sa.CheckConstraint(
            "(visibility = 'published') = (published_at IS NOT NULL)", name="published_at_while_published"
        ),
    )
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(12), unique=True)  # in addresses, random
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("modules.id"))  # whose activity it is the result of
    title: Mapped[str] = mapped_column(sa.String(160))
    language: Mapped[str] = mapped_column(sa.String(2))
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    body_version: Mapped[int]
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility))
    revision: Mapped[int]  # one more with each change of the text
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    taken_down: Mapped[int | None]  # the revision that a moderator took down: published again once it is another
    person: Mapped[Person] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        return Ref("portfolio", self.key)

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704


class PortfolioComment(Base):
    """What is said of a piece between its maker and those who help them. It is about the maker, and goes with them; who wrote it takes it
    along too."""

    __tablename__ = "portfolio_comments"
    __table_args__ = (sa.Index("ix_portfolio_comments_item_id", "item_id", "id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE, writer="author_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("portfolio_items.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)  # whose piece it is
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    body_version: Mapped[int]
    written_at: Mapped[datetime]
    author: Mapped[Person] = relationship(lazy="raise", foreign_keys=[author_id])

    @property
    def written(self) -> Markup:
        """`body` as a page shows it; it was cleaned when it was saved."""
        return Markup(self.body_html)  # noqa: S704


class PortfolioReport(Base):
    """Somebody asks the moderators to look at a published piece. The row stays after their decision (`community`): whoever
    reported it may object."""

    __tablename__ = "portfolio_reports"
    __table_args__ = (sa.UniqueConstraint("item_id", "person_id"),)
    __privacy__ = Personal("person_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("portfolio_items.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(1000))
    reported_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    item: Mapped[PortfolioItem] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
