"""Tables of the kernel itself that stand in every school, beside the audit record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel.db import REFERENCEABLE, Base


class Scheduled(Base):
    """When a daily job of this school is due next; `at` is the time of day it was reckoned from."""

    __tablename__ = "kernel_schedule"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[str] = mapped_column(Text)
    due: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Pending(Base):
    """A job that waits and is not to be queued twice: `key` says for what.

    Name and arguments are kept so that a restored school can queue it again.
    """

    __tablename__ = "kernel_pending"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    job_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class File(Base):
    """An attachment: its content lies in the school's folder under `digest`."""

    __tablename__ = "kernel_file"
    __table_args__ = REFERENCEABLE

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    digest: Mapped[str] = mapped_column(Text, index=True)
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
