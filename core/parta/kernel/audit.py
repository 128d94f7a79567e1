"""The record of who changed what: rows are added and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, Identity, Text, Uuid, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel import access, clock, context
from parta.kernel.db import Base


class AuditRow(Base):
    """One change: who did it (and for whom), when, from where, what, before, after, and whom it is about.

    `batch` joins the rows of one action on many things, such as an import.

    The database itself refuses to change or delete a row (migration 0001); erasing a person's data blanks
    `before` and `after` through one function of the database, which is the only way.
    """

    __tablename__ = "kernel_audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_table: Mapped[str] = mapped_column(Text)
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    for_user_id: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str | None] = mapped_column(Text)
    batch: Mapped[UUID | None] = mapped_column(Uuid)


_batch: ContextVar[UUID | None] = ContextVar("batch", default=None)


@contextmanager
def batch() -> Iterator[UUID]:
    """Join everything recorded inside the block; an inner block joins the outer one."""
    joined = _batch.get() or uuid4()
    token = _batch.set(joined)
    try:
        yield joined
    finally:
        _batch.reset(token)


def record(
    action: str,
    table: str,
    object_id: int | None,
    *,
    person_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write down a change made in this unit of work, by whoever acts now; it stands or falls with it.

    `before` and `after` hold plain JSON values of the fields that changed.
    """
    actor = access.current()
    context.session().execute(
        insert(AuditRow).values(
            at=clock.now(),
            actor_id=actor.user_id,
            actor_name=actor.name,
            action=action,
            object_table=table,
            object_id=object_id,
            person_id=person_id,
            before=before,
            after=after,
            for_user_id=actor.for_user_id,
            address=actor.address or None,
            batch=_batch.get(),
        )
    )
