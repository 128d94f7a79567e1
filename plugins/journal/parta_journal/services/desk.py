"""What is read before cells are saved: lessons with their works, rights, rosters, what is stored now."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from parta.toolkit import gettext as _
from parta.toolkit import rosters, session, tables
from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from parta_journal.models import Attendance, AttendanceCode, Lesson, Mark, Work
from parta_journal.services.reach import Reach, reach

NUMBERS = ARRAY(BigInteger)
FIVE_POINT = ("5", "4", "3", "2", "1")


@dataclass(frozen=True, slots=True)
class LessonAt:
    """A lesson with what decides over it."""

    id: int
    course_id: int
    day: date
    number: int
    subject: str
    learners: str
    year_starts: date
    year_ends: date
    default_work: int
    works: Sequence[int]

    @property
    def title(self) -> str:
        """The lesson as named in messages: Математика 5А, 12.10.2026, lesson 3."""
        return _(
            "%(subject)s %(learners)s, %(day)s, lesson %(number)s",
            subject=self.subject,
            learners=self.learners,
            day=self.day.strftime("%d.%m.%Y"),
            number=self.number,
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands in a cell now, and who put it there when; nothing was ever there when `version` is 0."""

    marks: tuple[str, ...] = ()
    letter: str = ""
    version: int = 0
    entry: UUID | None = None
    by: str = ""
    at: datetime | None = None


NOTHING = Stored()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a batch of entries is judged by."""

    lessons: Mapping[int, LessonAt]
    codes: Mapping[str, int]
    scale: tuple[str, ...]
    reach: Reach
    seats: Mapping[tuple[int, int], Sequence[rosters.Seat]]

    def seat(self, lesson: LessonAt, student_id: int) -> rosters.Seat | None:
        """The student's place on the lesson's course on its day."""
        found = self.seats.get((lesson.course_id, student_id), ())
        return next((seat for seat in found if seat.holds(lesson.day)), None)

    def seen(self, course_id: int, student_id: int) -> rosters.Seat | None:
        """A place of the student on the course on any day of the year."""
        return next(iter(self.seats.get((course_id, student_id), ())), None)


def read_desk(lesson_ids: Collection[int]) -> Desk:
    """Read what is needed to judge entries for these lessons, and lock the lessons until the end of the unit.

    Who saves cells of a lesson waits until another who does so has finished, so that versions compared after
    this are those that will be overwritten. Three statements.
    """
    lessons, codes, scale = _lessons(lesson_ids)
    if not lessons:
        return Desk({}, codes, scale, reach(date.max, date.max), {})
    first = min(lesson.year_starts for lesson in lessons.values())
    last = max(lesson.year_ends for lesson in lessons.values())
    seats: dict[tuple[int, int], list[rosters.Seat]] = {}
    for seat in rosters.students_of_courses({lesson.course_id for lesson in lessons.values()}, first, last):
        seats.setdefault((seat.course_id, seat.student_id), []).append(seat)
    return Desk(lessons, codes, scale, reach(first, last), seats)


def _lessons(
    lesson_ids: Collection[int],
) -> tuple[dict[int, LessonAt], dict[str, int], tuple[str, ...]]:
    """Lessons by number, the attendance letters with their numbers in order, and the scale of marks."""
    rows: Sequence[Any] = session().execute(_lessons_locked(), {"lessons": list(lesson_ids)}).all()
    lessons = {row[0]: LessonAt(*row[:10]) for row in rows}
    if not rows:
        return lessons, {}, FIVE_POINT
    codes = dict(zip(rows[0][10] or (), rows[0][11] or (), strict=True))
    return lessons, codes, tuple(rows[0][12] or FIVE_POINT)


@functools.cache
def _lessons_locked() -> Select[*tuple[Any, ...]]:
    course, subject, class_, group = tables.course, tables.subject, tables.class_, tables.group
    letters = select(func.array_agg(aggregate_order_by(AttendanceCode.code, AttendanceCode.id)))
    numbers = select(func.array_agg(aggregate_order_by(AttendanceCode.id, AttendanceCode.id)))
    works = select(func.array_agg(aggregate_order_by(Work.id, Work.id))).where(Work.lesson_id == Lesson.id)
    default = select(Work.id).where(Work.lesson_id == Lesson.id, Work.is_default)
    return (
        select(
            Lesson.id,
            Lesson.course_id,
            Lesson.day,
            Lesson.number,
            subject.c.name,
            func.coalesce(group.c.name, cast(class_.c.grade, Text) + class_.c.letter),
            tables.year.c.starts,
            tables.year.c.ends,
            default.scalar_subquery(),
            works.scalar_subquery(),
            letters.scalar_subquery(),
            numbers.scalar_subquery(),
            select(tables.profile.c.marks).scalar_subquery(),
        )
        .join(course, course.c.id == Lesson.course_id)
        .join(subject, subject.c.id == course.c.subject_id)
        .join(tables.year, tables.year.c.id == course.c.year_id)
        .outerjoin(class_, class_.c.id == course.c.class_id)
        .outerjoin(group, group.c.id == course.c.group_id)
        .where(Lesson.id == any_(bindparam("lessons", type_=NUMBERS)))
        .order_by(Lesson.id)
        .with_for_update(of=Lesson, key_share=True)
    )


def stored(
    work_ids: Collection[int], lesson_ids: Collection[int], student_ids: Collection[int]
) -> tuple[dict[tuple[int, int], Stored], dict[tuple[int, int], Stored]]:
    """What stands now: marks by (work, student) and attendance by (lesson, student). One statement."""
    values = {"works": list(work_ids), "lessons": list(lesson_ids), "students": list(student_ids)}
    found: tuple[dict[tuple[int, int], Stored], dict[tuple[int, int], Stored]] = ({}, {})
    rows: Sequence[Any] = session().execute(_stored(), values).all()
    for is_mark, place, student, version, entry, at, _by_id, given, letter, name in rows:
        cell = Stored(tuple(given or ()), letter or "", version, entry, name, at)
        found[0 if is_mark else 1][place, student] = cell
    return found


@functools.cache
def _stored() -> Select[*tuple[Any, ...]]:
    students = any_(bindparam("students", type_=NUMBERS))
    columns = (Mark.student_id, Mark.version, Mark.entry, Mark.set_at, Mark.set_by)
    marks = select(
        literal(True).label("is_mark"),
        Mark.work_id.label("place"),
        *columns,
        Mark.marks.label("marks"),
        type_coerce(null(), Text).label("letter"),
    ).where(Mark.work_id == any_(bindparam("works", type_=NUMBERS)), Mark.student_id == students)
    letters = (
        select(
            literal(False),
            Attendance.lesson_id,
            Attendance.student_id,
            Attendance.version,
            Attendance.entry,
            Attendance.set_at,
            Attendance.set_by,
            cast(null(), ARRAY(Text)),
            AttendanceCode.code,
        )
        .outerjoin(AttendanceCode, AttendanceCode.id == Attendance.code_id)
        .where(
            Attendance.lesson_id == any_(bindparam("lessons", type_=NUMBERS)),
            Attendance.student_id == students,
        )
    )
    both = union_all(marks, letters).subquery()
    person = tables.person
    by = case((person.c.id.is_(None), ""), else_=person.c.surname + " " + person.c.first_name)
    return select(both, by).outerjoin(person, person.c.id == both.c.set_by)
