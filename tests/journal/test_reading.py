"""Who reads which journal and diary, and what stands there (T-R1, H-R1, A-R1, P-R1, P-R2, S-R1, S-R2)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from parta.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from parta.people.services import persons, places
from parta.people.services.persons import PersonValues
from parta.school.services import classes, subjects
from parta_journal.models import Attendance, Mark
from parta_journal.services import comments, custody, diary, grid, lessons, opening, saving
from parta_journal.services.lessons import LessonValues, WorkValues
from sqlalchemy import func, select

from tests.journal.conftest import DAY, FIRST, TODAY, add_course, add_staff, add_student


def put(world, lesson, student, text, work=None):
    entry = saving.Entry(uuid4(), lesson, student, text, work, 0, None if work else 0)
    with world.as_teacher():
        (outcome,) = saving.save([entry])
    assert outcome.state == "saved", outcome
    return outcome


@pytest.fixture
def marked(world):
    """Абрамова has 5 and a test marked 3, Белов was absent, Волкова has ЗЧ."""
    with world.as_teacher():
        test = lessons.add_work(world.second, WorkValues(5, title="Дроби"))
    put(world, world.lesson, world.students[0], "5")
    put(world, world.second, world.students[0], "3", test)
    put(world, world.lesson, world.students[1], "Н")
    put(world, world.lesson, world.students[2], "ЗЧ")
    return test


@pytest.fixture
def leader(world):
    number = add_staff("Классная")
    places.lead_class(number, world.class_id, FIRST)
    return number


def test_t_r1_a_teacher_reads_own_courses_with_cells_and_averages(world, marked):
    places.leave(world.students[3], DAY + timedelta(days=2))
    with world.as_teacher():
        found = grid.grid(world.course)
    assert [s.surname for s in found.students] == ["Абрамова", "Белов", "Волкова", "Громов"]
    first = found.students[0]
    assert (first.average, first.unweighted) == (Decimal("3.33"), Decimal("4.00"))
    assert found.students[2].average is None
    assert found.students[3].spans == ((FIRST, DAY + timedelta(days=2)),)
    assert [(lesson.number, len(lesson.works), lesson.teaches) for lesson in found.lessons] == [
        (1, 1, True),
        (2, 2, True),
    ]
    assert {(m.student_id, m.marks) for m in found.marks} == {
        (world.students[0], ("5",)),
        (world.students[0], ("3",)),
        (world.students[2], ("ЗЧ",)),
    }
    assert [(a.student_id, a.letter, a.version) for a in found.letters] == [(world.students[1], "Н", 1)]
    assert (found.term.name, len(found.terms), found.teaches_today) == ("I", 2, True)
    assert (found.scale, len(found.kinds), [c.code for c in found.codes]) == (
        ("5", "4", "3", "2", "1"),
        16,
        ["Н", "Б", "У", "О"],
    )


def test_t_r1_a_teacher_of_another_course_reads_nothing_of_it(world):
    stranger = add_staff("Чужая", add_course("Физика", class_id=world.class_id))
    for reader, role in ((stranger, "teacher"), (add_staff("Никто"), "homeroom")):
        with world.acting(reader, role):
            for read, number in ((grid.grid, world.course), (grid.lesson_grid, world.lesson)):
                with pytest.raises(Forbidden):
                    read(number)


def test_a_grid_is_of_a_term_and_of_one_class_if_asked(world, marked):
    with world.as_teacher():
        later = grid.grid(world.course, grid.grid(world.course).terms[1].id)
        assert (later.lessons, later.marks, later.letters) == ((), (), ())
        assert grid.grid(world.course, class_id=10**6).students == ()
        single = grid.lesson_grid(world.second)
        assert [lesson.id for lesson in single.lessons] == [world.second]
        assert [m.marks for m in single.marks] == [("3",)]
        assert single.letters == ()
        for wrong in (
            lambda: grid.grid(world.course, 10**6),
            lambda: grid.grid(10**6),
            lambda: grid.lesson_grid(10**6),
        ):
            with pytest.raises(NotFound):
                wrong()


def test_h_r1_a_homeroom_teacher_reads_own_students_in_all_subjects(world, leader):
    class_b = classes.add_class(world.year, 5, "Б", "half_years")
    english = subjects.save("Английский язык")
    group = classes.add_group(world.year, english, "Группа 1")
    for student in (world.students[0], add_student("Чужой", class_b)):
        places.join_group(student, group, FIRST)
    spoken = classes.add_course(english, Decimal(3), group_id=group)
    foreign = add_course("Физика", class_id=class_b)
    with world.acting(leader, "homeroom"):
        whole, part = grid.grid(world.course), grid.grid(spoken)
        with pytest.raises(Forbidden):
            grid.grid(foreign)
        opened = opening.openable()
        assert {c.id for c in opening.openable_of_class(class_b)} == {spoken}
    assert len(whole.students) == 4
    assert not any(lesson.teaches for lesson in whole.lessons)
    assert all(student.led for student in whole.students)
    assert [s.surname for s in part.students] == ["Абрамова"]
    assert [c.id for c in opened.led] == [world.course, spoken]
    assert (opened.taught, opened.others) == ((), ())


@pytest.mark.parametrize("role", ["administrator", "director", "deputy"])
def test_a_r1_d_r1_z_r1_leaders_read_every_journal_and_diary(world, marked, role):
    with world.acting(add_staff("Директор"), role):
        found = grid.grid(world.course)
        assert [c.id for c in opening.openable().all] == [world.course]
        assert [c.id for c in opening.openable_of_class(world.class_id)] == [world.course]
        assert diary.week(world.students[0], DAY).student.surname == "Абрамова"
    assert len(found.marks) == 3
    assert not any(lesson.teaches for lesson in found.lessons)
    assert not found.teaches_today


def test_a_teacher_opens_the_courses_taught_today(world):
    with world.as_teacher():
        assert [c.id for c in opening.openable().taught] == [world.course]
        assert [c.id for c in opening.openable_of_class(world.class_id)] == [world.course]
    with world.acting(world.students[0], "student"), pytest.raises(Forbidden):
        opening.openable()


def test_p_r1_p_r2_a_guardian_reads_each_own_child_and_no_other(world, marked):
    mother = persons.add_person(PersonValues("Белова", "Вера"))
    for child in world.students[:2]:
        persons.add_guardian(mother, child, "mother")
    with world.as_teacher():
        lessons.change_lesson(world.lesson, LessonValues("Дроби", "№ 5"), 1)
    with world.acting(mother, "guardian"):
        week = diary.week(day=DAY)
        assert [c.surname for c in week.choices] == ["Абрамова", "Белов"]
        assert week.student.id == world.students[0]
        second = diary.week(world.students[1], DAY)
        for other in (world.students[2], mother, 10**6):
            with pytest.raises(NotFound):
                diary.week(other, DAY)
    (day,) = [d for d in week.days if d.lessons] or [None]
    first, test = day.lessons
    assert (first.subject, first.topic, first.homework) == ("Математика", "Дроби", "№ 5")
    assert [(m.marks, m.kind, m.weight) for m in first.marks] == [(("5",), "Работа на уроке", Decimal(1))]
    assert [(m.marks, m.kind, m.title) for m in test.marks] == [(("3",), "Контрольная работа", "Дроби")]
    absent = next(lesson for d in second.days for lesson in d.lessons)
    assert (absent.letter, absent.absence, absent.marks) == ("Н", "Отсутствовал", ())


def test_s_r1_s_r2_a_student_reads_only_the_own_diary(world, marked):
    with world.acting(world.students[0], "student"):
        assert diary.week(day=DAY).student.id == world.students[0]
        with pytest.raises(NotFound):
            diary.week(world.students[1], DAY)
    with world.as_teacher(), pytest.raises(NotFound):
        diary.week(world.students[0], DAY)
    with world.acting(persons.add_person(PersonValues("Посторонний", "Пётр"))), pytest.raises(Forbidden):
        diary.week(world.students[0], DAY)


def test_h_r1_a_homeroom_teacher_reads_the_diaries_of_own_class(world, marked, leader):
    stranger = add_student("Чужой", classes.add_class(world.year, 5, "Б", "half_years"))
    with world.acting(leader, "homeroom"):
        assert diary.week(world.students[0], DAY).choices == ()
        with pytest.raises(NotFound):
            diary.week(stranger, DAY)


def test_a_week_runs_from_monday_to_saturday_and_shows_only_days_on_the_course(world, marked):
    moved = classes.add_class(world.year, 5, "Б", "half_years")
    places.enrol(world.students[0], moved, DAY)
    with world.acting(world.students[0], "student"):
        week = diary.week(day=DAY)
        sunday = diary.week(day=date(2026, 11, 29))
    assert [d.date.weekday() for d in week.days] == list(range(6))
    assert not any(d.lessons for d in week.days)
    assert sunday.first == date(2026, 11, 30)
    with world.acting(world.students[1], "student"):
        now = diary.week()
    assert [d.is_today for d in now.days].count(True) == (TODAY.weekday() < 6)


def test_h17_an_absence_has_a_reason_and_a_mark_a_comment(world, marked, leader):
    with world.acting(leader, "homeroom"):
        assert comments.comment_absence(world.lesson, world.students[1], " Справка № 5 ", 1) == 2
        assert comments.comment_absence(world.lesson, world.students[1], "Справка № 5", 1) == 2
        with pytest.raises(Conflict) as conflict:
            comments.comment_absence(world.lesson, world.students[1], "Другое", 1)
        assert conflict.value.details["theirs"] == "Справка № 5"
        with pytest.raises(NotFound):
            comments.comment_absence(world.lesson, world.students[0], "нет", 0)
        with pytest.raises(Forbidden):
            comments.comment_mark(marked, world.students[0], "нет", 1)
    with world.as_teacher():
        assert comments.comment_mark(marked, world.students[0], "Молодец", 1) == 2
        for wrong, kind in (
            (lambda: comments.comment_mark(marked, world.students[0], "x" * 301, 2), Invalid),
            (lambda: comments.comment_mark(marked, world.students[1], "x", 0), NotFound),
        ):
            with pytest.raises(kind):
                wrong()
    with world.acting(world.students[1], "student"):
        lesson = next(lesson for d in diary.week(day=DAY).days for lesson in d.lessons)
    assert lesson.absence_comment == "Справка № 5"
    with world.acting(add_staff("Чужая"), "teacher"), pytest.raises(Forbidden):
        comments.comment_absence(world.lesson, world.students[1], "нет", 2)


def test_export_person_hands_out_marks_and_absences_and_erase_person_leaves_none(world, marked, unit):
    marks, _absences = custody.export(world.students[0])
    assert [(row["marks"], row["subject"], row["weight"]) for row in marks.rows] == [
        (["5"], "Математика", "1.0"),
        (["3"], "Математика", "5.0"),
    ]
    _marks, absences = custody.export(world.students[1])
    assert [row["code"] for row in absences.rows] == ["Н"]
    custody.erase(world.teacher)
    assert unit.session.scalar(select(func.count()).where(Mark.set_by.is_not(None))) == 0
    custody.erase(world.students[0])
    assert unit.session.scalar(select(func.count()).where(Mark.student_id == world.students[0])) == 0


def test_merge_persons_keeps_one_row_a_cell_and_the_one_that_holds_something(world, marked, unit):
    kept, dropped, *_rest = world.students
    with world.as_teacher():
        saving.save(
            [
                saving.Entry(uuid4(), world.lesson, dropped, "Н 4", None, 0, 1),
                saving.Entry(uuid4(), world.lesson, kept, "Б 5", None, 1, 0),
            ]
        )
    custody.merge(kept, dropped)
    rows = unit.session.execute(
        select(Mark.student_id, Mark.marks).where(Mark.student_id.in_([kept, dropped]))
    )
    assert sorted(map(tuple, rows)) == [(kept, ["3"]), (kept, ["5"])]
    places_held = unit.session.scalars(select(Attendance.student_id))
    assert sorted(places_held) == [kept]


def test_a_grid_of_thirty_by_forty_and_a_diary_take_a_fixed_number_of_statements(world, statements):
    for n in range(40):
        lessons.add_lesson(world.course, DAY - timedelta(days=1 + n), 1)
    for n in range(26):
        add_student(f"Ученик{chr(1072 + n)}", world.class_id)
    with world.as_teacher():
        del statements[:]
        grid.grid(world.course)
    assert len(statements) <= 6, statements
    mother = persons.add_person(PersonValues("Белова", "Вера"))
    persons.add_guardian(mother, world.students[0], "mother")
    with world.acting(mother, "guardian"):
        del statements[:]
        diary.week(day=DAY)
    assert len(statements) <= 4, statements
