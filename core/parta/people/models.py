"""Tables of a school's people. Days are inclusive; an open end means that it still holds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel.db import REFERENCEABLE, Base
from parta.school.models import Course, Group, SchoolClass

STILL_HOLDS = text("ends is null")
ORDER = "ends >= starts"


class Person(Base):
    """Anybody the school keeps data of; one row a human being, whatever they are to the school."""

    __tablename__ = "people_person"
    __table_args__ = (CheckConstraint("sex in ('f', 'm')", name="sex"), REFERENCEABLE)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    surname: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    patronymic: Mapped[str] = mapped_column(Text)
    birth_date: Mapped[date | None] = mapped_column(Date)
    sex: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text, index=True)


class Staff(Base):
    """A person who works at the school."""

    __tablename__ = "people_staff"
    __table_args__ = REFERENCEABLE

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    position: Mapped[str] = mapped_column(Text)


class Student(Base):
    """A person who studies at the school."""

    __tablename__ = "people_student"
    __table_args__ = REFERENCEABLE

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)


class Guardianship(Base):
    """A guardian answers for a student; `relation` is the kind: mother, father, guardian, other."""

    __tablename__ = "people_guardianship"
    __table_args__ = (
        UniqueConstraint("guardian_id", "student_id"),
        CheckConstraint("guardian_id <> student_id", name="two_people"),
        REFERENCEABLE,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    student_id: Mapped[int] = mapped_column(ForeignKey(Student.person_id), index=True)
    relation: Mapped[str] = mapped_column(Text)


class Span:
    """Something that holds from a day to a day, both included; whoever uses it adds the check `ORDER`."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)


class Enrolment(Span, Base):
    """A student's place in a class; one class at a time."""

    __tablename__ = "people_enrolment"
    __table_args__ = (
        CheckConstraint(ORDER, name="order"),
        Index("uq_people_enrolment_student_open", "student_id", unique=True, postgresql_where=STILL_HOLDS),
        REFERENCEABLE,
    )

    student_id: Mapped[int] = mapped_column(ForeignKey(Student.person_id), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey(SchoolClass.id), index=True)


class GroupMembership(Span, Base):
    """A student's place in a study group."""

    __tablename__ = "people_group_membership"
    __table_args__ = (CheckConstraint(ORDER, name="order"), REFERENCEABLE)

    student_id: Mapped[int] = mapped_column(ForeignKey(Student.person_id), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey(Group.id), index=True)


class Teaching(Span, Base):
    """A member of staff teaches a course."""

    __tablename__ = "people_teaching"
    __table_args__ = (CheckConstraint(ORDER, name="order"), REFERENCEABLE)

    person_id: Mapped[int] = mapped_column(ForeignKey(Staff.person_id), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)


class Homeroom(Span, Base):
    """A member of staff is the homeroom teacher of a class."""

    __tablename__ = "people_homeroom"
    __table_args__ = (CheckConstraint(ORDER, name="order"), REFERENCEABLE)

    person_id: Mapped[int] = mapped_column(ForeignKey(Staff.person_id), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey(SchoolClass.id), index=True)
