"""The requests that are measured, on the demonstration school."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from parta.accounts.models import User
from parta.accounts.services import codes, sessions
from parta.kernel import access, clock, directory, signing
from parta.kernel.context import School
from parta.kernel.db import Database
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.client import Request

SLUG = "demo-school"


@dataclass(frozen=True)
class Cells:
    """Thirty marks of a lesson, other ones each turn; each lane has a lesson of its own.

    `lanes` are lessons, `students` who gets the marks, `standing` the version and text in each cell of a lane
    so far: a text that stands already would change nothing, and no version.
    """

    lanes: tuple[int, ...]
    students: tuple[int, ...]
    standing: tuple[dict[int, tuple[int, str]], ...]

    def at(self, lane: int, turn: int) -> str:
        """The batch of the turn-th save in a lane: every save makes each version one greater."""
        return json.dumps({"entries": [self._entry(lane, turn, student) for student in self.students]})

    def _entry(self, lane: int, turn: int, student: int) -> dict[str, object]:
        version, text = self.standing[lane].get(student, (0, ""))
        return {
            "id": str(uuid4()),
            "lesson_id": self.lanes[lane],
            "student_id": student,
            "text": ("45" if text == "5" else "54")[turn % 2],
            "mark_version": version + turn,
        }


class Visitor:
    """Somebody signed in to the demonstration school."""

    def __init__(self, database: Database, school: School, person_id: int) -> None:
        with database.enter(school) as unit, access.acting(access.SYSTEM):
            user = unit.session.scalars(select(User).where(User.person_id == person_id)).one_or_none()
            user = user or codes.add_user(person_id, f"bench{person_id}", "a password of the bench")
            token = sessions.start(user.id, address="127.0.0.1", agent="bench")
            csrf = signing.digest("csrf", token)
        self.headers = {
            "Cookie": f"parta_session_{school.id}={token}",
            "X-CSRF-Token": csrf,
            "Accept-Language": "ru",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
        }


FULL_GRID = """
select l.course_id, t.id as term_id, min(tg.person_id) as teacher_id
from journal_lesson l join school_course c on c.id = l.course_id
join school_class k on k.id = c.class_id
join school_term t on t.year_id = c.year_id and t.scheme = k.scheme and l.day between t.starts and t.ends
join people_teaching tg on tg.course_id = c.id
group by l.course_id, t.id order by abs(count(distinct l.id) - 40), l.course_id limit 1
"""
LESSONS = (
    "select id from journal_lesson where course_id = :course and day <= :today order by day desc limit 9"
)
STUDENTS = """
select e.student_id from people_enrolment e join school_course c on c.class_id = e.class_id
where c.id = :course order by e.student_id limit 30
"""
STANDING = """
select w.lesson_id, m.student_id, m.version, array_to_string(m.marks, '/')
from journal_mark m join journal_work w on w.id = m.work_id
where w.is_default and w.lesson_id = any(:lessons)
"""
REFUSALS = (b'"refused"', b'"conflict"')
PARENT = "select person_id from accounts_user where login = 'parent'"


def all_of(database: Database, port: int) -> dict[str, Request]:
    """Every request measured, by the name of its page."""
    with database.directory() as connection:
        school = directory.find_by_slug(connection, SLUG)
    assert school is not None
    with database.enter(school) as unit:
        ask = unit.session.execute
        course = ask(text(FULL_GRID)).one()
        parent = ask(text(PARENT)).scalar_one()
        students = tuple(ask(text(STUDENTS), {"course": course.course_id}).scalars())
        values = {"course": course.course_id, "today": clock.today()}
        lessons = tuple(ask(text(LESSONS), values).scalars())
        standing = _standing(unit.session, lessons)
    teacher = Visitor(database, school, course.teacher_id).headers
    family = Visitor(database, school, parent).headers
    cells = Cells(lessons, students, standing)
    grid = f"/journal/courses/{course.course_id}?term={course.term_id}"
    return {
        "sign-in page": Request(port, "/sign-in", headers={"Accept-Encoding": "gzip"}),
        "home": Request(port, "/", headers=teacher),
        "diary week": Request(port, "/journal/diary", headers=family),
        "journal grid 30 × 40": Request(port, grid, headers=teacher),
        "saving 30 marks": Request(
            port,
            "/api/v1/journal/cells",
            "POST",
            {**teacher, "Accept-Encoding": "identity"},
            cells,
            wrong=REFUSALS,
        ),
    }


def _standing(session: Session, lessons: tuple[int, ...]) -> tuple[dict[int, tuple[int, str]], ...]:
    """What stands in the cells of each lesson."""
    found: dict[int, dict[int, tuple[int, str]]] = {lesson: {} for lesson in lessons}
    for lesson, student, version, marks in session.execute(text(STANDING), {"lessons": list(lessons)}):
        found[lesson][student] = version, marks
    return tuple(found.values())


def count_statements(app: Flask, database: Database, request: Request, counted: Callable[..., Any]) -> int:
    """How many SQL statements a request takes besides finding and entering the school, caches warm."""
    client = app.test_client(use_cookies=False)
    values = {"method": request.method, "headers": request.headers}
    client.open(request.path, data=request.body.at(0, 0) or None, **values)
    with counted(database.engine()) as seen:
        answer = client.open(request.path, data=request.body.at(0, 1) or None, **values)
    assert answer.status_code == request.expected, answer.text[:500]
    return len(seen)
