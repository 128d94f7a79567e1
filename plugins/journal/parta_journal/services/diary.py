"""The diary: a student's week with lessons, homework, marks and absences (P-R1, P-R2, S-R1, S-R2)."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from parta.toolkit import NotFound, clock, current_actor, require, rosters, session, tables
from parta.toolkit import gettext as _
from sqlalchemy import BigInteger, Select, and_, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from parta_journal.models import Attendance, AttendanceCode, Lesson, Mark, Work, WorkKind
from parta_journal.services import DIARY, VIEW, VIEW_ALL
from parta_journal.services.today import own_students

SCHOOL_DAYS = 6


@dataclass(frozen=True, slots=True)
class DiaryMark:
    """Marks for one work of a lesson."""

    marks: tuple[str, ...]
    kind: str
    weight: Decimal
    title: str
    comment: str


@dataclass(frozen=True, slots=True)
class DiaryLesson:
    """A lesson of the day; homework that was published and is empty says that none was set."""

    id: int
    number: int
    subject: str
    marks: tuple[DiaryMark, ...]
    topic: str
    homework: str
    published_at: datetime | None
    letter: str
    absence: str
    absence_comment: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week, Monday to Saturday."""

    date: date
    is_today: bool
    lessons: tuple[DiaryLesson, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A student's week, and the students whose diary the reader may choose from."""

    student: rosters.PersonName
    choices: tuple[rosters.PersonName, ...]
    first: date
    last: date
    days: tuple[Day, ...]


def choices() -> list[rosters.PersonName]:
    """Whose diary is one's own: that of oneself as a student, and of each child (P-R1, S-R1)."""
    require(DIARY, VIEW, VIEW_ALL)
    return own_students()


def may_read(student_id: int) -> bool:
    """Whether the person is a student whose diary whoever acts may read."""
    if not current_actor().may(DIARY, VIEW, VIEW_ALL):
        return False
    return any(own.id == student_id for own in own_students()) or _any_student(student_id) is not None


def week(student_id: int | None = None, day: date | None = None) -> Week:
    """The week that `day` is in, by default this one, of a student, by default the first of `choices`.

    A Sunday belongs to the week after it. Raises NotFound for a student whose diary is not the reader's.
    """
    own = choices()
    student = _student(student_id, own)
    start = _monday(day or clock.today())
    last = start + timedelta(days=SCHOOL_DAYS - 1)
    courses = rosters.courses_of_student(student.id, start, last)
    lessons = _lessons(student.id, courses, start, last)
    today = clock.today()
    days = tuple(
        Day(at, at == today, tuple(lesson for on, lesson in lessons if on == at))
        for at in (start + timedelta(days=n) for n in range(SCHOOL_DAYS))
    )
    return Week(student, tuple(own), start, last, days)


def _student(student_id: int | None, own: Sequence[rosters.PersonName]) -> rosters.PersonName:
    """The student, when the diary is the reader's own or they read everybody's or lead the class (H-R1)."""
    for person in own:
        if student_id in {None, person.id}:
            return person
    found = _any_student(student_id) if student_id is not None else None
    if found is None:
        raise NotFound(_("There is no such diary."))
    return found


def _any_student(student_id: int) -> rosters.PersonName | None:
    actor = current_actor()
    if not actor.may(VIEW_ALL) and not _leads(actor.person_id, student_id):
        return None
    person, student = tables.person, tables.student
    query = (
        select(person.c.id, person.c.surname, person.c.first_name, person.c.patronymic)
        .join(student, student.c.person_id == person.c.id)
        .where(person.c.id == student_id)
    )
    row: Any = session().execute(query).one_or_none()
    return rosters.PersonName(*row) if row else None


def _leads(person_id: int | None, student_id: int) -> bool:
    """Whether the person is homeroom teacher of the class the student is in today."""
    if person_id is None or not current_actor().may(VIEW):
        return False
    today = clock.today()
    led = {number for number, _title in rosters.classes_led(person_id, today)}
    return bool(led & set(rosters.classes_of_student(student_id, today, today)))


def _monday(day: date) -> date:
    start = day - timedelta(days=day.weekday())
    return start + timedelta(days=7) if day.weekday() == SCHOOL_DAYS else start


def _lessons(
    student_id: int, courses: Collection[rosters.CourseOfStudent], first: date, last: date
) -> list[tuple[date, DiaryLesson]]:
    """The lessons of the days on which the student was on their course, by day and number."""
    if not courses:
        return []
    marks = _marks(student_id, first, last)
    values = {
        "courses": [course.id for course in courses],
        "student": student_id,
        "first": first,
        "last": last,
    }
    found = []
    rows: Sequence[Any] = session().execute(_lessons_of_student(), values).all()
    for course_id, day, row_id, number, *rest in rows:
        course = next((c for c in courses if c.id == course_id and c.holds(day)), None)
        if course is not None:
            given = tuple(marks.get(row_id, ()))
            found.append((day, DiaryLesson(row_id, number, course.subject, given, *rest)))
    return found


@functools.cache
def _lessons_of_student() -> Select[*tuple[Any, ...]]:
    mine = and_(Attendance.lesson_id == Lesson.id, Attendance.student_id == bindparam("student"))
    return (
        select(
            Lesson.course_id,
            Lesson.day,
            Lesson.id,
            Lesson.number,
            Lesson.topic,
            Lesson.homework,
            Lesson.homework_published_at,
            func.coalesce(AttendanceCode.code, ""),
            func.coalesce(AttendanceCode.title, ""),
            func.coalesce(Attendance.comment, ""),
        )
        .outerjoin(Attendance, mine)
        .outerjoin(AttendanceCode, AttendanceCode.id == Attendance.code_id)
        .where(
            Lesson.course_id == any_(bindparam("courses", type_=ARRAY(BigInteger))),
            Lesson.day.between(rosters.FIRST, rosters.LAST),
        )
        .order_by(Lesson.day, Lesson.number, Lesson.id)
    )


def _marks(student_id: int, first: date, last: date) -> dict[int, list[DiaryMark]]:
    """The student's marks of these days by lesson."""
    found: dict[int, list[DiaryMark]] = {}
    values = {"student": student_id, "first": first, "last": last}
    rows: Sequence[Any] = session().execute(_marks_of_student(), values).all()
    for lesson_id, marks, *rest in rows:
        found.setdefault(lesson_id, []).append(DiaryMark(tuple(marks), *rest))
    return found


@functools.cache
def _marks_of_student() -> Select[*tuple[Any, ...]]:
    return (
        select(Work.lesson_id, Mark.marks, WorkKind.name, Work.weight, Work.title, Mark.comment)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .where(
            Mark.student_id == bindparam("student"),
            Lesson.day.between(rosters.FIRST, rosters.LAST),
            func.cardinality(Mark.marks) > 0,
        )
        .order_by(Work.is_default.desc(), Work.id)
    )
