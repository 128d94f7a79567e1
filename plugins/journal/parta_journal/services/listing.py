"""Lessons, marks and absences of a course as plain lists, for programs that read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from parta.toolkit import NotFound, require, rosters
from parta.toolkit import gettext as _

from parta_journal.services import VIEW, VIEW_ALL, grid
from parta_journal.services.grid import Grid, LetterCell
from parta_journal.services.lessons import LessonRow


@dataclass(frozen=True, slots=True)
class MarkRow:
    """Marks of a student for a work, with what they weigh."""

    lesson_id: int
    work_id: int
    student_id: int
    marks: tuple[str, ...]
    weight: Decimal
    comment: str
    version: int


def lessons(course_id: int, first: date, last: date) -> list[LessonRow]:
    """The lessons of these days.

    Raises NotFound for an unknown course, Forbidden for who may not read its journal.
    """
    return [
        LessonRow(
            one.id, course_id, one.day, one.number, one.topic, one.homework, one.published_at, one.version
        )
        for one in _read(course_id, first, last).lessons
    ]


def marks(course_id: int, first: date, last: date) -> list[MarkRow]:
    """The marks of the lessons of these days; those taken back are left out. Raises as `lessons`."""
    found = _read(course_id, first, last)
    works = {work.id: (lesson.id, work.weight) for lesson in found.lessons for work in lesson.works}
    return [
        MarkRow(
            works[cell.work_id][0],
            cell.work_id,
            cell.student_id,
            cell.marks,
            works[cell.work_id][1],
            cell.comment,
            cell.version,
        )
        for cell in found.marks
        if cell.marks
    ]


def attendance(course_id: int, first: date, last: date) -> list[LetterCell]:
    """The absences and late arrivals of the lessons of these days. Raises as `lessons`."""
    return [cell for cell in _read(course_id, first, last).letters if cell.letter]


def _read(course_id: int, first: date, last: date) -> Grid:
    require(VIEW, VIEW_ALL)
    found = rosters.course_year(course_id)
    if found is None:
        raise NotFound(_("There is no such course."))
    return grid.read(found, grid.term_of(found, first), first, last, None)
