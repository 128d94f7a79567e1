"""What the journal keeps about a person: handed out, erased, brought together."""

from __future__ import annotations

from typing import Any

from parta.toolkit import ExportPart, session, tables
from parta.toolkit import gettext as _
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import aliased

from parta_journal.models import Attendance, AttendanceCode, Lesson, Mark, Work, WorkKind


def export(person_id: int) -> list[ExportPart]:
    """The marks and absences of a student with their lessons, and how many each teacher's hand set."""
    marks = [
        {"marks": list(values), "kind": kind, "weight": str(weight), "comment": comment, **_lesson(rest)}
        for values, kind, weight, comment, *rest in session().execute(
            select(Mark.marks, WorkKind.name, Work.weight, Mark.comment, *_LESSON)
            .join(Work, Work.id == Mark.work_id)
            .join(WorkKind, WorkKind.id == Work.kind_id)
            .join(Lesson, Lesson.id == Work.lesson_id)
            .join(_COURSE, _COURSE.c.id == Lesson.course_id)
            .join(_SUBJECT, _SUBJECT.c.id == _COURSE.c.subject_id)
            .where(Mark.student_id == person_id)
            .order_by(Lesson.day, Lesson.number)
        )
    ]
    absences = [
        {"code": code, "comment": comment, **_lesson(rest)}
        for code, comment, *rest in session().execute(
            select(AttendanceCode.code, Attendance.comment, *_LESSON)
            .join(AttendanceCode, AttendanceCode.id == Attendance.code_id)
            .join(Lesson, Lesson.id == Attendance.lesson_id)
            .join(_COURSE, _COURSE.c.id == Lesson.course_id)
            .join(_SUBJECT, _SUBJECT.c.id == _COURSE.c.subject_id)
            .where(Attendance.student_id == person_id)
            .order_by(Lesson.day, Lesson.number)
        )
    ]
    return [
        ExportPart("journal_marks", _("Marks"), tuple(marks)),
        ExportPart("journal_absences", _("Absences"), tuple(absences)),
    ]


def erase(person_id: int) -> None:
    """Delete the marks and absences of a student; take a teacher's name off those they set."""
    for table in (Mark, Attendance):
        session().execute(delete(table).where(table.student_id == person_id))
        session().execute(update(table).where(table.set_by == person_id).values(set_by=None))


def merge(kept_id: int, dropped_id: int) -> None:
    """Where both have a row for one work or lesson, keep one that holds something, kept's first."""
    for table, place, value in (
        (Mark, "work_id", Mark.marks),
        (Attendance, "lesson_id", Attendance.code_id),
    ):
        _settle(table, place, kept_id, dropped_id, value)


def _settle(table: Any, place: str, kept_id: int, dropped_id: int, value: Any) -> None:
    other = aliased(table)
    same = getattr(other, place) == getattr(table, place)
    empty = value.is_(None) if table is Attendance else value == []
    kept_is_empty = delete(table).where(
        table.student_id == kept_id,
        empty,
        exists(select(other.id).where(same, other.student_id == dropped_id)),
    )
    session().execute(kept_is_empty)
    dropped = delete(table).where(
        table.student_id == dropped_id,
        exists(select(other.id).where(same, other.student_id == kept_id)),
    )
    session().execute(dropped)


_COURSE, _SUBJECT = tables.course, tables.subject
_LESSON = (Lesson.day, Lesson.number, _SUBJECT.c.name)


def _lesson(values: list[Any]) -> dict[str, Any]:
    day, number, subject = values
    return {"day": day.isoformat(), "lesson": number, "subject": subject}
