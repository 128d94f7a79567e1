"""A few words beside a mark or an absence, which the student and the guardians read too (H17, T12)."""

from __future__ import annotations

from parta.toolkit import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    allowed,
    audit,
    clock,
    require,
    rosters,
    session,
)
from parta.toolkit import gettext as _
from sqlalchemy import select

from parta_journal.models import Attendance, Lesson, Mark, Work
from parta_journal.services import WRITE_ABSENCES, WRITE_MARKS
from parta_journal.services.reach import Reach, reach

LONGEST_COMMENT = 300


def comment_mark(work_id: int, student_id: int, text: str, version: int) -> int:
    """Say something about a mark whose `version` the writer has seen; returns the cell's new version.

    Raises NotFound when no mark stands there; Forbidden unless whoever acts teaches the lesson; Invalid for
    an overlong text; Conflict when somebody else changed the cell meanwhile.
    """
    require(WRITE_MARKS)
    query = (
        select(Mark, Lesson)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.work_id == work_id, Mark.student_id == student_id)
        .with_for_update(of=Mark)
    )
    row = session().execute(query).one_or_none()
    if row is None or not row[0].marks:
        raise NotFound(_("No mark stands there."))
    mark, lesson = row[0], row[1]
    if not reach(lesson.day, lesson.day).teaches(lesson.course_id, lesson.day):
        raise Forbidden(_("You do not teach this course on that day."))
    return _set(mark, lesson, text, version)


def comment_absence(lesson_id: int, student_id: int, text: str, version: int) -> int:
    """Give the reason of an absence, such as a certificate; returns the cell's new version (H17).

    Raises as `comment_mark`; who leads the student's class may do it too.
    """
    require(WRITE_ABSENCES)
    query = (
        select(Attendance, Lesson)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(Attendance.lesson_id == lesson_id, Attendance.student_id == student_id)
        .with_for_update(of=Attendance)
    )
    row = session().execute(query).one_or_none()
    if row is None or row[0].code_id is None:
        raise NotFound(_("No absence stands there."))
    absence, lesson = row[0], row[1]
    if not _may_note(reach(lesson.day, lesson.day), lesson, student_id):
        raise Forbidden(_("You neither teach this course nor lead this class."))
    return _set(absence, lesson, text, version)


def _may_note(mine: Reach, lesson: Lesson, student_id: int) -> bool:
    classes = rosters.classes_of_student(student_id, lesson.day, lesson.day)
    return any(mine.notes_absence(lesson.course_id, number, lesson.day) for number in (None, *classes))


def _set(cell: Mark | Attendance, lesson: Lesson, text: str, version: int) -> int:
    allowed(WRITE_MARKS, lesson)
    wanted = text.strip()
    if len(wanted) > LONGEST_COMMENT:
        raise Invalid({"comment": _("At most %(n)s characters.", n=LONGEST_COMMENT)})
    if cell.comment == wanted:
        return cell.version
    if cell.version != version:
        raise Conflict(
            _("Somebody else changed this cell meanwhile. Load the page again."),
            theirs=cell.comment,
            yours=wanted,
        )
    before = cell.comment
    cell.comment = wanted
    cell.version += 1
    cell.set_at = clock.now()
    session().flush()
    audit.record(
        f"{cell.__tablename__.replace('_', '.')}.comment",
        cell.__tablename__,
        cell.id,
        person_id=cell.student_id,
        before={"comment": before},
        after={"comment": wanted},
    )
    return cell.version
