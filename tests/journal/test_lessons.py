"""Lessons with topic and homework, works in them, the school's lists (T5, T8, T9, T11)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from parta_journal.models import Lesson, Work
from parta_journal.services import catalogue, lessons, saving
from parta_journal.services.lessons import LessonValues, WorkValues
from sqlalchemy import select

from tests.journal.conftest import DAY, LAST, add_course, add_staff


def test_t8_a_lesson_is_one_meeting_of_a_course_and_has_a_work_of_the_first_kind(world, unit):
    with world.as_teacher():
        number = lessons.add_lesson(world.course, DAY, 3, LessonValues("Дроби", "№ 5"))
    row = unit.session.get(Lesson, number)
    assert (row.topic, row.homework, row.version) == ("Дроби", "№ 5", 1)
    assert row.homework_published_at is not None
    (work,) = unit.session.scalars(select(Work).where(Work.lesson_id == number))
    assert (work.is_default, work.weight) == (True, Decimal(1))


@pytest.mark.parametrize(
    ("day", "number", "field"),
    [(LAST + timedelta(days=1), 1, "day"), (DAY, 21, "number"), (DAY, -1, "number"), (DAY, 1, "number")],
)
def test_t8_a_lesson_outside_the_year_or_there_already_is_refused_with_the_course(world, day, number, field):
    with world.as_teacher(), pytest.raises(Invalid) as refusal:
        lessons.add_lesson(world.course, day, number)
    assert set(refusal.value.fields) == {field}


def test_t_r1_who_does_not_teach_the_course_changes_none_of_its_lessons(world):
    physics = add_course("Физика", class_id=world.class_id)
    lesson = lessons.add_lesson(physics, DAY, 3)
    work = lessons.add_work(lesson, WorkValues(1))
    tries = (
        lambda: lessons.add_lesson(physics, DAY, 4),
        lambda: lessons.change_lesson(lesson, LessonValues("x"), 1),
        lambda: lessons.remove_lesson(lesson),
        lambda: lessons.add_work(lesson, WorkValues(1)),
        lambda: lessons.change_work(work, WorkValues(2)),
        lambda: lessons.remove_work(work),
    )
    for attempt in tries:
        with world.as_teacher(), pytest.raises(Forbidden):
            attempt()
        with world.acting(add_staff("Директор"), "director", "homeroom"), pytest.raises(Forbidden):
            attempt()


def test_t11_homework_is_published_when_first_written_and_not_set_is_a_state(world):
    with world.as_teacher():
        written = lessons.change_lesson(world.lesson, LessonValues("Дроби", "  № 5\r\n№ 6 "), 1)
        assert written.homework == "№ 5\n№ 6"
        again = lessons.change_lesson(world.lesson, LessonValues("Дроби", "№ 7"), 2)
        assert again.published_at == written.published_at
        nothing = lessons.change_lesson(world.second, LessonValues("Дроби", "", nothing_set=True), 1)
        assert (nothing.homework, nothing.values.nothing_set) == ("", True)
        assert nothing.published_at is not None
        silent = lessons.change_lesson(world.second, LessonValues("Дроби"), 2)
        assert silent.published_at is None
        with pytest.raises(Invalid) as refusal:
            lessons.change_lesson(world.second, LessonValues("x" * 4001, "№ 5", nothing_set=True), 3)
    assert set(refusal.value.fields) == {"topic", "nothing_set"}


def test_two_writers_of_one_lesson_see_both_values(world, unit):
    with world.as_teacher():
        lessons.change_lesson(world.lesson, LessonValues("Дроби"), 1)
        with pytest.raises(Conflict) as conflict:
            lessons.change_lesson(world.lesson, LessonValues("Углы"), 1)
        assert lessons.change_lesson(world.lesson, LessonValues("Дроби"), 1).version == 2
    details = conflict.value.details
    assert (details["theirs"]["topic"], details["yours"]["topic"]) == ("Дроби", "Углы")
    row = unit.session.scalars(select(AuditRow).where(AuditRow.action == "journal.lesson.change")).one()
    assert (row.before["topic"], row.after["topic"]) == ("", "Дроби")


def test_t9_a_work_has_the_weight_of_its_kind_or_its_own(world, unit):
    with world.as_teacher():
        work = lessons.add_work(world.lesson, WorkValues(5, title=" Дроби "))
        assert unit.session.get(Work, work).weight == Decimal(5)
        lessons.change_work(work, WorkValues(5, Decimal("2.5"), "Дроби"))
        assert unit.session.get(Work, work).weight == Decimal("2.5")
        for wrong in (Decimal(0), Decimal("1.25"), Decimal(101)):
            with pytest.raises(Invalid):
                lessons.change_work(work, WorkValues(5, wrong))
        with pytest.raises(NotFound):
            lessons.add_work(world.lesson, WorkValues(10**6))
        with pytest.raises(NotFound):
            lessons.change_work(10**6, WorkValues(5))
        with pytest.raises(Invalid):
            lessons.change_work(work, WorkValues(5, title="x" * 201))
        for _again in range(8):
            lessons.add_work(world.lesson, WorkValues(1))
        with pytest.raises(Invalid):
            lessons.add_work(world.lesson, WorkValues(1))


def test_t8_what_is_marked_is_not_removed(world):
    with world.as_teacher():
        work = lessons.add_work(world.lesson, WorkValues(5))
        entry = saving.Entry(uuid4(), world.lesson, world.students[0], "5", work, mark_version=0)
        saving.save([entry])
        for remove, number in ((lessons.remove_work, work), (lessons.remove_lesson, world.lesson)):
            with pytest.raises(Invalid):
                remove(number)
        saving.save([saving.Entry(uuid4(), world.lesson, world.students[0], "", work, mark_version=1)])
        lessons.remove_work(work)
        absence = saving.Entry(uuid4(), world.lesson, world.students[0], "Н", attendance_version=0)
        saving.save([absence])
        with pytest.raises(Invalid):
            lessons.remove_lesson(world.lesson)
        saving.save([saving.Entry(uuid4(), world.lesson, world.students[0], "", attendance_version=1)])
        lessons.remove_lesson(world.lesson)
        with pytest.raises(NotFound):
            lessons.remove_lesson(world.lesson)


def test_t9_the_lessons_own_column_stays(world, unit):
    default = unit.session.scalar(select(Work.id).where(Work.lesson_id == world.lesson))
    with world.as_teacher(), pytest.raises(Invalid):
        lessons.remove_work(default)


def test_plugin_enabled_gives_the_school_its_lists_once(world, unit):
    catalogue.seed()
    kinds = catalogue.kinds()
    assert (len(kinds), kinds[0].values.name) == (16, "Работа на уроке")
    assert [(c.code, c.counts_as_absence) for c in catalogue.codes()] == [
        ("Н", True),
        ("Б", True),
        ("У", True),
        ("О", False),
    ]


def test_a28_the_list_of_kinds_is_the_schools_own(world):
    administrator = add_staff("Админ")
    with world.acting(administrator, "administrator"):
        added = catalogue.add_kind(catalogue.KindValues(" Устный  счёт ", "Ус", Decimal(2)))
        catalogue.change_kind(added, catalogue.KindValues("Устный счёт", "Ус", Decimal("1.5")))
        numbers = [kind.id for kind in catalogue.kinds()]
        assert numbers[-1] == added
        catalogue.order_kinds([added, *numbers[:-1]])
        assert catalogue.kinds()[0].values == catalogue.KindValues("Устный счёт", "Ус", Decimal("1.5"))
        with pytest.raises(Invalid) as refusal:
            catalogue.add_kind(catalogue.KindValues("Диктант", "Долго", Decimal(0)))
        assert set(refusal.value.fields) == {"name", "short", "weight"}
        with pytest.raises(Invalid):
            catalogue.order_kinds([added])
        with pytest.raises(NotFound):
            catalogue.change_kind(10**6, catalogue.KindValues("x", "x", Decimal(1)))
    with world.as_teacher(), pytest.raises(Forbidden):
        catalogue.add_kind(catalogue.KindValues("x", "x", Decimal(1)))
