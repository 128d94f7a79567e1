"""What the pages of a year list: its classes, study groups and courses with the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from parta.kernel import access, context
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need
from parta.people.models import (
    Enrolment,
    GroupMembership,
    Guardianship,
    Homeroom,
    Person,
    Staff,
    Student,
    Teaching,
)
from parta.people.naming import full_name, short_name
from parta.people.services import VIEW
from parta.people.services.spans import holds_on
from parta.school.models import Course, Group, SchoolClass, Subject
from parta.school.services import years
from parta.school.services.years import YearRow


@dataclass(frozen=True, slots=True)
class Named:
    """A person with the name as shown."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class with its homeroom teacher and the number of its students on a day."""

    id: int
    grade: int
    letter: str
    scheme: str
    students: int
    homeroom: tuple[Named, ...]

    @property
    def title(self) -> str:
        """What people call the class."""
        return f"{self.grade}{self.letter}"


@dataclass(frozen=True, slots=True)
class Classmate:
    """A student of a class on a day; `span_id` is the place, `guardians` how many answer for the student."""

    span_id: int
    person_id: int
    name: str
    starts: date
    ends: date | None
    guardians: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A study group with the number of its students on a day and the classes they come from."""

    id: int
    subject: str
    name: str
    students: int
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupMate:
    """A student of a study group on a day, with the class; `span_id` is the place."""

    span_id: int
    person_id: int
    name: str
    class_title: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Teacher:
    """Who teaches a course or leads a class from a day to a day; `span_id` is the place."""

    span_id: int
    person_id: int
    name: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with those who teach it on a day; `learners` names its class or study group."""

    id: int
    subject: str
    learners: str
    class_id: int | None
    group_id: int | None
    hours_per_week: Decimal
    teachers: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff to choose from."""

    id: int
    name: str
    position: str


def classes(year_id: int, day: date) -> list[ClassLine]:
    """The classes of a year as they are on `day`, by grade and letter."""
    access.require(VIEW)
    students = (
        select(func.count())
        .where(Enrolment.class_id == SchoolClass.id, holds_on(Enrolment, day))
        .scalar_subquery()
    )
    led = _names(Homeroom, Homeroom.class_id == SchoolClass.id, day)
    query = (
        select(
            SchoolClass.id,
            SchoolClass.grade,
            SchoolClass.letter,
            SchoolClass.scheme,
            students,
            led.scalar_subquery(),
        )
        .where(SchoolClass.year_id == year_id)
        .order_by(SchoolClass.grade, SchoolClass.letter)
    )
    return [
        ClassLine(number, grade, letter, scheme, count, _named(teachers))
        for number, grade, letter, scheme, count, teachers in context.session().execute(query)
    ]


def classmates(class_id: int, day: date) -> list[Classmate]:
    """Who is in the class on `day`, by name."""
    access.require(VIEW)
    answering = (
        select(func.count())
        .select_from(Guardianship)
        .where(Guardianship.student_id == Person.id)
        .scalar_subquery()
    )
    query = (
        select(
            Enrolment.id,
            Person.id,
            Person.surname,
            Person.first_name,
            Person.patronymic,
            Enrolment.starts,
            Enrolment.ends,
            answering,
        )
        .join(Person, Person.id == Enrolment.student_id)
        .where(Enrolment.class_id == class_id, holds_on(Enrolment, day))
        .order_by(Person.sort_key, Person.id)
    )
    return [
        Classmate(row[0], row[1], full_name(*row[2:5]), *row[5:]) for row in context.session().execute(query)
    ]


def unplaced(day: date) -> list[Named]:
    """The students who are in no class on `day` or later, by name."""
    access.require(VIEW)
    placed = select(Enrolment.student_id).where(or_(Enrolment.ends.is_(None), Enrolment.ends >= day))
    query = (
        select(Person.id, Person.surname, Person.first_name, Person.patronymic)
        .join(Student, Student.person_id == Person.id)
        .where(Person.id.not_in(placed))
        .order_by(Person.sort_key, Person.id)
    )
    return [Named(row[0], full_name(*row[1:])) for row in context.session().execute(query)]


def groups(year_id: int, day: date) -> list[GroupLine]:
    """The study groups of a year as they are on `day`, by subject and name."""
    access.require(VIEW)
    title = func.concat(SchoolClass.grade, SchoolClass.letter)
    order = aggregate_order_by(title, SchoolClass.grade, SchoolClass.letter)
    members = (
        select(
            GroupMembership.group_id,
            func.count(GroupMembership.student_id.distinct()).label("students"),
            func.array_agg(order).filter(SchoolClass.id.is_not(None)).label("classes"),
        )
        .outerjoin(
            Enrolment,
            and_(Enrolment.student_id == GroupMembership.student_id, holds_on(Enrolment, day)),
        )
        .outerjoin(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(holds_on(GroupMembership, day))
        .group_by(GroupMembership.group_id)
        .subquery()
    )
    query = (
        select(Group.id, Subject.name, Group.name, func.coalesce(members.c.students, 0), members.c.classes)
        .join(Subject, Subject.id == Group.subject_id)
        .outerjoin(members, members.c.group_id == Group.id)
        .where(Group.year_id == year_id)
        .order_by(Subject.sort_key, Group.name)
    )
    return [
        GroupLine(number, subject, name, students, tuple(dict.fromkeys(titles or ())))
        for number, subject, name, students, titles in context.session().execute(query)
    ]


def groupmates(group_id: int, day: date) -> list[GroupMate]:
    """Who is in the study group on `day`, by class and name."""
    access.require(VIEW)
    query = (
        select(
            GroupMembership.id,
            Person.id,
            Person.surname,
            Person.first_name,
            Person.patronymic,
            func.concat(SchoolClass.grade, SchoolClass.letter),
            GroupMembership.starts,
            GroupMembership.ends,
        )
        .join(Person, Person.id == GroupMembership.student_id)
        .outerjoin(
            Enrolment,
            and_(Enrolment.student_id == GroupMembership.student_id, holds_on(Enrolment, day)),
        )
        .outerjoin(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(GroupMembership.group_id == group_id, holds_on(GroupMembership, day))
        .order_by(SchoolClass.grade, SchoolClass.letter, Person.sort_key, Person.id)
    )
    return [
        GroupMate(row[0], row[1], full_name(*row[2:5]), *row[5:]) for row in context.session().execute(query)
    ]


def courses(
    year_id: int, day: date, *, class_id: int | None = None, person_id: int | None = None
) -> list[CourseLine]:
    """The courses of a year with those who teach them on `day`, by class and subject.

    `class_id` leaves those of a class and of the study groups its students are in on `day`, `person_id` those
    that a person teaches.
    """
    access.require(VIEW)
    query = _courses(day).where(Course.year_id == year_id)
    if class_id is not None:
        groups_here = (
            select(GroupMembership.group_id)
            .join(Enrolment, Enrolment.student_id == GroupMembership.student_id)
            .where(Enrolment.class_id == class_id, holds_on(Enrolment, day), holds_on(GroupMembership, day))
        )
        query = query.where(or_(Course.class_id == class_id, Course.group_id.in_(groups_here)))
    if person_id is not None:
        mine = select(Teaching.course_id).where(Teaching.person_id == person_id, holds_on(Teaching, day))
        query = query.where(Course.id.in_(mine))
    ordered = query.order_by(SchoolClass.grade, SchoolClass.letter, Subject.sort_key, Group.name)
    return [_course_line(row) for row in context.session().execute(ordered)]


def course(course_id: int, day: date) -> CourseLine:
    """One course with those who teach it on `day`.

    Raises NotFound.
    """
    access.require(VIEW)
    row = context.session().execute(_courses(day).where(Course.id == course_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such course."))
    return _course_line(row)


def course_of_group(group_id: int, day: date) -> CourseLine | None:
    """The course of a study group; None when it is taught nothing yet."""
    access.require(VIEW)
    row = context.session().execute(_courses(day).where(Course.group_id == group_id)).one_or_none()
    return _course_line(row) if row else None


def year_of_course(course_id: int) -> YearRow:
    """The year in which a course is taught.

    Raises NotFound.
    """
    return years.get(need(Course, course_id, _("There is no such course.")).year_id)


def teachers(course_id: int) -> list[Teacher]:
    """Everybody who teaches or has taught the course, the latest first."""
    access.require(VIEW)
    return _holders(Teaching, Teaching.course_id == course_id)


def homeroom(class_id: int) -> list[Teacher]:
    """Every homeroom teacher that the class has or had, the latest first."""
    access.require(VIEW)
    return _holders(Homeroom, Homeroom.class_id == class_id)


def staff() -> list[StaffMember]:
    """Everybody who works at the school, by name, to choose from."""
    access.require(VIEW)
    query = (
        select(Person.id, Person.surname, Person.first_name, Person.patronymic, Staff.position)
        .join(Staff, Staff.person_id == Person.id)
        .order_by(Person.sort_key, Person.id)
    )
    return [StaffMember(row[0], full_name(*row[1:4]), row[4]) for row in context.session().execute(query)]


def _holders(table: type[Teaching | Homeroom], condition: ColumnElement[bool]) -> list[Teacher]:
    query = (
        select(
            table.id,
            Person.id,
            Person.surname,
            Person.first_name,
            Person.patronymic,
            table.starts,
            table.ends,
        )
        .join(Person, Person.id == table.person_id)
        .where(condition)
        .order_by(table.starts.desc(), Person.sort_key)
    )
    return [
        Teacher(row[0], row[1], full_name(*row[2:5]), *row[5:]) for row in context.session().execute(query)
    ]


def _courses(day: date) -> Select[*tuple[Any, ...]]:
    taught = _names(Teaching, Teaching.course_id == Course.id, day)
    return (
        select(
            Course.id,
            Subject.name,
            func.coalesce(Group.name, func.concat(SchoolClass.grade, SchoolClass.letter)),
            Course.class_id,
            Course.group_id,
            Course.hours_per_week,
            taught.scalar_subquery(),
        )
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(SchoolClass, SchoolClass.id == Course.class_id)
        .outerjoin(Group, Group.id == Course.group_id)
    )


def _course_line(row: Any) -> CourseLine:
    return CourseLine(row[0], row[1], row[2], row[3], row[4], row[5], _named(row[6]))


def _names(table: Any, condition: Any, day: date) -> Select[*tuple[Any, ...]]:
    """A subquery of those who hold a place on `day`: number and parts of the name, by name."""
    parts = func.jsonb_build_array(Person.id, Person.surname, Person.first_name, Person.patronymic)
    return (
        select(func.jsonb_agg(aggregate_order_by(parts, Person.sort_key)))
        .select_from(table)
        .join(Person, Person.id == table.person_id)
        .where(condition, holds_on(table, day))
    )


def _named(found: list[list[Any]] | None) -> tuple[Named, ...]:
    return tuple(Named(number, short_name(*names)) for number, *names in found or ())
