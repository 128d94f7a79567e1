"""Tables of the journal. Everything is keyed to a lesson, one meeting of a course."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from parta.toolkit import plugin_base, tables
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column


class Base(plugin_base()):  # type: ignore[misc]  # made at run time
    """Tables of the journal."""

    __abstract__ = True


class Lesson(Base):
    """One meeting of a course: a day and a number in that day (T5, T8, T11).

    Homework that was published and is empty says that none was set. `version` grows with each change.
    """

    __tablename__ = "journal_lesson"
    __table_args__ = (
        UniqueConstraint("course_id", "day", "number"),
        CheckConstraint("number between 0 and 20", name="number"),
        Index("ix_journal_lesson_day", "day"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(tables.course.c.id))
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int] = mapped_column()
    topic: Mapped[str] = mapped_column(Text)
    homework: Mapped[str] = mapped_column(Text)
    homework_published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column()


class WorkKind(Base):
    """A kind of work on the school's list, with the weight its marks have unless a work says otherwise (T9).

    The first by `position` is the kind of a mark for which no work was named.
    """

    __tablename__ = "journal_work_kind"
    __table_args__ = (CheckConstraint("weight > 0", name="weight"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    short: Mapped[str] = mapped_column(Text)
    weight: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    position: Mapped[int] = mapped_column()


class Work(Base):
    """What marks are given for in a lesson: every lesson has its default work, and may have others (T9)."""

    __tablename__ = "journal_work"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight"),
        Index("uq_journal_work_default", "lesson_id", unique=True, postgresql_where=text("is_default")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey(WorkKind.id))
    weight: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    title: Mapped[str] = mapped_column(Text)
    is_default: Mapped[bool] = mapped_column()


class AttendanceCode(Base):
    """A letter by which the school writes down an absence or a late arrival (H17)."""

    __tablename__ = "journal_attendance_code"
    __table_args__ = (CheckConstraint("category in ('absent', 'ill', 'excused', 'late')", name="category"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    counts_as_absence: Mapped[bool] = mapped_column()


class Cell:
    """What a cell of the journal has beside its value.

    A cleared cell keeps its row, so that `version` never starts anew and an old copy cannot overwrite it.
    `entry` is the browser's number of the entry stored last: the same entry sent again changes nothing.
    """

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    comment: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column()
    entry: Mapped[UUID | None] = mapped_column(Uuid)
    set_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Mark(Cell, Base):
    """What a student got for a work: one mark, or two as in 4/5; none when it was taken back (T8)."""

    __tablename__ = "journal_mark"
    __table_args__ = (UniqueConstraint("work_id", "student_id"),)

    work_id: Mapped[int] = mapped_column(ForeignKey(Work.id))
    student_id: Mapped[int] = mapped_column(ForeignKey(tables.student.c.person_id), index=True)
    marks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    set_by: Mapped[int | None] = mapped_column(ForeignKey(tables.person.c.id))


class Attendance(Cell, Base):
    """How a student missed a lesson or came late; no code when that was taken back (T8, H16)."""

    __tablename__ = "journal_attendance"
    __table_args__ = (UniqueConstraint("lesson_id", "student_id"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    student_id: Mapped[int] = mapped_column(ForeignKey(tables.student.c.person_id), index=True)
    code_id: Mapped[int | None] = mapped_column(ForeignKey(AttendanceCode.id))
    set_by: Mapped[int | None] = mapped_column(ForeignKey(tables.person.c.id))
