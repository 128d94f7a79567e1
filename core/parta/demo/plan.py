"""What the demonstration school is to be: how large, from which chance, on which days, with which courses."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

Slot = tuple[int, int]
Progress = Callable[[str], None]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TermPlan:
    """A term with its first and last day."""

    name: str
    starts: date
    ends: date


@dataclass(slots=True)
class CoursePlan:
    """A course, who teaches and who learns; `slots` are its weekdays (Monday 0) and numbers in the day."""

    id: int
    subject: str
    hours: int
    grade: int
    class_id: int
    group_id: int | None
    teacher_id: int
    students: list[int]
    slots: list[Slot] = field(default_factory=list)


@dataclass(slots=True)
class DemoPlan:
    """Handed to the `demo_data` hook: everything that a plugin needs to fill the school believably.

    `rng` is the one source of chance, `class_size` how many students a class has, `ability` how well each
    student learns (0 to 1), `homeroom` who leads each class, by the class's id; `say` tells whoever waits
    what is being done.
    """

    rng: random.Random
    students: int
    today: date
    class_size: int = 25
    year_id: int = 0
    courses: list[CoursePlan] = field(default_factory=list)
    ability: dict[int, float] = field(default_factory=dict)
    homeroom: dict[int, int] = field(default_factory=dict)
    say: Progress = field(default=lambda text: None)

    @property
    def first_year(self) -> int:
        """The calendar year in which the academic year begins."""
        return self.today.year if self.today.month >= 9 else self.today.year - 1

    @property
    def quarters(self) -> list[TermPlan]:
        """The four quarters, with the usual holidays between them."""
        year = self.first_year
        return [
            TermPlan("I четверть", date(year, 9, 1), date(year, 10, 25)),
            TermPlan("II четверть", date(year, 11, 3), date(year, 12, 30)),
            TermPlan("III четверть", date(year + 1, 1, 12), date(year + 1, 3, 22)),
            TermPlan("IV четверть", date(year + 1, 3, 31), date(year + 1, 5, 26)),
        ]

    @property
    def half_years(self) -> list[TermPlan]:
        """The two half-years, for grades 10 and 11."""
        first, second, third, fourth = self.quarters
        return [
            TermPlan("I полугодие", first.starts, second.ends),
            TermPlan("II полугодие", third.starts, fourth.ends),
        ]

    @property
    def last_day(self) -> date:
        """The last day on which lessons are entered: the Saturday of this week."""
        return self.today + timedelta(days=5 - min(self.today.weekday(), 5))

    def days(self) -> list[date]:
        """The school days from the year's first to this week's last."""
        found = []
        for term in self.quarters:
            day = term.starts
            while day <= min(term.ends, self.last_day):
                if day.weekday() < 5 and (day.month, day.day) != (11, 4):
                    found.append(day)
                day += ONE_DAY
        return found

    def meetings(self, course: CoursePlan) -> list[tuple[date, int]]:
        """When the course meets: days with the number in the day, in order."""
        return [
            (day, number)
            for day in self.days()
            for weekday, number in sorted(course.slots)
            if weekday == day.weekday()
        ]
