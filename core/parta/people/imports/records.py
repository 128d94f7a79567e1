"""The imports that were made, read from the record of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from parta.kernel import access, context
from parta.kernel.audit import AuditRow
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.people.imports import RUN
from parta.people.imports.plan import Plan

ACTION = "people.import"


@dataclass(frozen=True, slots=True)
class Applied:
    """A plan that was written; `number` is that of its record, None when there was nothing to change."""

    plan: Plan
    number: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """An import that was made; `counts` as in `Plan.counts`, without zeros."""

    number: int
    at: datetime
    by: str
    file: str
    year: str
    rows: int
    counts: Mapping[str, int]


def numbered(batch: UUID) -> int:
    """The number of the record of an import made in this unit of work."""
    query = select(AuditRow.id).where(AuditRow.batch == batch, AuditRow.action == ACTION)
    return context.session().scalars(query).one()


def past(most: int = 10) -> list[Past]:
    """The imports made so far, the newest first."""
    access.require(RUN)
    query = select(AuditRow).where(AuditRow.action == ACTION).order_by(AuditRow.id.desc()).limit(most)
    return [_past(row) for row in context.session().scalars(query)]


def one(number: int) -> Past:
    """One import that was made.

    Raises NotFound.
    """
    access.require(RUN)
    row = context.session().get(AuditRow, number)
    if row is None or row.action != ACTION:
        raise NotFound(_("There is no such import."))
    return _past(row)


def _past(row: AuditRow) -> Past:
    told = row.after or {}
    return Past(
        row.id,
        row.at,
        row.actor_name,
        told.get("file", ""),
        told.get("year", ""),
        told.get("rows", 0),
        told.get("counts", {}),
    )
