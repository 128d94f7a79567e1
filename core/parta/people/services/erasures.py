"""Erasures, remembered outside the school's schema so that a back-up restored does not bring people back.

One file a school beside its other files, a line an erasure: when, and the person's number. Nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from parta.kernel import context
from parta.kernel.audit import AuditRow
from parta.kernel.context import School

ERASED = "audit.erase"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A person's data was erased at a moment."""

    at: datetime
    person_id: int


def remember() -> None:
    """Write down the erasures that the record of changes knows and the file does not.

    Runs after the erasing unit has ended: what was rolled back is not in the record.
    """
    query = select(AuditRow.at, AuditRow.person_id).where(AuditRow.action == ERASED).order_by(AuditRow.id)
    known = set(remembered())
    found = [Erasure(at, person_id) for at, person_id in context.session().execute(query) if person_id]
    lines = [f"{one.at.isoformat()} {one.person_id}\n" for one in found if one not in known]
    if lines:
        _append("".join(lines))


def remembered() -> list[Erasure]:
    """What the file says, oldest first."""
    path = _path()
    if not path.exists():
        return []
    lines = path.read_text(encoding="ascii").splitlines()
    return [Erasure(datetime.fromisoformat(at), int(number)) for at, number in map(str.split, lines)]


def take_over(origin: School) -> None:
    """Make the erasures of the school of which this one is a copy its own."""
    path = _path()
    source = path.with_name(origin.schema)
    if source.exists() and not path.exists():
        _append(source.read_text(encoding="ascii"))


def _append(lines: str) -> None:
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def _path() -> Path:
    unit = context.unit()
    if unit.files is None:
        raise RuntimeError("give the Database its folder of files")
    return unit.files.parent / "erasures" / unit.school.schema
