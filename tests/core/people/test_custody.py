"""A person's data is handed out, erased and brought together, whoever keeps it."""

from datetime import date, timedelta

import pytest
from parta.kernel import access, clock, context, switching
from parta.kernel.access import Actor
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from parta.people.models import Enrolment, Guardianship, Homeroom, Person, Staff, Student, Teaching
from parta.people.services import custody, erasures, merging, persons, places
from parta.people.services.persons import PersonValues
from parta.school.services import classes, years
from parta_shelf import services as shelf
from parta_shelf.models import Loan
from sqlalchemy import select, text

RESTORE = """
insert into people_person (id, surname, first_name, patronymic, sort_key)
overriding system value values (:n, 'Имя', 'Имя', '', 'имя')
"""
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
PETROV = PersonValues("Петров", "Пётр", "Ильич", date(2015, 3, 8), "m", "8 (900) 123-45-67", "P@Example.RU")
MOTHER = PersonValues("Петрова", "Мария")


@pytest.fixture
def world(make_world):
    return make_world("shelf")


def add_class(letter="А"):
    found = years.all_years()
    year = found[0].id if found else years.add_year("2026/27", FIRST, LAST)
    return classes.add_class(year, 5, letter, "quarters")


def family():
    """A student in a class with a book and a mother; their numbers."""
    student, mother = persons.add_student(PETROV), persons.add_person(MOTHER)
    persons.add_guardian(mother, student, "mother")
    places.enrol(student, add_class(), FIRST)
    shelf.lend(student, "Азбука")
    return student, mother


def rows(unit, model, *conditions):
    return unit.session.scalars(select(model).where(*conditions)).all()


@pytest.mark.parametrize("on", [True, False])
def test_everything_kept_about_a_person_is_exported_on_or_off(world, on):
    with world.enter():
        student, mother = family()
        if not on:
            switching.disable("shelf")
        parts = {part.name: part.rows for part in custody.export(student)}
        assert parts["person"][0]["surname"] == "Петров"
        assert parts["person"][0]["birth_date"] == "2015-03-08"
        assert [row["guardian_id"] for row in parts["guardians"]] == [mother]
        assert [row["starts"] for row in parts["classes"]] == ["2026-09-01"]
        assert parts["shelf_loans"] == ({"book": "Азбука"},)
        assert "shelf.loan.add" in {row["action"] for row in parts["changes"]}
        assert "people.person.export" in {
            row["action"] for part in custody.export(student) if part.name == "changes" for row in part.rows
        }


def test_custody_needs_its_own_rights(world):
    with world.enter():
        student, mother = family()
        with access.acting(Actor(user_id=1, permissions=frozenset({persons.VIEW, persons.EDIT}))):
            for act in (lambda: custody.export(student), lambda: custody.erase(student)):
                with pytest.raises(Forbidden):
                    act()
            with pytest.raises(Forbidden):
                merging.merge(student, mother)
        with pytest.raises(NotFound):
            custody.export(0)
        with pytest.raises(NotFound):
            custody.erase(0)


@pytest.mark.parametrize("on", [True, False])
def test_an_erased_person_leaves_nothing_on_or_off(world, on):
    with world.enter():
        student, mother = family()
        if not on:
            switching.disable("shelf")
    with world.enter():
        custody.erase(student)
    with world.enter() as unit:
        for model in (Student, Enrolment, Guardianship, Loan):
            assert rows(unit, model) == []
        assert [person.id for person in rows(unit, Person)] == [mother]
        kept = rows(unit, AuditRow, AuditRow.person_id == student)
        assert {(row.before, row.after) for row in kept if row.action != "audit.erase"} == {(None, None)}
        assert "Петров" not in str([vars(row) for row in rows(unit, AuditRow)]).replace("Петрова", "")


def test_a_teacher_can_be_erased(world):
    with world.enter() as unit:
        teacher = persons.add_staff(MOTHER, "учитель")
        places.lead_class(teacher, add_class(), FIRST)
        custody.erase(teacher)
        assert rows(unit, Staff) == rows(unit, Homeroom) == rows(unit, Person) == []


def test_erasing_refuses_while_an_owner_that_is_gone_keeps_data(world, make_world, tmp_path):
    with world.enter():
        student, _ = family()
    for entry in (tmp_path / "site").glob("*shelf*"):
        entry.rename(tmp_path / entry.name)
    gone = make_world("guest")
    gone.school = world.school
    with gone.enter() as unit:
        with pytest.raises(Conflict) as refusal:
            custody.erase(student)
        assert refusal.value.details["tables"] == ["shelf_loan"]
        assert "shelf_loan" in refusal.value.message
        assert unit.session.get(Person, student)
        switching.disable("shelf")
        switching.purge("shelf")
        custody.erase(student)
        assert unit.session.get(Person, student) is None


def test_erasing_refuses_when_a_plugin_leaves_data(world, monkeypatch):
    monkeypatch.setattr(shelf, "forget", lambda person_id: None)
    with world.enter() as unit:
        student, _ = family()
        with pytest.raises(Conflict) as refusal, unit.session.begin_nested():
            custody.erase(student)
        assert refusal.value.details["tables"] == ["shelf_loan"]
        assert unit.session.get(Person, student)


def test_an_erasure_is_remembered_outside_the_schema_once_it_stands(world):
    with world.enter():
        student, mother = family()
    with pytest.raises(LookupError), world.enter():
        custody.erase(mother)
        raise LookupError
    with world.enter():
        assert erasures.remembered() == []
        custody.erase(student)
    with world.enter() as unit:
        assert [one.person_id for one in erasures.remembered()] == [student]
        path = unit.files.parent / "erasures" / unit.school.schema
        assert path.stat().st_mode & 0o777 == 0o600
        assert "Петров" not in path.read_text()
        erasures.remember()
        assert len(erasures.remembered()) == 1


def test_a_restored_school_erases_again_whom_it_had_erased_since(world):
    with world.enter() as unit:
        early, late = persons.add_person(PETROV), persons.add_person(MOTHER)
        custody.erase(early)
    made = clock.now()
    with world.enter():
        custody.erase(late)
    with world.enter() as unit:
        for number in (early, late):
            unit.session.execute(text(RESTORE), {"n": number})
        assert custody.erase_again(made) == [late]
        assert unit.session.get(Person, early)
        assert custody.erase_again(made - timedelta(days=1)) == [early]


def test_two_entries_become_one_and_nothing_is_lost(world):
    with world.enter() as unit:
        kept, dropped, mother = persons.add_student(PersonValues("Петров", "Пётр")), *family()
        shelf.lend(kept, "Азбука")
        shelf.lend(dropped, "Сказки")
        merging.merge(kept, dropped)
        assert unit.session.get(Person, dropped) is None
        assert persons.get(kept).values == PersonValues(
            "Петров", "Пётр", "Ильич", date(2015, 3, 8), "m", "+79001234567", "p@example.ru"
        )
        assert persons.listing(persons.Paging(q="ильич")).total == 1
        assert [row.student_id for row in rows(unit, Enrolment)] == [kept]
        assert [(g.guardian_id, g.student_id) for g in rows(unit, Guardianship)] == [(mother, kept)]
        assert shelf.loans(kept) == ["Азбука", "Сказки"]
        merged = rows(unit, AuditRow, AuditRow.action == merging.MERGED)
        assert [(row.person_id, row.object_id) for row in merged] == [(kept, dropped)]
        assert merged[0].before["phone"] == "+79001234567"
        assert custody.formerly(kept) == [dropped]


def test_what_a_merged_person_was_called_before_is_erased_too(world):
    with world.enter() as unit:
        kept, dropped = persons.add_person(MOTHER), persons.add_student(PETROV)
        merging.merge(kept, dropped)
        custody.erase(kept)
        assert "Петров" not in str([vars(row) for row in rows(unit, AuditRow)])


def test_a_person_takes_over_what_the_other_was(world):
    with world.enter() as unit:
        kept, dropped = persons.add_person(MOTHER), persons.add_staff(MOTHER, "учитель")
        places.lead_class(dropped, add_class(), FIRST)
        merging.merge(kept, dropped)
        assert [(row.person_id, row.position) for row in rows(unit, Staff)] == [(kept, "учитель")]
        assert [row.person_id for row in rows(unit, Homeroom)] == [kept]
        assert rows(unit, Teaching) == []


def test_guardians_that_are_one_answer_once_and_never_for_themselves(world):
    with world.enter() as unit:
        student, mother = family()
        other, again = persons.add_person(MOTHER), persons.add_student(PETROV)
        persons.add_guardian(other, student, "guardian")
        persons.add_guardian(other, mother_as_student(mother), "other")
        merging.merge(mother, other)
        assert [(g.guardian_id, g.student_id, g.relation) for g in rows(unit, Guardianship)] == [
            (mother, student, "mother")
        ]
        persons.add_guardian(mother, again, "guardian")
        merging.merge(student, again)
        assert [g.relation for g in rows(unit, Guardianship)] == ["mother"]


def mother_as_student(person_id):
    """Let a guardian be a student too, as after a mistaken import."""
    session = context.session()
    session.add(Student(person_id=person_id))
    session.flush()
    return person_id


def test_places_in_the_same_class_are_joined(world):
    with world.enter() as unit:
        class_id = add_class()
        kept, dropped = persons.add_student(PETROV), persons.add_student(PETROV)
        places.enrol(kept, class_id, FIRST + timedelta(days=5))
        places.enrol(dropped, class_id, FIRST)
        places.leave(dropped, FIRST + timedelta(days=9))
        merging.merge(kept, dropped)
        (stay,) = rows(unit, Enrolment)
        assert (stay.student_id, stay.starts, stay.ends) == (kept, FIRST, None)


def test_entries_in_two_classes_are_not_merged(world):
    with world.enter() as unit:
        kept, dropped = persons.add_student(PETROV), persons.add_student(PETROV)
        places.enrol(kept, add_class("А"), FIRST)
        places.enrol(dropped, add_class("Б"), FIRST)
        with pytest.raises(Conflict) as refusal:
            merging.merge(kept, dropped)
        assert refusal.value.details["tables"] == ["people_enrolment"]
        assert len(rows(unit, Person)) == len(rows(unit, Enrolment)) == 2
        with pytest.raises(Invalid):
            merging.merge(kept, kept)


def test_rows_of_a_plugin_that_cannot_both_stand_are_named_and_nothing_changes(world, monkeypatch):
    monkeypatch.setattr(shelf, "join", lambda kept_id, dropped_id: None)
    with world.enter() as unit:
        kept, dropped = persons.add_person(PETROV), persons.add_person(PETROV)
        shelf.lend(kept, "Азбука")
        shelf.lend(dropped, "Азбука")
        with pytest.raises(Conflict) as refusal:
            merging.merge(kept, dropped)
        assert refusal.value.details["tables"] == ["shelf_loan"]
        assert len(rows(unit, Person)) == 2
