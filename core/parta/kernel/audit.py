"""The record of who changed what: rows are added and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ColumnElement, DateTime, Identity, Text, Uuid, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel import access, clock, context
from parta.kernel.bulk import Kind, as_table
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


@dataclass(frozen=True, slots=True)
class Change:
    """One change to write down; `before` and `after` hold plain JSON values of the fields that changed."""

    action: str
    table: str
    object_id: int | None
    person_id: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


CHANGE: dict[str, Kind] = {
    "action": Text,
    "table": Text,
    "object_id": BigInteger,
    "person_id": BigInteger,
    "before": JSONB(none_as_null=True),
    "after": JSONB(none_as_null=True),
}

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
    record_many([Change(action, table, object_id, person_id, before, after)])


def record_many(changes: Sequence[Change]) -> None:
    """Write down many changes made in this unit of work, in one statement."""
    if not changes:
        return
    actor = access.current()
    rows = as_table(
        "changes", CHANGE, [{name: getattr(change, name) for name in CHANGE} for change in changes]
    )
    values: dict[str, ColumnElement[Any]] = {
        "at": literal(clock.now(), DateTime(timezone=True)),
        "actor_id": literal(actor.user_id, BigInteger),
        "actor_name": literal(actor.name, Text),
        "action": rows.c.action,
        "object_table": rows.c.table,
        "object_id": rows.c.object_id,
        "person_id": rows.c.person_id,
        "before": rows.c.before,
        "after": rows.c.after,
        "for_user_id": literal(actor.for_user_id, BigInteger),
        "address": literal(actor.address or None, Text),
        "batch": literal(_batch.get(), Uuid),
    }
    context.session().execute(insert(AuditRow).from_select(list(values), select(*values.values())))
