"""What is remembered of a file? Its content lies in the data directory, under its hash."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.kernel.db import Base
from academy.kernel.privacy import DELETE, NotPersonal, Personal


class StoredFile(Base):
    """One upload. What a person keeps for themselves has an owner and goes with them; what is part of the course has none."""

    __tablename__ = "files"
    __privacy__ = Personal("owner_id", on_erasure=DELETE)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(20), unique=True)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    type: Mapped[str] = mapped_column(sa.String(100))  # decided by the content
    size: Mapped[int] = mapped_column(sa.BigInteger)
    width: Mapped[int | None]  # of a picture
    height: Mapped[int | None]
    alternative: Mapped[str] = mapped_column(sa.String(500))  # what a picture says to those who can't see it
    created_at: Mapped[datetime] = mapped_column(index=True)
    uses: Mapped[list["FileUse"]] = relationship(lazy="raise", passive_deletes=True)


class FileUse(Base):
    """A thing that shows or offers the file: who may see the thing may see the file."""

    __tablename__ = "file_uses"
    __table_args__ = (sa.Index("ix_file_uses_kind_key", "kind", "key"),)
    __privacy__ = NotPersonal("says which thing shows which file; goes with the file")

    file_id: Mapped[int] = mapped_column(sa.ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), primary_key=True)  # with `key`: a Ref
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
