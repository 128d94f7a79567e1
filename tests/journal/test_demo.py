"""The demonstration's journal is believable and comes quickly."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from parta.kernel import modules
from parta_journal.models import Attendance, Lesson, Mark, Work
from sqlalchemy import func, select

from tests.journal.conftest import FIRST, TODAY


@dataclass
class Course:
    id: int
    subject: str
    hours: int
    grade: int
    teacher_id: int
    students: list


@dataclass
class Plan:
    """As much of the demonstration's plan as the journal uses."""

    courses: list
    ability: dict
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    today: object = TODAY
    said: list = field(default_factory=list)

    def say(self, text):
        self.said.append(text)

    def days(self):
        return [day for n in range(107) if (day := FIRST + timedelta(days=n)).weekday() < 5]

    def meetings(self, course):
        return [(day, 8) for day in self.days()]


def count(unit, query):
    return unit.session.scalar(select(func.count()).select_from(query.subquery()))


def test_demo_data_hook(world, unit):
    course = Course(world.course, "Русский язык", 5, 5, world.teacher, world.students)
    plan = Plan([course], dict.fromkeys(world.students, 0.6))
    modules.hooks().all_or_nothing("demo_data", school=unit.school, plan=plan)
    mine = select(Lesson).where(Lesson.number == 8)
    past, later = Lesson.day < TODAY, Lesson.day > TODAY
    assert count(unit, mine) == len(plan.days())
    assert count(unit, mine.where(past, Lesson.topic != "")) > 50
    assert count(unit, mine.where(past, Lesson.homework != "")) > 50
    assert count(unit, mine.where(later, Lesson.topic != "")) == 0
    assert count(unit, select(Work).where(Work.is_default)) == len(plan.days()) + 2
    marks = select(Mark.marks).join(Work, Work.id == Mark.work_id).join(Lesson, Lesson.id == Work.lesson_id)
    assert count(unit, marks) > 40
    assert count(unit, marks.where(Lesson.day >= TODAY)) == 0
    given = {mark for row in unit.session.scalars(marks) for mark in row}
    assert given <= {"2", "3", "4", "5"}
    assert len(given) >= 3
    assert 0 < count(unit, select(Attendance)) < count(unit, mine) * 2
