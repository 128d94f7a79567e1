"""The journal of a course over a term: students down, works of lessons across, marks and absences in it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from parta.toolkit import Forbidden, NotFound, clock, remembered, require, rosters, session
from parta.toolkit import gettext as _
from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, array

from parta_journal.models import Attendance, AttendanceCode, Lesson, Mark, Work, WorkKind
from parta_journal.services import VIEW, VIEW_ALL
from parta_journal.services.desk import FIVE_POINT
from parta_journal.services.marking import average
from parta_journal.services.reach import Reach, reach


@dataclass(frozen=True, slots=True)
class GridStudent:
    """A row: `spans` are the days on the course, `led` says that whoever reads leads the class."""

    id: int
    surname: str
    first_name: str
    class_id: int | None
    spans: tuple[tuple[date, date | None], ...]
    led: bool
    average: Decimal | None
    unweighted: Decimal | None


@dataclass(frozen=True, slots=True)
class GridWork:
    """A column: a work of a lesson."""

    id: int
    kind_id: int
    weight: Decimal
    title: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class GridLesson:
    """A lesson with its columns; `teaches` says that whoever reads may write it."""

    id: int
    works: tuple[GridWork, ...]
    teaches: bool
    day: date
    number: int
    topic: str
    homework: str
    published_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class GridKind:
    """A kind of work on the school's list."""

    id: int
    name: str
    short: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class GridCode:
    """An attendance letter of the school."""

    code: str
    title: str
    counts_as_absence: bool


@dataclass(frozen=True, slots=True)
class MarkCell:
    """Marks of a student for a work; empty when they were taken back."""

    work_id: int
    student_id: int
    marks: tuple[str, ...]
    version: int
    comment: str


@dataclass(frozen=True, slots=True)
class LetterCell:
    """The attendance letter of a student in a lesson; empty when it was taken back."""

    lesson_id: int
    student_id: int
    letter: str
    version: int
    comment: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Everything a grid shows, and what whoever reads may write in it."""

    course: rosters.CourseInfo
    term: rosters.TermInfo
    terms: tuple[rosters.TermInfo, ...]
    today: date
    scale: tuple[str, ...]
    kinds: tuple[GridKind, ...]
    codes: tuple[GridCode, ...]
    students: tuple[GridStudent, ...]
    lessons: tuple[GridLesson, ...]
    marks: tuple[MarkCell, ...]
    letters: tuple[LetterCell, ...]
    teaches_today: bool


def grid(course_id: int, term_id: int | None = None, class_id: int | None = None) -> Grid:
    """The grid of a course in a term, by default the one that today is in; of one class's students if asked.

    Raises NotFound for an unknown course or term; Forbidden for who neither teaches the course, nor leads a
    class on it, nor reads everything. Who only leads a class sees the students of that class.
    """
    require(VIEW, VIEW_ALL)
    found = rosters.course_year(course_id)
    if found is None:
        raise NotFound(_("There is no such course."))
    term = _term(found, term_id)
    return read(found, term, term.starts, term.ends, class_id)


def lesson_grid(lesson_id: int) -> Grid:
    """The grid of a single lesson.

    Raises NotFound for an unknown lesson, Forbidden as `grid`.
    """
    require(VIEW, VIEW_ALL)
    place = (
        session().execute(select(Lesson.course_id, Lesson.day).where(Lesson.id == lesson_id)).one_or_none()
    )
    found = rosters.course_year(place.course_id) if place else None
    if place is None or found is None:
        raise NotFound(_("There is no such lesson."))
    whole = read(found, term_of(found, place.day), place.day, place.day, None)
    mine = tuple(lesson for lesson in whole.lessons if lesson.id == lesson_id)
    works = {work.id for lesson in mine for work in lesson.works}
    return replace(
        whole,
        lessons=mine,
        marks=tuple(cell for cell in whole.marks if cell.work_id in works),
        letters=tuple(cell for cell in whole.letters if cell.lesson_id == lesson_id),
    )


def _term(found: rosters.CourseYear, term_id: int | None) -> rosters.TermInfo:
    if term_id is None:
        return term_of(found, clock.today())
    for term in found.terms:
        if term.id == term_id:
            return term
    raise NotFound(_("There is no such term in this course."))


def term_of(found: rosters.CourseYear, day: date) -> rosters.TermInfo:
    """The term `day` is in, else the last that began before it, else the first; the year without terms."""
    begun = [term for term in found.terms if term.starts <= day]
    if begun:
        return begun[-1]
    if found.terms:
        return found.terms[0]
    return rosters.TermInfo(0, _("Year"), found.course.starts, found.course.ends)


def read(
    found: rosters.CourseYear, term: rosters.TermInfo, first: date, last: date, class_id: int | None
) -> Grid:
    """The grid of the days from `first` to `last`; raises Forbidden as `grid`."""
    course = found.course
    mine = reach(course.starts, course.ends)
    seats = _seats(course.id, mine, first, last, class_id)
    lessons = _lessons(course.id, mine, first, last)
    marks, letters = _cells(course.id, first, last, {seat.student_id for seat in seats})
    kinds, codes = remembered("journal.lists", _lists)
    return Grid(
        course,
        term,
        found.terms,
        clock.today(),
        found.scale or FIVE_POINT,
        kinds,
        codes,
        _students(seats, mine, lessons, marks),
        lessons,
        marks,
        letters,
        mine.teaches(course.id, clock.today()),
    )


def _seats(course_id: int, mine: Reach, first: date, last: date, class_id: int | None) -> list[rosters.Seat]:
    """The places on the course that whoever reads may see."""
    seats = rosters.students_of_course(course_id, first, last)
    if not mine.reads_course(course_id):
        led = mine.reads_classes()
        seats = [seat for seat in seats if seat.class_id in led]
        if not seats:
            raise Forbidden(_("You neither teach this course nor lead a class on it."))
    return [seat for seat in seats if class_id is None or seat.class_id == class_id]


def _lessons(course_id: int, mine: Reach, first: date, last: date) -> tuple[GridLesson, ...]:
    lessons: dict[int, Sequence[Any]] = {}
    works: dict[int, list[GridWork]] = {}
    values = {"course": course_id, "first": first, "last": last}
    rows: Sequence[Any] = session().execute(_lessons_of_course(), values).all()
    for row in rows:
        lessons[row[0]] = row[:7]
        works.setdefault(row[0], []).append(GridWork(*row[7:]))
    return tuple(
        GridLesson(number, tuple(works[number]), mine.teaches(course_id, told[1]), *told[1:])
        for number, told in lessons.items()
    )


@functools.cache
def _lessons_of_course() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Lesson.id,
            Lesson.day,
            Lesson.number,
            Lesson.topic,
            Lesson.homework,
            Lesson.homework_published_at,
            Lesson.version,
            Work.id,
            Work.kind_id,
            Work.weight,
            Work.title,
            Work.is_default,
        )
        .join(Work, Work.lesson_id == Lesson.id)
        .where(Lesson.course_id == bindparam("course"), Lesson.day.between(rosters.FIRST, rosters.LAST))
        .order_by(Lesson.day, Lesson.number, Work.is_default.desc(), Work.id)
    )


def _cells(
    course_id: int, first: date, last: date, students: set[int]
) -> tuple[tuple[MarkCell, ...], tuple[LetterCell, ...]]:
    """What stands in the cells of these students, in one statement."""
    found: tuple[list[MarkCell], list[LetterCell]] = ([], [])
    values = {"course": course_id, "first": first, "last": last}
    rows: Sequence[Any] = session().execute(_cells_of_course(), values).all()
    for is_mark, place, student, given, version, comment in rows:
        if student not in students:
            continue
        if is_mark:
            found[0].append(MarkCell(place, student, tuple(given), version, comment))
        else:
            found[1].append(LetterCell(place, student, given[0] or "", version, comment))
    return tuple(found[0]), tuple(found[1])


@functools.cache
def _cells_of_course() -> CompoundSelect[Any]:
    within = (Lesson.course_id == bindparam("course"), Lesson.day.between(rosters.FIRST, rosters.LAST))
    marks = (
        select(literal(True), Mark.work_id, Mark.student_id, Mark.marks, Mark.version, Mark.comment)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(*within)
    )
    letters = (
        select(
            literal(False),
            Attendance.lesson_id,
            Attendance.student_id,
            type_coerce(array([AttendanceCode.code]), ARRAY(String)),
            Attendance.version,
            Attendance.comment,
        )
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .outerjoin(AttendanceCode, AttendanceCode.id == Attendance.code_id)
        .where(*within)
    )
    return union_all(marks, letters)


def _lists() -> tuple[tuple[GridKind, ...], tuple[GridCode, ...]]:
    """The school's kinds of work and attendance letters, in one statement."""
    kind = func.json_build_array(WorkKind.id, WorkKind.name, WorkKind.short, WorkKind.weight)
    code = func.json_build_array(AttendanceCode.code, AttendanceCode.title, AttendanceCode.counts_as_absence)
    kinds = select(func.json_agg(aggregate_order_by(kind, WorkKind.position, WorkKind.id)))
    codes = select(func.json_agg(aggregate_order_by(code, AttendanceCode.id)))
    row: Any = session().execute(select(kinds.scalar_subquery(), codes.scalar_subquery())).one()
    return (
        tuple(GridKind(at, name, short, Decimal(str(weight))) for at, name, short, weight in row[0] or ()),
        tuple(GridCode(*values) for values in row[1] or ()),
    )


def _students(
    seats: Sequence[rosters.Seat],
    mine: Reach,
    lessons: Sequence[GridLesson],
    marks: Sequence[MarkCell],
) -> tuple[GridStudent, ...]:
    """One row a student, with averages over the marks shown."""
    weights = {work.id: work.weight for lesson in lessons for work in lesson.works}
    weighted: dict[int, list[tuple[str, Decimal]]] = {}
    for cell in marks:
        given = weighted.setdefault(cell.student_id, [])
        given.extend((mark, weights[cell.work_id]) for mark in cell.marks)
    led = mine.reads_classes()
    spans: dict[int, list[rosters.Seat]] = {}
    for seat in seats:
        spans.setdefault(seat.student_id, []).append(seat)
    return tuple(
        GridStudent(
            number,
            held[0].surname,
            held[0].first_name,
            held[-1].class_id,
            tuple((seat.starts, seat.ends) for seat in held),
            held[-1].class_id in led,
            average(weighted.get(number, ())),
            average((mark, Decimal(1)) for mark, _weight in weighted.get(number, ())),
        )
        for number, held in spans.items()
    )
