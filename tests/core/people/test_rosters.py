"""Who studies and teaches where, on which days (A15, A17, T2)."""

from datetime import date
from decimal import Decimal

import pytest
from parta.people.services import persons, places, rosters
from parta.people.services.persons import PersonValues
from parta.school.services import classes, profile, subjects, years
from parta.school.services.years import TermDates

FIRST, LAST = date(2026, 9, 1), date(2027, 5, 31)
HALVES = [
    TermDates("I полугодие", FIRST, date(2026, 12, 30)),
    TermDates("II полугодие", date(2027, 1, 11), LAST),
]
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def year(unit):
    number = years.add_year("2026/27", FIRST, LAST)
    years.set_terms(number, "half_years", HALVES)
    return number


@pytest.fixture
def class_10a(year):
    return classes.add_class(year, 10, "А", "half_years")


@pytest.fixture
def english(unit):
    return subjects.save("Английский язык")


@pytest.fixture
def students(class_10a):
    made = [persons.add_student(PersonValues(surname, "Яна")) for surname in ("Ёлкина", "Белова", "Жукова")]
    for student in made:
        places.enrol(student, class_10a, FIRST)
    return made


@pytest.fixture
def group(year, english, students):
    number = classes.add_group(year, english, "Группа 1")
    places.join_group(students[0], number, OCTOBER)
    return number


def test_a17_a_course_of_a_class_lists_its_students_by_name_with_their_days(class_10a, students):
    course = classes.add_course(subjects.save("Физика"), Decimal(2), class_id=class_10a)
    places.leave(students[1], OCTOBER)
    seats = rosters.students_of_course(course, FIRST, LAST)
    assert [(s.surname, s.ends) for s in seats] == [("Белова", OCTOBER), ("Ёлкина", None), ("Жукова", None)]
    assert not seats[0].holds(date(2026, 10, 2))
    assert [s.surname for s in rosters.students_of_course(course, date(2026, 10, 2), LAST)] == [
        "Ёлкина",
        "Жукова",
    ]


def test_t2_a_course_of_a_study_group_lists_its_members_with_the_class_each_is_in(
    english, group, class_10a, students
):
    course = classes.add_course(english, Decimal(3), group_id=group)
    (seat,) = rosters.students_of_course(course, FIRST, LAST)
    assert (seat.student_id, seat.class_id, seat.starts) == (students[0], class_10a, OCTOBER)
    assert rosters.students_of_course(course, FIRST, date(2026, 9, 30)) == []
    assert rosters.students_of_courses([], FIRST, LAST) == []


def test_a_student_has_the_courses_of_the_class_and_of_the_study_groups(english, group, class_10a, students):
    physics = classes.add_course(subjects.save("Физика"), Decimal(2), class_id=class_10a)
    spoken = classes.add_course(english, Decimal(3), group_id=group)
    assert [c.id for c in rosters.courses_of_student(students[0], FIRST, LAST)] == [spoken, physics]
    assert [c.id for c in rosters.courses_of_student(students[1], FIRST, LAST)] == [physics]
    assert rosters.classes_of_student(students[1], FIRST, FIRST) == [class_10a]


def test_a14_a_teacher_holds_courses_and_a_homeroom_teacher_a_class_on_their_days(english, group, class_10a):
    teacher = persons.add_staff(PersonValues("Орлова", "Анна"), "учитель")
    spoken = classes.add_course(english, Decimal(3), group_id=group)
    places.teach(teacher, spoken, OCTOBER)
    assert rosters.courses_taught(teacher, FIRST) == []
    (course,) = rosters.courses_taught(teacher, OCTOBER)
    assert (course.id, course.learners, course.subject) == (spoken, "Группа 1", "Английский язык")
    places.lead_class(teacher, class_10a, FIRST)
    assert rosters.classes_led(teacher, FIRST) == [(class_10a, "10А")]
    assert [c.id for c in rosters.courses_of_classes_led(teacher, OCTOBER)] == [spoken]
    assert rosters.courses_of_class(class_10a, FIRST) == []
    assert [c.id for c in rosters.courses_of_year(OCTOBER)] == [spoken]
    held = rosters.held(teacher, FIRST, LAST)
    assert {(h.course_id, h.class_id, h.starts) for h in held} == {
        (spoken, None, OCTOBER),
        (None, class_10a, FIRST),
    }
    assert rosters.held(None, FIRST, LAST) == []


def test_a12_a_course_is_taught_by_the_terms_of_its_class_or_of_its_members_class(english, group, class_10a):
    profile.save(profile.ProfileValues("Школа № 1", "Школа", marks=("5", "4", "3")))
    for number in (
        classes.add_course(english, Decimal(3), group_id=group),
        classes.add_course(english, Decimal(3), class_id=class_10a),
    ):
        found = rosters.course_year(number)
        assert [t.name for t in found.terms] == ["I полугодие", "II полугодие"]
        assert (found.scale, found.course.starts) == (("5", "4", "3"), FIRST)
    assert rosters.course_year(10**6) is None


def test_a16_a_guardian_has_children(students):
    mother = persons.add_person(PersonValues("Ёлкина", "Вера"))
    persons.add_guardian(mother, students[0], "mother")
    assert [(c.id, c.surname) for c in rosters.children(mother)] == [(students[0], "Ёлкина")]
