"""The structure of the demonstration school, entered through the services: year, terms, subjects, classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from parta.demo import curriculum
from parta.demo.plan import DemoPlan
from parta.school.services import classes, profile, subjects, years
from parta.school.services.profile import ProfileValues
from parta.school.services.years import TermDates


@dataclass(slots=True)
class ClassPlan:
    """A class with its students; `groups` are the study groups of each subject that divides it."""

    id: int
    grade: int
    title: str
    students: list[int] = field(default_factory=list)
    groups: dict[str, list[int]] = field(default_factory=dict)


def build(plan: DemoPlan, name: str) -> tuple[list[ClassPlan], dict[str, int]]:
    """Enter profile, year, terms, subjects, classes, study groups; returns classes and subjects' numbers."""
    profile.save(ProfileValues(name, name, "ул. Школьная, 1", 5, ("5", "4", "3", "2", "1")))
    year = plan.first_year
    plan.year_id = years.add_year(f"{year}/{(year + 1) % 100:02d}", date(year, 9, 1), date(year + 1, 8, 31))
    for scheme, terms in (("quarters", plan.quarters), ("half_years", plan.half_years)):
        years.set_terms(plan.year_id, scheme, [TermDates(t.name, t.starts, t.ends) for t in terms])
    grades = curriculum.grades(max(1, round(plan.students / plan.class_size)))
    taught = sorted({subject for grade in set(grades) for subject in curriculum.BY_GRADE[grade]})
    numbers = {subject: subjects.save(subject, curriculum.SHORT.get(subject, "")) for subject in taught}
    return [_class(plan, grade, numbers, grades[:i].count(grade)) for i, grade in enumerate(grades)], numbers


def _class(plan: DemoPlan, grade: int, numbers: dict[str, int], before: int) -> ClassPlan:
    letter = _letter(before)
    scheme = "half_years" if grade >= 10 else "quarters"
    made = ClassPlan(classes.add_class(plan.year_id, grade, letter, scheme), grade, f"{grade}{letter}")
    if grade >= curriculum.GROUPED_FROM_GRADE:
        for subject in curriculum.GROUPED:
            made.groups[subject] = [
                classes.add_group(plan.year_id, numbers[subject], f"{made.title}, группа {n}") for n in (1, 2)
            ]
    return made


def _letter(before: int) -> str:
    """А, Б, В … and, in a very large school, А1, Б1 …"""
    round_, place = divmod(before, len(curriculum.LETTERS))
    return curriculum.LETTERS[place] + (str(round_) if round_ else "")


def add_courses(
    made: list[ClassPlan], numbers: dict[str, int]
) -> list[tuple[int, ClassPlan, str, int | None]]:
    """Enter the courses of every class: course, class, subject, study group."""
    found = []
    for school_class in made:
        for subject, hours in curriculum.BY_GRADE[school_class.grade].items():
            groups: list[int | None] = [*school_class.groups.get(subject, ())] or [None]
            for group in groups:
                learners = {"group_id": group} if group else {"class_id": school_class.id}
                course = classes.add_course(numbers[subject], Decimal(hours), **learners)
                found.append((course, school_class, subject, group))
    return found
