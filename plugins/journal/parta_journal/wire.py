"""The grid as JSON, for the page and for the API alike: short rows, because there are many of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from parta_journal.services.grid import Grid, GridLesson, GridStudent
from parta_journal.services.saving import Outcome


def grid(found: Grid) -> dict[str, Any]:
    """A grid; marks are `[work, student, text, version, comment]`, letters the same with the lesson."""
    return {
        "course": {
            "id": found.course.id,
            "subject": found.course.subject,
            "learners": found.course.learners,
            "class_id": found.course.class_id,
        },
        "term": _term(found.term),
        "terms": [_term(term) for term in found.terms],
        "today": found.today.isoformat(),
        "scale": list(found.scale),
        "kinds": [
            {"id": kind.id, "name": kind.name, "short": kind.short, "weight": weight(kind.weight)}
            for kind in found.kinds
        ],
        "codes": [
            {"code": code.code, "title": code.title, "absent": code.counts_as_absence} for code in found.codes
        ],
        "students": [_student(student) for student in found.students],
        "lessons": [lesson(one) for one in found.lessons],
        "marks": [
            [cell.work_id, cell.student_id, "/".join(cell.marks), cell.version, cell.comment]
            for cell in found.marks
        ],
        "letters": [
            [cell.lesson_id, cell.student_id, cell.letter, cell.version, cell.comment]
            for cell in found.letters
        ],
        "teaches_today": found.teaches_today,
    }


def lesson(found: GridLesson) -> dict[str, Any]:
    """A lesson with its works."""
    return {
        "id": found.id,
        "day": found.day.isoformat(),
        "number": found.number,
        "topic": found.topic,
        "homework": found.homework,
        "nothing_set": not found.homework and found.published_at is not None,
        "published_at": _moment(found.published_at),
        "version": found.version,
        "teaches": found.teaches,
        "works": [
            {
                "id": work.id,
                "kind_id": work.kind_id,
                "weight": weight(work.weight),
                "title": work.title,
                "is_default": work.is_default,
            }
            for work in found.works
        ],
    }


def weight(value: Decimal) -> str:
    """A weight as people write it: 5, 1.5."""
    return f"{value:f}".removesuffix(".0")


def outcome(found: Outcome) -> dict[str, Any]:
    """What became of an entry."""
    return {
        "id": str(found.id),
        "state": found.state,
        "message": found.message,
        "warning": found.warning,
        "text": found.text,
        "work_id": found.work_id,
        "mark_version": found.mark_version,
        "attendance_version": found.attendance_version,
        "by": found.by,
        "at": _moment(found.at),
    }


def _student(student: GridStudent) -> dict[str, Any]:
    return {
        "id": student.id,
        "surname": student.surname,
        "first_name": student.first_name,
        "class_id": student.class_id,
        "spans": [[starts.isoformat(), ends.isoformat() if ends else None] for starts, ends in student.spans],
        "led": student.led,
        "average": _decimal(student.average),
        "unweighted": _decimal(student.unweighted),
    }


def _term(term: Any) -> dict[str, Any]:
    starts: date = term.starts
    ends: date = term.ends
    return {"id": term.id, "name": term.name, "starts": starts.isoformat(), "ends": ends.isoformat()}


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
