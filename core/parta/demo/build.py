"""Puts the demonstration school together, and gives it its accounts."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from parta.accounts.models import RoleGrant
from parta.accounts.services import codes
from parta.demo import curriculum, people, structure, timetable
from parta.demo.people import Family
from parta.demo.plan import CoursePlan, DemoPlan, Progress
from parta.demo.structure import ClassPlan
from parta.kernel import clock, context, modules, options

PASSWORD = "parta-demo"
LOGINS = ("admin", "director", "deputy", "homeroom", "teacher", "student", "parent")
OFFICE = (
    ("director", "f", "директор", "director"),
    ("admin", "m", "учитель информатики, администратор системы", "administrator"),
    ("deputy", "f", "заместитель директора по УВР", "deputy"),
    ("", "f", "секретарь учебной части", "secretary"),
    ("", "f", "педагог-психолог", "psychologist"),
    ("", "f", "социальный педагог", "psychologist"),
)
SHOWN_GRADE = 7


@dataclass(slots=True)
class _Staff:
    """Those who teach, and how many hours each has got so far."""

    ids: list[int]
    hours: dict[int, int]


def build(plan: DemoPlan, name: str, say: Progress) -> None:
    """Fill the empty school entered, in this unit of work."""
    plan.say = say
    say("structure")
    classes, subjects = structure.build(plan, name)
    say("people")
    office = _office(plan)
    _students(plan, classes)
    courses = structure.add_courses(classes, subjects)
    _teachers(plan, classes, courses, office)
    timetable.place(plan.courses, plan.rng)
    say("accounts")
    _accounts(plan, classes, office)
    options.set_settings({"core.demo": True})
    modules.hooks().all_or_nothing("demo_data", school=context.school(), plan=plan)


def _office(plan: DemoPlan) -> dict[str, int]:
    """Leaders and office; returns the persons who get an account, by login."""
    rows = [
        people.staff_member(plan.rng, sex, 100 + i)
        for i, (_login, sex, _position, _role) in enumerate(OFFICE)
    ]
    numbers = people.add_persons(rows)
    people.add_staff([(number, made[2]) for number, made in zip(numbers, OFFICE, strict=True)])
    for number, (_login, _sex, _position, role) in zip(numbers, OFFICE, strict=True):
        context.session().add(RoleGrant(person_id=number, role=role, granted_at=clock.now()))
    return {made[0]: number for number, made in zip(numbers, OFFICE, strict=True) if made[0]}


def _students(plan: DemoPlan, classes: list[ClassPlan]) -> None:
    rng, first_day = plan.rng, plan.quarters[0].starts
    families: list[tuple[Family, list[tuple[dict[str, object], ClassPlan]]]] = []
    for place in range(plan.students):
        school_class = classes[place % len(classes)]
        known = families and rng.random() < people.SIBLINGS
        index = rng.randrange(len(families)) if known else len(families)
        if index == len(families):
            families.append((people.family(rng, 1000 + 2 * index), []))
        values = people.child(rng, families[index][0], school_class.grade, plan.first_year)
        families[index][1].append((values, school_class))
    parents = people.add_persons([values for home, _children in families for values, _kind in home.parents])
    children = people.add_persons([values for _home, born in families for values, _class in born])
    people.add_students(children)
    waiting, guardians = iter(parents), []
    numbers = iter(children)
    for home, born in families:
        relations = [(next(waiting), kind) for _values, kind in home.parents]
        for _values, school_class in born:
            student = next(numbers)
            school_class.students.append(student)
            guardians += [(guardian, student, kind) for guardian, kind in relations]
    people.add_guardians(guardians)
    people.enrol([(student, made.id) for made in classes for student in made.students], first_day)
    plan.ability = {student: min(1.0, max(0.0, rng.gauss(0.62, 0.19))) for student in children}
    _divide(plan, classes)


def _divide(plan: DemoPlan, classes: list[ClassPlan]) -> None:
    """Half of each divided class to each study group."""
    pairs = []
    for made in classes:
        for groups in made.groups.values():
            half = (len(made.students) + 1) // 2
            pairs += [(student, groups[i // half]) for i, student in enumerate(made.students)]
    if pairs:
        people.join(pairs, plan.quarters[0].starts)


def _teachers(
    plan: DemoPlan,
    classes: list[ClassPlan],
    courses: list[tuple[int, ClassPlan, str, int | None]],
    office: dict[str, int],
) -> None:
    """Teachers enough for the load, each class's subjects of one field with one teacher."""
    bundles: dict[tuple[int, int, int], list[tuple[int, ClassPlan, str, int | None]]] = defaultdict(list)
    for course, made, subject, group in courses:
        parallel = made.groups[subject].index(group) if group else 0
        bundles[_field(made, subject), made.id, parallel].append((course, made, subject, group))
    staff = {field: _Staff([], {}) for field, _class, _parallel in bundles}
    number = 200
    for (field, _class, _parallel), bundle in sorted(bundles.items(), key=lambda item: item[0]):
        hours = sum(curriculum.BY_GRADE[made.grade][subject] for _course, made, subject, _group in bundle)
        teacher = min(staff[field].ids, key=lambda who: staff[field].hours[who], default=None)
        if teacher is None or staff[field].hours[teacher] + hours > curriculum.LOAD:
            teacher = _hire(plan, field, number)
            number += 1
            staff[field].ids.append(teacher)
            staff[field].hours[teacher] = 0
        staff[field].hours[teacher] += hours
        plan.courses += [_course(*entry, teacher) for entry in bundle]
    first_day = plan.quarters[0].starts
    people.teach([(course.teacher_id, course.id) for course in plan.courses], first_day)
    _lead(plan, classes)


def _field(made: ClassPlan, subject: str) -> int:
    """Which kind of teacher: a class's own in primary school (below 0), else the specialists' field."""
    if made.grade <= curriculum.LAST_PRIMARY_GRADE and subject in curriculum.OF_CLASS_TEACHER:
        return -made.id
    return next(i for i, field in enumerate(curriculum.SPECIALISTS) if subject in field)


def _hire(plan: DemoPlan, field: int, number: int) -> int:
    sex = "m" if plan.rng.random() < 0.2 else "f"
    teaches = "начальных классов" if field < 0 else f"({curriculum.SPECIALISTS[field][0].lower()})"
    teacher = people.add_persons([people.staff_member(plan.rng, sex, number)])[0]
    people.add_staff([(teacher, f"учитель {teaches}")])
    return teacher


def _course(course: int, made: ClassPlan, subject: str, group: int | None, teacher: int) -> CoursePlan:
    students = made.students
    if group is not None:
        half = (len(students) + 1) // 2
        first = made.groups[subject].index(group) * half
        students = students[first : first + half]
    hours = curriculum.BY_GRADE[made.grade][subject]
    return CoursePlan(course, subject, hours, made.grade, made.id, group, teacher, list(students))


def _lead(plan: DemoPlan, classes: list[ClassPlan]) -> None:
    """Every class gets a homeroom teacher who teaches it and leads no other."""
    for made in classes:
        teaching: dict[int, int] = defaultdict(int)
        for course in plan.courses:
            if course.class_id == made.id:
                teaching[course.teacher_id] += course.hours
        free = [who for who in teaching if who not in plan.homeroom.values()] or list(teaching)
        plan.homeroom[made.id] = max(free, key=lambda who: teaching[who])
    people.lead([(who, class_id) for class_id, who in plan.homeroom.items()], plan.quarters[0].starts)


def _accounts(plan: DemoPlan, classes: list[ClassPlan], office: dict[str, int]) -> None:
    """An account of each kind; the student is in the homeroom teacher's class, the parent has that child."""
    shown = min(classes, key=lambda made: abs(made.grade - SHOWN_GRADE))
    homeroom = plan.homeroom[shown.id]
    teacher = next(
        (
            course.teacher_id
            for course in plan.courses
            if course.class_id == shown.id and course.teacher_id != homeroom
        ),
        homeroom,
    )
    student = _student_with_brothers(shown)
    parent = context.session().scalars(people.guardian_of(student)).one()
    chosen = {**office, "homeroom": homeroom, "teacher": teacher, "student": student, "parent": parent}
    for login in LOGINS:
        codes.add_user(chosen[login], login, PASSWORD)


def _student_with_brothers(shown: ClassPlan) -> int:
    """A student of the class whose guardian has another child at the school, if there is one."""
    found = context.session().scalars(people.with_siblings(shown.students)).first()
    return found or shown.students[0]


def plan(students: int, class_size: int, seed: int) -> DemoPlan:
    """The plan for so many students, the same for the same seed and day."""
    return DemoPlan(random.Random(seed), students, clock.today(), class_size)
