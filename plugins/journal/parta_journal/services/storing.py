"""Writing cells: one statement for all marks, one for all attendance, one for the record of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from parta.toolkit import as_table, audit, clock, current_actor, session
from sqlalchemy import BigInteger, DateTime, Integer, Text, Uuid, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import TypeEngine

from parta_journal.models import Attendance, Mark
from parta_journal.services.desk import Stored

KINDS_OF_COLUMN: dict[str, TypeEngine[Any] | type[TypeEngine[Any]]] = {
    "work_id": BigInteger,
    "lesson_id": BigInteger,
    "student_id": BigInteger,
    "marks": ARRAY(Text),
    "code_id": BigInteger,
    "version": Integer,
    "entry": Uuid,
}


@dataclass(frozen=True, slots=True)
class MarkCell:
    """Marks to write for a work and student, what they replace, and the entry they come from."""

    work_id: int
    student_id: int
    marks: tuple[str, ...]
    before: Stored
    entry: UUID | None


@dataclass(frozen=True, slots=True)
class LetterCell:
    """An attendance letter for a lesson and student, what it replaces, and the entry it comes from."""

    lesson_id: int
    student_id: int
    letter: str
    code_id: int | None
    before: Stored
    entry: UUID | None


def write(marks: Sequence[MarkCell], letters: Sequence[LetterCell]) -> None:
    """Write cells in place of what they replace, and record each change with its student."""
    changes = []
    if marks:
        rows = [
            _row(c.before, c.entry, work_id=c.work_id, student_id=c.student_id, marks=c.marks) for c in marks
        ]
        numbers = _upsert(Mark, "work_id", "marks", rows)
        changes += [
            audit.Change(
                "journal.mark.set",
                "journal_mark",
                numbers[c.work_id, c.student_id],
                c.student_id,
                {"marks": list(c.before.marks)} if c.before.version else None,
                {"marks": list(c.marks), "work": c.work_id},
            )
            for c in marks
        ]
    if letters:
        rows = [
            _row(c.before, c.entry, lesson_id=c.lesson_id, student_id=c.student_id, code_id=c.code_id)
            for c in letters
        ]
        numbers = _upsert(Attendance, "lesson_id", "code_id", rows)
        changes += [
            audit.Change(
                "journal.attendance.set",
                "journal_attendance",
                numbers[c.lesson_id, c.student_id],
                c.student_id,
                {"code": c.before.letter} if c.before.version else None,
                {"code": c.letter, "lesson": c.lesson_id},
            )
            for c in letters
        ]
    with audit.batch():
        audit.record_many(changes)


def _row(before: Stored, entry: UUID | None, **values: Any) -> dict[str, Any]:
    return {**values, "version": before.version + 1, "entry": entry}


def _upsert(
    table: type[Mark | Attendance], place: str, value: str, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, int], int]:
    """Write one row a cell; answers the rows' numbers by place and student."""
    names = (place, "student_id", value, "version", "entry")
    given = as_table("cells", {name: KINDS_OF_COLUMN[name] for name in names}, rows)
    columns = {
        **{name: given.c[name] for name in names},
        "comment": literal("", Text),
        "set_by": literal(current_actor().person_id, BigInteger),
        "set_at": literal(clock.now(), DateTime(timezone=True)),
    }
    statement = insert(table).from_select(list(columns), select(*columns.values()))
    updated = {name: statement.excluded[name] for name in (value, "version", "entry", "set_by", "set_at")}
    key = table.__table__.c
    written = statement.on_conflict_do_update(
        index_elements=[place, "student_id"],
        set_=updated,
        where=key.version == statement.excluded.version - 1,
    ).returning(key[place], key.student_id, key.id)
    return {(at, student): number for at, student, number in session().execute(written)}
