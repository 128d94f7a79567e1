"""A batch of cells: what is right is saved, each wrong one comes back with its reason (T5, T8, H16)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Forbidden, Invalid
from parta.people.services import places
from parta.school.services import classes
from parta_journal.models import Attendance, Mark
from parta_journal.services import lessons, saving
from parta_journal.services.saving import Entry
from sqlalchemy import func, select

from tests.journal.conftest import DAY, FIRST, TODAY, add_course, add_staff, add_student


def entry(lesson, student, text, marks=0, attendance=0, **more):
    return Entry(uuid4(), lesson, student, text, mark_version=marks, attendance_version=attendance, **more)


def count(unit, table):
    return unit.session.scalar(select(func.count()).select_from(table))


def test_t8_a_batch_is_saved_and_each_change_recorded_with_its_student(world, unit):
    first, second, third, fourth = world.students
    batch = [
        entry(world.lesson, first, "5"),
        entry(world.lesson, second, "4/5"),
        entry(world.lesson, third, "н"),
        entry(world.lesson, fourth, "Б 3"),
    ]
    with world.as_teacher():
        outcomes = saving.save(batch)
    assert [(o.id, o.state, o.text) for o in outcomes] == [
        (batch[0].id, "saved", "5"),
        (batch[1].id, "saved", "4/5"),
        (batch[2].id, "saved", "Н"),
        (batch[3].id, "saved", "Б 3"),
    ]
    assert [(o.mark_version, o.attendance_version) for o in outcomes] == [(1, 0), (1, 0), (0, 1), (1, 1)]
    assert "Громов" in outcomes[3].warning
    assert not outcomes[2].warning
    rows = unit.session.scalars(select(AuditRow).where(AuditRow.action.like("journal.%.set"))).all()
    assert {(r.person_id, r.object_table) for r in rows} == {
        (first, "journal_mark"),
        (second, "journal_mark"),
        (third, "journal_attendance"),
        (fourth, "journal_mark"),
        (fourth, "journal_attendance"),
    }
    assert len({r.batch for r in rows}) == 1
    mark = unit.session.scalar(select(Mark).where(Mark.student_id == second))
    assert (mark.marks, mark.set_by, mark.entry) == (["4", "5"], world.teacher, batch[1].id)


def test_t8_bad_cells_come_back_with_student_and_lesson_and_the_right_ones_are_saved(world, unit):
    class_b = classes.add_class(world.year, 5, "Б", "half_years")
    stranger = add_student("Чужой", class_b)
    late = add_student("Поздняя", world.class_id, DAY + timedelta(days=1))
    places.leave(world.students[3], DAY - timedelta(days=1))
    other = add_course("Физика", class_id=world.class_id)
    foreign = lessons.add_lesson(other, DAY, 3)
    with world.as_teacher():
        outcomes = saving.save(
            [
                entry(world.lesson, world.students[0], "7"),
                entry(world.lesson, stranger, "5"),
                entry(world.lesson, late, "5"),
                entry(world.lesson, world.students[3], "Н"),
                entry(foreign, world.students[0], "5"),
                entry(10**9, world.students[0], "5"),
                entry(world.lesson, 10**9, "5"),
                entry(world.lesson, world.students[1], "5", work_id=10**9),
                entry(world.lesson, world.students[2], "5"),
                entry(world.lesson, world.students[2], "4"),
            ]
        )
    assert [o.state for o in outcomes] == [*["refused"] * 8, "saved", "refused"]
    for outcome, name in zip(outcomes, ("Абрамова", "Чужой", "Поздняя", "Громов", "Абрамова"), strict=False):
        assert name in outcome.message
        assert DAY.strftime("%d.%m.%Y") in outcome.message
    assert "Физика 5А" in outcomes[4].message
    assert outcomes[0].text == "7"
    assert (count(unit, Mark), count(unit, Attendance)) == (1, 0)


def test_two_lessons_a_day_have_marks_and_absences_of_their_own(world):
    student = world.students[0]
    with world.as_teacher():
        outcomes = saving.save([entry(world.lesson, student, "Н"), entry(world.second, student, "5")])
    assert [(o.mark_version, o.attendance_version) for o in outcomes] == [(0, 1), (1, 0)]


def test_t9_a_lesson_has_several_works_with_marks_of_their_own(world, unit):
    with world.as_teacher():
        work = lessons.add_work(world.lesson, lessons.WorkValues(kind_id=5))
        saved = saving.save(
            [
                entry(world.lesson, world.students[0], "4"),
                entry(world.lesson, world.students[0], "5", attendance=None, work_id=work),
                entry(world.lesson, world.students[1], "Н", attendance=None, work_id=work),
            ]
        )
    assert [o.state for o in saved] == ["saved", "saved", "refused"]
    assert saved[1].work_id == work != saved[0].work_id
    assert count(unit, Mark) == 2


def test_two_writers_of_one_cell_see_both_values_and_nothing_is_overwritten(world, unit):
    student = world.students[0]
    with world.as_teacher():
        saving.save([entry(world.lesson, student, "5")])
        stale, same = saving.save([entry(world.lesson, student, "3"), entry(world.second, student, "")])
        assert (stale.state, stale.text, stale.mark_version) == ("conflict", "5", 1)
        assert stale.by == "Орлова Анна"
        assert stale.at is not None
        for part in ("Абрамова", "Орлова", "“5”", "“3”"):
            assert part in stale.message
        assert same.state == "saved"
        (chosen,) = saving.save([entry(world.lesson, student, "3", marks=stale.mark_version)])
    assert (chosen.state, chosen.mark_version) == ("saved", 2)
    assert unit.session.scalars(select(Mark.marks)).all() == [["3"]]


def test_what_both_typed_alike_is_no_conflict(world):
    with world.as_teacher():
        saving.save([entry(world.lesson, world.students[0], "Н")])
        (again,) = saving.save([entry(world.lesson, world.students[0], "н")])
    assert (again.state, again.attendance_version) == ("saved", 1)


def test_the_same_batch_sent_again_after_a_lost_answer_changes_nothing(world, unit):
    batch = [entry(world.lesson, student, "5") for student in world.students]
    with world.as_teacher():
        first, again = saving.save(batch), saving.save(batch)
    assert first == again
    assert len(unit.session.scalars(select(AuditRow).where(AuditRow.action == "journal.mark.set")).all()) == 4


def test_a_second_edit_follows_the_first_whose_answer_was_lost(world):
    student = world.students[0]
    lost = entry(world.lesson, student, "5")
    with world.as_teacher():
        saving.save([lost])
        (stranger,) = saving.save([entry(world.lesson, student, "4")])
        (mine,) = saving.save([entry(world.lesson, student, "4", follows=(lost.id,))])
    assert stranger.state == "conflict"
    assert (mine.state, mine.mark_version) == ("saved", 2)


def test_a_cleared_cell_keeps_its_version_so_that_an_old_copy_cannot_return(world, unit):
    student = world.students[0]
    with world.as_teacher():
        saving.save([entry(world.lesson, student, "5")])
        (cleared,) = saving.save([entry(world.lesson, student, "", marks=1)])
        assert (cleared.state, cleared.text, cleared.mark_version) == ("saved", "", 2)
        (old,) = saving.save([entry(world.lesson, student, "3", marks=1)])
    assert old.state == "conflict"
    row = unit.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert (row.before, row.after["marks"]) == ({"marks": ["5"]}, [])


def test_a_mark_for_a_lesson_to_come_is_refused_but_an_absence_known_beforehand_is_not(world):
    later = lessons.add_lesson(world.course, TODAY + timedelta(days=2), 1)
    with world.as_teacher():
        mark, absence = saving.save(
            [entry(later, world.students[0], "5"), entry(later, world.students[1], "У")]
        )
    assert (mark.state, absence.state) == ("refused", "saved")


def test_t_r1_a_teacher_writes_only_courses_they_teach_on_that_day(world):
    former = add_staff("Бывшая")
    successor = add_staff("Новая")
    places.teach(successor, world.course, DAY + timedelta(days=1))
    for person in (former, successor):
        with world.acting(person, "teacher"):
            (refused,) = saving.save([entry(world.lesson, world.students[0], "5")])
        assert refused.state == "refused"
    later = lessons.add_lesson(world.course, DAY + timedelta(days=1), 1)
    with world.acting(successor, "teacher"):
        (saved,) = saving.save([entry(later, world.students[0], "5")])
    assert saved.state == "saved"


def test_h_r1_a_homeroom_teacher_writes_absences_of_own_class_in_any_subject_and_nothing_else(world):
    leader = add_staff("Классная")
    places.lead_class(leader, world.class_id, FIRST)
    class_b = classes.add_class(world.year, 5, "Б", "half_years")
    foreign = lessons.add_lesson(add_course("Физика", class_id=class_b), DAY, 1)
    stranger = add_student("Чужой", class_b)
    with world.as_teacher():
        saving.save([entry(world.lesson, world.students[0], "4")])
    with world.acting(leader, "homeroom"):
        absence, kept, mark, other = saving.save(
            [
                entry(world.lesson, world.students[1], "Б", marks=None),
                entry(world.lesson, world.students[0], "О", marks=None),
                entry(world.lesson, world.students[2], "5"),
                entry(foreign, stranger, "Н", marks=None),
            ]
        )
    assert [absence.state, kept.state, mark.state, other.state] == ["saved", "saved", "refused", "refused"]
    assert (kept.mark_version, kept.attendance_version) == (1, 1)
    assert "Абрамова" in kept.warning


@pytest.mark.parametrize("role", ["administrator", "director", "deputy", "student", "guardian"])
def test_a_r1_d_r1_z_r1_who_does_not_teach_writes_nothing(world, role):
    with world.acting(add_staff("Читатель"), role), pytest.raises(Forbidden):
        saving.save([entry(world.lesson, world.students[0], "5")])


def test_thirty_marks_take_a_fixed_number_of_statements(world, statements):
    students = [add_student(f"Ученик{chr(1072 + n)}", world.class_id) for n in range(30)]
    batch = [entry(world.lesson, student, "5") for student in students]
    with world.as_teacher():
        del statements[:]
        assert {o.state for o in saving.save(batch)} == {"saved"}
    assert len(statements) <= 6, statements
    mixed = [entry(world.second, student, "Н 5") for student in students]
    with world.as_teacher():
        del statements[:]
        saving.save(mixed)
    assert len(statements) <= 7, statements


def test_a_batch_has_a_bound(world):
    with world.as_teacher(), pytest.raises(Invalid):
        saving.save([entry(world.lesson, world.students[0], "5")] * 501)
