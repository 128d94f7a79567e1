"""People are entered, corrected, found and placed (A11, A14, A15, A16, A17)."""

from datetime import date
from decimal import Decimal

import pytest
from parta.kernel import access, db
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Forbidden, Invalid, NotFound
from parta.kernel.listing import Paging
from parta.people.services import VIEW, persons, places
from parta.people.services.persons import PersonValues
from parta.school.services import classes, subjects, years
from sqlalchemy import select

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
PETROV = PersonValues("Петров", "Пётр", "Ильич", date(2015, 3, 8), "m", "8 (900) 123-45-67", "P@Example.RU")


@pytest.fixture
def year(unit):
    return years.add_year("2026/27", FIRST, LAST)


@pytest.fixture
def class_5a(year):
    return classes.add_class(year, 5, "А", "quarters")


@pytest.fixture
def student(unit):
    return persons.add_student(PETROV)


@pytest.fixture
def teacher(unit):
    return persons.add_staff(PersonValues("Орлова", "Анна"), "учитель")


def names(members):
    return [m.surname for m in members]


def test_a11_a_person_is_stored_in_one_spelling(student):
    values = persons.get(student).values
    assert (values.phone, values.email) == ("+79001234567", "p@example.ru")
    assert persons.get(student).name == "Петров Пётр Ильич"


def test_a11_bad_data_names_every_field_and_adds_nobody(unit):
    with pytest.raises(Invalid) as refusal:
        persons.add_student(PersonValues("", "7", "", date(1800, 1, 1), "x", "12", "no"))
    assert set(refusal.value.fields) == {"surname", "first_name", "birth_date", "sex", "phone", "email"}
    assert persons.listing(Paging()).total == 0


def test_a16_people_are_found_by_parts_of_the_name_with_e_for_yo(student, teacher):
    found = persons.listing(Paging(q="петр ИЛЬ"), kind="student")
    assert [row.id for row in found.rows] == [student]
    assert persons.listing(Paging(q="орл"), kind="student").total == 0
    assert persons.listing(Paging(), kind="staff").total == 1


def test_a17_a_correction_keeps_the_old_value_in_the_record(student):
    persons.correct(student, PersonValues("Петров-Водкин", "Пётр", "Ильич", date(2015, 3, 8), "m"))
    row = db.session().scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row.before["surname"] == "Петров"
    assert row.after == {"surname": "Петров-Водкин", "phone": None, "email": None}
    assert row.person_id == student


def test_a16_a_guardian_answers_for_several_students_and_never_for_themself(student):
    sister = persons.add_student(PersonValues("Петрова", "Яна"))
    mother = persons.add_person(PersonValues("Петрова", "Вера"))
    for child in (student, sister):
        persons.add_guardian(mother, child, "mother")
    persons.add_guardian(mother, sister, "guardian")
    assert [(g.person_id, g.relation) for g in persons.guardians(sister)] == [(mother, "guardian")]
    assert {w.person_id for w in persons.wards(mother)} == {student, sister}
    for relation, guardian in (("aunt", mother), ("mother", student)):
        with pytest.raises(Invalid):
            persons.add_guardian(guardian, student, relation)
    with pytest.raises(NotFound):
        persons.add_guardian(mother, mother, "mother")


def test_a17_moving_to_another_class_keeps_the_former_place(year, class_5a, student):
    class_5b = classes.add_class(year, 5, "Б", "quarters")
    places.enrol(student, class_5a, FIRST)
    places.enrol(student, class_5b, date(2026, 11, 5))
    assert names(places.students_of_class(class_5a, FIRST, date(2026, 11, 4))) == ["Петров"]
    assert places.students_of_class(class_5a, date(2026, 11, 5), LAST) == []
    assert names(places.students_of_class(class_5b, FIRST, LAST)) == ["Петров"]
    with pytest.raises(Invalid):
        places.enrol(student, class_5b, date(2026, 12, 1))
    with pytest.raises(Invalid):
        places.enrol(student, class_5a, date(2026, 10, 1))
    with pytest.raises(Invalid):
        places.enrol(student, class_5a, date(2028, 10, 1))


def test_a17_leaving_ends_class_and_study_groups(year, class_5a, student):
    english = subjects.save("Английский язык")
    first, second = (classes.add_group(year, english, name) for name in ("Группа 1", "Группа 2"))
    places.enrol(student, class_5a, FIRST)
    places.join_group(student, first, FIRST)
    places.join_group(student, second, date(2026, 10, 1))
    assert places.students_of_group(first, date(2026, 10, 1), LAST) == []
    places.leave(student, date(2026, 12, 1))
    assert places.students_of_group(second, date(2026, 12, 2), LAST) == []
    assert names(places.students_of_class(class_5a, date(2026, 12, 1), LAST)) == ["Петров"]
    with pytest.raises(Invalid):
        places.leave(student, date(2026, 12, 1))


def test_a14_a_course_has_several_teachers_a15_a_class_one_homeroom_teacher(year, class_5a, teacher):
    maths = subjects.save("Математика")
    course = classes.add_course(maths, Decimal(5), class_id=class_5a)
    second = persons.add_staff(PersonValues("Белов", "Глеб"), "учитель")
    for person in (teacher, second):
        places.teach(person, course, FIRST)
    assert names(places.teachers_of_course(course, FIRST, LAST)) == ["Белов", "Орлова"]
    with pytest.raises(Invalid):
        places.teach(teacher, course, FIRST)
    places.lead_class(teacher, class_5a, FIRST)
    places.lead_class(second, class_5a, date(2026, 10, 1))
    assert names(places.homeroom_teachers(class_5a, date(2026, 10, 1), LAST)) == ["Белов"]
    with pytest.raises(NotFound):
        places.lead_class(10**6, class_5a, FIRST)


def test_a16_only_who_may_see_people_sees_them(unit):
    reader = access.Actor(user_id=1, permissions=frozenset({VIEW}))
    with access.acting(reader), pytest.raises(Forbidden):
        persons.add_student(PETROV)
    with access.acting(access.Actor(user_id=2)), pytest.raises(Forbidden):
        persons.listing(Paging())
