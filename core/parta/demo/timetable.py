"""A weekly timetable for the demonstration school: no gaps for a class, few clashes for a teacher."""

from __future__ import annotations

import random
from collections import defaultdict

from parta.demo.plan import CoursePlan, Slot

DAYS = 5


class _Unit:
    """What a class has at one time: one course, or the groups of one subject side by side."""

    def __init__(self, courses: list[CoursePlan]) -> None:
        self.courses = courses
        self.left = courses[0].hours
        self.days: set[int] = set()


def place(courses: list[CoursePlan], rng: random.Random) -> None:
    """Give every course its slots."""
    busy: dict[Slot, set[int]] = defaultdict(set)
    by_class: dict[int, dict[str, list[CoursePlan]]] = defaultdict(lambda: defaultdict(list))
    for course in courses:
        by_class[course.class_id][course.subject].append(course)
    for subjects in by_class.values():
        _place_class([_Unit(parallel) for parallel in subjects.values()], busy, rng)


def _place_class(units: list[_Unit], busy: dict[Slot, set[int]], rng: random.Random) -> None:
    total = sum(unit.left for unit in units)
    for day in range(DAYS):
        for number in range(1, total // DAYS + (day < total % DAYS) + 1):
            unit = _choose(units, (day, number), busy, rng)
            unit.left -= 1
            unit.days.add(day)
            for course in unit.courses:
                course.slots.append((day, number))
                busy[day, number].add(course.teacher_id)


def _choose(units: list[_Unit], slot: Slot, busy: dict[Slot, set[int]], rng: random.Random) -> _Unit:
    """The most urgent unit that fits; one that does not when nothing does."""
    open_units = [unit for unit in units if unit.left]

    def fitness(unit: _Unit) -> tuple[int, float]:
        free = all(course.teacher_id not in busy[slot] for course in unit.courses)
        fresh = slot[0] not in unit.days
        return 2 * free + fresh, unit.left / (DAYS - slot[0]) + rng.random() / 10

    return max(open_units, key=fitness)
