"""What an import would do, and what is wrong, row by row (A11, A16)."""

from datetime import date

import pytest
from parta.kernel import access
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Forbidden, Invalid
from parta.kernel.listing import Paging
from parta.people.imports import RUN, service
from parta.people.services import persons, places
from parta.people.services.persons import PersonValues
from parta.school.services import classes
from sqlalchemy import func, select

FAMILY = [
    "Фамилия", "Имя", "Отчество", "Дата рождения", "Класс", "Дата зачисления",
    "Родитель 1: фамилия", "Родитель 1: имя", "Родитель 1: кем приходится", "Родитель 1: телефон",
    "Родитель 1: эл. почта",
    "Родитель 2: фамилия", "Родитель 2: имя", "Родитель 2: кем приходится", "Родитель 2: телефон",
]  # fmt: skip
STAFF = ["Фамилия", "Имя", "Дата рождения", "Телефон", "Должность"]


def child(name="Пётр", born="08.03.2015", title="5А", enrolled="", mother=(), father=()):
    own = ["Петров", name, "Ильич", born, title, enrolled]
    return [*own, *(mother or ["", "", "", "", ""]), *(father or ["", "", "", ""])]


def mother(phone="", email="", relation="мать"):
    return ["Петрова", "Анна", relation, phone, email]


def father(phone=""):
    return ["Петров", "Илья", "отец", phone]


@pytest.fixture
def plan(files, september):
    def make(*rows, headings=FAMILY, **options):
        return service.plan(files.csv([headings, *rows]), "people.csv", **options)

    return make


@pytest.fixture
def apply(files, september):
    def make(*rows, headings=FAMILY, **options):
        return service.apply(files.csv([headings, *rows]), "people.csv", **options)

    return make


def codes(row):
    return [change.code for change in row.changes]


def said(plan):
    return [(problem.row, problem.column, problem.message) for problem in plan.problems]


def test_a16_a_dry_run_says_what_would_change_and_writes_nothing(plan):
    made = plan(child(mother=mother("89001234567"), father=father()))
    assert made.states == {"wrong": 0, "new": 1, "changed": 0, "unchanged": 0}
    assert codes(made.rows[0]) == ["student.new", "class.join", "guardian.new", "guardian.new"]
    assert made.rows[0].changes[1].after == "5А, 01.09.2026"
    assert (made.year, made.is_idle) == ("2026/27", False)
    assert persons.listing(Paging()).total == 0


def test_a16_brothers_and_sisters_have_one_mother(plan):
    made = plan(
        child(mother=mother("8 900 123-45-67")),
        child("Яна", mother=mother("+79001234567", "a@example.ru")),
    )
    assert [codes(row)[2:] for row in made.rows] == [["guardian.new"], ["guardian.link"]]


def test_a16_a_mother_without_phone_is_known_by_the_father_the_children_share(plan):
    made = plan(
        child(mother=mother("89001234567"), father=father("89007654321")),
        child("Яна", mother=mother(), father=father("89007654321")),
    )
    assert [codes(row)[2:] for row in made.rows] == [["guardian.new"] * 2, ["guardian.link"] * 2]


def test_two_mothers_of_one_name_and_two_families_are_two(plan):
    made = plan(child(mother=mother()), child("Яна", mother=mother()))
    assert made.counts["guardian.new"] == 2


def test_two_phones_of_one_mother_are_a_contradiction(plan):
    fathers = father("89007654321")
    by_email = plan(
        child(mother=mother("89001234567", "a@example.ru")),
        child("Яна", mother=mother("89001234568", "a@example.ru")),
    )
    by_family = plan(
        child(mother=mother("89001234567"), father=fathers),
        child("Яна", mother=mother("89001234568"), father=fathers),
    )
    for made in (by_email, by_family):
        assert [(row, column) for row, column, _ in said(made)] == [(3, "Родитель 1: телефон")]
        assert "Row 2" in said(made)[0][2]


def test_the_same_student_twice_is_at_fault(plan):
    made = plan(child(), child("Яна"), child("петр"))
    assert [(row, column) for row, column, _ in said(made)] == [(4, "Фамилия")]
    assert "Row 2" in made.problems[0].message


def test_the_same_guardian_twice_on_a_row_is_at_fault(plan):
    twice = ["Петрова", "Анна", "мать", "89001234567"]
    assert [column for _, column, _ in said(plan(child(mother=mother("89001234567"), father=twice)))] == [
        "Родитель 2: фамилия"
    ]


def test_a16_a_known_student_is_recognised_and_only_changes_are_shown(plan, apply):
    apply(child(mother=mother("89001234567")))
    made = plan(child("Петр", mother=mother("89001234567")), child("Яна", mother=mother("89001234567")))
    assert [row.state for row in made.rows] == ["unchanged", "new"]
    assert codes(made.rows[1]) == ["student.new", "class.join", "guardian.link"]
    changed = plan(child(mother=mother("89001234599", relation="опекун")))
    assert [(c.code, c.before, c.after) for c in changed.rows[0].changes] == [
        ("person.phone", "+79001234567", "+79001234599"),
        ("guardian.relation", "mother", "guardian"),
    ]


def test_an_empty_cell_changes_nothing(plan, apply):
    apply(child(mother=mother("89001234567", "a@example.ru")))
    assert plan(child(mother=mother())).is_idle
    assert plan(child()).is_idle


def test_two_who_may_be_meant_are_both_named(plan, apply):
    for _ in range(2):
        persons.add_student(PersonValues("Петров", "Пётр", "Ильич", date(2015, 3, 8)))
    made = plan(child())
    assert [column for _, column, _ in said(made)] == ["Фамилия"]
    assert made.problems[0].message.count("08.03.2015") == 2


def test_a_namesake_of_another_age_is_another_person_and_worth_a_note(plan, apply):
    apply(child())
    made = plan(child(born="08.03.2014"))
    assert made.rows[0].state == "new"
    assert "08.03.2015" in made.rows[0].notes[0]


def test_a_student_entered_without_birth_date_gets_it(plan, september):
    persons.add_student(PersonValues("Петров", "Пётр"))
    assert codes(plan(child()).rows[0]) == ["person.patronymic", "person.birth_date", "class.join"]


def test_an_unknown_class_is_named_with_those_there_are(plan):
    made = plan(child(title="6В"), child("Яна", title="5в"))
    assert [problem.message for problem in made.problems] == [
        "There is no class 6В in 2026/27.",
        "There is no class 5В in 2026/27; there are: 5А, 5Б.",
    ]
    assert (made.absent, made.faults) == (("5В", "6В"), [("Класс", 2)])
    created = plan(child(title="6в"), child("Яна", title="6-В"), create_classes=True)
    assert (created.is_good, created.classes) == (True, ("6В",))
    assert not plan(child(title="12А"), create_classes=True).is_good


def test_only_who_may_change_classes_adds_them(plan):
    office = access.Actor(user_id=1, permissions=frozenset({RUN}))
    with access.acting(office):
        assert plan(child()).is_good
        with pytest.raises(Forbidden):
            plan(child(), create_classes=True)
    with access.acting(access.Actor(user_id=2)), pytest.raises(Forbidden):
        plan(child())


def test_phones_of_the_school_are_shown_only_to_who_may_see_them(plan, apply):
    apply(child(mother=mother("89001234567")))
    changed = child(mother=mother("89001234599"))
    with access.acting(access.Actor(user_id=1, permissions=frozenset({RUN}))):
        assert plan(changed).rows[0].changes[0].before == "…"
    assert plan(changed).rows[0].changes[0].before == "+79001234567"


def test_a17_another_class_is_a_move_from_today_or_the_day_given(plan, apply):
    apply(child())
    (change,) = plan(child(title="5Б")).rows[0].changes
    assert (change.code, change.before, change.after) == ("class.move", "5А", "5Б, 15.09.2026")
    (change,) = plan(child(title="5Б", enrolled="01.10.2026")).rows[0].changes
    assert change.after == "5Б, 01.10.2026"
    (change,) = plan(child(title="5Б", enrolled="01.09.2026")).rows[0].changes
    assert (change.code, change.after) == ("class.correct", "5Б")


def test_a17_days_that_cannot_be_are_at_fault(plan, apply):
    apply(child(enrolled="01.10.2026"))
    for bad in (child(title="5Б", enrolled="01.09.2026"), child("Яна", enrolled="31.08.2026")):
        assert [column for _, column, _ in said(plan(bad))] == ["Дата зачисления"]
    assert "01.10.2026" in plan(child(enrolled="02.10.2026")).rows[0].notes[0]


def test_a11_staff_are_recognised_by_birth_date_or_phone(plan, apply):
    apply(["Орлова", "Анна", "01.02.1980", "89001112233", "учитель"], headings=STAFF)
    made = plan(
        ["Орлова", "Анна", "", "89001112233", "завуч"],
        ["Орлова", "Анна", "05.05.1990", "89001112244", "учитель"],
        headings=STAFF,
    )
    assert [codes(row) for row in made.rows] == [["staff.position"], ["staff.new"]]
    assert "01.02.1980" in made.rows[1].notes[0]
    assert plan(["Орлова", "Анна", "", "", "учитель"], headings=STAFF).is_idle


def test_a_teacher_who_is_a_mother_is_one_person(files, september):
    data = files.xlsx(
        [FAMILY, child(mother=mother("89001234567"))],
        Работники=[STAFF, ["Петрова", "Анна", "01.02.1980", "8-900-123-45-67", "учитель"]],
    )
    made = service.apply(data, "people.xlsx").plan
    assert codes(made.rows[0]) == ["student.new", "class.join", "guardian.link"]
    assert persons.listing(Paging()).total == 2
    assert service.plan(data, "people.xlsx").is_idle


def test_what_is_not_read_is_reported(files, september):
    data = files.xlsx([[*FAMILY, "СНИЛС"], [*child(), "1"]], Итоги=[["всего", 1]])
    made = service.plan(data, "people.xlsx")
    assert (made.unknown, made.skipped) == ((("Лист1", ("СНИЛС",)),), ("Итоги",))


def test_a_text_file_in_another_encoding_is_told_so(files, september):
    for encoding in ("koi8-r", "cp866"):
        with pytest.raises(Invalid, match="Windows-1251"):
            service.plan(files.csv([FAMILY, child()], encoding=encoding), "people.csv")
    broken = files.csv([FAMILY, child()]) + b"\xd0"
    with pytest.raises(Invalid, match="Windows-1251"):
        service.plan(broken, "people.csv")


def test_years_are_chosen_by_name_and_by_the_day(plan, september):
    assert plan(child(title="5А"), year="2026/27").is_good
    with pytest.raises(Invalid, match="2026/27"):
        plan(child(), year="2025/26")


def test_a16_a_wrong_row_keeps_the_whole_file_out(apply, september):
    with pytest.raises(Invalid) as refused:
        apply(child(), child("Яна", born="вчера"))
    assert set(refused.value.fields) == {"rows"}
    assert persons.listing(Paging()).total == 0


def test_a17_what_was_planned_is_what_stands_in_the_school(apply, september, unit):
    apply(child(mother=mother("89001234567"), father=father()))
    apply(child(title="5Б", mother=mother("89001234599")))
    (found,) = persons.listing(Paging(), kind="student").rows
    relatives = {r.name: (r.relation, r.phone) for r in persons.guardians(found.id)}
    assert relatives == {"Петрова Анна": ("mother", "+79001234599"), "Петров Илья": ("father", None)}
    first, second = (row.id for row in classes.classes(september))
    (before,) = places.students_of_class(first, date(2026, 9, 1), date(2026, 9, 30))
    (after,) = places.students_of_class(second, date(2026, 9, 1), date(2026, 9, 30))
    assert (before.ends, after.starts, after.ends) == (date(2026, 9, 14), date(2026, 9, 15), None)


def test_every_change_is_recorded_in_one_batch_about_its_person(apply, unit):
    done = apply(child(mother=mother("89001234567")))
    batch = unit.session.scalar(select(AuditRow.batch).where(AuditRow.id == done.number))
    query = select(AuditRow.action, func.count(AuditRow.person_id)).where(AuditRow.batch == batch)
    assert dict(unit.session.execute(query.group_by(AuditRow.action)).all()) == {
        "people.import": 0,
        "people.person.add": 2,
        "people.student.add": 1,
        "people.guardianship.set": 1,
        "people_enrolment.add": 1,
    }
