"""What a teacher has to do today, and what is new for students and guardians."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from parta.toolkit import clock, current_actor, require, rosters, session, tables
from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from parta_journal.models import Attendance, AttendanceCode, Lesson, Mark, Work
from parta_journal.services import DIARY, WRITE_MARKS

ENTRY_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TaughtLesson:
    """A lesson that whoever acts teaches, and how far it is written up."""

    id: int
    course_id: int
    day: date
    number: int
    subject: str
    learners: str
    topic: str
    homework_told: bool
    marks: int
    absent: int


@dataclass(frozen=True, slots=True)
class News:
    """Something new in a student's diary: marks, an absence, or homework."""

    student_id: int
    day: date
    subject: str
    marks: tuple[str, ...] = ()
    letter: str = ""
    homework: str = ""


def my_lessons(first: date, last: date) -> list[TaughtLesson]:
    """The lessons that whoever acts teaches on these days, by day and number; one statement (T8)."""
    values = {"person": require(WRITE_MARKS).person_id, "first": first, "last": last}
    rows: Sequence[Any] = session().execute(_lessons_taught(), values).all()
    return [TaughtLesson(*row) for row in rows]


@functools.cache
def _lessons_taught() -> Select[*tuple[Any, ...]]:
    course, subject, class_, group = tables.course, tables.subject, tables.class_, tables.group
    teaching = tables.teaching
    marks = (
        select(func.count())
        .join_from(Mark, Work, Work.id == Mark.work_id)
        .where(Work.lesson_id == Lesson.id, func.cardinality(Mark.marks) > 0)
    )
    absent = (
        select(func.count())
        .join_from(Attendance, AttendanceCode, AttendanceCode.id == Attendance.code_id)
        .where(Attendance.lesson_id == Lesson.id, AttendanceCode.counts_as_absence)
    )
    taught = exists().where(
        teaching.c.course_id == Lesson.course_id,
        teaching.c.person_id == bindparam("person"),
        teaching.c.starts <= Lesson.day,
        or_(teaching.c.ends.is_(None), teaching.c.ends >= Lesson.day),
    )
    return (
        select(
            Lesson.id,
            Lesson.course_id,
            Lesson.day,
            Lesson.number,
            subject.c.name,
            func.coalesce(group.c.name, cast(class_.c.grade, Text) + class_.c.letter),
            Lesson.topic,
            Lesson.homework_published_at.is_not(None),
            marks.scalar_subquery(),
            absent.scalar_subquery(),
        )
        .join(course, course.c.id == Lesson.course_id)
        .join(subject, subject.c.id == course.c.subject_id)
        .outerjoin(class_, class_.c.id == course.c.class_id)
        .outerjoin(group, group.c.id == course.c.group_id)
        .where(Lesson.day.between(rosters.FIRST, rosters.LAST), taught)
        .order_by(Lesson.day, Lesson.number)
    )


def own_students() -> list[rosters.PersonName]:
    """Whoever acts as a student, and each child they answer for, by name."""
    actor = current_actor()
    if actor.person_id is None or not actor.may(DIARY):
        return []
    rows = session().execute(_students_of(), {"person": actor.person_id})
    return [rosters.PersonName(*row) for row in rows]


@functools.cache
def _students_of() -> Select[*tuple[Any, ...]]:
    person, student, guardianship = tables.person, tables.student, tables.guardianship
    oneself = bindparam("person", type_=BigInteger)
    children = select(guardianship.c.student_id).where(guardianship.c.guardian_id == oneself)
    return (
        select(person.c.id, person.c.surname, person.c.first_name, person.c.patronymic)
        .join(student, student.c.person_id == person.c.id)
        .where((person.c.id == oneself) | person.c.id.in_(children))
        .order_by(person.c.sort_key, person.c.id)
    )


def news(students: Sequence[rosters.PersonName]) -> list[News]:
    """What was entered today for one's own students: marks, absences, homework; one statement (P-R1)."""
    if not students:
        return []
    ids = [person.id for person in students]
    since = datetime.combine(clock.today(), time.min, clock.zone())
    subject, course = tables.subject, tables.course
    parts = union_all(_marks(ids, since), _absences(ids, since), _homework(ids, since)).subquery()
    query = (
        select(parts, subject.c.name)
        .join(course, course.c.id == parts.c.course_id)
        .join(subject, subject.c.id == course.c.subject_id)
        .order_by(parts.c.day.desc(), subject.c.sort_key, parts.c.student_id)
    )
    rows: Sequence[Any] = session().execute(query).all()
    return [
        News(student, day, name, tuple(marks), letter, homework)
        for student, _course, day, marks, letter, homework, name in rows
    ]


def _marks(ids: list[int], since: datetime) -> Any:
    return (
        select(
            Mark.student_id.label("student_id"),
            Lesson.course_id.label("course_id"),
            Lesson.day.label("day"),
            Mark.marks.label("marks"),
            literal("", Text).label("letter"),
            literal("", Text).label("homework"),
        )
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.student_id.in_(ids), Mark.set_at >= since, func.cardinality(Mark.marks) > 0)
    )


def _absences(ids: list[int], since: datetime) -> Any:
    return (
        select(
            Attendance.student_id,
            Lesson.course_id,
            Lesson.day,
            type_coerce(array([], type_=Text), ARRAY(Text)),
            AttendanceCode.code,
            literal("", Text),
        )
        .join(AttendanceCode, AttendanceCode.id == Attendance.code_id)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(Attendance.student_id.in_(ids), Attendance.set_at >= since)
    )


def _homework(ids: list[int], since: datetime) -> Any:
    """Homework published today in courses that the students are on, through class or study group."""
    course, enrolment, membership = tables.course, tables.enrolment, tables.group_membership
    student = tables.student
    in_class = exists().where(
        enrolment.c.student_id == student.c.person_id,
        enrolment.c.class_id == course.c.class_id,
        enrolment.c.starts <= Lesson.day,
        or_(enrolment.c.ends.is_(None), enrolment.c.ends >= Lesson.day),
    )
    in_group = exists().where(
        membership.c.student_id == student.c.person_id,
        membership.c.group_id == course.c.group_id,
        membership.c.starts <= Lesson.day,
        or_(membership.c.ends.is_(None), membership.c.ends >= Lesson.day),
    )
    return (
        select(
            student.c.person_id,
            Lesson.course_id,
            Lesson.day,
            type_coerce(array([], type_=Text), ARRAY(Text)),
            literal("", Text),
            Lesson.homework,
        )
        .join_from(Lesson, course, course.c.id == Lesson.course_id)
        .join(student, and_(student.c.person_id.in_(ids), or_(in_class, in_group)))
        .where(Lesson.homework_published_at >= since, Lesson.homework != "")
    )
