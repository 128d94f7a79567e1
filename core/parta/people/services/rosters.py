"""Who studies and who teaches where, on which days: what plugins ask before they decide.

Nothing is checked here: these answers serve decisions of other services, which check the right of whoever
asks. Each function is one statement; those that every page of a journal asks are built once.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    Select,
    and_,
    any_,
    bindparam,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import ColumnElement

from parta.kernel import context
from parta.people.models import Enrolment, GroupMembership, Guardianship, Homeroom, Person, Teaching
from parta.school.models import Course, Group, Profile, SchoolClass, Subject, Term, Year

FIRST, LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
Day = date | ColumnElement[date]
AnySpan = type[Enrolment | GroupMembership | Homeroom | Teaching]


class Lasting:
    """Something that holds from a day to a day, both included."""

    __slots__ = ()
    starts: date
    ends: date | None

    def holds(self, day: date) -> bool:
        """Whether it holds on `day`."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Seat(Lasting):
    """A student's place on a course from a day to a day; one who left and came back has two."""

    course_id: int
    student_id: int
    class_id: int | None
    surname: str
    first_name: str
    patronymic: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Held(Lasting):
    """What a member of staff is in charge of from a day to a day: a course taught or a class led."""

    course_id: int | None
    class_id: int | None
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class CourseInfo:
    """A course with what names it; `learners` is its class or study group, the days are its year's."""

    id: int
    subject: str
    learners: str
    class_id: int | None
    group_id: int | None
    year_id: int
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class CourseOfStudent(Lasting):
    """A course a student is on from a day to a day."""

    id: int
    subject: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class TermInfo:
    """A term of the scheme by which a course is taught."""

    id: int
    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class CourseYear:
    """A course, the terms of its year in the scheme of its class, and the school's scale, best first."""

    course: CourseInfo
    terms: tuple[TermInfo, ...]
    scale: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person in a list to choose from."""

    id: int
    surname: str
    first_name: str
    patronymic: str


def students_of_courses(course_ids: Collection[int], first: date, last: date) -> list[Seat]:
    """Who is on any of the courses on any of these days, by name."""
    if not course_ids:
        return []
    values = {"courses": list(course_ids), "first": first, "last": last}
    return [Seat(*row) for row in context.session().execute(_students_of_courses(), values)]


@functools.cache
def _students_of_courses() -> Select[*tuple[Any, ...]]:
    seats = _seats(Course.id == any_(bindparam("courses", type_=ARRAY(BigInteger)))).subquery()
    return (
        select(
            seats.c.course_id,
            seats.c.student_id,
            seats.c.class_id,
            Person.surname,
            Person.first_name,
            Person.patronymic,
            seats.c.starts,
            seats.c.ends,
        )
        .join(Person, Person.id == seats.c.student_id)
        .order_by(Person.sort_key, Person.id, seats.c.starts)
    )


def students_of_course(course_id: int, first: date, last: date) -> list[Seat]:
    """Who is on the course on any of these days, by name."""
    return students_of_courses([course_id], first, last)


def courses_of_student(student_id: int, first: date, last: date) -> list[CourseOfStudent]:
    """The courses a student is on on any of these days, through class and study groups, by subject."""
    values = {"student": student_id, "first": first, "last": last}
    return [CourseOfStudent(*row) for row in context.session().execute(_courses_of_student(), values)]


@functools.cache
def _courses_of_student() -> Select[*tuple[Any, ...]]:
    seats = _seats(student=bindparam("student")).subquery()
    return (
        select(seats.c.course_id, Subject.name, seats.c.starts, seats.c.ends)
        .join(Course, Course.id == seats.c.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .order_by(Subject.sort_key, seats.c.starts)
    )


def held(person_id: int | None, first: date, last: date) -> list[Held]:
    """The courses a person teaches and the classes they lead on any of these days."""
    if person_id is None:
        return []
    values = {"person": person_id, "first": first, "last": last}
    rows: Sequence[Any] = context.session().execute(_held(), values).all()
    return [Held(*row) for row in rows]


@functools.cache
def _held() -> CompoundSelect[Any]:
    taught = select(
        Teaching.course_id.label("course_id"), null().label("class_id"), Teaching.starts, Teaching.ends
    ).where(Teaching.person_id == bindparam("person"), _overlaps(Teaching, FIRST, LAST))
    led = select(null(), Homeroom.class_id, Homeroom.starts, Homeroom.ends).where(
        Homeroom.person_id == bindparam("person"), _overlaps(Homeroom, FIRST, LAST)
    )
    return union_all(taught, led)


def courses_taught(person_id: int, day: date) -> list[CourseInfo]:
    """The courses a person teaches on `day`."""
    mine = select(Teaching.course_id).where(Teaching.person_id == person_id, _overlaps(Teaching, day, day))
    return _courses(Course.id.in_(mine))


def courses_of_classes_led(person_id: int, day: date) -> list[CourseInfo]:
    """Every course of the classes a person leads on `day`, of their study groups too."""
    led = select(Homeroom.class_id).where(Homeroom.person_id == person_id, _overlaps(Homeroom, day, day))
    return _courses(_of_classes(led, day))


def courses_of_class(class_id: int, day: date) -> list[CourseInfo]:
    """Every course of a class, of the study groups its students are in on `day` too."""
    return _courses(_of_classes(select(SchoolClass.id).where(SchoolClass.id == class_id), day))


def courses_of_year(day: date) -> list[CourseInfo]:
    """Every course of the year that `day` lies in."""
    return _courses(and_(Year.starts <= day, Year.ends >= day))


def classes_led(person_id: int, day: date) -> list[tuple[int, str]]:
    """The classes a person leads on `day`: number and title."""
    query = (
        select(SchoolClass.id, SchoolClass.grade, SchoolClass.letter)
        .join(Homeroom, Homeroom.class_id == SchoolClass.id)
        .where(Homeroom.person_id == person_id, _overlaps(Homeroom, day, day))
        .order_by(SchoolClass.grade, SchoolClass.letter)
    )
    return [(number, f"{grade}{letter}") for number, grade, letter in context.session().execute(query)]


def classes_of_student(student_id: int, first: date, last: date) -> list[int]:
    """The classes a student is in on any of these days."""
    query = select(Enrolment.class_id).where(
        Enrolment.student_id == student_id, _overlaps(Enrolment, first, last)
    )
    return list(context.session().scalars(query))


def children(guardian_id: int) -> list[PersonName]:
    """The students a guardian answers for, by name."""
    query = (
        select(Person.id, Person.surname, Person.first_name, Person.patronymic)
        .join(Guardianship, Guardianship.student_id == Person.id)
        .where(Guardianship.guardian_id == guardian_id)
        .order_by(Person.sort_key, Person.id)
    )
    return [PersonName(*row) for row in context.session().execute(query)]


def course_year(course_id: int) -> CourseYear | None:
    """A course with its terms and the scale of marks; None when there is no such course.

    The terms of a study group are those of the class most of its students are in.
    """
    rows = context.session().execute(_course_year(), {"course": course_id}).all()
    if not rows:
        return None
    terms = tuple(TermInfo(*row[11:]) for row in rows if row[11] is not None)
    return CourseYear(_info(rows[0]), terms, tuple(rows[0][10] or ()))


@functools.cache
def _course_year() -> Select[*tuple[Any, ...]]:
    scheme = func.coalesce(SchoolClass.scheme, _scheme_of_group())
    scale = select(Profile.marks).where(Profile.id == 1).scalar_subquery()
    return (
        _course_columns()
        .add_columns(scale, Term.id, Term.name, Term.starts, Term.ends)
        .outerjoin(Term, and_(Term.year_id == Year.id, Term.scheme == scheme))
        .where(Course.id == bindparam("course"))
        .order_by(Term.number)
    )


def _seats(
    condition: ColumnElement[bool] | None = None, student: ColumnElement[Any] | None = None
) -> CompoundSelect[Any]:
    """Students' places on courses from FIRST to LAST: in the course's class, or in its study group."""
    in_class = select(
        Course.id.label("course_id"),
        Enrolment.student_id.label("student_id"),
        Enrolment.class_id.label("class_id"),
        Enrolment.starts.label("starts"),
        Enrolment.ends.label("ends"),
    ).join(Course, Course.class_id == Enrolment.class_id)
    class_now = (
        select(Enrolment.class_id)
        .where(Enrolment.student_id == GroupMembership.student_id, _overlaps(Enrolment, FIRST, LAST))
        .order_by(Enrolment.starts.desc())
        .limit(1)
        .scalar_subquery()
    )
    in_group = select(
        Course.id, GroupMembership.student_id, class_now, GroupMembership.starts, GroupMembership.ends
    ).join(Course, Course.group_id == GroupMembership.group_id)
    parts = []
    for query, table in ((in_class, Enrolment), (in_group, GroupMembership)):
        bounded = query.where(_overlaps(table, FIRST, LAST))
        if condition is not None:
            bounded = bounded.where(condition)
        if student is not None:
            bounded = bounded.where(table.student_id == student)
        parts.append(bounded)
    return union_all(*parts)


def _overlaps(table: AnySpan, first: Day, last: Day) -> ColumnElement[bool]:
    return and_(table.starts <= last, or_(table.ends.is_(None), table.ends >= first))


def _of_classes(classes: Select[*tuple[Any, ...]], day: date) -> ColumnElement[bool]:
    groups = (
        select(GroupMembership.group_id)
        .join(Enrolment, Enrolment.student_id == GroupMembership.student_id)
        .where(
            Enrolment.class_id.in_(classes),
            _overlaps(Enrolment, day, day),
            _overlaps(GroupMembership, day, day),
        )
    )
    return or_(Course.class_id.in_(classes), Course.group_id.in_(groups))


def _scheme_of_group() -> Any:
    most = func.mode().within_group(SchoolClass.scheme)
    inner = (
        select(most)
        .select_from(GroupMembership)
        .join(Enrolment, Enrolment.student_id == GroupMembership.student_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(GroupMembership.group_id == Course.group_id, SchoolClass.year_id == Course.year_id)
    )
    return inner.correlate(Course).scalar_subquery()


def _course_columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Course.id,
            Subject.name,
            SchoolClass.grade,
            SchoolClass.letter,
            Group.name,
            Course.class_id,
            Course.group_id,
            Course.year_id,
            Year.starts,
            Year.ends,
        )
        .join(Subject, Subject.id == Course.subject_id)
        .join(Year, Year.id == Course.year_id)
        .outerjoin(SchoolClass, SchoolClass.id == Course.class_id)
        .outerjoin(Group, Group.id == Course.group_id)
    )


def _courses(condition: ColumnElement[bool]) -> list[CourseInfo]:
    query = (
        _course_columns()
        .where(condition)
        .order_by(SchoolClass.grade, SchoolClass.letter, Subject.sort_key, Group.name)
    )
    return [_info(row) for row in context.session().execute(query)]


def _info(row: Any) -> CourseInfo:
    number, subject, grade, letter, group, *rest = row[:10]
    return CourseInfo(number, subject, group or f"{grade}{letter}", *rest)
