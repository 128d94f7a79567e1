"""Lessons with topic and homework, and the works in them (T5, T8, T9, T11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from parta.toolkit import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    allowed,
    audit,
    clock,
    need,
    require,
    rosters,
    session,
)
from parta.toolkit import gettext as _
from sqlalchemy import ColumnElement, delete, func, select

from parta_journal.models import Attendance, Lesson, Mark, Work, WorkKind
from parta_journal.services import WRITE_MARKS
from parta_journal.services.catalogue import checked_weight
from parta_journal.services.reach import reach

LONGEST_TEXT = 4000
LONGEST_TITLE = 200
MOST_WORKS = 10


@dataclass(frozen=True, slots=True)
class LessonValues:
    """Topic and homework as entered; `nothing_set` says that there is no homework on purpose."""

    topic: str = ""
    homework: str = ""
    nothing_set: bool = False


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson as shown."""

    id: int
    course_id: int
    day: date
    number: int
    topic: str
    homework: str
    published_at: datetime | None
    version: int

    @property
    def values(self) -> LessonValues:
        """What may be edited."""
        nothing = not self.homework and self.published_at is not None
        return LessonValues(self.topic, self.homework, nothing)


@dataclass(frozen=True, slots=True)
class WorkValues:
    """A work as entered; without a weight it has that of its kind."""

    kind_id: int
    weight: Decimal | None = None
    title: str = ""


def add_lesson(course_id: int, day: date, number: int, values: LessonValues | None = None) -> int:
    """Add a lesson of a course, with the work that marks are given for by default; returns its number.

    Raises NotFound for an unknown course; Forbidden unless whoever acts teaches it on that day; Invalid for a
    day outside the year, a number outside 0 to 20, or a lesson that is there already.
    """
    require(WRITE_MARKS)
    course = _course(course_id)
    _check_place(course, day, number)
    row = Lesson(course_id=course_id, day=day, number=number, topic="", homework="", version=1)
    _fill(row, checked(values or LessonValues()))
    session().add(row)
    session().flush()
    kind = (
        session()
        .execute(select(WorkKind.id, WorkKind.weight).order_by(WorkKind.position, WorkKind.id).limit(1))
        .one()
    )
    session().add(Work(lesson_id=row.id, kind_id=kind.id, weight=kind.weight, title="", is_default=True))
    session().flush()
    after = {"course_id": course_id, "day": day.isoformat(), "number": number, **_plain(row)}
    audit.record("journal.lesson.add", "journal_lesson", row.id, after=after)
    return row.id


def change_lesson(lesson_id: int, values: LessonValues, version: int) -> LessonRow:
    """Change topic and homework of a lesson whose `version` the writer has seen; returns it as it is now.

    Raises NotFound; Forbidden unless whoever acts teaches it; Invalid for an overlong text; Conflict with
    both values when somebody else changed it meanwhile.
    """
    require(WRITE_MARKS)
    row = _writable(lesson_id)
    wanted = checked(values)
    if row.version != version and _row(row).values != wanted:
        raise Conflict(
            _("Somebody else changed this lesson meanwhile. Compare both and save again."),
            theirs={**_plain(row), "version": row.version},
            yours={"topic": wanted.topic, "homework": wanted.homework},
        )
    before = _plain(row)
    _fill(row, wanted)
    after = _plain(row)
    if after != before:
        row.version += 1
        session().flush()
        audit.record("journal.lesson.change", "journal_lesson", row.id, before=before, after=after)
    return _row(row)


def remove_lesson(lesson_id: int) -> None:
    """Remove a lesson in which nothing is marked; its topic and homework stay in the record of changes.

    Raises NotFound; Forbidden unless whoever acts teaches it; Invalid while marks or absences stand in it.
    """
    require(WRITE_MARKS)
    row = _writable(lesson_id)
    of_lesson = select(Work.id).where(Work.lesson_id == lesson_id)
    if _stands(Mark.work_id.in_(of_lesson)) or session().scalar(
        select(Attendance.id)
        .where(Attendance.lesson_id == lesson_id, Attendance.code_id.is_not(None))
        .limit(1)
    ):
        raise Invalid({"": _("Marks or absences stand in this lesson. Clear them first.")})
    before = {"course_id": row.course_id, "day": row.day.isoformat(), "number": row.number, **_plain(row)}
    for statement in (
        delete(Mark).where(Mark.work_id.in_(of_lesson)),
        delete(Attendance).where(Attendance.lesson_id == lesson_id),
        delete(Work).where(Work.lesson_id == lesson_id),
        delete(Lesson).where(Lesson.id == lesson_id),
    ):
        session().execute(statement)
    audit.record("journal.lesson.remove", "journal_lesson", lesson_id, before=before)


def add_work(lesson_id: int, values: WorkValues) -> int:
    """Add a work to a lesson; returns its number.

    Raises NotFound for an unknown lesson or kind; Forbidden unless whoever acts teaches it; Invalid for a bad
    weight or title, or an eleventh work.
    """
    require(WRITE_MARKS)
    _writable(lesson_id)
    count = select(func.count()).select_from(Work).where(Work.lesson_id == lesson_id)
    if (session().scalar(count) or 0) >= MOST_WORKS:
        raise Invalid({"": _("A lesson has at most %(n)s works.", n=MOST_WORKS)})
    row = Work(lesson_id=lesson_id, is_default=False, **_checked_work(values))
    session().add(row)
    session().flush()
    audit.record("journal.work.add", "journal_work", row.id, after=_plain_work(row))
    return row.id


def change_work(work_id: int, values: WorkValues) -> None:
    """Change kind, weight and title of a work.

    Raises NotFound, Forbidden and Invalid as `add_work`.
    """
    require(WRITE_MARKS)
    row = need(Work, work_id, _("There is no such work."))
    _writable(row.lesson_id)
    before = _plain_work(row)
    for name, value in _checked_work(values).items():
        setattr(row, name, value)
    session().flush()
    audit.record("journal.work.change", "journal_work", row.id, before=before, after=_plain_work(row))


def remove_work(work_id: int) -> None:
    """Remove a work for which no mark stands.

    Raises NotFound; Forbidden unless whoever acts teaches it; Invalid while marks stand, or for the lesson's
    default work.
    """
    require(WRITE_MARKS)
    row = need(Work, work_id, _("There is no such work."))
    _writable(row.lesson_id)
    if row.is_default:
        raise Invalid({"": _("This is the lesson's own column. Change its kind instead.")})
    if _stands(Mark.work_id == work_id):
        raise Invalid({"": _("Marks stand in this column. Clear them first.")})
    session().execute(delete(Mark).where(Mark.work_id == work_id))
    session().execute(delete(Work).where(Work.id == work_id))
    audit.record("journal.work.remove", "journal_work", work_id, before=_plain_work(row))


def checked(values: LessonValues) -> LessonValues:
    """`values` as they are stored.

    Raises Invalid naming each field at fault.
    """
    topic, homework = values.topic.strip(), values.homework.replace("\r\n", "\n").strip()
    wrong = {
        name: _("At most %(n)s characters.", n=LONGEST_TEXT)
        for name, text in (("topic", topic), ("homework", homework))
        if len(text) > LONGEST_TEXT
    }
    if homework and values.nothing_set:
        wrong["nothing_set"] = _("Homework is written here; clear it, or untick “No homework is set”.")
    if wrong:
        raise Invalid(wrong)
    return LessonValues(topic, homework, values.nothing_set)


def _check_place(course: rosters.CourseInfo, day: date, number: int) -> None:
    title = f"{course.subject} {course.learners}"
    if not course.starts <= day <= course.ends:
        raise Invalid(
            {
                "day": _(
                    "%(course)s: the lesson must lie within the year, %(starts)s to %(ends)s.",
                    course=title,
                    starts=course.starts.strftime("%d.%m.%Y"),
                    ends=course.ends.strftime("%d.%m.%Y"),
                )
            }
        )
    if not reach(day, day).teaches(course.id, day):
        raise Forbidden(_("%(course)s: you do not teach this course on that day.", course=title))
    if not 0 <= number <= 20:
        raise Invalid({"number": _("The number of a lesson lies between 0 and 20.")})
    same = select(Lesson.id).where(Lesson.course_id == course.id, Lesson.day == day, Lesson.number == number)
    if session().scalar(same):
        raise Invalid({"number": _("%(course)s: this lesson is there already.", course=title)})


def _course(course_id: int) -> rosters.CourseInfo:
    found = rosters.course_year(course_id)
    if found is None:
        raise NotFound(_("There is no such course."))
    return found.course


def _writable(lesson_id: int) -> Lesson:
    """The lesson, locked until the end of the unit, when whoever acts teaches it."""
    row: Lesson | None = session().scalar(
        select(Lesson)
        .where(Lesson.id == lesson_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(_("There is no such lesson."))
    if not reach(row.day, row.day).teaches(row.course_id, row.day):
        raise Forbidden(_("You do not teach this course on that day."))
    allowed(WRITE_MARKS, row)
    return row


def _stands(condition: ColumnElement[bool]) -> bool:
    return (
        session().scalar(select(Mark.id).where(condition, func.cardinality(Mark.marks) > 0).limit(1))
        is not None
    )


def _fill(row: Lesson, values: LessonValues) -> None:
    """Homework is published when it is first written, or first said that there is none."""
    told = bool(values.homework) or values.nothing_set
    if not told:
        row.homework_published_at = None
    elif row.homework_published_at is None:
        row.homework_published_at = clock.now()
    row.topic, row.homework = values.topic, values.homework


def _checked_work(values: WorkValues) -> dict[str, Any]:
    kind = need(WorkKind, values.kind_id, _("There is no such kind of work."))
    title = values.title.strip()
    if len(title) > LONGEST_TITLE:
        raise Invalid({"title": _("At most %(n)s characters.", n=LONGEST_TITLE)})
    weight = kind.weight if values.weight is None else checked_weight(values.weight)
    return {"kind_id": kind.id, "weight": weight, "title": title}


def _row(row: Lesson) -> LessonRow:
    return LessonRow(
        row.id,
        row.course_id,
        row.day,
        row.number,
        row.topic,
        row.homework,
        row.homework_published_at,
        row.version,
    )


def _plain(row: Lesson) -> dict[str, Any]:
    return {
        "topic": row.topic,
        "homework": row.homework,
        "nothing_set": not row.homework and row.homework_published_at is not None,
    }


def _plain_work(row: Work) -> dict[str, Any]:
    return {
        "lesson_id": row.lesson_id,
        "kind_id": row.kind_id,
        "weight": str(row.weight),
        "title": row.title,
    }
