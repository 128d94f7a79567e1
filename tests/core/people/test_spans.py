"""Places are corrected, ended and taken back; lists say who is where on a day (A15, A17, A25)."""

from datetime import date
from decimal import Decimal

import pytest
from parta.kernel import access, db
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from parta.kernel.listing import Paging
from parta.people.services import CONTACTS, VIEW, listing, overviews, persons, places, spans
from parta.people.services.persons import PersonValues
from parta.school.services import classes, subjects, years
from sqlalchemy import select

FIRST, LAST, DAY = date(2026, 9, 1), date(2027, 5, 31), date(2026, 10, 1)


class World:
    """A class of two students, a teacher, a study group."""

    def __init__(self):
        self.year = years.add_year("2026/27", FIRST, LAST)
        self.class_a = classes.add_class(self.year, 5, "А", "quarters")
        self.class_b = classes.add_class(self.year, 5, "Б", "quarters")
        maths, english = subjects.save("Математика"), subjects.save("Английский язык")
        self.course = classes.add_course(maths, Decimal(5), class_id=self.class_a)
        self.group = classes.add_group(self.year, english, "первая")
        self.group_2 = classes.add_group(self.year, english, "вторая")
        self.group_course = classes.add_course(english, Decimal(3), group_id=self.group)
        self.petrov = persons.add_student(PersonValues("Петров", "Пётр", "Ильич", phone="89001234567"))
        self.ivanova = persons.add_student(PersonValues("Иванова", "Анна"))
        self.teacher = persons.add_staff(PersonValues("Орлова", "Анна", "Юрьевна"), "учитель")
        self.mother = persons.add_person(PersonValues("Петрова", "Мария", phone="89007654321"))
        persons.add_guardian(self.mother, self.petrov, "mother")
        for student in (self.petrov, self.ivanova):
            places.enrol(student, self.class_a, FIRST)
        places.teach(self.teacher, self.course, FIRST)
        places.lead_class(self.teacher, self.class_a, FIRST)


@pytest.fixture
def world(unit):
    return World()


def only(person_id, kind):
    return next(span for span in spans.of_person(person_id) if span.kind == kind)


def fields(refusal):
    return set(refusal.value.fields)


def test_a25_the_days_of_a_place_are_corrected_and_the_old_ones_kept(world):
    span = only(world.petrov, "class")
    spans.correct("class", span.id, date(2026, 9, 3), date(2027, 2, 1))
    again = spans.get("class", span.id)
    assert (again.title, again.starts, again.ends) == ("5А", date(2026, 9, 3), date(2027, 2, 1))
    row = db.session().scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert (row.before, row.person_id) == ({"starts": "2026-09-01", "ends": None}, world.petrov)


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (date(2026, 8, 31), None, "starts"),
        (FIRST, date(2027, 6, 1), "ends"),
        (DAY, FIRST, "ends"),
    ],
)
def test_a25_days_outside_the_year_or_out_of_order_are_refused(world, starts, ends, field):
    span = only(world.petrov, "class")
    with pytest.raises(Invalid) as refusal:
        spans.correct("class", span.id, starts, ends)
    assert fields(refusal) == {field}


def test_a17_places_that_exclude_each_other_do_not_meet(world):
    places.enrol(world.petrov, world.class_b, DAY)
    former, present = reversed([s for s in spans.of_person(world.petrov) if s.kind == "class"])
    with pytest.raises(Invalid, match="5Б"):
        spans.correct("class", former.id, FIRST, DAY)
    spans.correct("class", present.id, date(2026, 11, 1), None)
    spans.correct("class", former.id, FIRST, date(2026, 10, 31))
    assert [s.holds(date(2026, 10, 31)) for s in (former, present)] == [False, True]


def test_a15_a_group_of_the_same_subject_a_second_homeroom_teacher_or_the_same_course_twice_are_rivals(world):
    second = persons.add_staff(PersonValues("Белов", "Глеб"), "учитель")
    places.join_group(world.petrov, world.group, FIRST)
    places.join_group(world.petrov, world.group_2, DAY)
    places.lead_class(second, world.class_a, DAY)
    taught = only(world.teacher, "course")
    spans.correct("course", taught.id, FIRST, date(2026, 9, 30))
    places.teach(world.teacher, world.course, DAY)
    for kind, person in (("group", world.petrov), ("homeroom", world.teacher), ("course", world.teacher)):
        first = min((s for s in spans.of_person(person) if s.kind == kind), key=lambda s: s.starts)
        with pytest.raises(Invalid) as refusal:
            spans.correct(kind, first.id, FIRST, DAY)
        assert fields(refusal) == {"starts"}


def test_a25_an_entry_made_by_mistake_is_taken_back(world):
    span = only(world.teacher, "homeroom")
    spans.take_back("homeroom", span.id)
    assert overviews.homeroom(world.class_a) == []
    with pytest.raises(NotFound):
        spans.get("homeroom", span.id)
    with pytest.raises(NotFound):
        spans.take_back("nonsense", 1)


def test_a17_several_students_are_placed_at_once_and_faults_name_them(world):
    one, two = (persons.add_student(PersonValues(name, "Олег")) for name in ("Зуев", "Котов"))
    assert [row.name for row in overviews.unplaced(DAY)] == ["Зуев Олег", "Котов Олег"]
    places.enrol_all(world.class_b, [one, two], DAY)
    assert overviews.unplaced(DAY) == []
    assert [row.name for row in overviews.classmates(world.class_b, DAY)] == ["Зуев Олег", "Котов Олег"]
    with pytest.raises(Invalid, match=r"Зуев О\."):
        places.enrol_all(world.class_b, [one], DAY)
    with pytest.raises(Invalid) as refusal:
        places.enrol_all(world.class_b, [], DAY)
    assert fields(refusal) == {"students"}


def test_a15_the_members_of_a_group_are_those_ticked_among_a_class(world):
    places.enrol(persons.add_student(PersonValues("Зуев", "Олег")), world.class_b, FIRST)
    zuev = persons.listing(Paging(q="зуев")).rows[0].id
    places.join_group(zuev, world.group, FIRST)
    places.tick_group(world.group, world.class_a, [world.petrov, world.ivanova], DAY)
    assert [m.name for m in overviews.groupmates(world.group, DAY)] == [
        "Иванова Анна",
        "Петров Пётр Ильич",
        "Зуев Олег",
    ]
    places.tick_group(world.group, world.class_a, [world.petrov], DAY)
    assert only(world.ivanova, "class")
    assert all(span.kind == "class" for span in spans.of_person(world.ivanova))
    places.tick_group(world.group, world.class_a, [], date(2026, 12, 1))
    assert only(world.petrov, "group").ends == date(2026, 11, 30)
    assert only(zuev, "group").ends is None


def test_a15_the_lists_of_a_year_are_as_of_a_day(world):
    places.join_group(world.petrov, world.group, DAY)
    places.teach(world.teacher, world.group_course, DAY)
    (line, other) = overviews.classes(world.year, FIRST)
    assert (line.title, line.students, line.homeroom[0].name) == ("5А", 2, "Орлова А. Ю.")
    assert (other.students, other.homeroom) == (0, ())
    assert [g.students for g in overviews.groups(world.year, FIRST)] == [0, 0]
    first = next(g for g in overviews.groups(world.year, DAY) if g.id == world.group)
    assert (first.subject, first.students, first.classes) == ("Английский язык", 1, ("5А",))
    titles = [(c.subject, len(c.teachers)) for c in overviews.courses(world.year, DAY)]
    assert sorted(titles) == [("Английский язык", 1), ("Математика", 1)]
    assert len(overviews.courses(world.year, DAY, class_id=world.class_a)) == 2
    assert len(overviews.courses(world.year, FIRST, class_id=world.class_a)) == 1
    assert len(overviews.courses(world.year, FIRST, person_id=world.teacher)) == 1
    assert overviews.course_of_group(world.group_2, DAY) is None
    assert overviews.course(world.group_course, FIRST).teachers == ()
    with pytest.raises(NotFound):
        overviews.course(10**6, DAY)


def test_a14_what_is_taught_or_attended_stays(world):
    for remove, number in (
        (classes.remove_class, world.class_a),
        (years.remove_year, world.year),
    ):
        with pytest.raises(Conflict):
            remove(number)
    assert overviews.classes(world.year, DAY)[0].students == 2


def test_a16_the_list_says_who_each_is(world):
    found = {row.name: row for row in listing.people(Paging(sort="class")).rows}
    assert found["Орлова Анна Юрьевна"].position == "учитель"
    assert found["Петров Пётр Ильич"].class_title == "5А"
    assert found["Петрова Мария"].wards == ((world.petrov, "Петров Пётр Ильич"),)
    assert [r.name for r in listing.people(Paging(), "guardian").rows] == ["Петрова Мария"]
    assert listing.one(world.petrov)[1] == listing.Standing(None, True)


def test_a16_a_guardian_is_taken_off(world):
    persons.remove_guardian(world.mother, world.petrov)
    assert persons.guardians(world.petrov) == []
    with pytest.raises(NotFound):
        persons.remove_guardian(world.mother, world.petrov)


def test_a11_a_parent_may_also_work_at_the_school(world):
    persons.employ(world.mother, " библиотекарь ")
    persons.employ(world.mother, "заведующая библиотекой")
    assert listing.one(world.mother)[1].position == "заведующая библиотекой"
    with pytest.raises(Invalid) as refusal:
        persons.employ(world.mother, " ")
    assert fields(refusal) == {"position"}


def reader(world, *roles, more=()):
    permissions = frozenset({VIEW, *more})
    return access.acting(
        access.Actor(user_id=1, person_id=world.teacher, roles=frozenset(roles), permissions=permissions)
    )


def test_contacts_are_seen_by_who_may_and_by_the_homeroom_teacher_of_the_class(world):
    def phones():
        mother = persons.guardians(world.petrov)[0].phone
        return [persons.get(world.petrov).values.phone, mother, persons.get(world.mother).values.phone]

    with reader(world, "teacher"):
        assert phones() == [None, None, None]
        assert persons.get(world.petrov).open is False
        assert persons.get(world.teacher).open is True
        assert {row.values.phone for row in persons.listing(Paging()).rows} == {None}
        assert {row.phone for row in listing.people(Paging()).rows} == {None}
    with reader(world, "homeroom", "teacher"):
        assert phones() == ["+79001234567", "+79007654321", "+79007654321"]
    with reader(world, "teacher", more=(CONTACTS,)):
        assert phones() == ["+79001234567", "+79007654321", "+79007654321"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: spans.correct("class", 1, FIRST, None),
        lambda: spans.take_back("class", 1),
        lambda: places.enrol_all(1, [1], FIRST),
        lambda: places.tick_group(1, 1, [], FIRST),
        lambda: persons.remove_guardian(1, 2),
        lambda: persons.employ(1, "a"),
    ],
)
def test_who_may_look_may_not_change(unit, call):
    with access.acting(access.Actor(user_id=1, permissions=frozenset({VIEW}))), pytest.raises(Forbidden):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: spans.of_person(1),
        lambda: overviews.classes(1, DAY),
        lambda: overviews.groupmates(1, DAY),
        lambda: overviews.courses(1, DAY),
        overviews.staff,
        lambda: overviews.unplaced(DAY),
        lambda: listing.people(Paging()),
        lambda: listing.one(1),
    ],
)
def test_who_may_not_look_is_refused(unit, call):
    with access.acting(access.Actor(user_id=1)), pytest.raises(Forbidden):
        call()
