"""Lessons, marks, absences and homework of the demonstration school, up to today.

Written in bulk, course by course, because that is a hundred times quicker than cell by cell.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from parta.toolkit import as_table, session
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, Numeric, Text, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from parta_journal.demo import texts
from parta_journal.models import Attendance, AttendanceCode, Lesson, Mark, Work, WorkKind
from parta_journal.services import catalogue

LESSONS: dict[str, Any] = {
    "day": Date,
    "number": Integer,
    "topic": Text,
    "homework": Text,
    "homework_published_at": DateTime(timezone=True),
}
WORKS: dict[str, Any] = {
    "lesson_id": BigInteger,
    "kind_id": BigInteger,
    "weight": Numeric,
    "title": Text,
    "is_default": Boolean,
}
MARKS: dict[str, Any] = {
    "work_id": BigInteger,
    "student_id": BigInteger,
    "marks": ARRAY(Text),
    "comment": Text,
    "set_at": DateTime(timezone=True),
}
ABSENCES: dict[str, Any] = {
    "lesson_id": BigInteger,
    "student_id": BigInteger,
    "code_id": BigInteger,
    "set_at": DateTime(timezone=True),
}
SETTLED_TODAY = 3
LESSONS_BETWEEN_TESTS = 9


@dataclass(slots=True)
class _Filling:
    """What the whole school has in common."""

    rng: random.Random
    today: date
    ability: Mapping[int, float]
    kinds: Mapping[str, tuple[int, Decimal]]
    codes: Mapping[str, int]
    first_kind: tuple[int, Decimal]
    ill: dict[int, set[date]] = field(default_factory=dict)


@dataclass(slots=True)
class _Meeting:
    """A lesson of a course with what happens in it."""

    id: int
    day: date
    number: int
    index: int
    absent: dict[int, str] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When the teacher wrote it down."""
        return datetime.combine(self.day, time(11, 20), UTC) + timedelta(minutes=7 * self.number)


def fill(plan: Any) -> None:
    """Fill the school that `plan` (the demonstration's) describes."""
    plan.say("journal")
    catalogue.seed()
    found: Sequence[Any] = (
        session()
        .execute(select(WorkKind.name, WorkKind.id, WorkKind.weight).order_by(WorkKind.position))
        .all()
    )
    kinds = {name: (number, weight) for name, number, weight in found}
    codes = dict(session().execute(select(AttendanceCode.code, AttendanceCode.id)).all())
    filling = _Filling(plan.rng, plan.today, plan.ability, kinds, codes, next(iter(kinds.values())))
    days = [day for day in plan.days() if day <= plan.today]
    for student in sorted(plan.ability):
        filling.ill[student] = _illness(plan.rng, days)
    for course in plan.courses:
        _fill_course(filling, course, plan.meetings(course))


def _illness(rng: random.Random, days: Sequence[date]) -> set[date]:
    """The days a student is ill: now and then some days in a row."""
    ill: set[date] = set()
    for start in range(len(days)):
        if rng.random() < 0.012:
            ill.update(days[start : start + rng.randint(2, 6)])
    return ill


def _fill_course(filling: _Filling, course: Any, meetings: Sequence[tuple[date, int]]) -> None:
    held = _lessons(filling, course, meetings)
    done = [meeting for meeting in held if _is_done(filling, meeting)]
    _absences(filling, course, done)
    _marks(filling, course, held, done)


def _is_done(filling: _Filling, meeting: _Meeting) -> bool:
    """Whether the teacher has written the lesson up: those before today, and today's first ones."""
    return meeting.day < filling.today or (meeting.day == filling.today and meeting.number <= SETTLED_TODAY)


def _lessons(filling: _Filling, course: Any, meetings: Sequence[tuple[date, int]]) -> list[_Meeting]:
    rows = []
    for index, (day, number) in enumerate(meetings):
        meeting = _Meeting(0, day, number, index)
        done = _is_done(filling, meeting) and filling.rng.random() < 0.98
        homework, published = _homework(filling.rng, course, meeting) if done else ("", None)
        rows.append(
            {
                "day": day,
                "number": number,
                "topic": _topic(course.subject, index, len(meetings)) if done else "",
                "homework": homework,
                "homework_published_at": published,
            }
        )
    table = as_table("lessons", LESSONS, rows)
    values = {
        "course_id": literal(course.id, BigInteger),
        **{name: table.c[name] for name in LESSONS},
        "version": literal(1, Integer),
    }
    statement = insert(Lesson).from_select(list(values), select(*values.values()))
    made: Sequence[Any] = session().execute(statement.returning(Lesson.id, Lesson.day, Lesson.number)).all()
    ordered = sorted(made, key=lambda row: (row.day, row.number))
    return [_Meeting(row.id, row.day, row.number, index) for index, row in enumerate(ordered)]


def _topic(subject: str, index: int, count: int) -> str:
    """Topics follow each other; one lasts several lessons when there are more lessons than topics."""
    topics = texts.TOPICS.get(subject, texts.TOPICS_OF_OTHERS)
    return topics[index * len(topics) // max(count, len(topics))]


def _homework(rng: random.Random, course: Any, meeting: _Meeting) -> tuple[str, datetime | None]:
    if course.subject in texts.NO_HOMEWORK or course.grade == 1:
        return "", meeting.at
    if rng.random() < 0.06:
        return "", None
    form = rng.choice(texts.HOMEWORK.get(course.subject, texts.HOMEWORK_OF_OTHERS))
    page = 8 + meeting.index * 2
    exercise = 20 + meeting.index * 7 + rng.randint(0, 5)
    paragraph = 1 + meeting.index // 2
    text = form.format(
        p=page,
        q=page + rng.randint(1, 3),
        n=exercise,
        m=exercise + rng.randint(1, 4),
        a=paragraph,
        b=paragraph + 1,
    )
    return text, meeting.at


def _absences(filling: _Filling, course: Any, done: Sequence[_Meeting]) -> None:
    rng, rows = filling.rng, []
    for meeting in done:
        for student in course.students:
            letter = _letter(rng, filling.ill[student], meeting.day)
            if letter:
                meeting.absent[student] = letter
                rows.append(
                    {
                        "lesson_id": meeting.id,
                        "student_id": student,
                        "code_id": filling.codes[letter],
                        "set_at": meeting.at,
                    }
                )
    _write_cells(Attendance, ABSENCES, rows, course.teacher_id, {"comment": literal("", Text)})


def _letter(rng: random.Random, ill: set[date], day: date) -> str:
    if day in ill:
        return "Б"
    drawn = rng.random()
    return "Н" if drawn < 0.008 else "О" if drawn < 0.015 else "У" if drawn < 0.018 else ""


def _marks(filling: _Filling, course: Any, held: Sequence[_Meeting], done: Sequence[_Meeting]) -> None:
    """Every lesson has its work; in some a test is written or homework is marked."""
    written = {meeting.id for meeting in done if course.grade > 1}
    works = [
        work for meeting in held for work in _works(filling, course, meeting, is_done=meeting.id in written)
    ]
    rows = [{"lesson_id": meeting.id, **values} for meeting, values, _share in works]
    numbers = _write_works(rows)
    marks = []
    for meeting, values, share in works:
        work_id = numbers[meeting.id, values["kind_id"]]
        for student in course.students:
            present = meeting.absent.get(student) in {None, "О"}
            if present and filling.rng.random() < share:
                marks.append(_mark(filling, course, meeting, work_id, student))
    _write_cells(Mark, MARKS, marks, course.teacher_id, {})


def _works(
    filling: _Filling, course: Any, meeting: _Meeting, *, is_done: bool
) -> list[tuple[_Meeting, dict[str, Any], float]]:
    """The works of a lesson, each with the share of those present who get a mark for it."""
    rng, first = filling.rng, filling.first_kind
    kind, share, title = first, 0.0, ""
    others = []
    if is_done:
        share = min(0.3, 0.5 / course.hours + 0.1)
        if meeting.index % LESSONS_BETWEEN_TESTS == LESSONS_BETWEEN_TESTS - 1:
            kind = filling.kinds.get(texts.TESTS.get(course.subject, texts.TEST_OF_OTHERS), first)
            share, title = 0.97, _topic(course.subject, meeting.index, meeting.index + 1)
        elif rng.random() < 0.2:
            kind = filling.kinds.get("Ответ на уроке", first)
        if rng.random() < 0.12 and course.subject not in texts.NO_HOMEWORK:
            others.append((meeting, _work(filling.kinds.get("Домашняя работа", first), "", False), 0.4))
    return [(meeting, _work(kind, title, True), share), *others]


def _work(kind: tuple[int, Decimal], title: str, is_default: bool) -> dict[str, Any]:
    return {"kind_id": kind[0], "weight": str(kind[1]), "title": title, "is_default": is_default}


def _mark(filling: _Filling, course: Any, meeting: _Meeting, work_id: int, student: int) -> dict[str, Any]:
    rng = filling.rng
    likely = 2.7 + 2.3 * filling.ability[student] + (0.7 if course.subject in texts.EASY else 0)
    value = min(5, max(2, round(rng.gauss(likely, 0.55))))
    marks = [str(value)]
    if course.subject == "Русский язык" and rng.random() < 0.06:
        marks.append(str(max(2, value - rng.randint(0, 1))))
    comment = rng.choice(texts.COMMENTS) if rng.random() < 0.01 else ""
    return {
        "work_id": work_id,
        "student_id": student,
        "marks": marks,
        "comment": comment,
        "set_at": meeting.at,
    }


def _write_works(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], int]:
    table = as_table("works", WORKS, rows)
    statement = insert(Work).from_select(list(WORKS), select(*(table.c[name] for name in WORKS)))
    made: Sequence[Any] = session().execute(statement.returning(Work.lesson_id, Work.kind_id, Work.id)).all()
    return {(lesson, kind): number for lesson, kind, number in made}


def _write_cells(
    table: type[Mark | Attendance],
    types: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    teacher_id: int,
    more: Mapping[str, Any],
) -> None:
    given = as_table("cells", types, rows)
    values = {
        **{name: given.c[name] for name in types},
        "version": literal(1, Integer),
        "set_by": literal(teacher_id, BigInteger),
        **more,
    }
    session().execute(insert(table).from_select(list(values), select(*values.values())))
