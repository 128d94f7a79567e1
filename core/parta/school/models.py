"""Tables of what a school is made of, without its people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel.db import REFERENCEABLE, Base


class Profile(Base):
    """What the school is; one row, number 1 (A10)."""

    __tablename__ = "school_profile"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("days_per_week in (5, 6)", name="days"),
        REFERENCEABLE,
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    full_name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    days_per_week: Mapped[int] = mapped_column()
    marks: Mapped[list[str]] = mapped_column(JSONB)


class Year(Base):
    """An academic year, first and last day included (A12)."""

    __tablename__ = "school_year"
    __table_args__ = (CheckConstraint("starts < ends", name="order"), REFERENCEABLE)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)


class Term(Base):
    """A reporting period of a year, in one of its schemes; first and last day included (A12)."""

    __tablename__ = "school_term"
    __table_args__ = (
        UniqueConstraint("year_id", "scheme", "number"),
        CheckConstraint("starts < ends", name="order"),
        REFERENCEABLE,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    year_id: Mapped[int] = mapped_column(ForeignKey(Year.id))
    scheme: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(Text)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)


class Subject(Base):
    """What is taught: mathematics, Russian … (A14)."""

    __tablename__ = "school_subject"
    __table_args__ = REFERENCEABLE

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text, unique=True)


class SchoolClass(Base):
    """A class of one year: grade and a free letter, 5А (A15)."""

    __tablename__ = "school_class"
    __table_args__ = (
        UniqueConstraint("year_id", "grade", "letter"),
        CheckConstraint("grade between 1 and 11", name="grade"),
        REFERENCEABLE,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    year_id: Mapped[int] = mapped_column(ForeignKey(Year.id))
    grade: Mapped[int] = mapped_column()
    letter: Mapped[str] = mapped_column(Text)
    scheme: Mapped[str] = mapped_column(Text)


class Group(Base):
    """A study group of one year: a part of a class, or of several, taught a subject together (A15)."""

    __tablename__ = "school_group"
    __table_args__ = (UniqueConstraint("year_id", "subject_id", "name"), REFERENCEABLE)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    year_id: Mapped[int] = mapped_column(ForeignKey(Year.id))
    subject_id: Mapped[int] = mapped_column(ForeignKey(Subject.id))
    name: Mapped[str] = mapped_column(Text)


class Course(Base):
    """One subject taught to one class or study group in one year (A14)."""

    __tablename__ = "school_course"
    __table_args__ = (
        UniqueConstraint("subject_id", "class_id", "group_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("num_nonnulls(class_id, group_id) = 1", name="learners"),
        CheckConstraint("hours_per_week > 0 and hours_per_week <= 40", name="hours"),
        REFERENCEABLE,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    year_id: Mapped[int] = mapped_column(ForeignKey(Year.id))
    subject_id: Mapped[int] = mapped_column(ForeignKey(Subject.id))
    class_id: Mapped[int | None] = mapped_column(ForeignKey(SchoolClass.id))
    group_id: Mapped[int | None] = mapped_column(ForeignKey(Group.id))
    hours_per_week: Mapped[Decimal] = mapped_column(Numeric(4, 1))
